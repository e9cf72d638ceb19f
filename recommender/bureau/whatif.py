"""Questions about what is not published yet, as jobs: a draft, rules and their price, a site and its fix, a way to open.

Each ``ask_…`` puts its question to the server's `jobs` and each ``…_key`` names it, so that a page that is drawn anew finds
what it asked. Everything is compared with what visitors' plans are made by now.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from recommender import region as regions
from recommender import store
from recommender.bureau import drafting, publishing, ruling
from recommender.bureau.desk import Person, looking
from recommender.bureau.dispersal import LEVELS, Fitted, Point, Targets, fit_rules, frontier, price
from recommender.bureau.impact import FACETS, Impact, Totals, impact
from recommender.bureau.jobs import Job, Jobs
from recommender.bureau.panel import DECK, SIZE, panel
from recommender.bureau.prominence import Answer, Effect, Fix, count, why_not
from recommender.bureau.reachability import Reach, bus_line, opened, reach, road, run_until
from recommender.bureau.replay import Replay, Run, replay
from recommender.catalog.difference import merge_tables
from recommender.catalog.records import catalog_of
from recommender.errors import EditConflict
from recommender.region import Region
from recommender.scoring.rules import Rules
from recommender.settings import settings
from recommender.store import Database, revisions
from recommender.store.drafts import Draft

if TYPE_CHECKING:
    import pandas as pd

KEPT_REGIONS: Final = 3
BOTH: Final = (1.0, 1.0, 0.03, 0.03)
"""How much of a comparison each of its replays is: both sides in full, and each one's trips tried on the other."""

_regions: OrderedDict[tuple[str, str], Region] = OrderedDict()
_guard = threading.Lock()


def sizes() -> tuple[int, ...]:
    """Visitors of the panels that are offered, the smallest first."""
    return tuple(sorted({min(settings().panel_least, SIZE), DECK, SIZE}))


def published_region(*, database: Database | None = None) -> Region:
    """What visitors' plans are made by now, rules included; shared with the visitors' pages where that is the same.

    Raises
    ------
    NotFound
        Nothing was published yet.
    StoreUnavailable
        The database cannot be used.
    """
    held = publishing.published_now(database=database)
    rules = ruling.rules_now(database=database)
    with _guard:
        key = held.revision, rules.digest
        found = _regions.get(key) or _like_visitors(held.revision, rules)
        if found is None:
            with (database or store.database()).reading() as connection:
                catalog = catalog_of(revisions.get_tables(connection, held.revision))
            found = Region(catalog, rules)
        _regions[key] = found
        _regions.move_to_end(key)
        while len(_regions) > KEPT_REGIONS:
            _regions.popitem(last=False)
        return found


def _like_visitors(revision: str, rules: Rules) -> Region | None:
    now = regions.current()
    if now.revision != revision:
        return None
    return now if (now.rules or ruling.NO_RULES).plain == rules.plain else now.under(rules)


def trips_key(published: Region, size: int) -> str:
    """The question what trips the panel gets now."""
    return f"trips/{published.state}/{size}"


def ask_trips(jobs: Jobs, person: Person, size: int, *, database: Database | None = None) -> Job:
    """The panel's trips on what is published; the result is a `replay.Replay`.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `ask_frontier`.
    """
    published = published_region(database=database)

    def work(run: Run) -> Replay:
        return replay(published, panel(size), run)

    return jobs.ask(person, trips_key(published, size), work)


# ------------------------------------------------------------------------------------------- a draft's effect


@dataclass(frozen=True)
class Report:
    """What a draft does to the panel, as tables; `impact.Impact` says what is in each.

    Attributes
    ----------
    who
        By persona, season, mode and days.
    seconds
        How long it took.
    """

    impact: Impact
    totals: Totals
    who: Mapping[str, pd.DataFrame]
    sites: pd.DataFrame
    counties: pd.DataFrame
    categories: pd.DataFrame
    seconds: float


def impact_key(published: Region, draft: Draft, size: int) -> str:
    """The question what a draft does."""
    return f"impact/{published.state}/{draft.id}/{draft.version}/{size}"


