"""The search itself: ruin and recreate with an exact insertion test in constant time, in plain loops over arrays.

Read as Python this runs as it stands; ``engine.py`` compiles the functions named in ``COMPILED`` with numba. Only integer
arithmetic and IEEE multiplications and divisions are used, so both give the same answer bit for bit.

Every day keeps, per position and per number of breaks taken so far, the earliest start E and the latest start L that lets
the rest of the day come out right. Legs and breaks are first-in-first-out, so a visit fits between two others exactly if the
arrival it causes at the next is no later than L there (the push-forward test of Vansteenwegen et al. 2009, here with several
windows, breaks and departures). Ruins: strings of neighbouring stops around a seed (after Christiaens and Vanden Berghe
2020), scattered stops, whole days, the depots between days. Acceptance: simulated annealing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

INF = 1_000_000
TABLE = 4096
STRING = 8
BLINK = 0.03


class Data(NamedTuple):
    """The problem as the search reads it; see ``Problem``. ``*_t`` are transposed tables."""

    n: int
    days: int
    depots: int
    breaks: int
    timed: bool
    simple: bool
    costly: bool
    rate: int
    prize: Any
    duration: Any
    travel: Any
    travel_t: Any
    first: Any
    latest: Any
    late: Any
    swift: Any
    swift_t: Any
    loss: Any
    loss_t: Any
    table: Any
    opens: Any
    closes: Any
    windows: Any
    day_start: Any
    day_end: Any
    slot_allowed: Any
    slot_loss: Any
    tie_first: bool
    tie_last: bool
    move_loss: int
    break_early: Any
    break_late: Any
    break_len: Any
    break_count: Any
    kind: Any
    day_weight: Any
    trip_weight: Any
    variant: Any
    apart: Any
    any_apart: bool
    day_use: Any
    day_arc: Any
    day_cap: Any
    trip_use: Any
    trip_arc: Any
    trip_cap: Any
    group: Any
    group_use: Any
    must: Any
    alive: Any
    free_slots: Any
    log_table: Any
    noise_table: Any


class Leg(NamedTuple):
    """Minutes of a leg, the departures between which they hold, and minutes after that."""

    travel: int
    first: int
    latest: int
    late: int


class State(NamedTuple):
    """One solution with everything that makes the next change cheap to judge.

    ``seq`` (D, n + 2) nodes of each day, depots included; ``length`` (D,) visits. ``start``, ``arrive``, ``limit``
    (D, n + 2, breaks + 1): E, arrival, and L. ``soon`` and ``deep`` (D, n + 2): the least departure and the greatest L over all
    numbers of breaks. ``shift``, ``worse``, ``at`` (D, n): minutes and loss that inserting a visit costs, and where; ``shift`` is
    INF where it does not fit. ``gain`` (D, n): worth that it adds.
    ``ready``, ``sorted``, ``marks`` and ``blocked`` are room to work in: nothing is allocated while searching.
    """

    seq: Any
    length: Any
    start: Any
    arrive: Any
    limit: Any
    soon: Any
    deep: Any
    shift: Any
    worse: Any
    at: Any
    gain: Any
    day_of: Any
    slots: Any
    day_used: Any
    trip_used: Any
    arc_used: Any
    day_loss: Any
    groups: Any
    variants: Any
    ranked: Any
    ranks: Any
    kind_worth: Any
    stale_day: Any
    touched_day: Any
    touched_kind: Any
    version: Any
    gain_at: Any
    clock: Any
    stale_pick: Any
    top_score: Any
    top_visit: Any
    ready: Any
    sorted: Any
    marks: Any
    blocked: Any


# ------------------------------------------------------------------------------------------------------ chance


def draw(rng: Any) -> int:
    """The next number of a 32-bit xorshift; ``rng`` holds the state."""
    x = rng[0]
    x ^= (x << 13) & 0xFFFFFFFF
    x ^= x >> 17
    x ^= (x << 5) & 0xFFFFFFFF
    rng[0] = x
    return int(x)


def below(rng: Any, count: int) -> int:
    """A number from 0 to ``count`` - 1."""
    return draw(rng) % count


# ------------------------------------------------------------------------------------------------- time on the way


def ride(time: int, travel: int, first: int, latest: int, late: int) -> int:
    """Arrival when leaving at ``time``; later departures never arrive earlier."""
    if time <= latest:
        return (max(time, first)) + travel
    arrival = time + late
    bound = latest + travel
    return max(arrival, bound)


def unride(arrival: int, travel: int, first: int, latest: int, late: int) -> int:
    """The latest departure that arrives by ``arrival``; -INF if there is none."""
    time = arrival - late
    if time > latest and arrival >= latest + travel:
        return time
    time = arrival - travel
    if time < first:
        return -INF
    return min(time, latest)


def pause(early: Any, late: Any, length: Any, which: int, time: int) -> int:
    """End of a day's break when free at ``time``; INF if it is too late for it."""
    begin = early[which]
    begin = max(begin, time)
    if begin > late[which]:
        return INF
    return int(begin + length[which])


