"""What kind of day a date is: workday, weekend, public holiday, make-up workday."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

Kind = Literal["workday", "weekend", "public_holiday", "makeup_workday"]
TableStatus = Literal["official", "provisional", "none"]

PUBLIC_HOLIDAY: Final = "public_holiday"
MAKEUP_WORKDAY: Final = "makeup_workday"


class HolidayLike(Protocol):
    """A row of the holiday table."""

    @property
    def date(self) -> dt.date: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def status(self) -> str: ...


@dataclass(frozen=True, slots=True)
class DayKind:
    """What kind of day a date is, and how sure that is.

    Attributes
    ----------
    kind
        ``makeup_workday`` is a weekend day worked in exchange for a longer holiday (the day off in exchange is a
        ``public_holiday``).
    name_zh, name_en
        The holiday's name, or that of the make-up workday; None on ordinary days.
    status
        ``official``: the year's notice is in the table. ``provisional``: statutory days only, bridge days and make-up
        workdays may still come. ``none``: the year is not in the table and the kind rests on the weekday alone.
    """

    kind: Kind
    name_zh: str | None
    name_en: str | None
    status: TableStatus


class HolidayTable:
    """The sourced table of public holidays and make-up workdays, by date."""

    def __init__(self, rows: Iterable[HolidayLike]) -> None:
        self._rows: dict[dt.date, HolidayLike] = {row.date: row for row in rows}
        statuses: dict[int, set[str]] = {}
        for row in self._rows.values():
            statuses.setdefault(row.date.year, set()).add(row.status)
        self._status: dict[int, TableStatus] = {
            year: "official" if found == {"official"} else "provisional" for year, found in statuses.items()
        }
        self.public_holidays: tuple[dt.date, ...] = tuple(
            sorted(date for date, row in self._rows.items() if row.kind == PUBLIC_HOLIDAY)
        )

    def status(self, year: int) -> TableStatus:
        """What the table holds of a year; one provisional row makes the year provisional."""
        return self._status.get(year, "none")

    def day(self, date: dt.date) -> DayKind:
        """The kind of a date; never raises."""
        status = self.status(date.year)
        row = self._rows.get(date)
        if row is None:
            return DayKind("weekend" if date.weekday() >= 5 else "workday", None, None, status)
        kind: Kind = "makeup_workday" if row.kind == MAKEUP_WORKDAY else "public_holiday"
        return DayKind(kind, row.name_zh, row.name_en, status)
