"""Best day routes under given prices, by labels: the compiled half of the bound.

Read as Python this runs as it stands; ``bound.py`` compiles the functions with numba. A label is a way to be ready at a visit:
when, with how many breaks taken, what resources used, worth what. Labels are settled in order of time; one that another
matches in everything and beats in worth is dropped. Visits already made are remembered only as long as the way stays in their
neighbourhood (the ng-route relaxation of Baldacci, Mingozzi and Roberti 2011), so a route may come back to one after a long
way round: that only raises the bound. Nothing is shared with the search, whose results the bound is to judge.
"""

from __future__ import annotations

from typing import Any

FAR = 1_000_000
BITS = 62
NODE, TIME, TAKEN, START, PARENT, NEXT, OPTION, USED = 0, 1, 2, 3, 4, 5, 6, 7
"""Columns of a label; what it used of the day's resources comes last."""
LOW = -1e18


def arrive(time: int, travel: int, first: int, latest: int, late: int) -> int:
    """Arrival over a leg when leaving at ``time``."""
    if time <= latest:
        return max(time, first) + travel
    return max(time + late, latest + travel)


def rest(time: int, earliest: int, latest: int, length: int) -> int:
    """End of a break when free at ``time``; FAR if it is too late for it."""
    begin = max(time, earliest)
    if begin > latest:
        return FAR
    return begin + length


def travelled(legs: Any, breaks: Any, i: int, j: int, taken: int, then: int, time: int) -> int:
    """Earliest arrival over a leg with breaks ``taken`` to ``then`` - 1 before or after it; FAR if there is none."""
    best = FAR
    left = time
    for split in range(taken, then + 1):
        if split > taken:
            left = rest(left, breaks[0, split - 1], breaks[1, split - 1], breaks[2, split - 1])
            if left >= FAR:
                break
        there = arrive(left, legs[0, i, j], legs[1, i, j], legs[2, i, j], legs[3, i, j])
        for which in range(split, then):
            if there >= FAR:
                break
            there = rest(there, breaks[0, which], breaks[1, which], breaks[2, which])
        best = min(best, there)
    return best


def begun(opens: Any, closes: Any, count: int, time: int) -> int:
    """Earliest start of a visit from ``time`` on; FAR if there is none."""
    for w in range(count):
        if time <= closes[w]:
            return int(max(time, opens[w]))
    return FAR


