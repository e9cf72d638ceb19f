"""Work on many visitors, spread over the cores of this machine or over a Dask cluster.

A region is built anew where the work is done, from the catalogue that travels with it, and kept there: a worker builds each
revision once. With `Settings.scheduler_address` the work goes to that cluster, whose workers must run this same program.
"""

from __future__ import annotations

import os
import pickle
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recommender.bureau.outcomes import Outcome, outcome_of
from recommender.model import TripRequest
from recommender.region import Region
from recommender.settings import settings

CHUNK: Final = 8
"""Visitors handed out at a time: about half a second of work."""
KEPT_REGIONS: Final = 4
PATIENCE_S: Final = 1.0
NICE: Final = 10
"""How far processes that simulate step back behind those that answer visitors."""

Wish = tuple[TripRequest, Outcome | None]
"""A request, and a trip to begin the search from."""
Done = Callable[[], bool]


class Cancelled(Exception):
    """The work was stopped from outside; what was done until then is kept."""


@dataclass(frozen=True, slots=True)
class World:
    """A region on its way to a worker."""

    state: str
    packed: bytes

    @classmethod
    def of(cls, region: Region) -> World:
        """Pack what a region is made of."""
        return cls(region.state, pickle.dumps((region.catalog, region.rules)))

    def unpack(self) -> Region:
        """The region, built when first asked for in this process."""
        with _guard:
            found = _regions.get(self.state)
            if found is None:
                catalog, rules = pickle.loads(self.packed)  # noqa: S301 - packed by this program a moment ago
                latest = next(reversed(_regions.values()), None)
                found = _regions[self.state] = Region(catalog) if latest is None else latest.like(catalog)
                found.rules = rules
                while len(_regions) > KEPT_REGIONS:
                    _regions.popitem(last=False)
            _regions.move_to_end(self.state)
            return found


_regions: OrderedDict[str, Region] = OrderedDict()
_guard = threading.Lock()


def work(world: World, wishes: Sequence[Wish], iterations: int) -> list[Outcome]:
    """Plan for some visitors; runs in the worker."""
    region = world.unpack()
    return [outcome_of(region, request, iterations, begin) for request, begin in wishes]


def spread(
    region: Region, wishes: Sequence[Wish], iterations: int, *, jobs: int | None, cancelled: Done
) -> Iterator[tuple[int, list[Outcome]]]:
    """Outcomes as they come: the number of the first wish, and the outcomes from there on.

    Parameters
    ----------
    jobs
        Processes; 1 works in this one, None takes the cluster of the settings or else all cores.
    cancelled
        Asked after every piece of work, and every `PATIENCE_S` while a cluster gives none.

    Raises
    ------
    Cancelled
        It said so.
    """
    chunks = [(k, wishes[k : k + CHUNK]) for k in range(0, len(wishes), CHUNK)]
    address = settings().scheduler_address
    if jobs is None and address:
        found = _on_cluster(address, region, chunks, iterations)
    elif (count := jobs or os.cpu_count() or 1) == 1 or len(chunks) < 2:
        found = _here(region, chunks, iterations)
    else:
        found = _on_cores(region, chunks, iterations, count)
    try:
        if cancelled():
            raise Cancelled
        for piece in found:
            if piece is not None:
                yield piece
            if cancelled():
                raise Cancelled
    finally:
        found.close()


Chunks = Sequence[tuple[int, Sequence[Wish]]]
Pieces = Any
"""Generators of pieces, None where there is none yet; named loosely because ``close`` is all else that is asked of them."""


def _here(region: Region, chunks: Chunks, iterations: int) -> Pieces:
    for first, wishes in chunks:
        yield first, [outcome_of(region, request, iterations, begin) for request, begin in wishes]


def _numbered(first: int, world: World, wishes: Sequence[Wish], iterations: int) -> tuple[int, list[Outcome]]:
    return first, work(world, wishes, iterations)


def _stepping_back(first: int, world: World, wishes: Sequence[Wish], iterations: int) -> tuple[int, list[Outcome]]:
    """`_numbered` in a process of this machine's own, which leaves the cores to those who wait for a page."""
    if hasattr(os, "nice") and os.nice(0) < NICE:
        os.nice(NICE - os.nice(0))
    return _numbered(first, world, wishes, iterations)


def _on_cores(region: Region, chunks: Chunks, iterations: int, jobs: int) -> Pieces:
    from joblib import Parallel, delayed

    world = World.of(region)
    pool = Parallel(n_jobs=jobs, return_as="generator_unordered", pre_dispatch=2 * jobs, batch_size=1)
    pieces = pool(delayed(_stepping_back)(first, world, wishes, iterations) for first, wishes in chunks)
    try:
        for piece in pieces:  # noqa: UP028 - stopping has to be caught here
            yield piece
    finally:
        with warnings.catch_warnings():
            # joblib regrets that work under way is lost; that is what stopping means.
            warnings.simplefilter("ignore", UserWarning)
            pieces.close()


def _on_cluster(address: str, region: Region, chunks: Chunks, iterations: int) -> Pieces:
    from distributed import Client, wait

    with Client(address, set_as_default=False, timeout="10s") as client:
        world = client.scatter(World.of(region), broadcast=True)
        futures = [
            client.submit(_numbered, first, world, wishes, iterations, pure=False) for first, wishes in chunks
        ]
        try:
            missing = set(futures)
            while missing:
                try:
                    with client.as_current():
                        done, missing = wait(missing, timeout=PATIENCE_S, return_when="FIRST_COMPLETED")
                except TimeoutError:
                    # Workers may be slow, or gone for good: who waits is asked whether to go on.
                    yield None
                else:
                    yield from (one.result() for one in done)
        finally:
            client.cancel(futures)