def unpause(early: Any, late: Any, length: Any, which: int, time: int) -> int:
    """The latest moment to be free so that the break ends by ``time``; -INF if there is none."""
    begin = time - length[which]
    if begin < early[which]:
        return -INF
    return int(min(begin, late[which]))


def cross(leg: Leg, early: Any, late: Any, length: Any, taken: int, then: int, time: int) -> int:
    """Earliest arrival when free at ``time``, with breaks ``taken`` to ``then`` - 1 before or after the leg."""
    best = INF
    left = time
    for split in range(taken, then + 1):
        if split > taken:
            left = pause(early, late, length, split - 1, left)
            if left >= INF:
                break
        arrival = ride(left, leg.travel, leg.first, leg.latest, leg.late)
        for which in range(split, then):
            if arrival >= INF:
                break
            arrival = pause(early, late, length, which, arrival)
        best = min(best, arrival)
    return best


def uncross(leg: Leg, early: Any, late: Any, length: Any, taken: int, then: int, arrival: int) -> int:
    """The latest moment to be free so that one is there, breaks taken, by ``arrival``; -INF if there is none."""
    best = -INF
    after = arrival
    for back in range(then - taken + 1):
        split = then - back
        if back > 0:
            after = unpause(early, late, length, split, after)
            if after <= -INF:
                break
        time = unride(after, leg.travel, leg.first, leg.latest, leg.late)
        for step in range(split - taken):
            if time <= -INF:
                break
            time = unpause(early, late, length, split - 1 - step, time)
        best = max(best, time)
    return best


def leg_of(data: Data, table: int, i: int, j: int) -> Leg:
    """One leg of a table."""
    if data.timed:
        return Leg(data.travel[table, i, j], data.first[table, i, j], data.latest[table, i, j], data.late[table, i, j])
    travel = data.travel[table, i, j]
    return Leg(travel, 0, INF, travel)


def next_start(opens: Any, closes: Any, count: int, time: int) -> int:
    """Earliest start of a visit from ``time`` on; INF if the day has none left."""
    for w in range(count):
        if time <= closes[w]:
            return int(max(time, opens[w]))
    return INF


def last_start(opens: Any, closes: Any, count: int, time: int) -> int:
    """Latest start of a visit up to ``time``; -INF if there is none so early."""
    for back in range(count):
        w = count - 1 - back
        if time >= opens[w]:
            return int(min(time, closes[w]))
    return -INF


# -------------------------------------------------------------------------------------------------- a day's labels


def refresh(data: Data, state: State, day: int) -> None:
    """Recompute E, arrivals, L, losses and what the legs use, of one day."""
    n, top = data.n, data.break_count[day]
    last = state.length[day] + 1
    seq, start, arrive, limit = state.seq[day], state.start[day], state.arrive[day], state.limit[day]
    table = data.table[day]
    early, late, rest = data.break_early[day], data.break_late[day], data.break_len[day]
    for b in range(top + 1):
        start[0, b] = INF
        arrive[0, b] = INF
    start[0, 0] = data.day_start[day]
    arrive[0, 0] = data.day_start[day]
    for p in range(1, last + 1):
        i, j = seq[p - 1], seq[p]
        spent = data.duration[i] if i < n else 0
        leg = leg_of(data, table, i, j)
        for b in range(top + 1):
            arrival = INF
            for a in range(b + 1):
                if start[p - 1, a] < INF:
                    time = cross(leg, early, late, rest, a, b, start[p - 1, a] + spent)
                    arrival = min(arrival, time)
            arrive[p, b] = arrival
            if arrival >= INF:
                start[p, b] = INF
            elif j < n:
                start[p, b] = next_start(data.opens[day, j], data.closes[day, j], data.windows[day, j], arrival)
            else:
                start[p, b] = arrival
    for b in range(top + 1):
        limit[last, b] = -INF
    limit[last, top] = data.day_end[day]
    for back in range(1, last + 1):
        p = last - back
        i, j = seq[p], seq[p + 1]
        spent = data.duration[i] if i < n else 0
        leg = leg_of(data, table, i, j)
        for a in range(top + 1):
            time = -INF
            for b in range(a, top + 1):
                if limit[p + 1, b] > -INF:
                    free = uncross(leg, early, late, rest, a, b, limit[p + 1, b])
                    time = max(time, free)
            if time > -INF:
                time -= spent
                if i < n:
                    time = last_start(data.opens[day, i], data.closes[day, i], data.windows[day, i], time)
            limit[p, a] = time
    for p in range(last + 1):
        i = seq[p]
        spent = data.duration[i] if i < n else 0
        soon, deep = INF, -INF
        for b in range(top + 1):
            deep = max(deep, limit[p, b])
            # Labels from which the day cannot be finished are dead; nothing is inserted behind them.
            if start[p, b] < INF and (start[p, b] <= limit[p, b] or last == 1) and start[p, b] + spent < soon:
                soon = start[p, b] + spent
        state.soon[day, p] = soon
        state.deep[day, p] = deep
    loss = 0
    for p in range(last):
        loss += data.loss[table, seq[p], seq[p + 1]]
    state.day_loss[day] = loss
    for r in range(data.day_arc.shape[0]):
        used = 0
        for p in range(last):
            used += data.day_arc[r, table, seq[p], seq[p + 1]]
        for p in range(1, last):
            used += data.day_use[r, seq[p]]
        state.day_used[r, day] = used
    for q in range(data.trip_arc.shape[0]):
        used = 0
        for p in range(last):
            used += data.trip_arc[q, table, seq[p], seq[p + 1]]
        state.trip_used[q] += used - state.arc_used[q, day]
        state.arc_used[q, day] = used
    state.stale_day[day] = True


