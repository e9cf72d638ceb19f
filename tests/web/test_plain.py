"""The plain pages, door by door, without a server: form, plan, shared plan, and everything in the way."""

from __future__ import annotations

import datetime as dt
import html
import logging
import re
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender import region as regions
from recommender import store
from recommender.errors import CatalogInvalid, Problem
from recommender.i18n import LANGUAGES, text
from recommender.journal import without_tokens
from recommender.model import Itinerary
from recommender.region import Region
from recommender.settings import settings
from recommender.store import Database
from recommender.trip import planning, sharing
from recommender.web import answers, api, routes
from recommender.web.headers import HideTokens
from recommender.web.plain import doors
from tests.exports.read_back import read_back
from tests.web.test_agents import CHROME, SAFARI_14, WECHAT_ANDROID, WECHAT_IPHONE

TODAY = dt.date(2027, 4, 1)
TRIP = {"date": "2027-04-17", "days": "1"}
FORM = TRIP | {"from": "", "from_time": "", "to": "", "to_time": "", "mode": "transit", "pace": "normal", "reach": "wings",
               "adults": "2", "children": "", "seniors": ""}  # fmt: skip
IMPOSSIBLE = FORM | {
    "to": "taiyuan-south-station", "to_time": "11:00", "reach": "region", "must": "mianshan,wangjia-dayuan,qiaojia-dayuan",
}  # fmt: skip
LIMIT = 100_000
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=y>"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/plans.sqlite")
    monkeypatch.setattr(store, "database", lambda: opened)
    monkeypatch.setattr(sharing, "_rate", store.Rates())
    yield opened
    opened.close()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, database: Database) -> Iterator[TestClient]:
    """Our routes as the server mounts them, on a fixed day, with an empty database."""
    monkeypatch.setattr(api, "local_today", lambda: TODAY)
    app = Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)
    with TestClient(app, follow_redirects=False, headers={"accept-language": "zh-CN"}) as made:
        yield made


class Links(HTMLParser):
    """What a page would fetch or run, and where its links and forms lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.lang = ""
        self.meta: dict[str, str] = {}
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"script", "img", "iframe", "object", "video", "audio", "embed"} or "src" in given:
            self.fetched.append(f"{tag} {given}")
        if tag == "link" and not given["href"].startswith("data:"):
            self.fetched.append(given["href"])
        self.fetched += [name for name in given if name.startswith("on")]
        if tag == "html":
            self.lang = given["lang"]
        if tag == "meta":
            self.meta[given.get("property") or given.get("name") or ""] = given.get("content", "")
        if tag in {"a", "form"}:
            self.links.append(given.get("href") or given.get("action") or "")
        self.ids += [given["id"]] if "id" in given else []


def assert_plain(answer: Any, lang: str = "zh", status: int = 200) -> Links:
    """What holds for every plain page."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["content-encoding"] == "gzip"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert len(answer.content) < LIMIT
    page = Links(answer.text)
    assert page.fetched == []
    assert "url(" not in answer.text
    assert "@import" not in answer.text
    assert page.lang == {"zh": "zh-CN", "en": "en"}[lang]
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith(("/", "#", "https://", "http://", "tel:")) for link in page.links), page.links
    return page


def read(page: str) -> str:
    """What a reader sees of a page."""
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


def kept(client: TestClient, **changed: str) -> tuple[str, str]:
    """Paths of the read and the edit link of a new plan."""
    answer = client.post("/plans", data=FORM | {"lang": "zh"} | changed)
    assert answer.status_code == 303, answer.text
    edit = answer.headers["location"].split("?")[0]
    found = re.search(r"/p/[\w-]+", client.get(edit).text)
    assert found
    return found[0], edit


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


# ---------------------------------------------------------------------------------------------- form, plan


