"""All that is known about the region at one revision, read-only: catalogue, calendar, travel, fitted scorer.

A region is a value. Publishing a new revision makes another one; plans under way keep the one they began with.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import logging
import sqlite3
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from recommender.calendar import Calendar, HoursFact, events_on
from recommender.catalog import Catalog, Event, Place, load_catalog
from recommender.catalog.records import catalog_of
from recommender.errors import CatalogInvalid, RequestError, StoreUnavailable
from recommender.journal import note
from recommender.jsontext import read_json
from recommender.settings import settings
from recommender.travel import TravelMatrix, build_graph, travel_matrix

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from recommender.scoring import Rules, Scorer
    from recommender.store import Database

_log = logging.getLogger(__name__)
CLASSIC_COLLECTION = "col-yicheng-liangsi"
OLD_TOWN = "pingyao-gucheng"
FRESH_S: Final = 2.0
"""How long a process goes on with what it knows before it asks again what is published."""
KEPT_PARTS: Final = 16
"""Parts of a large region that are kept."""
LARGE: Final = 600
"""Places of all sorts up to which tables of a whole region are made; requests for larger ones are planned in a part of it."""
AWAY_S: Final = 10.0
"""The same while the database does not answer: each attempt may keep a visitor waiting."""


class CatalogSource(Protocol):
    """Where the published catalogue and the rules in force come from."""

    def revision(self) -> str:
        """Content hash of what is published now; cheap."""

    def ruled(self) -> str | None:
        """Which rules hold, as `revision` last learned; None where there are none."""

    def catalog(self) -> Catalog:
        """The published catalogue as a value."""

    def rules(self) -> Rules | None:
        """The rules in force; None where there are none."""


class FilesSource:
    """The CSV files of a folder; read again when a file's size or time has changed.

    What was read last goes on holding while the files cannot be read: a file that is half written, or a disk that went away.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._stamp: tuple[tuple[str, int, int], ...] = ()
        self._catalog: Catalog | None = None

    def catalog(self) -> Catalog:
        """Load the folder.

        Raises
        ------
        CatalogInvalid
            Every problem of the files, by file, row and column, where they have never been good.
        """
        stamp = self._look()
        if self._catalog is None or stamp != self._stamp:
            self._stamp = stamp
            try:
                self._catalog = load_catalog(self._directory)
            except CatalogInvalid as error:
                if self._catalog is None:
                    raise
                _log.error("the data files have changed and cannot be used: %s", error.message("en").split("\n")[0])
                note("data_refused", code=error.code)
        return self._catalog

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        """Names, sizes and times; files that go away meanwhile are not there."""
        found = []
        for path in sorted(self._directory.glob("*.csv")):
            try:
                known = path.stat()
            except OSError:
                continue
            found.append((path.name, known.st_size, known.st_mtime_ns))
        return tuple(found)

    def revision(self) -> str:
        return self.catalog().revision

    def ruled(self) -> None:
        """Files carry no rules."""

    def rules(self) -> None:
        """Files carry no rules."""


class PublishedSource:
    """What the bureau has published; the files of a folder until it has published anything.

    The database is asked which revision and rules hold no more often than every `FRESH_S` seconds, and not at all while
    nothing says that there is one: neither a server in the settings nor a file in which somebody has published. While it is
    away, what held last goes on holding.

    Parameters
    ----------
    otherwise
        Where the catalogue comes from while nothing was published.
    """

    def __init__(self, otherwise: FilesSource, *, database: Database | None = None) -> None:
        self._otherwise = otherwise
        self._database = database
        self._held: str | None = None
        self._ruled: str | None = None
        self._ask_again = 0.0

    def revision(self) -> str:
        if time.monotonic() >= self._ask_again:
            self._ask_again = time.monotonic() + self._ask()
        return self._otherwise.revision() if self._held is None else self._held

    def ruled(self) -> str | None:
        return self._ruled

    def catalog(self) -> Catalog:
        """The catalogue of the revision last told.

        Raises
        ------
        CatalogInvalid
            It does not fit this version of the program, or, with nothing published, the files break the schema.
        StoreUnavailable
            The database went away between telling the revision and reading it.
        """
        if self._held is None:
            return self._otherwise.catalog()
        from recommender.store import database, revisions

        with (self._database or database()).reading() as connection:
            tables = revisions.get_tables(connection, self._held)
        return catalog_of(tables)

    def rules(self) -> Rules | None:
        """The rules last told.

        Raises
        ------
        CatalogInvalid
            They do not fit this version of the program.
        StoreUnavailable
            As `catalog`.
        """
        if self._ruled is None:
            return None
        from recommender.scoring.rules import read_rules
        from recommender.store import database, revisions

        with (self._database or database()).reading() as connection:
            text = revisions.get_text(connection, self._ruled)
        try:
            return read_rules(read_json(text))
        except RequestError as error:
            raise CatalogInvalid(error.problems) from error

    def _ask(self) -> float:
        """Learn what holds now; returns after how many seconds to ask again."""
        if self._database is None and self._held is None and not _may_be_published():
            return FRESH_S
        # Imported late: who has published nothing never pays for the database's libraries.
        from recommender.store import database, revisions
        from recommender.store.database import clock

        try:
            with (self._database or database()).reading() as connection:
                found = revisions.find_published(connection, clock(connection))
        except StoreUnavailable:
            return AWAY_S
        self._held, self._ruled = (None, None) if found is None else (found.revision, found.rules)
        return FRESH_S