def feasible(data: Data, state: State, day: int) -> bool:
    """Whether the day can be kept as it stands; a day without visits always can."""
    if state.length[day] == 0:
        return True
    if state.start[day, 0, 0] > state.limit[day, 0, 0]:
        return False
    for r in range(data.day_cap.shape[0]):
        if state.day_used[r, day] > data.day_cap[r, day]:
            return False
    return True


def walks(data: Data, state: State, day: int, i: int, k: int, j: int) -> bool:
    """Whether a visit between two others keeps to the day's resources, legs included."""
    table = data.table[day]
    for r in range(data.day_arc.shape[0]):
        arcs = data.day_arc[r, table]
        more = data.day_use[r, k] + arcs[i, k] + arcs[k, j] - arcs[i, j]
        if state.day_used[r, day] + more > data.day_cap[r, day]:
            return False
    return True


def labelled(
    inward: Leg, outward: Leg, early: Any, late: Any, rest: Any, top: int, start: Any, here: Any, limit: Any, arrive: Any,
    spent: int, opens: Any, closes: Any, count: int, length: int, alone: bool, ready: Any,
) -> int:  # fmt: skip
    """Minutes that a visit between two stops costs with all ways to take the breaks; INF if none works.

    ``start`` and ``here`` are E and L by breaks taken at the stop before, ``arrive`` and ``limit`` arrivals and L at the next.
    """
    for b in range(top + 1):
        ready[b] = INF
    for a in range(top + 1):
        if start[a] >= INF or not (alone or start[a] <= here[a]):
            continue
        for b in range(a, top + 1):
            time = cross(inward, early, late, rest, a, b, start[a] + spent)
            ready[b] = min(ready[b], time)
    longer = INF
    for a in range(top + 1):
        if ready[a] > closes[count - 1]:
            continue
        free = next_start(opens, closes, count, ready[a]) + length
        for b in range(a, top + 1):
            if free > limit[b]:
                continue
            time = cross(outward, early, late, rest, a, b, free)
            if time <= limit[b]:
                before = arrive[b] if arrive[b] < INF else time - length
                longer = min(longer, time - before)
    return int(longer)