def test_a_plan_that_found_nothing_leads_to_the_whole_region(client: TestClient) -> None:
    layover = FORM | {"from": "taiyuan-south-station", "from_time": "12:00", "to": "taiyuan-south-station", "to_time": "17:00"}
    label = text("ui.plan.wider", "en", reach=text("ui.reach.region", "en"))
    page = client.get("/plain/plan", params=layover | {"lang": "en"}).text
    link = re.search(rf'href="([^"]*reach=region[^"]*)"[^>]*>{re.escape(label)}<', page)
    assert link is not None
    assert label not in client.get(html.unescape(link[1])).text



@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_is_one_page_in_the_visitors_language(client: TestClient, lang: str) -> None:
    answer = client.get("/plain", headers={"accept-language": lang})
    page = assert_plain(answer, lang)
    assert text("ui.form.date", lang) in answer.text
    assert "/plain/plan" in page.links
    other = "en" if lang == "zh" else "zh"
    switch = next(link for link in page.links if f"lang={other}" in link)
    assert_plain(client.get(switch), other)


def test_a_filled_in_form_gives_the_plan_of_the_use_case(client: TestClient) -> None:
    for answer in (client.get("/plain/plan", params=FORM), client.post("/plain/plan", data=FORM)):
        page = assert_plain(answer)
        wanted = client.post("/api/v1/plan", json={"start_date": "2027-04-17", "days": 1}).json()
        stops = [item["place"] for day in wanted["days"] for item in day["items"] if item["kind"] == "stop"]
        catalog = regions.current().catalog
        assert all(catalog.attractions[place].name_zh in answer.text for place in stops)
        assert wanted["revision"] in answer.text
        assert "/plans" in page.links


@pytest.mark.parametrize("lang", LANGUAGES)
def test_seven_days_are_still_a_small_page(client: TestClient, lang: str) -> None:
    wish = FORM | {"days": "7", "reach": "region", "pace": "full", "children": "8", "lang": lang}
    assert_plain(client.get("/plain/plan", params=wish), lang)


def test_bad_input_is_said_beside_the_form_and_nothing_typed_is_lost(client: TestClient) -> None:
    wish = FORM | {
        "date": "2027-04-17", "days": "3", "from": "taiyuan-station", "from_time": "09:30", "children": "acht", "seniors": "66",
        "must": "zhenguo-si", "budget": "1234.50", "pace": "full",
    }  # fmt: skip
    answer = client.get("/plain/plan", params=[*wish.items(), ("like", "temple"), ("like", "food")])
    assert_plain(answer, status=422)
    page = answer.text
    assert "“acht”看不懂" in read(page)
    assert re.search(r'<input name="children"[^>]*value="acht"[^>]*aria-invalid="true"', page)
    assert 'href="#f-children"' in page
    assert re.search(r'<option value="taiyuan-station" selected>', page)
    for name, value in (("date", "2027-04-17"), ("from_time", "09:30"), ("seniors", "66")):
        assert re.search(rf'name="{name}"[^>]* value="{value}"', page), name
    for value in ("temple", "food", "full"):
        assert re.search(rf'value="{value}" checked', page), value
    assert '<option value="3" selected>' in page
    assert 'type="hidden" name="must" value="zhenguo-si"' in page
    assert 'type="hidden" name="budget" value="1234.50"' in page
    assert text("ui.field.must_see", "zh") in read(page)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("date", "2027-03-31", "2027-03-31"),
        ("date", "", "必填"),
        ("days", "9", "天数"),
        ("from", "no-such-place", "no-such-place"),
        ("from", EVIL, "script"),
        ("mode", EVIL, "怎么走"),
        ("children", EVIL, "script"),
        ("must", f"zhenguo-si,{EVIL}", "必去"),
        ("locks", EVIL, "约好的"),
        ("more", '{"now": 1}', "当前位置"),
        ("like", EVIL, "喜好"),
    ],
)
def test_every_wrong_field_is_named_and_escaped(client: TestClient, name: str, value: str, said: str) -> None:
    wish = FORM | {name: value} | ({"from_time": "09:30"} if name == "from" else {})
    answer = client.post("/plain/plan", data=wish)
    assert_plain(answer, status=422)
    assert said in read(answer.text)
    assert "<script" not in answer.text
    assert "<img" not in answer.text