def ask_impact(
    jobs: Jobs, person: Person, draft: Draft, size: int, *, database: Database | None = None
) -> Job:
    """Replay the panel on a draft and on what is published.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `drafting.get_draft`.
    EditConflict
        What was published meanwhile changed the same cells; `reviewing.bring_up_to_date` settles it.
    CatalogInvalid
        The draft makes no catalogue.
    """
    published = published_region(database=database)
    with looking(person, database) as connection:
        # The page's own may have been edited or brought up to date since it was drawn.
        draft = drafting.known_draft(connection, draft.id)
        was = publishing.tables_at(connection, draft.base)
        now = publishing.tables_at(connection, published.revision)
        merged, conflicts = merge_tables(was, drafting.tables_in(connection, draft), now)
    if conflicts:
        raise EditConflict(conflicts=[conflict.as_dict() for conflict in conflicts])
    catalog = catalog_of(merged)

    def work(run: Run) -> Report:
        began = time.monotonic()
        return _report(impact(published, published.like(catalog), panel(size), run), began)

    return jobs.ask(person, impact_key(published, draft, size), work, BOTH)


def _report(found: Impact, began: float) -> Report:
    who = {facet: found.who(facet) for facet in FACETS}
    return Report(
        found, found.totals, who, found.sites, found.kinds("county"), found.kinds("category"), time.monotonic() - began
    )


# --------------------------------------------------------------------------------------- rules and their price


def frontier_key(published: Region, rules: Rules, size: int, levels: Sequence[float] = LEVELS) -> str:
    """The question what dispersal costs under otherwise these rules."""
    rest = rules.model_copy(update={"dispersal": 0.0}).digest
    return f"frontier/{published.revision}/{rest}/{'-'.join(map(str, levels))}/{size}"


def ask_frontier(
    jobs: Jobs, person: Person, rules: Rules, size: int, levels: Sequence[float] = LEVELS, *, database: Database | None = None
) -> Job:
    """Price every level of dispersal; the result is a list of `dispersal.Point`.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `published_region`, and where the person is not of the bureau.
    """
    published = published_region(database=database)

    def work(run: Run) -> list[Point]:
        return frontier(published, panel(size), run, levels, rules)

    return jobs.ask(person, frontier_key(published, rules, size, levels), work, (1.0, 1.0, 0.03, 0.03) * len(levels))


def price_key(published: Region, rules: Rules, size: int) -> str:
    """The question what rules cost."""
    return f"price/{published.revision}/{rules.digest}/{size}"


def ask_price(jobs: Jobs, person: Person, rules: Rules, size: int, *, database: Database | None = None) -> Job:
    """Price rules; the result is a `dispersal.Point`.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `ask_frontier`.
    """
    published = published_region(database=database)

    def work(run: Run) -> Point:
        return price(published, rules, panel(size), run)

    return jobs.ask(person, price_key(published, rules, size), work, BOTH)


def fit_key(published: Region, rules: Rules, targets: Targets, size: int) -> str:
    """The question which rules keep to targets."""
    wanted = sorted([*targets.caps.items(), *targets.quotas.items()])
    return f"fit/{published.revision}/{rules.digest}/{wanted}/{targets.visitors_a_day}/{size}"


def ask_fit(
    jobs: Jobs, person: Person, rules: Rules, targets: Targets, size: int, *, database: Database | None = None
) -> Job:
    """Find rules that keep to caps and quotas; the result is a `dispersal.Fitted`.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `ask_frontier`.
    """
    published = published_region(database=database)

    def work(run: Run) -> Fitted:
        return fit_rules(published, targets, panel(size), run, rules)

    return jobs.ask(person, fit_key(published, rules, targets, size), work, (1.0, *(1.0, 0.03, 0.03, 0.01) * 5))


# ----------------------------------------------------------------------------------------- a site and its fix


def why_key(published: Region, place: str, size: int) -> str:
    """The question why a site is not recommended."""
    return f"why/{published.state}/{place}/{size}"