def evaluate(data: Data, state: State, day: int, fresh: int) -> None:
    """For every visit not on this day: where it fits best and what that costs.

    With ``fresh`` >= 0 one visit has just come in behind that position of a day evaluated before: what did not fit does not
    fit now, and of the rest only the two new places and the known one are looked at, all others where none of these will do.
    """
    n, table, top = data.n, data.table[day], data.break_count[day]
    last = state.length[day] + 1
    alone = last == 1
    seq, soon, deep = state.seq[day], state.soon[day], state.deep[day]
    start, limit, arrive = state.start[day], state.limit[day], state.arrive[day]
    shift, worse, at = state.shift[day], state.worse[day], state.at[day]
    early, late, rest = data.break_early[day], data.break_late[day], data.break_len[day]
    windows, duration = data.windows[day], data.duration
    swift, swift_t, loss, loss_t = data.swift[table], data.swift_t[table], data.loss[table], data.loss_t[table]
    resources = data.day_use.shape[0]
    walked = data.day_arc.shape[0] > 0
    for k in range(n):
        known = at[k]
        if fresh >= 0 and shift[k] >= INF:
            continue
        shift[k] = INF
        count = windows[k]
        if count == 0 or state.day_of[k] == day:
            continue
        full = False
        for r in range(0 if walked else resources):
            if data.day_use[r, k] > 0 and state.day_used[r, day] + data.day_use[r, k] > data.day_cap[r, day]:
                full = True
        if full:
            continue
        opens, closes, length = data.opens[day, k], data.closes[day, k], duration[k]
        first, final = opens[0], closes[count - 1]
        back, out = swift_t[k], swift[k]
        best = 1 << 60
        for x in range(last if fresh < 0 else last + 3):
            p = x
            if fresh >= 0:
                if x < 2:
                    p = fresh + x
                elif x == 2:
                    if known == fresh:
                        continue
                    p = known if known < fresh else known + 1
                elif best < 1 << 60:
                    break
                else:
                    p = x - 3
            i, j = seq[p], seq[p + 1]
            # With the fewest breaks and the fastest way: most places are out by this alone.
            time = soon[p] + back[i]
            if time > final:
                continue
            time = max(time, first)
            if count > 1:
                time = next_start(opens, closes, count, time)
            time += length + out[j]
            if time > deep[p + 1]:
                continue
            dearer = 0
            if data.costly:
                dearer = loss_t[k, i] + loss[k, j] - loss[i, j]
                # No visit adds more than its prize.
                if dearer >= data.prize[k] and not data.must[k]:
                    continue
            if walked and not walks(data, state, day, i, k, j):
                continue
            if data.simple:
                longer = time - arrive[p + 1, 0]
            else:
                longer = labelled(
                    leg_of(data, table, i, k), leg_of(data, table, k, j), early, late, rest, top, start[p], limit[p],
                    limit[p + 1], arrive[p + 1], duration[i] if i < n else 0, opens, closes, count, length, alone, state.ready,
                )  # fmt: skip
                if longer >= INF:
                    continue
            cost = longer * data.rate + dearer
            if cost < best:
                best = cost
                shift[k] = longer
                worse[k] = dearer
                at[k] = p
    state.stale_day[day] = False


# ------------------------------------------------------------------------------------------------ diminishing worth


def kind_worth(data: Data, state: State, kind: int, day: int, extra: int) -> int:
    """Worth of all visits of a kind, one more of prize ``extra`` on ``day`` included; ``day`` -1 for none more."""
    best = state.sorted
    count = 0
    columns = data.day_weight.shape[1]
    for d in range(data.days):
        rank, pending = 0, d == day
        held = state.ranks[kind, d]
        q = 0
        while q < held or pending:
            if pending and (q == held or extra >= state.ranked[kind, d, q]):
                prize = extra
                pending = False
            else:
                prize = state.ranked[kind, d, q]
                q += 1
            value = prize * data.day_weight[kind, rank if rank < columns else columns - 1] // 1000
            rank += 1
            x = count
            while x > 0 and best[x - 1] < value:
                best[x] = best[x - 1]
                x -= 1
            best[x] = value
            count += 1
    total = 0
    columns = data.trip_weight.shape[1]
    for r in range(count):
        total += best[r] * data.trip_weight[kind, r if r < columns else columns - 1] // 1000
    return total


# -------------------------------------------------------------------------------------------------------- changes


def touch(data: Data, state: State, day: int, visit: int) -> None:
    """Remember what a change has to be copied or taken back."""
    state.touched_day[day] = True
    if visit >= 0 and data.kind[visit] >= 0:
        state.touched_kind[data.kind[visit]] = True


def reprice(data: Data, state: State, kind: int) -> None:
    """A kind's worth after a change; what its visits would add has to be computed anew."""
    state.kind_worth[kind] = kind_worth(data, state, kind, -1, 0)
    # One clock for both states, so that no version ever stands for two different sets of visits.
    state.clock[0] += 1
    state.version[kind] = state.clock[0]


def put(data: Data, state: State, day: int, k: int, p: int) -> None:
    """Insert a visit behind position ``p``; ``refresh`` has to follow."""
    seq = state.seq[day]
    end = state.length[day] + 1
    for x in range(end - p):
        seq[end + 1 - x] = seq[end - x]
    seq[p + 1] = k
    state.length[day] += 1
    account(data, state, day, k, 1)
    kind = data.kind[k]
    if kind >= 0:
        x = state.ranks[kind, day]
        while x > 0 and state.ranked[kind, day, x - 1] < data.prize[k]:
            state.ranked[kind, day, x] = state.ranked[kind, day, x - 1]
            x -= 1
        state.ranked[kind, day, x] = data.prize[k]
        state.ranks[kind, day] += 1
        reprice(data, state, kind)
    state.day_of[k] = day


def take(data: Data, state: State, day: int, p: int) -> None:
    """Remove the visit at position ``p``; ``refresh`` has to follow."""
    seq = state.seq[day]
    k = seq[p]
    for x in range(p, state.length[day] + 1):
        seq[x] = seq[x + 1]
    state.length[day] -= 1
    account(data, state, day, k, -1)
    kind = data.kind[k]
    if kind >= 0:
        held = state.ranks[kind, day]
        x = 0
        while state.ranked[kind, day, x] != data.prize[k]:
            x += 1
        for y in range(x, held - 1):
            state.ranked[kind, day, y] = state.ranked[kind, day, y + 1]
        state.ranks[kind, day] = held - 1
        reprice(data, state, kind)
    state.day_of[k] = -1