def test_a_wish_that_has_no_field_here_and_is_wrong_is_said_once_and_let_go(client: TestClient) -> None:
    answer = client.get("/plain/plan", params=FORM | {"must": "no-such-place", "avoid": "zhenguo-si"})
    assert_plain(answer, status=422)
    assert "no-such-place" in read(answer.text)
    assert 'name="must"' not in answer.text
    assert 'name="avoid"' in answer.text


def test_wishes_that_clash_come_back_with_ways_out_that_work(client: TestClient) -> None:
    answer = client.get("/plain/plan", params=IMPOSSIBLE)
    page = assert_plain(answer, status=409)
    ways = [link for link in page.links if link.startswith("/plain/plan?")]
    assert ways
    assert_plain(client.get(html.unescape(ways[0])))
    assert '<option value="taiyuan-south-station" selected>' in answer.text


def test_an_address_of_the_app_fills_the_form(client: TestClient) -> None:
    answer = client.get("/plain?date=2027-04-20&days=3&from=taiyuan-station@0930&like=temple&party=3,c8&must=zhenguo-si&days=4")
    assert_plain(answer)
    for part in ('value="2027-04-20"', '<option value="taiyuan-station" selected>', 'value="09:30"', 'value="temple" checked',
                 'name="must" value="zhenguo-si"'):  # fmt: skip
        assert part in answer.text


def test_a_bad_address_is_said_and_the_rest_is_kept(client: TestClient) -> None:
    answer = client.get("/plain?date=2020-01-01&days=3&mode=fly")
    assert_plain(answer)
    assert 'role="alert"' in answer.text
    assert '<option value="3" selected>' in answer.text


def test_when_too_many_wait_a_page_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "settings", lambda: replace(settings(), plan_queue=0))
    answer = client.get("/plain/plan", params=FORM)
    assert_plain(answer, status=503)
    assert answer.headers["retry-after"] == "5"
    assert text("web.busy", "zh") in answer.text


