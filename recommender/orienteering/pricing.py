"""Best day routes under given prices, by labels: the compiled half of the bound.

Read as Python this runs as it stands; ``dayroutes.py`` compiles the functions named in ``COMPILED`` with numba. A label is a way
to be ready at a visit: when, with how many breaks taken, what resources used, worth what. One that another matches in
everything and beats in worth is dropped. Visits already made are remembered only as long as the way stays in their
neighbourhood (the ng-route relaxation of Baldacci, Mingozzi and Roberti 2011), so a route may come back to one after a long
way round: that only raises the bound. Before labels are made, ``complete`` finds what any of them may still gain at most when
visits may be repeated; multipliers make repeating dear. Nothing is shared with the search, whose results the bound judges.
"""

from __future__ import annotations

from typing import Any

FAR = 4_000_000
LOW = -1e18
BITS = 62
NODE, TIME, TAKEN, PARENT, NEXT, RANK, USED = 0, 1, 2, 3, 4, 5, 6
"""Columns of a label; what it used of the day's resources comes last."""


def arrive(legs: Any, i: int, j: int, time: int) -> int:
    """Arrival over a leg when leaving at ``time``."""
    if time <= legs[2, i, j]:
        return int(max(time, legs[1, i, j]) + legs[0, i, j])
    return int(max(time + legs[3, i, j], legs[2, i, j] + legs[0, i, j]))


def rest(breaks: Any, which: int, time: int) -> int:
    """End of a break when free at ``time``; FAR if it is too late for it."""
    begin = max(time, breaks[0, which])
    if begin > breaks[1, which]:
        return FAR
    return int(begin + breaks[2, which])


def travelled(legs: Any, breaks: Any, i: int, j: int, taken: int, then: int, time: int) -> int:
    """Earliest arrival over a leg with breaks ``taken`` to ``then`` - 1 before or after it; FAR if there is none."""
    best = FAR
    left = time
    for split in range(taken, then + 1):
        if split > taken:
            left = rest(breaks, split - 1, left)
            if left >= FAR:
                break
        there = arrive(legs, i, j, left)
        for which in range(split, then):
            if there >= FAR:
                break
            there = rest(breaks, which, there)
        best = min(best, there)
    return best


def begun(opens: Any, closes: Any, count: int, time: int) -> int:
    """Earliest start of a visit from ``time`` on; FAR if there is none."""
    for w in range(count):
        if time <= closes[w]:
            return int(max(time, opens[w]))
    return FAR


# ----------------------------------------------------------------------------------------- what may still be gained


def complete(
    hops: Any, nearest: Any, plain: bool, cost: Any, stays: Any, pauses: Any, gain: Any, ends: Any, onward: Any, inside: Any
) -> None:
    """What can still be gained from each node, moment and number of breaks, visits repeated at will: never too little.

    Time is counted in moments of some minutes, always rounded down. ``onward`` and ``inside`` (moments, nodes, breaks + 1):
    when ready to leave a node, and when arrived at one.

    Parameters
    ----------
    hops
        (5, nodes, nodes) moments of a leg, the first arrival, the last departure, and the first two for what leaves later.
    nearest
        (nodes, nodes) other nodes by the least moments that a leg to them may take.
    plain
        Whether all legs may be taken at any time.
    stays
        (moments, visits) moment at which a visit begun at once or later ends, beyond the last where there is none.
    pauses
        (breaks, moments) moment at which a break ends.
    """
    moments, nodes, visits, most = onward.shape[0], onward.shape[1], stays.shape[1], pauses.shape[0]
    for back in range(moments):
        moment = moments - 1 - back
        for j in range(nodes):
            for fewer in range(most + 1):
                taken = most - fewer
                best = LOW
                if j < visits:
                    if stays[moment, j] < moments:
                        best = gain[j] + onward[stays[moment, j], j, taken]
                elif taken == most:
                    best = ends[j - visits]
                if taken < most and pauses[taken, moment] < moments:
                    best = max(best, inside[pauses[taken, moment], j, taken + 1])
                inside[moment, j, taken] = best
                onward[moment, j, taken] = LOW
        for i in range(nodes):
            for x in range(nodes):
                j = nearest[i, x]
                at = moment + min(hops[0, i, j], hops[3, i, j])
                if at >= moments:
                    break
                if not plain:
                    if moment <= hops[2, i, j]:
                        at = max(moment + hops[0, i, j], hops[1, i, j])
                    else:
                        at = max(moment + hops[3, i, j], hops[4, i, j])
                    if at >= moments:
                        continue
                price = cost[i, j]
                for taken in range(most + 1):
                    value = inside[at, j, taken] - price
                    onward[moment, i, taken] = max(onward[moment, i, taken], value)
            for fewer in range(1, most + 1):
                taken = most - fewer
                if pauses[taken, moment] < moments:
                    onward[moment, i, taken] = max(onward[moment, i, taken], onward[pauses[taken, moment], i, taken + 1])