def complete(
    legs: Any, cost: Any, duration: Any, opens: Any, closes: Any, count: Any, breaks: Any, day_start: int, day_end: int,
    gain: Any, ends: Any, width: int, onward: Any, inside: Any,
) -> None:  # fmt: skip
    """What can still be gained from each node, moment and number of breaks, visits repeated at will: never too little.

    ``onward`` and ``inside`` (breaks + 1, nodes, moments of ``width`` minutes): when ready to leave a node, and when arrived at
    one. Every duration is at least ``width``.
    """
    visits, nodes, most, moments = len(duration), legs.shape[1], breaks.shape[1], onward.shape[2]
    for back in range(moments):
        moment = moments - 1 - back
        time = day_start + moment * width
        for fewer in range(most + 1):
            taken = most - fewer
            paused = -1
            if taken < most:
                after = rest(time, breaks[0, taken], breaks[1, taken], breaks[2, taken])
                if after <= day_end:
                    paused = (after - day_start) // width
            for j in range(nodes):
                best = LOW
                if j < visits:
                    start = begun(opens[j], closes[j], count[j], time)
                    if start < FAR and start + duration[j] <= day_end:
                        best = gain[j] + onward[taken, j, (start + duration[j] - day_start) // width]
                elif taken == most:
                    best = ends[j - visits]
                if paused >= 0:
                    best = max(best, inside[taken + 1, j, paused])
                inside[taken, j, moment] = best
            for i in range(nodes):
                best = LOW
                if paused >= 0:
                    best = onward[taken + 1, i, paused]
                for j in range(nodes):
                    there = arrive(time, legs[0, i, j], legs[1, i, j], legs[2, i, j], legs[3, i, j])
                    if there <= day_end and j != i:
                        best = max(best, inside[taken, j, (there - day_start) // width] - cost[i, j])
                onward[taken, i, moment] = best


def dominated(
    ints: Any, masks: Any, worth: Any, one: int, two: int, resources: int, exact: bool, regret: Any, swap: Any
) -> bool:
    """Whether label ``one`` can do all that ``two`` can, for no less."""
    if ints[one, TAKEN] < ints[two, TAKEN]:
        return False
    more = worth[one] - worth[two] - swap[ints[one, START], ints[two, START]]
    if more < 0:
        return False
    if not exact:
        return True
    for r in range(resources):
        if ints[one, USED + r] > ints[two, USED + r]:
            return False
    for w in range(masks.shape[1]):
        extra = masks[one, w] & ~masks[two, w]
        bit = w * BITS
        while extra != 0:
            if extra & 1:
                more -= regret[bit]
                if more < 0:
                    return False
            extra >>= 1
            bit += 1
    return True


def price(
    legs: Any, cost: Any, duration: Any, opens: Any, closes: Any, count: Any, breaks: Any, day_start: int, day_end: int,
    option_from: Any, option_gain: Any, option_bit: Any, keep: Any, block: Any, regret: Any, use: Any, arc_use: Any, cap: Any,
    begins: Any, ends: Any, swap: Any, onward: Any, width: int, floor: float, exact: bool,
    ints: Any, masks: Any, worth: Any, queue: Any, settled: Any, pair_best: Any, pair_label: Any, node_best: Any, node_label: Any,
    node_end: Any,
) -> int:  # fmt: skip
    """Best routes of one day with at least one visit.

    Parameters
    ----------
    option_from, option_gain, option_bit
        Options of visit ``j`` are those from ``option_from[j]`` on: worth, and the bit that one use sets, or -1.
    keep, block
        Bits remembered at a visit, and bits set by making it.
    regret
        Worth lost at most when a bit is set.
    begins, ends
        (b,) worth of starting at a depot, and (b, b) of ending at one, by start; LOW where not allowed.
    swap
        (b, b) worth that one start depot may lack against another until the end.
    onward, width
        What ``complete`` found; width 0 for nothing known.
    floor
        Routes worth no more than this are not looked for.
    exact
        False ignores bits and resources when labels are compared: fast, and routes may be missed.

    Returns
    -------
    int
        Number of labels, or -1 if there was no room for all; ``pair_best`` and ``node_best`` hold what was found.
    """
    visits, depots, most, resources = len(duration), len(begins), breaks.shape[1], len(cap)
    room, words = len(worth), masks.shape[1]
    # Settled labels of each visit form a list; so do the unsettled of each minute.
    for t in range(len(queue)):
        queue[t] = -1
    for i in range(visits):
        settled[i] = -1
        node_best[i] = floor
        node_label[i] = -1
    for a in range(depots):
        for e in range(depots):
            pair_best[a, e] = LOW
            pair_label[a, e] = -1
    made = 0
    for a in range(depots):
        if begins[a] <= LOW:
            continue
        if made == room:
            return -1
        ints[made, NODE], ints[made, TIME], ints[made, TAKEN], ints[made, START] = visits + a, day_start, 0, a
        ints[made, PARENT], ints[made, OPTION] = -1, -1
        for r in range(resources):
            ints[made, USED + r] = 0
        for w in range(words):
            masks[made, w] = 0
        worth[made] = begins[a]
        ints[made, NEXT] = queue[0]
        queue[0] = made
        made += 1
    for minute in range(len(queue)):
        while queue[minute] >= 0:
            label = queue[minute]
            queue[minute] = ints[label, NEXT]
            i, time, taken, start = ints[label, NODE], ints[label, TIME], ints[label, TAKEN], ints[label, START]
            if i < visits:
                other = settled[i]
                beaten = False
                while other >= 0:
                    if dominated(ints, masks, worth, other, label, resources, exact, regret, swap):
                        beaten = True
                        break
                    other = ints[other, NEXT]
                if beaten:
                    continue
                ints[label, NEXT] = settled[i]
                settled[i] = label
                for e in range(depots):
                    if ends[start, e] <= LOW:
                        continue
                    value = worth[label] + ends[start, e] - cost[i, visits + e]
                    if value <= pair_best[start, e] and value <= node_best[i]:
                        continue
                    if travelled(legs, breaks, i, visits + e, taken, most, time) > day_end:
                        continue
                    over = False
                    for r in range(arc_use.shape[0]):
                        over = over or ints[label, USED + r] + arc_use[r, i, visits + e] > cap[r]
                    if over:
                        continue
                    if value > pair_best[start, e]:
                        pair_best[start, e] = value
                        pair_label[start, e] = label
                    if value > node_best[i]:
                        node_best[i] = value
                        node_label[i] = label
                        node_end[i] = e
            for j in range(visits):
                if masks[label, j // BITS] >> (j % BITS) & 1:
                    continue
                if option_from[j] == option_from[j + 1] or j == i:
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
                    there = travelled(legs, breaks, i, j, taken, then, time)
                    if there >= FAR:
                        break
                    ready = begun(opens[j], closes[j], count[j], there)
                    if ready >= FAR:
                        break
                    ready += duration[j]
                    if ready > day_end:
                        break
                    for option in range(option_from[j], option_from[j + 1]):
                        bit = option_bit[option]
                        if bit >= 0 and masks[label, bit // BITS] >> (bit % BITS) & 1:
                            continue
                        value = worth[label] - cost[i, j] + option_gain[option]
                        if width > 0 and value + onward[then, j, (ready - day_start) // width] <= floor:
                            continue
                        if made == room:
                            return -1
                        ints[made, NODE], ints[made, TIME], ints[made, TAKEN], ints[made, START] = j, ready, then, start
                        ints[made, PARENT], ints[made, OPTION] = label, option
                        worth[made] = value
                        for r in range(resources):
                            amount = ints[label, USED + r] + use[r, j]
                            if arc_use.shape[0] > 0:
                                amount += arc_use[r, i, j]
                            ints[made, USED + r] = amount
                        for w in range(words):
                            masks[made, w] = (masks[label, w] & keep[j, w]) | block[j, w]
                        if bit >= 0:
                            masks[made, bit // BITS] |= 1 << (bit % BITS)
                        ints[made, NEXT] = queue[ready - day_start]
                        queue[ready - day_start] = made
                        made += 1
    return made
