"""Connections and transactions; everything that can go wrong with a database is a ``StoreUnavailable``."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from recommender.errors import RecommenderError, StoreUnavailable
from recommender.journal import note
from recommender.settings import settings

WAIT_S: Final = 30
"""How long one writer waits for another before giving up."""
CONNECT_S: Final = 5
MIGRATION_LOCK: Final = 0x6A7A_7364
"""Any number, the same in all replicas: who holds PostgreSQL's advisory lock of it migrates."""
DESK_LOCK: Final = 0x6A7A_6465
"""Likewise, for changes of the published data and all that leads to them."""
_RETRY_S: Final = 0.05
_log = logging.getLogger(__name__)


class Database:
    """One database, brought up to date on first use; may be shared by threads.

    Parameters
    ----------
    address
        ``sqlite:///path`` or ``postgresql://user:password@host/name``.
    """

    def __init__(self, address: str) -> None:
        self._url = _driver_of(address)
        self._engine: Engine | None = None
        self._ready = False
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: what it sees does not change under it.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached, is not ours, or is newer than this program.
        """
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it or nothing; on SQLite one at a time.

        Raises
        ------
        StoreUnavailable
            As ``reading``; also when another writer does not come to an end.
        """
        with self._transaction(writes=True) as connection:
            yield connection

    @contextmanager
    def writing_alone(self) -> Iterator[Connection]:
        """A transaction that writes while no other of its kind does, so that it may read first and then decide.

        Raises
        ------
        StoreUnavailable
            As ``writing``.
        """
        with self._transaction(writes=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(DESK_LOCK)))
            yield connection

    def wipe(self) -> None:
        """Write over what was deleted, also in SQLite's log of changes, as far as others let it just now.

        Raises
        ------
        StoreUnavailable
            As ``writing``.
        """
        with _named(self._url):
            engine = self._prepared()
            if engine.dialect.name != "sqlite":
                return
            connection = engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def check(self) -> None:
        """Ask the database something that it can always answer.

        Raises
        ------
        StoreUnavailable
            It does not answer.
        """
        with self.reading() as connection:
            connection.execute(select(1))

    def close(self) -> None:
        """Let go of all connections; the next use opens new ones."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None
            self._ready = False

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        with _named(self._url):
            engine = self._prepared()
            options: dict[str, Any] = {"writes": writes}
            if not writes and engine.dialect.name == "postgresql":
                options["isolation_level"] = "REPEATABLE READ"
            with engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection

    def _prepared(self) -> Engine:
        with self._lock:
            if self._engine is not None and self._is_gone():
                # Connections that are open would go on writing into a file that nobody will find again.
                self._engine.dispose()
                self._engine, self._ready = None, False
            if self._engine is None:
                self._engine = _engine(self._url)
            if not self._ready:
                _migrate(self._engine)
                self._ready = True
            return self._engine

    def _is_gone(self) -> bool:
        """Whether the file that is in use was moved or deleted."""
        file = self._url.database if self._url.get_backend_name() == "sqlite" else None
        return self._ready and bool(file) and file != ":memory:" and not Path(str(file)).exists()


def clock(connection: Connection) -> dt.datetime:
    """The instant by the database's clock, which all replicas share; a SQLite file has but its machine's."""
    if connection.dialect.name == "postgresql":
        now: dt.datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return now.astimezone(dt.UTC)
    return dt.datetime.now(dt.UTC)


@contextmanager
def _named(url: URL) -> Iterator[None]:
    """Whatever the database says is for the log, without the password; the caller gets the named error."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        if isinstance(error, RecommenderError):
            raise
        _log.error("%s: %s", url.render_as_string(hide_password=True), str(error).split("\n", maxsplit=1)[0])
        note("store_unavailable", code=StoreUnavailable.code)
        raise StoreUnavailable from error


def _driver_of(address: str) -> URL:
    """The address with the driver that we ship."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise StoreUnavailable from error
    kind = url.get_backend_name()
    if kind in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise StoreUnavailable
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_S}, isolation_level="READ COMMITTED"
        )
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": WAIT_S})
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _open_sqlite(connection: Any, record: object) -> None:
    """Readers and one writer side by side; transactions begin and end where we say."""
    connection.isolation_level = None
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except connection.OperationalError:
            # Changing the mode of a brand-new file does not wait for others who do the same.
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_S)
    connection.execute("PRAGMA synchronous = FULL")
    # What somebody has deleted is written over, not only forgotten.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its turn at once: a reader that turns writer halfway could only fail."""
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    """Bring the tables up to date; of several processes that start at once, one does it and the others wait.

    Raises
    ------
    StoreUnavailable
        The database is newer than this program.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        _log.error("the database cannot be brought up to date: %s", error)
        raise StoreUnavailable from error


@cache
def database() -> Database:
    """This process's database, as the settings name it: a file of the folder for what the app keeps, or a server."""
    config = settings()
    return Database(config.database_url or f"sqlite:///{config.database_file}")
