"""Pictures of places: bytes under the hash of what they are, so that one never turns into another."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, String, Table, func, insert, select

from recommender.store.columns import Instant

NAME: Final = 32
"""Characters of its hash by which a picture is called."""

_pictures: Final = Table(
    "pictures",
    MetaData(),
    Column("hash", String(64), primary_key=True),
    Column("media", String(40), nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("made", Instant, nullable=False),
    Column("who", String(80), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it is served."""

    media: str
    width_px: int
    height_px: int
    data: bytes

    @property
    def hash(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def name(self) -> str:
        """By which the data and its address call it."""
        return self.hash[:NAME]


def put_picture(connection: Connection, image: Image, at: dt.datetime, who: str) -> bool:
    """Keep a picture; False where it was there already."""
    if find_picture(connection, image.name) is not None:
        return False
    values = {"hash": image.hash, "media": image.media, "width_px": image.width_px, "height_px": image.height_px,
              "data": image.data, "made": at, "who": who}  # fmt: skip
    connection.execute(insert(_pictures).values(values))
    return True


def find_picture(connection: Connection, name: str) -> Image | None:
    """The picture of that name."""
    if len(name) != NAME or not name.isalnum():
        return None
    query = select(_pictures).where(_pictures.c.hash.startswith(name, autoescape=True)).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Image(row["media"], row["width_px"], row["height_px"], bytes(row["data"]))


def count_bytes(connection: Connection) -> int:
    """How much all pictures take."""
    return int(connection.execute(select(func.sum(func.length(_pictures.c.data)))).scalar() or 0)