def account(data: Data, state: State, day: int, k: int, sign: int) -> None:
    """Add or subtract a visit's own use of everything counted."""
    touch(data, state, day, k)
    state.variants[data.variant[k]] += sign
    for r in range(data.day_use.shape[0]):
        state.day_used[r, day] += sign * data.day_use[r, k]
    for q in range(data.trip_use.shape[0]):
        state.trip_used[q] += sign * data.trip_use[q, k]
    group = data.group[k]
    if group >= 0:
        was = state.groups[group] > 0
        state.groups[group] += sign
        now = state.groups[group] > 0
        if was != now:
            for q in range(data.group_use.shape[0]):
                state.trip_used[q] += sign * data.group_use[q, group]


def duties_of(data: Data, state: State) -> int:
    """Required visits that are made, less resources that are exceeded; each weighs more than all prizes together."""
    duties = 0
    for d in range(data.days):
        for p in range(1, state.length[d] + 1):
            if data.must[state.seq[d, p]]:
                duties += 1
    for q in range(data.trip_cap.shape[0]):
        if state.trip_used[q] > data.trip_cap[q]:
            duties -= 1
    return duties


def value_of(data: Data, state: State) -> int:
    """Worth less losses."""
    total = 0
    for d in range(data.days):
        total -= state.day_loss[d]
        for p in range(1, state.length[d] + 1):
            k = state.seq[d, p]
            if data.kind[k] < 0:
                total += data.prize[k]
    for c in range(state.kind_worth.shape[0]):
        total += state.kind_worth[c]
    for s in range(data.days + 1):
        total -= data.slot_loss[s, state.slots[s]]
        if 1 < s < data.days and state.slots[s] != state.slots[s - 1]:
            total -= data.move_loss
    return total


def mend(data: Data, state: State, day: int) -> None:
    """Drop visits of a day until it can be kept."""
    refresh(data, state, day)
    while not feasible(data, state, day):
        worst = 1
        for p in range(2, state.length[day] + 1):
            if data.prize[state.seq[day, p]] < data.prize[state.seq[day, worst]]:
                worst = p
        take(data, state, day, worst)
        refresh(data, state, day)


# ---------------------------------------------------------------------------------------------------------- ruin


def nearest(data: Data, state: State, day: int, seed: int) -> int:
    """Position of the visit of a day that is nearest to ``seed``; 0 for an empty day."""
    table = data.table[day]
    best, found = 1 << 60, 0
    for p in range(1, state.length[day] + 1):
        away = data.swift[table, seed, state.seq[day, p]]
        if away < best:
            best, found = away, p
    return found


def ruin_strings(data: Data, state: State, rng: Any) -> None:
    """Remove runs of neighbouring stops near a seed from one to a few days."""
    seed = data.alive[below(rng, len(data.alive))]
    most = min(3, data.days)
    wanted = 1 + below(rng, most)
    used = state.marks
    for d in range(data.days):
        used[d] = False
    for _ in range(wanted):
        best, day, position = 1 << 60, -1, 0
        for d in range(data.days):
            if used[d] or state.length[d] == 0:
                continue
            p = nearest(data, state, d, seed)
            away = data.swift[data.table[d], seed, state.seq[d, p]]
            if state.day_of[seed] == d:
                away = -1
            if away < best:
                best, day, position = away, d, p
        if day < 0:
            return
        used[day] = True
        length = state.length[day]
        count = 1 + below(rng, min(STRING, length))
        begin = position - below(rng, count)
        begin = max(begin, 1)
        if begin + count - 1 > length:
            begin = length - count + 1
        for _x in range(count):
            take(data, state, day, begin)


def ruin_scattered(data: Data, state: State, rng: Any) -> None:
    """Remove each stop with one small chance for all."""
    share = 5 + below(rng, 40)
    for d in range(data.days):
        held = state.length[d]
        for back in range(held):
            if below(rng, 100) < share:
                take(data, state, d, held - back)


def ruin_day(data: Data, state: State, rng: Any) -> int:
    """Empty the day on which a seed is open; the seed goes in first. Gives the seed's day or -1."""
    seed = data.alive[below(rng, len(data.alive))]
    day = below(rng, data.days)
    for _ in range(data.days):
        if data.windows[day, seed] > 0:
            break
        day = (day + 1) % data.days
    while state.length[day] > 0:
        take(data, state, day, state.length[day])
    state.touched_day[day] = True
    refresh(data, state, day)
    if state.day_of[seed] < 0 and state.variants[data.variant[seed]] == 0:
        evaluate(data, state, day, -1)
        if state.shift[day, seed] < INF and fits_trip(data, state, day, seed):
            put(data, state, day, seed, state.at[day, seed])
            refresh(data, state, day)
    return day