def test_a_failure_while_planning_is_a_page_without_details(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def submit(self, region: object, request: object) -> Future[Itinerary]:
            future: Future[Itinerary] = Future()
            future.set_exception(ZeroDivisionError("the secret is 4711"))
            return future

    monkeypatch.setattr(planning, "planning", Broken)
    answer = client.get("/plain/plan", params=FORM, headers={"accept": "text/html"})
    assert answer.status_code == 500
    assert "4711" not in answer.text
    assert "<html" in answer.text


def test_data_that_cannot_be_used_are_a_page(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise CatalogInvalid([Problem("attractions.csv:3:lat", "99", "field_range", {"allowed": "≤ 40.8"})])

    monkeypatch.setattr(regions, "current", broken)
    answer = client.get("/plain")
    assert_plain(answer, status=503)
    assert "attractions" not in answer.text


# ----------------------------------------------------------------------------------------- the app's address


@pytest.mark.parametrize("agent", [WECHAT_ANDROID, WECHAT_IPHONE, SAFARI_14])
@pytest.mark.parametrize("path", ["/", "/plan", "/explore"])
def test_a_browser_that_cannot_run_the_app_gets_the_form_at_its_address(client: TestClient, agent: str, path: str) -> None:
    answer = client.get(path, headers={"user-agent": agent})
    page = assert_plain(answer)
    assert "user-agent" in answer.headers["vary"]
    full = next(link for link in page.links if "full=1" in link)
    app = client.get(full, headers={"user-agent": agent})
    assert 'id="root"' in app.text


def test_a_link_of_the_app_sent_in_wechat_opens_as_the_plan(client: TestClient) -> None:
    answer = client.get("/?date=2027-04-17&days=1&lang=en&like=temple", headers={"user-agent": WECHAT_IPHONE})
    assert_plain(answer, "en")
    assert text("plain.plan.keep", "en") in answer.text


@pytest.mark.parametrize("path", ["/", "/plan", "/explore"])
def test_every_other_browser_gets_the_app_with_a_way_to_the_plain_pages(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"user-agent": CHROME})
    assert "user-agent" in answer.headers["vary"]
    assert 'id="root"' in answer.text
    assert re.search(r'<noscript>.*href="/plain\?lang=zh".*</noscript>', answer.text)
    assert answer.text.count('href="/plain?lang=zh"') == 2


# ---------------------------------------------------------------------------------------------------- shared


def test_keeping_a_plan_leads_to_both_links(client: TestClient) -> None:
    answer = client.post("/plans", data=FORM | {"lang": "en"})
    assert answer.status_code == 303
    assert answer.headers["referrer-policy"] == "no-referrer"
    edit = answer.headers["location"]
    page = client.get(edit)
    assert_plain(page, "en")
    assert "http://testserver/p/" in page.text
    assert f"http://testserver{edit.split('?')[0]}" in page.text
    assert text("plain.own.delete", "en") in page.text


@pytest.mark.parametrize(("changed", "status"), [({"date": "2027-03-31"}, 422), ({"from": "atlantis"}, 422), (IMPOSSIBLE, 409)])
def test_what_cannot_be_planned_is_not_kept_but_comes_back_beside_the_form(
    client: TestClient, changed: dict[str, str], status: int
) -> None:
    answer = client.post("/plans", data=FORM | changed | {"children": "8"})
    page = assert_plain(answer, status=status)
    assert "/plain/plan" in page.links
    assert re.search(r'name="children"[^>]*value="8"', answer.text)
    assert "start_date" not in read(answer.text)


def test_the_read_link_shows_the_plan_and_nothing_to_edit_it_with(client: TestClient) -> None:
    shared, edit = kept(client)
    answer = client.get(shared)
    page = assert_plain(answer)
    assert edit.split("/")[-1] not in answer.text
    assert not any(link.startswith("/e/") for link in page.links)
    assert regions.current().revision in answer.text
    assert page.meta["og:title"].startswith(text("trip.brand", "zh"))
    assert page.meta["og:description"]
    assert page.meta["og:type"] == "website"
    assert page.meta["robots"] == "noindex"
    assert "width=device-width" in page.meta["viewport"]
    assert "prefers-color-scheme:dark" in answer.text
    assert text("plain.shared.fresh", "zh") in answer.text
    similar = next(link for link in page.links if link.startswith("/plain?"))
    assert_plain(client.get(similar))


@pytest.mark.parametrize(
    ("query", "browser", "lang"),
    [
        ("", "zh-CN", "zh"),
        ("", "en-GB,en;q=0.9", "en"),
        ("?lang=en", "zh", "en"),
        ("?lang=zh", "en", "zh"),
        ("?lang=x", "en", "en"),
    ],
)
def test_a_shared_plan_speaks_the_readers_language(client: TestClient, query: str, browser: str, lang: str) -> None:
    shared, _ = kept(client)
    page = assert_plain(client.get(shared + query, headers={"accept-language": browser}), lang)
    other = "en" if lang == "zh" else "zh"
    assert f"{shared}?lang={other}" in page.links


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_speaks_neither_language_reads_it_as_it_was_shared(client: TestClient, lang: str) -> None:
    shared, _ = kept(client, lang=lang)
    assert_plain(client.get(shared, headers={"accept-language": "fr-FR"}), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_plan_made_and_a_plan_shared_say_what_else_is_near_and_whom_to_call(client: TestClient, lang: str) -> None:
    path, _ = kept(client)
    for page in (f"{path}?lang={lang}", f"/plain/plan?date=2027-04-17&days=1&lang={lang}"):
        said = client.get(page).text
        assert f">{text('trip.extra.title', lang)}<" in said
        assert 'href="tel:120"' in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_messenger_finds_a_picture_of_a_shared_plan(client: TestClient, lang: str) -> None:
    shared, edit = kept(client)
    for path in (shared, edit):
        page = assert_plain(client.get(f"{path}?lang={lang}"), lang)
        picture = urlsplit(page.meta["og:image"])
        assert picture.hostname == "testserver"
        assert edit.rpartition("/")[2] not in page.meta["og:image"]
        answer = client.get(f"{picture.path}?{picture.query}")
        assert answer.headers["content-type"] == page.meta["og:image:type"] == "image/png"
        assert len(answer.content) < LIMIT
        *size, drawn = read_back("png", answer.content)
        assert [str(length) for length in size] == [page.meta["og:image:width"], page.meta["og:image:height"]]
        assert drawn


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_shared_plan_leads_into_maps_and_to_files(client: TestClient, lang: str) -> None:
    path, _ = kept(client)
    page = assert_plain(client.get(f"{path}?lang={lang}"), lang)
    maps = next(link for link in page.links if link.startswith(f"{path}/maps"))
    opened = client.get(maps)
    assert len(opened.content) < LIMIT
    found = Links(opened.text)
    assert found.fetched == []
    assert {"uri.amap.com", "api.map.baidu.com", "apis.map.qq.com", "maps.apple.com", "www.google.com"} <= {
        urlsplit(link).hostname for link in found.links
    }
    for link in (link for link in page.links if link.startswith(f"{path}/plan.")):
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.content
    assert client.get(f"{path}/plan.exe").status_code == 404
    assert client.get(f"{path[:-1]}/plan.ics").status_code == 404


def test_json_gets_both_links_and_its_errors_in_the_one_shape(client: TestClient) -> None:
    answer = client.post("/plans", json={"start_date": "2027-04-17", "days": 1})
    assert answer.status_code == 201
    links = answer.json()
    assert links.keys() == {"read", "edit", "version", "revision"}
    assert_plain(client.get(links["read"]))
    assert_plain(client.get(links["edit"]))
    for body, status, code in ((b"{", 400, "json_invalid"), (b"{}", 422, "request_invalid")):
        bad = client.post("/plans", content=body, headers={"content-type": "application/json"})
        assert bad.status_code == status
        assert bad.json()["error"]["code"] == code


def test_links_begin_as_the_settings_say(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "settings", lambda: replace(settings(), public_url="https://trip.example"))
    links = client.post("/plans", json={"start_date": "2027-04-17", "days": 1}).json()
    assert links["read"].startswith("https://trip.example/p/")
    assert "https://trip.example/p/" in client.get("/e/" + links["edit"].rsplit("/", 1)[1]).text


def test_wishes_are_changed_under_the_same_links(client: TestClient) -> None:
    shared, edit = kept(client)
    form = client.get(f"{edit}/change")
    page = assert_plain(form)
    assert edit in page.links
    answer = client.post(edit, data=FORM | {"days": "2", "version": version_of(form.text), "lang": "zh"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{edit}?lang=zh"
    assert text("trip.page.for_you", "zh", days=2) in client.get(shared).text


def test_the_second_of_two_tabs_is_told_and_both_versions_are_safe(client: TestClient) -> None:
    shared, edit = kept(client)
    version = version_of(client.get(f"{edit}/change").text)
    first, second = FORM | {"days": "2", "version": version}, FORM | {"days": "3", "version": version, "like": "temple"}
    assert client.post(edit, data=first).status_code == 303
    answer = client.post(edit, data=second)
    page = assert_plain(answer, status=409)
    assert text("trip.page.for_you", "zh", days=2) in client.get(shared).text
    assert f"{edit}?lang=zh" in page.links
    mine = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    assert mine["days"] == "3"
    assert mine["like"] == "temple"
    apart = client.post("/plans", data={name: value for name, value in mine.items() if name != "version"})
    assert text("trip.page.for_you", "zh", days=3) in client.get(apart.headers["location"]).text
    assert client.post(edit, data=mine).status_code == 303
    assert text("trip.page.for_you", "zh", days=3) in client.get(shared).text


def test_bad_wishes_for_a_stored_plan_come_back_beside_its_form(client: TestClient) -> None:
    shared, edit = kept(client)
    for wish, status in ((FORM | {"children": "acht"}, 422), (IMPOSSIBLE, 409)):
        answer = client.post(edit, data=wish | {"version": "1"})
        page = assert_plain(answer, status=status)
        assert edit in page.links
        assert version_of(answer.text) == "1"
    assert text("trip.page.for_you", "zh", days=1) in client.get(shared).text


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "1e3", "9" * 12, "9" * 400, "١"])
def test_a_version_that_cannot_be_is_refused(client: TestClient, version: str) -> None:
    _, edit = kept(client)
    assert_plain(client.post(edit, data=FORM | {"version": version}), status=400)


def test_a_deleted_plan_is_gone(client: TestClient) -> None:
    shared, edit = kept(client)
    assert client.get(f"{edit}/delete").status_code == 405
    assert_plain(client.post(f"{edit}/delete", data={"lang": "zh"}))
    for path in (shared, edit, f"{edit}/change"):
        assert_plain(client.get(path), status=404)
    assert_plain(client.post(f"{edit}/delete", data={"lang": "zh"}), status=404)
    assert_plain(client.post(edit, data=FORM | {"version": "1"}), status=404)


def test_when_the_data_have_moved_on_a_banner_says_what_changed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    shared, edit = kept(client)
    region = regions.current()
    plan = client.post("/api/v1/plan", json={"start_date": "2027-04-17", "days": 1}).json()
    place = region.catalog.attractions[next(i["place"] for i in plan["days"][0]["items"] if i["kind"] == "stop")]
    sights = {name: sight for name, sight in region.catalog.attractions.items() if name != place.id}
    later = Region(replace(region.catalog, attractions=sights, revision="later"))
    monkeypatch.setattr(regions, "current", lambda: later)
    for path in (shared, edit):
        answer = client.get(path)
        assert_plain(answer)
        said = read(answer.text)
        assert text("plain.shared.moved", "zh", old=region.revision, new="later") in said
        assert text("plain.shared.gone", "zh", place=place.name_zh) in said
        assert f">{place.id}<" not in answer.text
    monkeypatch.setattr(regions, "current", lambda: Region(replace(region.catalog, revision="later")))
    assert text("plain.shared.still_good", "zh") in client.get(shared).text


# ------------------------------------------------------------------------------------------------- in the way


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("damage", ["cut", "longer", "other", "dots", "html", "nothing", "slash", "huge", "chinese"])
def test_a_token_that_is_not_right_is_a_friendly_404(client: TestClient, damage: str, lang: str) -> None:
    shared, edit = kept(client)
    for path in (shared, edit):
        door, token = path[:3], path[3:]
        wrong = {
            "cut": token[:-1], "longer": token + "x", "other": "A" * 32, "dots": "%2e%2e%2fetc", "html": "%3Cscript%3E",
            "nothing": "", "slash": token + "/", "huge": "A" * 5000, "chinese": "%E5%B9%B3%E9%81%A5",
        }[damage]  # fmt: skip
        answer = client.get(door + wrong, headers={"accept-language": lang})
        page = assert_plain(answer, lang, 404)
        assert any(link.startswith("/plain") for link in page.links)
        assert "<script" not in answer.text


@pytest.mark.parametrize("path", ["/plain/typo", "/plans/1", "/p", "/e", "/e/x/y/z"])
def test_other_paths_are_a_page_that_is_not_there(client: TestClient, path: str) -> None:
    assert_plain(client.get(path), status=404)


@pytest.mark.parametrize(("method", "path"), [("GET", "/plans"), ("DELETE", "/plain"), ("PUT", "/p/x"), ("PATCH", "/e/x")])
def test_a_wrong_method_is_a_page_too(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert_plain(answer, status=405)
    assert answer.headers["allow"]


def test_a_database_that_is_away_is_a_page_and_plans_can_still_be_made(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, edit = kept(client)
    away = Database("postgresql://jz:topsecret@127.0.0.1:1/plans")
    monkeypatch.setattr(store, "database", lambda: away)
    for answer in (client.get(shared), client.get(edit), client.post("/plans", data=FORM)):
        assert_plain(answer, status=503)
        assert text("plain.error.store", "zh") in answer.text
        assert "topsecret" not in answer.text
    error = client.post("/plans", json={"start_date": "2027-04-17", "days": 1})
    assert error.status_code == 503
    assert error.json()["error"]["code"] == "unavailable"
    assert_plain(client.get("/plain/plan", params=FORM))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_plain_page_leads_to_what_is_kept_and_for_how_long(client: TestClient, lang: str) -> None:
    shared, _ = kept(client)
    for path in ("/plain", shared):
        page = client.get(f"{path}?lang={lang}")
        assert f"/plain/privacy?lang={lang}" in assert_plain(page, lang).links
        assert text("ui.footer.map_approval", lang, number=text("ui.map.approval_pending", lang)) in read(page.text)
    said = read(client.get(f"/plain/privacy?lang={lang}").text)
    for name in ("wishes", "plans", "reports", "requests", "cookies"):
        assert text(f"plain.privacy.{name}", lang, days=400) in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_fact_is_reported_from_a_shared_plan_and_thanked_for(client: TestClient, database: Database, lang: str) -> None:
    shared, _ = kept(client)
    place = re.findall(r'<option value="([^"]+)"', client.get(shared).text)[0]
    sent = {"place": place, "field": "hours", "text": "17:00 \u200b停止入园", "lang": lang}
    answer = client.post(f"{shared}/report", data=sent)
    assert text("ui.report.thanks", lang) in read(answer.text)
    assert_plain(answer, lang)
    [noted] = store.list_reports(database)
    assert (noted.report.place, noted.report.text, noted.report.lang) == (place, "17:00 停止入园", lang)


@pytest.mark.parametrize(
    ("wrong", "status"), [({"text": EVIL * 20}, 422), ({"field": "x"}, 422), ({"place": "nowhere"}, 422)]
)
def test_a_report_that_is_refused_comes_back_with_what_was_written(
    client: TestClient, database: Database, wrong: dict[str, str], status: int
) -> None:
    shared, _ = kept(client)
    sent = {"place": "shuanglin-si", "field": "other", "text": "写了很久", "lang": "en"} | wrong
    answer = client.post(f"{shared}/report", data=sent)
    assert_plain(answer, "en", status)
    assert sent["text"] in read(answer.text) or "alert(1)" in answer.text
    assert "<script" not in answer.text
    assert store.list_reports(database) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_fact_is_reported_from_a_plan_that_nobody_has_stored(client: TestClient, database: Database, lang: str) -> None:
    page = client.get("/plain/plan", params=TRIP | {"lang": lang, "pace": "relaxed"})
    form = page.text[page.text.index('action="/plain/report"') - 200 :]
    place = re.findall(r'<option value="([^"]+)"', form)[0]
    carried = {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}
    assert place in carried["stops"].split(",")
    answer = client.post("/plain/report", data={**carried, "place": place, "field": "closed", "text": EVIL, "lang": lang})
    assert_plain(answer, lang)
    assert text("ui.report.thanks", lang) in read(answer.text)
    [noted] = store.list_reports(database)
    assert (noted.report.place, noted.report.field, noted.report.lang) == (place, "closed", lang)
    back = next(link for link in assert_plain(answer, lang).links if link.startswith("/plain/plan?"))
    assert "pace=relaxed" in back
    assert client.get(back).status_code == 200


def test_a_refused_report_about_a_plan_that_nobody_has_stored_keeps_what_was_written(
    client: TestClient, database: Database
) -> None:
    sent = {"place": "shuanglin-si", "field": "other", "text": "", "lang": "en", "stops": f"shuanglin-si,{EVIL},nowhere", **TRIP}
    answer = client.post("/plain/report", data=sent)
    assert_plain(answer, "en", 422)
    assert re.findall(r'<option[^>]* value="([^"]+)"', answer.text) == ["shuanglin-si"]
    assert "<script" not in answer.text
    assert client.post("/plain/report", data={}).status_code == 422
    assert store.list_reports(database) == []


def test_who_stores_too_fast_is_told_when_to_come_back_and_loses_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "_rate", store.Rates(lambda: 0.0))
    monkeypatch.setattr(sharing, "settings", lambda: replace(settings(), plans_per_minute=1))
    kept(client)
    refused = client.post("/plans", data=FORM | {"lang": "en"})
    assert_plain(refused, "en", 429)
    assert refused.headers["retry-after"] == "60"
    assert f'value="{FORM["date"]}"' in refused.text
    assert client.post("/plans", json={"start_date": FORM["date"], "days": 1}).json()["error"]["code"] == "too_often"
    other = TestClient(client.app, follow_redirects=False, client=("192.0.2.9", 50000))
    assert other.post("/plans", data=FORM).status_code == 303


@pytest.mark.parametrize("path", ["/plans", "/plain/plan", "/plain/report", "/e/x", "/e/x/delete", "/p/x/report"])
def test_a_body_that_is_too_large_is_not_read(client: TestClient, path: str) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    big = b"date=" + b"x" * settings().max_body_bytes
    assert_plain(client.post(path, content=big, headers=kind), status=413)
    many = "&".join(f"a{n}=1" for n in range(500)).encode()
    assert_plain(client.post(path, content=many, headers=kind), status=400)
    assert_plain(client.post(path, content="平遥".encode(), headers=kind), status=400)


@pytest.mark.parametrize("path", ["/plans", "/plain/plan", "/e/x", "/e/x/delete"])
def test_a_form_of_another_site_or_of_another_kind_is_refused(client: TestClient, path: str) -> None:
    assert_plain(client.post(path, data=FORM, headers={"sec-fetch-site": "cross-site"}), status=403)
    files = {"file": ("x.txt", b"x")}
    assert_plain(client.post(path, data=FORM, files=files), status=415)


def test_what_strangers_wrote_into_a_plan_is_escaped(client: TestClient) -> None:
    start = f"37.2~112.18~{EVIL}".replace('"', "%22")
    shared, edit = kept(client, **{"from": start, "from_time": "09:30"})
    for path in (shared, edit, f"{edit}/change"):
        answer = client.get(path)
        assert_plain(answer)
        assert "alert(1)" in answer.text
        assert "<script" not in answer.text
        assert "<img" not in answer.text


def test_no_token_is_ever_in_a_log(client: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    shared, edit = kept(client)
    tokens = [shared[3:], edit[3:]]
    with caplog.at_level(logging.DEBUG):
        client.get(shared)
        client.get(edit)
        client.post(edit, data=FORM | {"version": "7"})

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(doors, "plain_policy", broken)
        assert client.get(shared).status_code == 500
        assert client.get(edit).status_code == 500
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert any("/p/{token}" in line for line in ours)
    assert not any(token in line for token in tokens for line in ours)


def test_an_access_log_hides_tokens_wishes_and_addresses() -> None:
    request = ("::1", "GET", "/e/abc-_1/change?lang=zh", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", 20, "", 0, '%s - "%s %s HTTP/%s" %d', request, None)
    assert HideTokens().filter(record)
    assert record.getMessage() == '- - "GET /e/…/change HTTP/1.1" 200'
    assert without_tokens("/plain/plan?days=2") == "/plain/plan?days=2"
    assert without_tokens("/?days=2&kept=abc.1&full=1") == "/?days=2&kept=…&full=1"


def test_only_its_owner_takes_a_plan_to_the_full_planner_with_the_key_to_save_it_back(client: TestClient) -> None:
    shared, edit = kept(client)
    token = edit.rpartition("/")[2]
    assert any(f"kept={token}.1" in link for link in assert_plain(client.get(edit)).links)
    assert "kept=" not in client.get(shared).text