def trace(
    hops: Any, cost: Any, stays: Any, pauses: Any, onward: Any, inside: Any, depot: int, path: Any
) -> int:
    """A way that gains what ``complete`` promises from a depot, into ``path``, the end last; how many visits it makes."""
    moments, nodes, visits, most = onward.shape[0], onward.shape[1], stays.shape[1], pauses.shape[0]
    i, taken, moment, length = visits + depot, 0, 0, 0
    while length < len(path):
        value = onward[moment, i, taken]
        if taken < most and pauses[taken, moment] < moments and onward[pauses[taken, moment], i, taken + 1] >= value:
            taken, moment = taken + 1, pauses[taken, moment]
            continue
        j = -1
        for node in range(nodes):
            late = moment > hops[2, i, node]
            at = max(moment + hops[3 if late else 0, i, node], hops[4 if late else 1, i, node])
            if at < moments and inside[at, node, taken] - cost[i, node] >= value:
                j, moment = node, at
                break
        path[length] = j
        if j < 0:
            return length
        while taken < most:
            after = pauses[taken, moment]
            if after >= moments or inside[after, j, taken + 1] < inside[moment, j, taken]:
                break
            taken, moment = taken + 1, after
        if j >= visits:
            return length
        length += 1
        i, moment = j, stays[moment, j]
    return length


def reach(
    hops: Any, cost: Any, stays: Any, pauses: Any, gain: Any, depot: int, onward: Any, ready: Any, there: Any, through: Any
) -> None:
    """The most that a way over each visit gains, visits repeated at will, into ``through``: the mirror of ``complete``."""
    moments, nodes, visits, most = onward.shape[0], onward.shape[1], stays.shape[1], pauses.shape[0]
    for moment in range(moments):
        for j in range(nodes):
            for taken in range(most + 1):
                ready[moment, j, taken] = LOW
                there[moment, j, taken] = LOW
    ready[0, visits + depot, 0] = 0.0
    for j in range(visits):
        through[j] = LOW
    for moment in range(moments):
        for taken in range(most + 1):
            rested = pauses[taken, moment] if taken < most else moments
            for i in range(nodes):
                value = ready[moment, i, taken]
                if value <= LOW:
                    continue
                if i < visits:
                    through[i] = max(through[i], value + onward[moment, i, taken])
                if rested < moments:
                    ready[rested, i, taken + 1] = max(ready[rested, i, taken + 1], value)
                for j in range(visits):
                    if moment <= hops[2, i, j]:
                        at = max(moment + hops[0, i, j], hops[1, i, j])
                    else:
                        at = max(moment + hops[3, i, j], hops[4, i, j])
                    if at < moments:
                        there[at, j, taken] = max(there[at, j, taken], value - cost[i, j])
            for j in range(visits):
                value = there[moment, j, taken]
                if value <= LOW:
                    continue
                if rested < moments:
                    there[rested, j, taken + 1] = max(there[rested, j, taken + 1], value)
                if stays[moment, j] < moments:
                    ready[stays[moment, j], j, taken] = max(ready[stays[moment, j], j, taken], value + gain[j])


# ---------------------------------------------------------------------------------------------------------- labels