def ruin_slots(data: Data, state: State, rng: Any) -> None:
    """Move one or several nights in a row to another depot; the days beside them are emptied or mended."""
    count = len(data.free_slots)
    x = below(rng, count)
    first = data.free_slots[x]
    seed = data.alive[below(rng, len(data.alive))]
    chosen, best = -1, 1 << 60
    random = below(rng, 4) == 0
    pick = below(rng, data.depots)
    for step in range(data.depots):
        b = (pick + step) % data.depots
        if data.slot_allowed[first, b] and b != state.slots[first]:
            away = 0 if random else data.swift[0, data.n + b, seed]
            if away < best:
                best, chosen = away, b
    if chosen < 0:
        return
    reach = below(rng, count - x)
    if below(rng, 2) == 0:
        reach = count - 1 - x
        if below(rng, 2) == 0:
            first = data.free_slots[0]
            reach = count - 1
    s = first
    changed = state.marks
    for d in range(data.days + 1):
        changed[d] = False
    while s <= data.days and reach >= 0:
        if data.slot_allowed[s, chosen] and state.slots[s] != chosen:
            state.slots[s] = chosen
            changed[s] = True
        reach -= 1
        s += 1
    if data.tie_first and state.slots[0] != state.slots[1]:
        state.slots[0] = state.slots[1]
        changed[0] = True
    if data.tie_last and state.slots[data.days] != state.slots[data.days - 1]:
        state.slots[data.days] = state.slots[data.days - 1]
        changed[data.days] = True
    empty = below(rng, 3) > 0
    for d in range(data.days):
        if changed[d] or changed[d + 1]:
            state.touched_day[d] = True
            state.seq[d, 0] = data.n + state.slots[d]
            state.seq[d, state.length[d] + 1] = data.n + state.slots[d + 1]
            if empty:
                while state.length[d] > 0:
                    take(data, state, d, state.length[d])
            refresh(data, state, d)


# ------------------------------------------------------------------------------------------------------- recreate


def fits_trip(data: Data, state: State, day: int, k: int) -> bool:
    """Whether the visit keeps to the trip's resources at the place found for it, and to what may not share its day."""
    p = state.at[day, k]
    if data.any_apart:
        for x in range(1, state.length[day] + 1):
            if data.apart[k, state.seq[day, x]]:
                return False
    table = data.table[day]
    i, j = state.seq[day, p], state.seq[day, p + 1]
    for q in range(data.trip_cap.shape[0]):
        more = data.trip_use[q, k]
        if data.group[k] >= 0 and state.groups[data.group[k]] == 0:
            more += data.group_use[q, data.group[k]]
        if data.trip_arc.shape[0] > 0:
            arcs = data.trip_arc[q, table]
            more += arcs[i, k] + arcs[k, j] - arcs[i, j]
        if more > 0 and state.trip_used[q] + more > data.trip_cap[q]:
            return False
    return True


def thrift(data: Data, state: State, k: int) -> float:
    """Share of the trip's scarcest resource that a visit takes."""
    most = 0.0
    for q in range(data.trip_cap.shape[0]):
        more = data.trip_use[q, k]
        if data.group[k] >= 0 and state.groups[data.group[k]] == 0:
            more += data.group_use[q, data.group[k]]
        if data.trip_cap[q] > 0:
            share = more / data.trip_cap[q]
            most = max(most, share)
    return most


def pick(data: Data, state: State, day: int, power: int, dear: float, offset: int, blind: int) -> None:
    """The best visit to put in on a day and how good it is: gain for its time, a little blurred, some not looked at."""
    shift, worse, gain, gain_at = state.shift[day], state.worse[day], state.gain[day], state.gain_at[day]
    blocked, day_of, variants = state.blocked[day], state.day_of, state.variants
    prize, kinds, variant, must, noise = data.prize, data.kind, data.variant, data.must, data.noise_table
    scarce = data.trip_cap.shape[0] > 0
    limited = scarce or data.any_apart
    best, visit = -1.0, -1
    for k in range(data.n):
        if shift[k] >= INF or day_of[k] >= 0 or variants[variant[k]] > 0 or (limited and blocked[k]):
            continue
        if noise[(blind + k) & (TABLE - 1)] < BLINK and not must[k]:
            continue
        kind = kinds[k]
        worth = prize[k]
        if kind >= 0:
            if gain_at[k] != state.version[kind]:
                gain[k] = kind_worth(data, state, kind, day, worth) - state.kind_worth[kind]
                gain_at[k] = state.version[kind]
            worth = gain[k]
        net = float(worth - worse[k])
        if must[k]:
            net += 1.0e12
        if net <= 0.0:
            continue
        longer = float(shift[k])
        longer = max(longer, 1.0)
        if scarce:
            longer += dear * thrift(data, state, k)
        score = net
        if power > 1:
            score *= net
        if power > 2:
            score *= net
        blur = noise[(offset + k) & (TABLE - 1)]
        # Required visits come first; every other time in any order, since the handiest may block another's only place.
        score = 1.0e40 * blur if must[k] and offset & 1 else score / longer * (0.7 + 0.6 * blur)
        if score > best:
            best, visit = score, k
    state.top_score[day] = best
    state.top_visit[day] = visit
    state.stale_pick[day] = False


