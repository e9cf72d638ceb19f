"""A hotel changes where a trip begins and what the page looks like, never what is recommended; and the proof would notice."""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
from collections.abc import Collection
from pathlib import Path

import pytest

from recommender import cli
from recommender import region as regions
from recommender.catalog import Lodging
from recommender.model import Itinerary, PlaceRef, TripRequest
from recommender.partners import neutrality, stay
from recommender.partners.hotel import Hotel, read
from recommender.region import Region
from recommender.trip.planning import plan_trip
from tests.partners.little_hotels import INN

ROOT = Path(__file__).resolve().parent.parent.parent / "recommender"
TODAY = dt.date(2027, 3, 18)
ENGINES = ("scoring", "orienteering", "travel", "calendar", "catalog", "trip", "region.py", "model.py", "batch.py")
HOTELS_OWN = {"partner", "partners", "accent", "ground", "greeting", "theme", "logo", "utm_source", "utm_medium", "channel"}


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def test_the_same_wishes_from_two_hotels_at_one_spot_give_the_same_plan(region: Region) -> None:
    found = neutrality.check(region, read(INN), neutrality.wishes(TODAY))
    assert len(found) == len(neutrality.WISHES)
    assert all(one.same for one in found), [one.places for one in found if not one.same]


def test_two_hotels_of_the_catalogue_at_one_spot_give_the_same_plan(region: Region) -> None:
    first = region.catalog.lodging["stay-jingzhai"]
    twin: Lodging = dataclasses.replace(first, id="stay-zz-twin", name_zh="另一家", name_en="Twin", phone=None)
    both = region.like(dataclasses.replace(region.catalog, lodging={**region.catalog.lodging, twin.id: twin}))
    for wished in neutrality.wishes(TODAY)[:3]:
        plans = []
        for home in (first.id, twin.id):
            anchor = {"place": home}
            wish = TripRequest.parse({**wished.model_dump(mode="json", by_alias=True), "start": anchor, "end": anchor})
            plans.append(_without(plan_trip(both, stay.settled(read(INN), wish, home)), home))
        assert plans[0] == plans[1]


def _without(itinerary: Itinerary, home: str) -> str:
    return itinerary.to_json().replace(home, "the-hotel")


def test_the_proof_notices_a_hotel_that_recommends_something(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = stay.settled

    def bribed(hotel: Hotel, wish: TripRequest, home: PlaceRef, asked: Collection[str] = ()) -> TripRequest:
        settled = honest(hotel, wish, home, asked)
        return settled.model_copy(update={"must_see": ("zhenguo-si",)}) if hotel.name_zh == INN["name_zh"] else settled

    monkeypatch.setattr(stay, "settled", bribed)
    [found] = neutrality.check(region, read(INN), neutrality.wishes(TODAY)[:1])
    assert not found.same
    assert "zhenguo-si" in found.places[0]


def test_neither_hotel_nor_theme_can_enter_a_score() -> None:
    """What scores and plans takes a request, which has no room for a hotel, and imports nothing that knows of hotels."""
    assert not HOTELS_OWN & set(TripRequest.model_fields)
    for name in ENGINES:
        room = ROOT / name
        for path in [room] if room.is_file() else sorted(room.rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not any(module.startswith("recommender.partners") for module in modules), path
                if isinstance(node, ast.Name | ast.arg) and path.name != "sharing.py":
                    word = node.id if isinstance(node, ast.Name) else node.arg
                    assert word not in {"partner", "partners"}, path


def test_two_hotels_make_the_same_request_but_for_their_names() -> None:
    one = read(INN)
    other = neutrality.twin(one)
    for wished in neutrality.wishes(TODAY):
        pair = []
        for hotel in (one, other):
            home = hotel.point("zh")
            pair.append(stay.settled(hotel, wished, home).model_dump_json().replace(home.name, ""))
        assert pair[0] == pair[1]


def test_anybody_can_run_the_check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neutrality, "WISHES", neutrality.WISHES[:2])
    assert cli.main(["neutrality", "stay-jingzhai", "--today", "2027-03-18", "--lang", "en"]) == cli.FINE
    said = capsys.readouterr().out
    assert said.count("same  ") == 2
    assert "2 wishes, the same plan for 2." in said
    assert cli.main(["neutrality", "nowhere", "--lang", "en"]) == cli.BAD_INPUT