def dominated(ints: Any, masks: Any, worth: Any, one: int, two: int, resources: int) -> bool:
    """Whether label ``one`` can do all that ``two`` can, for no less."""
    if worth[one] < worth[two] or ints[one, TAKEN] < ints[two, TAKEN] or ints[one, TIME] > ints[two, TIME]:
        return False
    for w in range(masks.shape[1]):
        if masks[one, w] & ~masks[two, w]:
            return False
    for r in range(resources):
        if ints[one, USED + r] > ints[two, USED + r]:
            return False
    return True


def beaten(ints: Any, masks: Any, worth: Any, first: int, label: int, resources: int, work: Any) -> bool:
    """Whether any settled label of a list dominates ``label``."""
    other = first
    while other >= 0:
        work[0] -= 1
        if dominated(ints, masks, worth, other, label, resources):
            return True
        other = ints[other, NEXT]
    return False


def hope(
    ints: Any, masks: Any, label: int, onward: Any, width: int, begin: int, heavy: Any, weight: Any, scarce: Any, cap: Any
) -> float:
    """What a label may still gain at most: what ``complete`` found, and the multipliers that it has not paid yet."""
    if width == 0:
        return -LOW
    more = float(onward[(ints[label, TIME] - begin) // width, ints[label, NODE], ints[label, TAKEN]])
    for h in range(len(heavy)):
        if not masks[label, heavy[h] // BITS] >> (heavy[h] % BITS) & 1:
            more += weight[h]
    for r in range(len(cap)):
        more += scarce[r] * (cap[r] - ints[label, USED + r])
    return more


def thin(ints: Any, promise: Any, queue: Any, bucket: int, beam: int, bars: Any) -> None:
    """Keep about ``beam`` of the labels of a bucket: those that promise most."""
    count, low, high = 0, -LOW, LOW
    label = queue[bucket]
    while label >= 0:
        low, high, count = min(low, promise[label]), max(high, promise[label]), count + 1
        label = ints[label, NEXT]
    if count <= beam or high <= low:
        return
    scale = (len(bars) - 1) / (high - low)
    for k in range(len(bars)):
        bars[k] = 0
    label = queue[bucket]
    while label >= 0:
        bars[int((promise[label] - low) * scale)] += 1
        label = ints[label, NEXT]
    kept, bar = 0, len(bars)
    while bar > 0 and kept < beam:
        bar -= 1
        kept += bars[bar]
    label, queue[bucket] = queue[bucket], -1
    while label >= 0:
        following = ints[label, NEXT]
        if int((promise[label] - low) * scale) >= bar:
            ints[label, NEXT] = queue[bucket]
            queue[bucket] = label
        label = following


def price(
    legs: Any, cost: Any, duration: Any, opens: Any, closes: Any, count: Any, breaks: Any, span: Any,
    gain: Any, rank_bit: Any, own: Any, keep: Any, block: Any, use: Any, arc_use: Any, cap: Any, depot: int, ends: Any,
    onward: Any, width: int, heavy: Any, weight: Any, scarce: Any, floor: float, beam: int,
    ints: Any, masks: Any, worth: Any, promise: Any, queue: Any, settled: Any, bars: Any,
    best: Any, best_label: Any, best_end: Any, made: int, bucket_from: int, bucket_to: int, work: Any,
) -> int:  # fmt: skip
    """Routes of one day from a depot with at least one visit, worth more than ``floor``: the best for each last visit.

    Parameters
    ----------
    gain, rank_bit
        (visits, ranks) worth of a visit at each rank of its kind, LOW where it has none, and the bit of that rank, or -1.
    own, keep, block
        Bit of a visit, bits remembered at it, and bits set by making it.
    ends
        (b,) worth of ending at a depot; LOW where not allowed.
    onward, width, heavy, weight, scarce
        What ``complete`` found for gains less multipliers, width 0 for nothing known; multipliers of bits and resources.
    beam
        0 looks at everything, in order of time; else at so many labels for each number of visits, and routes may be missed.
    made, bucket_from, bucket_to
        Labels so far and which buckets of the queue are due, so that others may interrupt; all begins with bucket 0.
    work
        Comparisons that may still be made; negative when they were not enough.

    Returns
    -------
    int
        Number of labels, or -1 if there was no room or time for all.
    """
    visits, most, resources = len(duration), breaks.shape[1], len(cap)
    words = masks.shape[1]
    if bucket_from == 0:
        for t in range(len(queue)):
            queue[t] = -1
        for i in range(visits):
            settled[i] = -1
            best[i] = floor
            best_label[i] = -1
        ints[made, NODE], ints[made, TIME], ints[made, TAKEN], ints[made, PARENT] = visits + depot, span[0], 0, -1
        for r in range(resources):
            ints[made, USED + r] = 0
        for w in range(words):
            masks[made, w] = 0
        worth[made] = 0.0
        promise[made] = -LOW
        ints[made, NEXT] = -1
        queue[0] = made
        made += 1
    for bucket in range(bucket_from, min(bucket_to, len(queue))):
        if beam > 0:
            thin(ints, promise, queue, bucket, beam, bars)
        while queue[bucket] >= 0:
            label = queue[bucket]
            queue[bucket] = ints[label, NEXT]
            i, time, taken = ints[label, NODE], ints[label, TIME], ints[label, TAKEN]
            if i < visits:
                if promise[label] <= floor or beaten(ints, masks, worth, settled[i], label, resources, work):
                    continue
                ints[label, NEXT] = settled[i]
                settled[i] = label
                for e in range(len(ends)):
                    if ends[e] <= LOW:
                        continue
                    value = worth[label] + ends[e] - cost[i, visits + e]
                    if value <= best[i] or travelled(legs, breaks, i, visits + e, taken, most, time) > span[1]:
                        continue
                    over = False
                    for r in range(arc_use.shape[0]):
                        over = over or ints[label, USED + r] + arc_use[r, i, visits + e] > cap[r]
                    if not over:
                        best[i] = value
                        best_label[i] = label
                        best_end[i] = e
            for j in range(visits):
                if j == i or masks[label, own[j] // BITS] >> (own[j] % BITS) & 1:
                    continue
                over = False
                for r in range(resources):
                    amount = ints[label, USED + r] + use[r, j]
                    if arc_use.shape[0] > 0:
                        amount += arc_use[r, i, j]
                    over = over or amount > cap[r]
                if over:
                    continue
                for then in range(taken, most + 1):
                    ready = begun(opens[j], closes[j], count[j], travelled(legs, breaks, i, j, taken, then, time))
                    if ready + duration[j] > span[1]:
                        break
                    ready += duration[j]
                    for rank in range(gain.shape[1]):
                        bit = rank_bit[j, rank]
                        if gain[j, rank] <= LOW or (bit >= 0 and masks[label, bit // BITS] >> (bit % BITS) & 1):
                            continue
                        if made >= len(worth) or work[0] < 0:
                            return -1
                        ints[made, NODE], ints[made, TIME], ints[made, TAKEN], ints[made, PARENT] = j, ready, then, label
                        ints[made, RANK] = rank
                        for r in range(resources):
                            ints[made, USED + r] = ints[label, USED + r] + use[r, j]
                            if arc_use.shape[0] > 0:
                                ints[made, USED + r] += arc_use[r, i, j]
                        for w in range(words):
                            masks[made, w] = (masks[label, w] & keep[j, w]) | block[j, w]
                        if bit >= 0:
                            masks[made, bit // BITS] |= 1 << (bit % BITS)
                        worth[made] = worth[label] - cost[i, j] + gain[j, rank]
                        promise[made] = worth[made] + hope(
                            ints, masks, made, onward, width, span[0], heavy, weight, scarce, cap
                        )
                        if promise[made] <= floor:
                            continue
                        if beaten(ints, masks, worth, settled[j], made, resources, work):
                            continue
                        where = ready - span[0] if beam == 0 else bucket + 1
                        ints[made, NEXT] = queue[where]
                        queue[where] = made
                        made += 1
    return made


def fits(
    legs: Any, duration: Any, opens: Any, closes: Any, count: Any, breaks: Any, span: Any, use: Any, arc_use: Any, cap: Any,
    depot: int, end: int, path: Any, times: Any,
) -> bool:  # fmt: skip
    """Whether a day may make these visits in this order between two depots; ``times`` is room to work in."""
    visits, most = len(duration), breaks.shape[1]
    for taken in range(most + 1):
        times[0, taken] = FAR
    times[0, 0] = span[0]
    i = visits + depot
    for step in range(len(path) + 1):
        j = path[step] if step < len(path) else visits + end
        now, then = step % 2, 1 - step % 2
        for b in range(most + 1):
            there = FAR
            for a in range(b + 1):
                if times[now, a] < FAR:
                    there = min(there, travelled(legs, breaks, i, j, a, b, times[now, a]))
            if j < visits:
                there = min(FAR, begun(opens[j], closes[j], count[j], there) + duration[j])
            times[then, b] = there
        i = j
    if times[(len(path) + 1) % 2, most] > span[1]:
        return False
    for r in range(len(cap)):
        used = 0
        i = visits + depot
        for step in range(len(path) + 1):
            j = path[step] if step < len(path) else visits + end
            if j < visits:
                used += use[r, j]
            if arc_use.shape[0] > 0:
                used += arc_use[r, i, j]
            i = j
        if used > cap[r]:
            return False
    return True


def ranked(gain: Any, kind: Any, order: Any, last: Any, path: Any) -> float:
    """What visits are worth together, each at its rank among those of its kind."""
    total = 0.0
    for x in range(len(path)):
        k, rank = path[x], 0
        if last[k] > 0:
            for y in range(len(path)):
                if kind[path[y]] == kind[k] and order[path[y]] < order[k]:
                    rank += 1
        total += gain[k, min(rank, last[k])]
    return total


def vary(
    legs: Any, cost: Any, duration: Any, opens: Any, closes: Any, count: Any, breaks: Any, span: Any, gain: Any, kind: Any,
    order: Any, last: Any, own: Any, block: Any, use: Any, arc_use: Any, cap: Any, depot: int, end: int, path: Any,
    floor: float, times: Any, trial: Any, best: Any, best_out: Any, best_at: Any,
) -> None:  # fmt: skip
    """The best that a route becomes with one visit more, in place of another or somewhere else: one for each visit put in.

    Parameters
    ----------
    kind, order, last
        (visits,) kind, place in the order of prizes, and last rank of its kind.
    floor
        What a varied route must be worth more than.
    trial
        (length of ``path`` + 1,) room to work in.
    best, best_out, best_at
        (visits,) worth, position taken out or -1, position in what is left; worth ``floor`` where there is nothing better.
    """
    visits, length = len(duration), len(path)
    for k in range(visits):
        best[k] = floor
    for out in range(-1, length):
        left = length if out < 0 else length - 1
        for x in range(left):
            trial[x] = path[x] if out < 0 or x < out else path[x + 1]
        way, i = 0.0, visits + depot
        for x in range(left):
            way += cost[i, trial[x]]
            i = trial[x]
        way += cost[i, visits + end]
        for k in range(visits):
            barred = False
            for x in range(left):
                barred = barred or (block[k, own[trial[x]] // BITS] >> (own[trial[x]] % BITS)) & 1 > 0
            if barred:
                continue
            trial[left] = k
            base = ranked(gain, kind, order, last, trial[: left + 1]) - way
            for at in range(left + 1):
                before = trial[at - 1] if at > 0 else visits + depot
                after = trial[at] if at < left else visits + end
                value = base - cost[before, k] - cost[k, after] + cost[before, after]
                if value <= best[k]:
                    continue
                for x in range(left - at):
                    trial[left - x] = trial[left - x - 1]
                trial[at] = k
                if fits(
                    legs, duration, opens, closes, count, breaks, span, use, arc_use, cap, depot, end, trial[: left + 1], times
                ):
                    best[k] = value
                    best_out[k] = out
                    best_at[k] = at
                for x in range(left - at):
                    trial[at + x] = trial[at + x + 1]


COMPILED = (
    "arrive", "rest", "travelled", "begun", "complete", "trace", "reach", "dominated", "beaten", "hope", "thin", "price", "fits",
    "ranked", "vary",
)
ENTRIES = ("complete", "trace", "reach", "price", "fits", "vary")
"""What is called from outside; only these pay for being callable."""