def recreate(data: Data, state: State, rng: Any) -> None:
    """Insert visits while any is worth it, the best first."""
    power = 1 + below(rng, 3)
    dear = float(below(rng, 4)) * 250.0
    offset = draw(rng) & (TABLE - 1)
    blind = draw(rng) & (TABLE - 1)
    limited = data.trip_cap.shape[0] > 0 or data.any_apart
    for d in range(data.days):
        state.stale_pick[d] = True
        if limited:
            for k in range(data.n):
                state.blocked[d, k] = False
    while True:
        best, day = -1.0, -1
        for d in range(data.days):
            if state.stale_day[d]:
                evaluate(data, state, d, -1)
                state.stale_pick[d] = True
            if state.stale_pick[d]:
                pick(data, state, d, power, dear, offset + 131 * d, blind)
            if state.top_visit[d] >= 0 and state.top_score[d] > best:
                best, day = state.top_score[d], d
        if day < 0:
            return
        k = state.top_visit[day]
        if limited and not fits_trip(data, state, day, k):
            state.blocked[day, k] = True
            state.stale_pick[day] = True
            continue
        p = state.at[day, k]
        put(data, state, day, k, p)
        refresh(data, state, day)
        evaluate(data, state, day, p)
        state.stale_pick[day] = True
        for d in range(data.days):
            other = state.top_visit[d]
            if other >= 0 and (data.kind[k] >= 0 or limited or data.variant[other] == data.variant[k]):
                state.stale_pick[d] = True


# --------------------------------------------------------------------------------------------------------- search


def copy_changes(data: Data, here: State, there: State) -> None:
    """Make ``there`` equal to ``here`` where either was touched, and forget the touches."""
    for d in range(data.days):
        if here.touched_day[d] or there.touched_day[d]:
            for p in range(1, there.length[d] + 1):
                k = there.seq[d, p]
                there.day_of[k] = -1
    for d in range(data.days):
        if not (here.touched_day[d] or there.touched_day[d]):
            continue
        length = here.length[d]
        there.length[d] = length
        top = data.break_count[d] + 1
        for p in range(length + 2):
            there.seq[d, p] = here.seq[d, p]
            there.soon[d, p] = here.soon[d, p]
            there.deep[d, p] = here.deep[d, p]
            for b in range(top):
                there.start[d, p, b] = here.start[d, p, b]
                there.arrive[d, p, b] = here.arrive[d, p, b]
                there.limit[d, p, b] = here.limit[d, p, b]
        for k in range(data.n):
            there.shift[d, k] = here.shift[d, k]
            there.worse[d, k] = here.worse[d, k]
            there.at[d, k] = here.at[d, k]
        for r in range(data.day_use.shape[0]):
            there.day_used[r, d] = here.day_used[r, d]
        for q in range(data.trip_use.shape[0]):
            there.arc_used[q, d] = here.arc_used[q, d]
        there.day_loss[d] = here.day_loss[d]
        there.stale_day[d] = here.stale_day[d]
    for d in range(data.days):
        if here.touched_day[d] or there.touched_day[d]:
            for p in range(1, here.length[d] + 1):
                there.day_of[here.seq[d, p]] = d
        here.touched_day[d] = False
        there.touched_day[d] = False
    for c in range(here.touched_kind.shape[0]):
        if here.touched_kind[c] or there.touched_kind[c]:
            for d in range(data.days):
                there.ranks[c, d] = here.ranks[c, d]
                for x in range(here.ranks[c, d]):
                    there.ranked[c, d, x] = here.ranked[c, d, x]
            there.kind_worth[c] = here.kind_worth[c]
            there.version[c] = here.version[c]
            here.touched_kind[c] = False
            there.touched_kind[c] = False
    for s in range(data.days + 1):
        there.slots[s] = here.slots[s]
    for v in range(here.variants.shape[0]):
        there.variants[v] = here.variants[v]
    for g in range(here.groups.shape[0]):
        there.groups[g] = here.groups[g]
    for q in range(here.trip_used.shape[0]):
        there.trip_used[q] = here.trip_used[q]