def _may_be_published() -> bool:
    """Whether the settings name a server, or this machine's file holds a publication; asked without the libraries of databases.

    A file that cannot be read may hold one.
    """
    config = settings()
    if config.database_url:
        return True
    if not config.database_file.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{config.database_file.absolute().as_uri()}?mode=ro", uri=True, timeout=1)) as file:
            return file.execute("SELECT 1 FROM publications LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError as error:
        return "no such table" not in str(error)
    except sqlite3.DatabaseError:
        return True


class Region:
    """Everything the planner may ask about one revision.

    Travel matrices and the scorer are built on first use and kept.

    Parameters
    ----------
    rules
        The bureau's weights; none by default.
    """

    def __init__(self, catalog: Catalog, rules: Rules | None = None) -> None:
        self.catalog = catalog
        self.revision = catalog.revision
        self.rules = rules
        self.calendar = Calendar(
            catalog.holidays,
            catalog.closures,
            {a.id: HoursFact(a.opening_hours, a.hours_basis, a.last_entry) for a in catalog.attractions.values()},
        )
        self._travel: dict[str, TravelMatrix] = {}
        self._parts: OrderedDict[frozenset[str], Region] = OrderedDict()
        self._lock = threading.RLock()

    @cached_property
    def graph(self) -> nx.MultiDiGraph[str]:
        """The multimodal graph of hubs, attractions, lodgings and eateries."""
        catalog = self.catalog
        nodes: list[Place] = [
            *catalog.hubs.values(),
            *catalog.attractions.values(),
            *catalog.lodging.values(),
            *catalog.dining.values(),
        ]
        return build_graph(nodes, catalog.links)

    def travel(self, mode: str) -> TravelMatrix:
        """The travel matrix of ``transit``, ``drive`` or ``charter``."""
        with self._lock:
            if mode not in self._travel:
                self._travel[mode] = travel_matrix(self.graph, mode)
            return self._travel[mode]

    @property
    def state(self) -> str:
        """Revision and rules in one word: equal where equal requests get equal plans."""
        digest = self.rules.digest if self.rules is not None else ""
        return f"{self.revision}+{digest}" if digest else self.revision

    def under(self, rules: Rules | None) -> Region:
        """The same region with other rules, or none; what is built already is shared."""
        self.scorer  # noqa: B018 - fitted once for both
        other = copy.copy(self)
        other.rules = rules
        other.__dict__.pop("_ruled", None)
        other.__dict__["_parts"] = OrderedDict()
        return other

    @property
    def size(self) -> int:
        """How many places of all sorts there are."""
        catalog = self.catalog
        return len(catalog.attractions) + len(catalog.hubs) + len(catalog.lodging) + len(catalog.dining)

    def part(self, places: frozenset[str]) -> Region:
        """Some of the places as a region of its own, of the same revision and rules; the latest few are kept.

        Areas come with what lies in them, entrances with the other ones of the same sight.
        """
        with self._lock:
            found = self._parts.get(places)
            if found is None:
                found = self._parts[places] = Region(_cut(self.catalog, places), self.rules)
                while len(self._parts) > KEPT_PARTS:
                    self._parts.popitem(last=False)
            self._parts.move_to_end(places)
            return found

    def like(self, catalog: Catalog) -> Region:
        """A region of another catalogue under the same rules; ways are shared where no place has moved and no way has changed."""
        other = Region(catalog, self.rules)
        if catalog.links == self.catalog.links and _positions(catalog) == _positions(self.catalog):
            with self._lock:
                other._travel.update(self._travel)
        return other

    @property
    def scorer(self) -> Scorer:
        """The content scorer fitted on this revision, under the rules in force."""
        with self._lock:
            return self._ruled

    @cached_property
    def _ruled(self) -> Scorer:
        return self._scorer if self.rules is None else self._scorer.under(self.rules)

    @cached_property
    def _scorer(self) -> Scorer:
        from recommender.scoring import fit

        return fit(self._content())

    def _content(self) -> pd.DataFrame:
        """What the scorer reads of each attraction."""
        import pandas as pd

        classic = self.classic_ids
        rows = [
            {
                "id": a.id, "category": a.category, "tags": a.tags, "grade": a.grade, "popularity": a.popularity,
                "indoor": a.indoor, "best_months": a.best_months, "description_zh": a.description_zh,
                "description_en": a.description_en, "visit_min": a.visit_min, "county": a.county,
                "area_id": a.area_id, "in_classic": a.id in classic,
            }
            for a in self.catalog.attractions.values()
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index("id")

    @cached_property
    def classic_ids(self) -> frozenset[str]:
        """一城两寺 and what lies inside the wall."""
        catalog = self.catalog
        named = catalog.collections.get(CLASSIC_COLLECTION)
        inside = {a.id for a in catalog.attractions.values() if a.area_id == OLD_TOWN}
        return frozenset(inside | set(named.place_ids if named else ()))

    @cached_property
    def wings_ids(self) -> frozenset[str]:
        """Our working reading of 一城两翼: also all of Pingyao county and what lies within 45 min drive of the old town."""
        places = self.catalog.attractions.values()
        near: set[str] = {a.id for a in places if a.county == "Pingyao"} | self.classic_ids
        matrix = self.travel("drive")
        if OLD_TOWN in matrix.index:
            row = matrix.minutes[matrix.index[OLD_TOWN]]
            near |= {a.id for a in places if a.id in matrix.index and row[matrix.index[a.id]] <= 45}
        return frozenset(near)

    def within_reach(self, reach: str) -> frozenset[str]:
        """Attraction ids that ``classic``, ``wings`` or ``region`` admits; each contains the one before."""
        if reach == "classic":
            return self.classic_ids
        if reach == "wings":
            return self.wings_ids
        return frozenset(self.catalog.attractions)

    def calendar_events(self, date: dt.date) -> tuple[Event, ...]:
        """Events that take place on a date, announced dates before computed ones."""
        return tuple(events_on(self.catalog.events, date))

    def prepare(self, *, apart: bool = False) -> None:
        """Build what is built on first use, ahead of the first visitor.

        Parameters
        ----------
        apart
            Fit the scorer in another process, so that this one stays small; for servers.
        """
        if self.size > LARGE:
            return
        with self._lock, ThreadPoolExecutor(1, thread_name_prefix="fit") as pool:
            fitting = None
            if apart and "_scorer" not in self.__dict__:
                from recommender.scoring.apart import fit_apart

                fitting = pool.submit(fit_apart, self._content())
            for mode in ("transit", "drive", "charter"):
                self.travel(mode)
            if fitting is not None:
                self.__dict__["_scorer"] = fitting.result()
            self.scorer  # noqa: B018 - fitted on first use


def _cut(catalog: Catalog, places: frozenset[str]) -> Catalog:
    """A catalogue of some of the places, and of what cannot be without them."""
    sights = catalog.attractions
    kept = {name for name in places if name in sights}
    kept |= {area for name in kept if (area := sights[name].area_id) in sights}
    kept |= {part.id for name in kept for part in catalog.parts_of(name)}
    kept |= {other for name in kept if (other := sights[name].alternative_of) in sights}
    every = kept | places
    tables: dict[str, Any] = {
        name: {place: one for place, one in getattr(catalog, name).items() if place in every}
        for name in ("attractions", "hubs", "lodging", "dining")
    }
    return dataclasses.replace(
        catalog,
        **tables,
        links=tuple(link for link in catalog.links if link.from_id in every and link.to_id in every),
        events=tuple(event for event in catalog.events if every.issuperset(event.place_ids)),
    )


def _positions(catalog: Catalog) -> list[tuple[object, ...]]:
    """All that the ways between places are made from, beside links."""
    names = ("id", "lat", "lon", "county", "kind", "category", "area_id", "area_visit", "walled", "popularity")
    return [
        tuple(getattr(place, name, None) for name in names)
        for table in (catalog.hubs, catalog.attractions, catalog.lodging, catalog.dining)
        for place in table.values()
    ]


_current: dict[tuple[str, str | None], Region] = {}
_sources: dict[Path, PublishedSource] = {}
_guard = threading.Lock()


def current(source: CatalogSource | None = None) -> Region:
    """The region at the published revision, under the rules in force; built once a revision, weighed once a set of rules.

    Parameters
    ----------
    source
        Where revisions are published; by default the database, or the files of ``settings().data_dir`` while there is none.

    Raises
    ------
    CatalogInvalid
        What is published, or the files, break the schema.
    StoreUnavailable
        The database went away while a newly published revision was read.
    """
    with _guard:
        if source is None:
            directory = Path(settings().data_dir)
            source = _sources.setdefault(directory, PublishedSource(FilesSource(directory)))
        held = source.revision(), source.ruled()
        if held not in _current:
            region = _published(source, held[0])
            while len(_current) > 1:
                _current.pop(next(iter(_current)))
            _current[held] = region
        return _current[held]


def _published(source: CatalogSource, revision: str) -> Region:
    """What holds now; where only the rules are others, all else is shared with the region that was."""
    rules = source.rules()
    known = next((region for (other, _), region in _current.items() if other == revision), None)
    if known is None:
        return Region(source.catalog(), rules)
    return known.under(rules)
