"""Copies of whole databases: what takes many statements to make is made once and copied for every other test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL

from recommender.store import Database

Copy = bytes | str
"""A file's content, or the name of a database on the same server."""


def where(database: Database) -> str:
    """What copies can be moved within: a server of PostgreSQL, or all files."""
    url = database._url
    return url.get_backend_name() if url.get_backend_name() == "sqlite" else f"{url.host}:{url.port}"


def is_new(database: Database) -> bool:
    """Whether nothing was ever kept in it."""
    url = database._url
    if url.get_backend_name() == "sqlite":
        return not Path(str(url.database)).exists()
    with _connected(url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return found == (0,)


def take(database: Database) -> Copy:
    """A copy of a database that nobody else uses just now."""
    database.close()
    url = database._url
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).read_bytes()
    name = f"copy_of_{url.database}"
    with _connected(url.set(database="postgres")) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
    return name


def put(database: Database, copy: Copy) -> None:
    """Make a new database that copy."""
    database.close()
    url = database._url
    if isinstance(copy, bytes):
        file = Path(str(url.database))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(copy)
        return
    with _connected(url.set(database="postgres")) as connection:
        connection.execute(f'DROP DATABASE "{url.database}"')
        connection.execute(f'CREATE DATABASE "{url.database}" TEMPLATE "{copy}"')


def _connected(url: URL) -> psycopg.Connection[Any]:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)