def ruin(data: Data, state: State, rng: Any) -> None:
    """One of the ruins, then every day that it left broken is mended."""
    lot = below(rng, 100)
    if len(data.free_slots) > 0 and below(rng, 100) < 12:
        ruin_slots(data, state, rng)
    elif lot < 70:
        ruin_strings(data, state, rng)
    elif lot < 85:
        ruin_scattered(data, state, rng)
    else:
        ruin_day(data, state, rng)
    for d in range(data.days):
        if state.touched_day[d]:
            mend(data, state, d)


def lay_all(data: Data, state: State, routes: Any, lengths: Any) -> bool:
    """Put whole routes on empty days; True if nothing had to be left out and every rule is kept."""
    whole = True
    for d in range(data.days):
        for x in range(lengths[d]):
            k = routes[d, x]
            if data.windows[d, k] == 0 or state.day_of[k] >= 0 or state.variants[data.variant[k]] > 0:
                whole = False
                continue
            for p in range(1, state.length[d] + 1):
                if data.apart[k, state.seq[d, p]]:
                    whole = False
            put(data, state, d, k, state.length[d])
        refresh(data, state, d)
        whole = whole and feasible(data, state, d)
    for q in range(data.trip_cap.shape[0]):
        whole = whole and state.trip_used[q] <= data.trip_cap[q]
    return whole


def lay(data: Data, state: State, day: int, route: Any, count: int) -> None:
    """Put on an empty day what fits of a route, one visit behind the other."""
    for x in range(count):
        k = route[x]
        if data.windows[day, k] == 0 or state.day_of[k] >= 0 or state.variants[data.variant[k]] > 0:
            continue
        end = state.length[day]
        state.at[day, k] = end
        if not fits_trip(data, state, day, k):
            continue
        put(data, state, day, k, end)
        refresh(data, state, day)
        if not feasible(data, state, day):
            take(data, state, day, end + 1)
            refresh(data, state, day)


def settle(data: Data, state: State, routes: Any, lengths: Any, worth: Any) -> None:
    """Fill a state that holds nothing but its slots with routes, dropping what does not fit; ``worth`` gets duties and value."""
    for d in range(data.days):
        state.seq[d, 0] = data.n + state.slots[d]
        state.seq[d, 1] = data.n + state.slots[d + 1]
        refresh(data, state, d)
    if not lay_all(data, state, routes, lengths):
        for d in range(data.days):
            while state.length[d] > 0:
                take(data, state, d, state.length[d])
            refresh(data, state, d)
        for d in range(data.days):
            lay(data, state, d, routes[d], lengths[d])
    for d in range(data.days):
        state.touched_day[d] = False
    for c in range(state.touched_kind.shape[0]):
        state.touched_kind[c] = False
    worth[0] = duties_of(data, state)
    worth[1] = value_of(data, state)


def search(
    data: Data, now: State, trial: State, best_seq: Any, best_length: Any, best_slots: Any, worth: Any, rng: Any,
    begin: int, rounds: int, total: int, hot: float, cold: float,
) -> None:  # fmt: skip
    """Rounds ``begin`` to ``begin`` + ``rounds`` of a search of ``total`` rounds, cooling from ``hot`` to ``cold``.

    ``worth`` holds duties and value of ``now``, then duties and value of the best; ``trial`` equals ``now`` at entry and exit.
    """
    for step in range(begin, begin + rounds):
        ruin(data, trial, rng)
        recreate(data, trial, rng)
        duties, value = duties_of(data, trial), value_of(data, trial)
        if duties > worth[2] or (duties == worth[2] and value > worth[3]):
            worth[2] = duties
            worth[3] = value
            for d in range(data.days):
                best_length[d] = trial.length[d]
                for p in range(trial.length[d]):
                    best_seq[d, p] = trial.seq[d, p + 1]
            for s in range(data.days + 1):
                best_slots[s] = trial.slots[s]
        rest = 1.0 - float(step) / float(total)
        heat = float(abs(worth[3])) * (cold + (hot - cold) * rest * rest)
        floor = float(worth[1]) - heat * data.log_table[draw(rng) & (TABLE - 1)]
        if duties > worth[0] or (duties == worth[0] and float(value) > floor):
            worth[0] = duties
            worth[1] = value
            copy_changes(data, trial, now)
        else:
            copy_changes(data, now, trial)


COMPILED = (
    "draw", "below", "ride", "unride", "pause", "unpause", "cross", "uncross", "leg_of", "next_start", "last_start",
    "refresh", "feasible", "walks", "labelled", "evaluate", "kind_worth", "touch", "account", "reprice", "put", "take",
    "duties_of", "value_of", "mend", "nearest", "ruin_strings", "ruin_scattered", "fits_trip", "ruin_day", "ruin_slots",
    "thrift", "pick", "recreate", "copy_changes", "ruin", "lay_all", "lay", "settle", "search",
)  # fmt: skip
ENTRIES = ("settle", "search")
"""What is called from outside; only these pay for being callable."""
