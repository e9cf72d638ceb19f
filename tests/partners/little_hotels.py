"""Two hotels that are partners: one of the catalogue, one that it does not have."""

from __future__ import annotations

from typing import Any

from recommender.bureau.desk import PROGRAM
from recommender.partners import Partner, managing
from recommender.partners.register import register
from recommender.store import Database

INN = {
    "place": "stay-jingzhai", "name_zh": "平遥锦宅客栈", "name_en": "Jing's Residence", "lat": "37.2055", "lon": "112.1828",
    "phone": "0354-5841000", "contact": "前台小王", "breakfast_end": "09:30", "check_in": "14:00", "check_out": "12:00",
    "door_closes": "23:00", "luggage_zh": "前台可寄存，不收费", "luggage_en": "The desk keeps it, free",
    "greeting_zh": "欢迎来平遥", "greeting_en": "Welcome to Pingyao", "accent": "#1f4e5f", "ground": "#f3f7f4",
    "hosts": "https://inn.example http://localhost:8099",
}  # fmt: skip
NEW = {
    "name_zh": "榆次新酒店", "name_en": "New Hotel Yuci", "lat": "37.6900", "lon": "112.7300", "phone": "+86 354 0000000",
    "hosts": "https://new.example",
}  # fmt: skip


def make_partner(database: Database, partner: str = "jingzhai", cells: dict[str, str] | None = None, **more: Any) -> Partner:
    """A partner whom the program makes."""
    managing.create_partner(PROGRAM, partner, {**(INN if cells is None else cells), **more}, database=database)
    return get_partner(database, partner)


def get_partner(database: Database, partner: str = "jingzhai") -> Partner:
    """As every request finds it, at once."""
    register(database).forget()
    found = register(database).partners(database).get(partner)
    assert found is not None
    return found


__all__ = ["INN", "NEW", "get_partner", "make_partner"]
