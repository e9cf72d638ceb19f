"""A few visitors, short searches, and regions with one thing changed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from recommender import region as regions
from recommender.bureau.outcomes import Outcome, Visit
from recommender.bureau.panel import Panel, panel
from recommender.bureau.replay import Replay, Run
from recommender.catalog import Catalog
from recommender.region import Region

QUICK = Run(iterations=40, jobs=1)


def some_visitors(count: int) -> Panel:
    """The first of the panel."""
    return panel().first(count)


def changed(place: str, **fields: Any) -> Region:
    """The region of the data files with one attraction changed."""
    region = regions.current()
    sights = dict(region.catalog.attractions)
    sights[place] = dataclasses.replace(sights[place], **fields)
    revision = f"{place}-{'-'.join(sorted(fields))}"
    return like(dataclasses.replace(region.catalog, attractions=sights, revision=revision))


def like(catalog: Catalog) -> Region:
    """A region of its own that spares the seconds of building the ways, for changes that touch none."""
    region = regions.current()
    made = Region(catalog)
    for mode in ("transit", "drive", "charter"):
        made._travel[mode] = region.travel(mode)
    return made


def rows(frame: pd.DataFrame) -> Any:
    """A frame as dictionaries by its index."""
    return frame.to_dict("index")


def seen(*visits: tuple[int, str, int, int], heads: int = 2, value: float = 100.0) -> Outcome:
    """An outcome by hand: (day, place, start, end)."""
    made = tuple(Visit(day=day, place=place, start_min=start, end_min=end) for day, place, start, end in visits)
    return Outcome(heads=heads, visits=made, value=value, points=int(value))


def by_hand(*outcomes: Outcome) -> Replay:
    """The first visitors with outcomes by hand."""
    return Replay("by hand", some_visitors(len(outcomes)), outcomes)
