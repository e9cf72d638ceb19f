"""The hotel's page of the console and the bureau's page of hotels, and the full planner for a hotel's guest."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from recommender import region as regions
from recommender import store
from recommender.bureau import passwords
from recommender.bureau.desk import Person
from recommender.i18n import text
from recommender.model import TripRequest
from recommender.partners import attribution, managing
from recommender.store import Database
from recommender.trip.planning import plan_trip
from recommender.ui import take
from recommender.ui.staff import frame
from tests.bureau.little_bureau import Bureau, open_bureau
from tests.catalog.little_files import good_rows, write_folder
from tests.partners.little_hotels import INN, NEW, get_partner
from tests.ui.seen import SATURDAY, bodies, fix_today, open_page, problem_text, run

Open = Callable[..., AppTest]


@pytest.fixture
def bureau(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    made = open_bureau(database, write_folder(tmp_path / "data", good_rows()))
    managing.create_partner(made.admin, "inn", INN, account="hotel")
    return made


@pytest.fixture
def console(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Open:
    def opened(person: Person, page: str, lang: str = "zh", **asked: str) -> AppTest:
        monkeypatch.setattr(frame, "find_person", lambda: person)
        return open_page(lang, "staff", page=page, lang=lang, **asked)

    return opened


def say(key: str, lang: str = "zh", **values: object) -> str:
    return text(f"partners.console.{key}", lang, **values)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_hotel_finds_everything_on_one_page(console: Open, bureau: Bureau, lang: str) -> None:
    attribution.count("inn", "open", "qr")
    test = console(bureau.hotel, "hotel", lang)
    assert say("call", lang, phone=INN["phone"]) in bodies(test)
    [snippet] = [one.value for one in test.code]
    assert '<a href="http://127.0.0.1:8501/h/inn.' in snippet
    for kind, part in (("iframe", "<iframe"), ("script", "/embed.js"), ("button", "border-radius"), ("oembed", "http://127.0.0.1:8501/h/")):
        control = next(one for one in test.button_group if one.key == "jz_kit_kind")
        run(control.set_value([kind]) if isinstance(control.value, list) else control.set_value(kind))
        assert part in test.code[0].value
    for name in ("desk", "lobby", "mini"):
        assert say(name, lang) in bodies(test)
    assert text("partners.channel.qr", lang) + " 1" in bodies(test)
    downloads = {str(one.proto.label) for one in test.get("download_button")}
    assert {say(key, lang) for key in ("qr_svg", "qr_png", "card_zh", "card_en", "csv")} <= downloads
    assert say("preview", lang, width=390) in bodies(test)


def test_what_the_hotel_proposes_is_seen_after_the_bureau_has_approved_it(console: Open, bureau: Bureau) -> None:
    test = console(bureau.hotel, "hotel")
    run(test.text_input(key="jz_h_inn_1_phone").set_value("0354-1111111"))
    run(test.text_area(key="jz_h_inn_1_tips_zh").set_value("走南门最近"))
    run(test.button(key="jz_propose").click())
    assert say("proposed") in bodies(test)
    assert get_partner(store.database(), "inn").hotel.phone == INN["phone"]
    desk = console(bureau.eva, "partners")
    shown = bodies(desk)
    assert re.search(r'class="was">0354-5841000<.*?<mark>0354-1111111</mark>', shown)
    assert "走南门最近" in shown
    [key] = [str(button.key) for button in desk.button if str(button.key).startswith("jz_approve_")]
    run(desk.button(key=key).click())
    assert get_partner(store.database(), "inn").hotel.phone == "0354-1111111"


def test_a_declined_proposal_tells_the_hotel_why(console: Open, bureau: Bureau) -> None:
    managing.propose(bureau.hotel, "inn", INN | {"contact": "小李"})
    desk = console(bureau.eva, "partners")
    [why] = [one for one in desk.text_input if str(one.key).startswith("jz_why_")]
    run(why.set_value("请写全名"))
    [key] = [str(button.key) for button in desk.button if str(button.key).startswith("jz_decline_")]
    run(desk.button(key=key).click())
    assert say("declined", why="请写全名") in bodies(console(bureau.hotel, "hotel"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_colours_that_cannot_be_read_are_told_at_once_with_a_pair_that_can(console: Open, bureau: Bureau, lang: str) -> None:
    test = console(bureau.hotel, "hotel", lang)
    run(test.text_input(key="jz_h_inn_1_accent").set_value("#cccccc"))
    found = re.search(r"#[0-9a-f]{6}", html.unescape(bodies(test)).split({"zh": "可以改成", "en": "Try accent"}[lang])[1])
    assert found is not None
    run(test.button(key="jz_propose").click())
    assert found[0] in problem_text(test)
    run(test.text_input(key="jz_h_inn_1_accent").set_value(found[0]))
    run(test.button(key="jz_propose").click())
    assert say("proposed", lang) in bodies(test)


def test_coordinates_read_from_another_map_are_proposed_in_ours(console: Open, bureau: Bureau) -> None:
    managing.create_partner(bureau.admin, "yuci", NEW, account="hotel")
    test = console(bureau.hotel, "hotel", hotel="yuci")
    run(test.radio(key="jz_hd_yuci_1").set_value("gcj02"))
    run(test.text_input(key="jz_h_yuci_1_gcj02_lat").set_value("37.210"))
    run(test.button(key="jz_propose").click())
    [waiting] = managing.list_proposals(bureau.hotel, partner="yuci")
    assert 36.99 < float(waiting.record["lat"]) < 37.2099


def test_a_hotel_of_the_catalogue_stands_where_the_catalogue_says(console: Open, bureau: Bureau) -> None:
    test = console(bureau.hotel, "hotel", hotel="inn")
    assert not any(str(one.key).endswith(("_lat", "_lon")) for one in test.text_input)


@pytest.mark.parametrize("from_catalogue", [True, False])
def test_an_admin_makes_a_partner_of_the_catalogue_or_a_new_one(console: Open, bureau: Bureau, from_catalogue: bool) -> None:
    test = console(bureau.admin, "partners")
    mark = "new_"
    if from_catalogue:
        box = test.selectbox(key="jz_new_from")
        chosen = next(value for value in box.options if value != say("new_blank"))
        run(box.set_value(next(k for k in _lodging() if _lodging()[k] == chosen)))
        mark += str(test.selectbox(key="jz_new_from").value)
        run(test.text_input(key=f"jz_h_{mark}_phone").set_value("0354-2222222"))
    else:
        run(test.text_input(key="jz_new_id_").set_value("yuci-new"))
        for name in ("name_zh", "lat", "lon", "phone"):
            run(test.text_input(key=f"jz_h_{mark}{'_wgs84' if name in ('lat', 'lon') else ''}_{name}").set_value(NEW[name]))
    before = len(managing.list_partners(bureau.admin))
    run(test.button(key="jz_make_partner").click())
    assert problem_text(test) == ""
    assert len(managing.list_partners(bureau.admin)) == before + 1


def _lodging() -> dict[str, str]:
    from recommender import region

    return {one.id: one.name_zh for one in region.current().catalog.lodging.values()}


def test_an_admin_stops_a_partner_and_the_hotel_replaces_its_links(console: Open, bureau: Bureau) -> None:
    token = get_partner(store.database(), "inn").token()
    test = console(bureau.hotel, "hotel")
    run(test.button(key="jz_rotate_now").click())
    assert say("rotated") in bodies(test)
    assert get_partner(store.database(), "inn").token() != token
    desk = console(bureau.admin, "partners")
    run(desk.button(key="jz_stop_inn").click())
    assert not managing.list_partners(bureau.admin)[0].active


def test_a_hotel_sees_no_other_hotel(console: Open, bureau: Bureau) -> None:
    managing.create_partner(bureau.admin, "yuci", NEW)
    test = console(bureau.hotel, "hotel", hotel="yuci")
    assert NEW["phone"] not in bodies(test)
    assert not any(str(button.key).startswith("jz_to_partners") for button in test.button)


# ---------------------------------------------------------------------------------------------------- full planner


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_full_planner_names_the_hotel_and_keeps_it_with_the_plan(
    database: Database, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    fix_today(monkeypatch)
    token = get_partner(database, "inn").token()
    asked = {"date": SATURDAY, "days": "1", "hotel": token, "utm_medium": "qr", "lang": lang}
    test = open_page(lang, "plan", **asked)
    assert INN["phone"] in bodies(test)
    assert test.query_params["hotel"] == token
    [share] = [button for button in test.button if "share" in str(button.key)]
    run(share.click())
    [read] = set(re.findall(r"/p/([\w-]{20,})", bodies(test)))
    stored = store.get_plan(database, read)
    assert (stored.partner, stored.channel) == ("inn", "qr")


def test_a_file_taken_in_the_full_planner_names_and_counts_for_the_hotel(database: Database, bureau: Bureau) -> None:
    partner = get_partner(database, "inn")
    region = regions.current()
    plan = plan_trip(region, TripRequest.parse({"start_date": "2027-04-17", "days": 1})).to_json()
    made = take._through(partner, "qr", "https://trip.example", region, "ics", plan, "zh").decode().replace("\r\n ", "")
    assert f"URL:https://trip.example/h/{partner.token()}/plan?date=2027-04-17" in made
    assert INN["phone"] in made
    today = dt.datetime.now(dt.UTC).date()
    days = dt.timedelta(days=1)
    assert [(one.kind, one.channel) for one in attribution.counts("inn", today - days, today + days)] == [("export", "qr")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_full_planner_works_with_a_link_that_does_not_hold(
    database: Database, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    fix_today(monkeypatch)
    test = open_page(lang, "plan", date=SATURDAY, days="1", hotel="inn.forged", lang=lang)
    assert text("partners.wrong.forged", lang) in html.unescape(bodies(test))
    assert INN["phone"] not in bodies(test)