def ask_why(jobs: Jobs, person: Person, place: str, size: int, *, database: Database | None = None) -> Job:
    """Where a site stands and what would help; the result is a `prominence.Answer`.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `ask_frontier`.
    UnknownPlace
        There is no such place.
    """
    published = published_region(database=database)
    published.catalog.get_place(place)

    def work(run: Run) -> Answer:
        return why_not(published, place, replay(published, panel(size), run), size * 3 // 4, run)

    return jobs.ask(person, why_key(published, place, size), work, (1.0, 0.1, 0.1, 0.1, 0.1, 0.2, 0.75, 0.75, 0.02, 0.02))


def count_key(published: Region, fix: Fix, size: int) -> str:
    """The question what a fix does."""
    return f"count/{published.state}/{fix.place}/{fix.code}/{fix.factor}/{size}"


def ask_count(jobs: Jobs, person: Person, fix: Fix, size: int, *, database: Database | None = None) -> Job:
    """Count a fix on the whole panel; the result is a `prominence.Effect`.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `ask_frontier`.
    """
    published = published_region(database=database)

    def work(run: Run) -> Effect:
        return count(published, fix, replay(published, panel(size), run), run)

    return jobs.ask(person, count_key(published, fix, size), work, (0.3, *BOTH))


# ------------------------------------------------------------------------------------------------------- a way


LATER: Final[Mapping[str, Literal["rail", "bus"]]] = {"train": "rail", "later_bus": "bus"}
"""Kinds of ways that are there and get a later last departure."""


@dataclass(frozen=True)
class Way:
    """A way to open: what the page typed, as plain values.

    Attributes
    ----------
    kind
        ``bus``, ``road``, or of `LATER`.
    stops
        Place ids in order; two for a road or a train.
    minutes
        From each stop to the next.
    """

    kind: str
    stops: tuple[str, ...]
    minutes: tuple[int, ...] = ()
    headway_min: int = 60
    first_min: int = 420
    last_min: int = 1080
    fare_fen: int | None = None
    distance_km: float = 0.0

    def opened(self, region: Region) -> Region:
        """The region with it.

        Raises
        ------
        RequestError, ValueError
            As `reachability` says of the way.
        """
        if self.mode is not None:
            return run_until(region, self.stops[0], self.stops[1], self.mode, self.last_min)
        return opened(region, self.links())

    @property
    def mode(self) -> Literal["rail", "bus"] | None:
        """What departs later; None where something new is opened."""
        return LATER.get(self.kind)

    def links(self) -> tuple[Any, ...]:
        """The links that it adds; none for a later departure.

        Raises
        ------
        ValueError
            As `reachability` says of the way.
        """
        if self.kind == "bus":
            return bus_line(self.stops, self.minutes, self.headway_min, self.first_min, self.last_min, self.fare_fen)
        return road(self.stops[0], self.stops[1], self.minutes[0], self.distance_km) if self.kind == "road" else ()


def reach_key(published: Region, way: Way, mode: str) -> str:
    """The question whom a way brings nearer."""
    return f"reach/{published.state}/{way}/{mode}"


def ask_reach(jobs: Jobs, person: Person, way: Way, mode: str, *, database: Database | None = None) -> Job:
    """Minutes from the gateways without and with a way; the result is a `reachability.Reach`.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `ask_frontier`.
    RequestError, ValueError
        There can be no such way.
    """
    published = published_region(database=database)
    with_it = way.opened(published)

    def work(run: Run) -> Reach:
        run.progress(1, 10)
        return reach(published, with_it, mode)

    return jobs.ask(person, reach_key(published, way, mode), work)


def way_impact_key(published: Region, way: Way, size: int) -> str:
    """The question what a way does to trips."""
    return f"way/{published.state}/{way}/{size}"


def ask_way_impact(jobs: Jobs, person: Person, way: Way, size: int, *, database: Database | None = None) -> Job:
    """Replay the panel without and with a way; the result is a `Report`.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable, RequestError, ValueError
        As `ask_reach`.
    """
    published = published_region(database=database)
    with_it = way.opened(published)

    def work(run: Run) -> Report:
        began = time.monotonic()
        return _report(impact(published, with_it, panel(size), run), began)

    return jobs.ask(person, way_impact_key(published, way, size), work, BOTH)


