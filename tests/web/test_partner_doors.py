"""The hotels' doors without a browser: headers, links that do not hold, counts, floods, oEmbed, desk, lobby, mini-program."""

from __future__ import annotations

import datetime as dt
import io
import logging
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender import settings as settings_module
from recommender import store
from recommender.bureau.desk import PROGRAM
from recommender.errors import TooOften
from recommender.i18n import text
from recommender.journal import without_tokens
from recommender.partners import Partner, attribution, limits, managing, theme
from recommender.partners.links import LEAST_PX, SNIPPETS, Kit
from recommender.settings import Settings, SettingsInvalid
from recommender.store import Database
from recommender.store.partners import update_partner
from recommender.travel.datum import gcj02_to_wgs84
from recommender.trip import sharing
from recommender.web import api, callers, routes
from recommender.web.answers import Refusal
from recommender.web.headers import HideTokens
from recommender.web.limits import BUDGETS
from recommender.web.partners import doors, frame
from recommender.web.partners.callers import Hotels
from recommender.web.plain.pages import style
from tests.partners.little_hotels import INN, NEW, get_partner, make_partner
from tests.web.test_plain import Links

TODAY = dt.date(2027, 4, 1)
SITE = "http://testserver"
WISH = "date=2027-04-17&days=1&adults=2&from=stay-jingzhai&to=stay-jingzhai"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=y>"
LIMIT = 120_000


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/partners.sqlite")
    monkeypatch.setattr(store, "database", lambda: opened)
    monkeypatch.setattr(sharing, "_rate", store.Rates())
    limits._allowances.clear()
    for budget in BUDGETS.values():
        budget.forget()
    yield opened
    opened.close()


@pytest.fixture
def partner(database: Database) -> Partner:
    return make_partner(database)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, database: Database) -> Iterator[TestClient]:
    monkeypatch.setattr(api, "local_today", lambda: TODAY)
    monkeypatch.setattr(doors, "_now", lambda: dt.datetime.combine(TODAY, dt.time(9, 5)))
    app = Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)
    with TestClient(app, follow_redirects=False, headers={"accept-language": "zh-CN"}) as made:
        yield made


def elsewhere(client: TestClient, address: str) -> TestClient:
    """Somebody at another address."""
    return TestClient(client.app, follow_redirects=False, client=(address, 50_000))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    """What the planner, which is busy, was asked for and by whom."""
    found: list[tuple[Any, Any]] = []

    async def plan(region: Any, wish: Any, request: Any = None) -> None:
        found.append((wish, request))
        raise Refusal(503, "busy", {"retry-after": "5"})

    monkeypatch.setattr(api.queue, "plan", plan)
    return found


def ancestors(answer: Any) -> str:
    found = re.search(r"frame-ancestors ([^;]*)", answer.headers["content-security-policy"])
    assert found is not None
    return found[1]


def counted(partner: str = "jingzhai") -> dict[tuple[str, str], int]:
    found = attribution.counts(partner, TODAY - dt.timedelta(days=1000), dt.date(2099, 1, 1))
    return {(one.kind, one.channel): one.count for one in found}


# --------------------------------------------------------------------------------------------------------- framing


def test_each_hotels_embed_may_be_framed_by_its_own_sites_alone(client: TestClient, partner: Partner, database: Database) -> None:
    other = make_partner(database, "yuci", NEW)
    for one, hosts in ((partner, INN["hosts"]), (other, NEW["hosts"])):
        for rest in ("", f"/plan?{WISH}", "/plan?days=nonsense"):
            assert ancestors(client.get(f"/embed/{one.token()}{rest}")) == f"'self' {hosts}"


def test_everything_else_stands_in_no_frame_of_a_hotel(client: TestClient, partner: Partner) -> None:
    token = partner.token()
    for path in (f"/h/{token}", f"/h/{token}/plan?{WISH}", f"/desk/{token}", f"/lobby/{token}", f"/mini/{token}"):
        assert ancestors(client.get(path)) == "'none'", path
    for path in ("/", "/plan", "/plain", "/plain/plan", "/p/x", "/oembed", "/embed.js", "/healthz", f"/h/{token}/qr.png"):
        assert "example" not in client.get(path).headers["content-security-policy"], path
    assert ancestors(client.get("/staff")) == "'none'"
    assert ancestors(client.get("/staff/sign-in")) == "'none'"


def test_a_page_in_a_frame_runs_one_script_of_ours_and_fetches_nothing(client: TestClient, partner: Partner) -> None:
    for rest in ("", f"/plan?{WISH}"):
        answer = client.get(f"/embed/{partner.token()}{rest}")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'sha256-" in policy
        assert "unsafe-inline'; img-src data:" in policy
        assert answer.text.count("<script") == 1
        assert len(answer.content) < LIMIT
        # Where to learn how to embed is told, not fetched.
        assert [one for one in Links(answer.text).fetched if "/oembed?" not in one] == ["script {}"]
        assert "set-cookie" not in answer.headers
        assert 'type="file"' not in answer.text
        assert 'method="post"' not in answer.text


def test_what_is_in_the_way_is_seen_in_the_hotels_frame(
    client: TestClient, partner: Partner, asked: list[tuple[Any, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    token, hosts = partner.token(), f"'self' {INN['hosts']}"
    busy = client.get(f"/embed/{token}/plan?{WISH}")
    assert (busy.status_code, busy.headers["retry-after"], ancestors(busy)) == (503, "5", hosts)
    assert "--lacquer:#1f4e5f" in busy.text
    missing = client.get(f"/embed/{token}/nope")
    assert (missing.status_code, ancestors(missing)) == (404, hosts)
    monkeypatch.setattr(callers, "settings", lambda: Settings(requests_per_minute=3))
    framed = {"referer": "https://inn.example/rooms"}
    assert ancestors(client.get("/embed/p/none", headers=framed)) == "'self' https://inn.example"
    assert ancestors(client.get("/embed/p/none", headers={"referer": "https://inn.example.evil/"})) == "'self'"
    flood = client.get("/embed/p/none", headers=framed)
    assert (flood.status_code, ancestors(flood)) == (429, "'self' https://inn.example")


def test_a_forged_link_names_nobodys_sites(client: TestClient, partner: Partner) -> None:
    assert ancestors(client.get("/embed/jingzhai.x")) == "'self'"


def test_the_focus_is_seen_in_every_hotels_colours() -> None:
    [mark] = re.findall(r":focus-visible\{outline:3px solid var\(--(\w+)\)", style())
    for accent, ground in (("#767676", "#ffffff"), ("#1f4e5f", "#f3f7f4"), ("#e0c090", "#101820")):
        assert not list(theme.problems(accent, ground))
        tints = theme.tints_of(theme.Colours(accent, ground))
        assert min(theme.contrast(tints[mark], tints[on]) for on in ("paper", "card")) >= theme.LEAST_EDGE


# ------------------------------------------------------------------------------------------- links that do not hold


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("wrong", ["forged", "expired", "revoked"])
@pytest.mark.parametrize("room", ["h", "embed", "mini"])
def test_a_link_that_does_not_hold_is_a_friendly_page_that_still_plans(
    client: TestClient, partner: Partner, database: Database, room: str, wrong: str, lang: str
) -> None:
    token = partner.token()
    if wrong == "forged":
        token = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    elif wrong == "expired":
        token = partner.token(until=dt.date(2020, 1, 1))
    else:
        managing.rotate(PROGRAM, partner.id, database=database)
        row = managing.list_own(PROGRAM, database=database)[0]
        long_ago = [[row.keys[0][0], "2020-01-01"], row.keys[-1]]
        with database.writing() as connection:
            update_partner(connection, row, row.changed, keys=long_ago)
        get_partner(database)
    answer = client.get(f"/{room}/{token}?lang={lang}")
    assert answer.status_code == {"forged": 404, "expired": 410, "revoked": 410}[wrong]
    assert text(f"partners.wrong.{wrong}", lang) in answer.text
    assert INN["phone"] not in answer.text
    plan = client.get(f"/{room}/{token}/plan?date=2027-04-17&days=1&adults=2&lang={lang}")
    assert plan.status_code == 200
    assert 'class="stop"' in plan.text
    assert INN["phone"] not in plan.text
    assert counted() == {}


@pytest.mark.parametrize(
    "token", ["x", "x.y", "jingzhai.", "jingzhai..", "%00", "%F0%9F%98%80", "a" * 400, "jingzhai.%3Cscript%3E"]
)
@pytest.mark.parametrize("path", ["/h/{}", "/embed/{}", "/embed/{}/plan", "/h/{}/full", "/h/{}/card.pdf", "/desk/{}", "/lobby/{}",
                                  "/lobby/{}/now", "/mini/{}", "/embed/p/{}", "/desk/{}/p/x"])  # fmt: skip
def test_whatever_stands_in_an_address_there_is_never_a_traceback(
    client: TestClient, partner: Partner, token: str, path: str
) -> None:
    answer = client.get(path.format(token))
    assert answer.status_code < 500
    assert "Traceback" not in answer.text
    assert answer.text.count("<script>") == answer.text.count(f"<script>{frame.height_script()}")


@pytest.mark.parametrize("name", ["date", "days", "from", "party", "utm_medium", "utm_source", "lang", "more", "children"])
def test_what_strangers_write_into_an_address_is_escaped(client: TestClient, partner: Partner, name: str) -> None:
    for path in (f"/h/{partner.token()}", f"/embed/{partner.token()}/plan"):
        answer = client.get(path, params={"date": "2027-04-17", "days": "1", "adults": "2", name: EVIL})
        assert answer.status_code in (200, 422)
        assert "<img src=x" not in answer.text


def test_a_hostile_name_in_the_record_is_escaped_too(client: TestClient, database: Database) -> None:
    """Names with angle brackets are refused; quotes and ampersands are not."""
    odd = make_partner(database, "odd", NEW | {"name_zh": "A&B \"x\" 'y'", "name_en": ""})
    answer = client.get(f"/h/{odd.token()}")
    assert "A&amp;B &#34;x&#34; &#39;y&#39;" in answer.text
    for name in SNIPPETS:
        assert "\"x\" 'y'" not in Kit(SITE, odd.id, odd.hotel, odd.token(), "zh").snippet(name)


# -------------------------------------------------------------------------------------------------------- the pages


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_begins_at_the_hotel_and_says_whom_to_call(client: TestClient, partner: Partner, lang: str) -> None:
    answer = client.get(f"/h/{partner.token(lang=lang)}")
    assert answer.headers["content-language"] == lang
    assert INN[f"greeting_{lang}"] in answer.text
    assert 'href="tel:03545841000"' in answer.text
    assert '<option value="stay-jingzhai" selected' in answer.text
    assert "--lacquer:#1f4e5f" in answer.text
    assert 'value="2027-04-02"' in answer.text
    assert re.search(r'property="og:title" content="[^"]*(锦宅|Residence)', answer.text)
    assert 'type="application/json+oembed"' in answer.text


def test_a_hotel_that_the_catalogue_does_not_have_is_a_start_too(client: TestClient, database: Database) -> None:
    new = make_partner(database, "yuci", NEW)
    form = client.get(f"/h/{new.token()}")
    assert "37.69~112.73~" in form.text
    [link, *_] = re.findall(r'href="(/h/[^"]*/plan[^"]*)"', form.text)
    plan = client.get(link.replace("&amp;", "&"))
    assert plan.status_code == 200
    assert "榆次新酒店" in plan.text


def test_a_plan_never_starts_before_breakfast_ends_and_says_what_the_house_knows(client: TestClient, partner: Partner) -> None:
    answer = client.get(f"/embed/{partner.token()}/plan?{WISH}")
    clocks = re.findall(r"<time>(\d\d:\d\d)", answer.text)
    assert clocks[0] == "09:30"
    assert INN["luggage_zh"] in answer.text
    early = client.get(f"/embed/{partner.token()}/plan?{WISH}&from_time=07:30")
    assert re.findall(r"<time>(\d\d:\d\d)", early.text)[0] == "07:30"
    asked = client.get(f"/embed/{partner.token()}/plan?{WISH}&dawn=0800")
    assert re.findall(r"<time>(\d\d:\d\d)", asked.text)[0] == "08:00"


def test_the_full_planner_gets_the_hotel_by_a_parameter_of_its_own(client: TestClient, partner: Partner) -> None:
    answer = client.get(f"/h/{partner.token()}/full?utm_medium=qr")
    assert answer.status_code == 303
    target = answer.headers["location"]
    asked = dict(parse_qsl(target.removeprefix("/?")))
    assert {name: asked.get(name) for name in ("date", "days", "from", "to", "dawn")} == {
        "date": "2027-04-02", "days": "1", "from": "stay-jingzhai", "to": "stay-jingzhai", "dawn": "0930",
    }  # fmt: skip
    assert asked["hotel"] == partner.token()
    assert "embed" not in asked
    assert "utm_medium=qr" in target
    assert counted() == {("handoff", "qr"): 1}
    two = client.get(f"/h/{partner.token()}/full?{WISH.replace('days=1', 'days=2')}&dawn=0800").headers["location"]
    assert {"dawn": "0800", "stay": "stay-jingzhai"}.items() <= dict(parse_qsl(two.removeprefix("/?"))).items()


# ------------------------------------------------------------------------------------------------------ attribution


def test_the_hotel_stays_with_a_plan_through_share_pdf_and_calendar(client: TestClient, partner: Partner) -> None:
    sent = {"date": "2027-04-17", "days": "1", "adults": "2", "utm_medium": "qr", "lang": "zh"}
    kept = client.post(f"/h/{partner.token()}/keep", data=sent)
    assert kept.status_code == 303
    edit = kept.headers["location"].split("/e/")[1].split("?")[0]
    read = store.get_plan_to_edit(store.database(), edit).read_token
    page = client.get(f"/p/{read}")
    assert INN["phone"] in page.text
    assert INN["name_zh"] in page.text
    calendar = client.get(f"/p/{read}/plan.ics").text.replace("\r\n ", "")
    assert f"URL:{SITE}/p/{read}?lang=zh&utm_source=jingzhai&utm_medium=ics" in calendar
    assert "CONTACT:" in calendar
    pdf = client.get(f"/p/{read}/plan.pdf").content
    assert f"{SITE}/p/{read}?lang=zh&utm_source=jingzhai&utm_medium=pdf".encode() in pdf
    assert client.get(f"/p/{read}/maps").status_code == 200
    onward = [unescape(link) for link in re.findall(r'href="(/[^"]*date=[^"]*)"', page.text)]
    assert len(onward) == 3
    assert all(f"hotel={partner.token()}" in link and "utm_medium=qr" in link for link in onward)
    assert any(link.startswith(f"/h/{partner.token()}?") for link in onward)
    client.get(f"/p/{read}?utm_source=jingzhai&utm_medium=ics")
    changed = client.post(f"/e/{edit}", data={"date": "2027-04-18", "days": "1", "adults": "2", "version": "1"})
    assert changed.status_code == 303
    assert store.get_plan(store.database(), read).partner == "jingzhai"
    assert counted() == {
        ("share", "qr"): 1, ("open", "qr"): 1, ("open", "ics"): 1, ("export", "qr"): 2, ("handoff", "qr"): 1,
    }  # fmt: skip


def test_a_plan_of_nobodys_hotel_says_nothing_of_any(client: TestClient, partner: Partner) -> None:
    kept = client.post("/plans", data={"date": "2027-04-17", "days": "1", "adults": "2", "utm_source": "jingzhai"})
    edit = kept.headers["location"].split("/e/")[1].split("?")[0]
    read = store.get_plan_to_edit(store.database(), edit).read_token
    assert INN["phone"] not in client.get(f"/p/{read}?utm_source=jingzhai").text
    assert "URL:" not in client.get(f"/p/{read}/plan.ics").text
    assert client.get(f"/embed/p/{read}").status_code == 404
    assert counted() == {}


def test_counting_needs_no_cookie_and_keeps_no_guest(client: TestClient, partner: Partner, database: Database) -> None:
    for path in (f"/embed/{partner.token()}?utm_medium=iframe", f"/embed/{partner.token()}/plan?{WISH}&utm_medium=weird{EVIL}"):
        answer = client.get(path, headers={"user-agent": "guest-agent-4711", "x-forwarded-for": "203.0.113.77"})
        assert "set-cookie" not in answer.headers
    client.get(f"/embed/{partner.token()}?preview=1")
    looked = client.get(f"/embed/{partner.token()}?preview=1").text
    [first, *_] = re.findall(r'href="(/embed/[^"]*/plan\?[^"]*)"', looked)
    assert client.get(unescape(first)).status_code == 200
    for rest in ("", f"/plan?{WISH}"):
        client.head(f"/embed/{partner.token()}{rest}")
    client.head(f"/h/{partner.token()}/full")
    assert counted() == {("open", "iframe"): 1, ("plan", "other"): 1}
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM partner_counts").all()
    assert "4711" not in str(rows)
    assert "203.0.113" not in str(rows)


def test_no_address_in_a_log_opens_a_guests_plan(client: TestClient, partner: Partner, caplog: pytest.LogCaptureFixture) -> None:
    secret = "s3cr3tT0kenOfAPlan"
    for path in (f"/embed/p/{secret}?x=1", f"/desk/jingzhai.x/p/{secret}", f"/p/{secret}/openlocation.json",
                 f"/oembed?url={quote(f'{SITE}/p/{secret}', safe='')}&format=json"):  # fmt: skip
        assert secret not in without_tokens(path)
        record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "%s %s", ("GET", path), None)
        HideTokens().filter(record)
        assert secret not in record.getMessage()
        with caplog.at_level(logging.DEBUG):
            client.get(path)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("recommender")]
    assert not any(secret in line for line in ours)


# ----------------------------------------------------------------------------------------------------------- oEmbed


def test_oembed_tells_how_to_embed_and_refuses_what_is_not_ours(client: TestClient, partner: Partner) -> None:
    answer = client.get("/oembed", params={"url": f"{SITE}/h/{partner.token()}", "maxwidth": "400", "maxheight": "300"})
    card = answer.json()
    assert (card["version"], card["type"], card["width"], card["height"]) == ("1.0", "rich", 400, 300)
    assert f'src="{SITE}/embed/{partner.token()}?utm_medium=oembed"' in card["html"]
    assert answer.headers["access-control-allow-origin"] == "*"
    for url in ("", "https://evil.example/h/x", f"{SITE}/h/forged.x", f"{SITE}/staff", f"{SITE}/p/none", f"{SITE}.evil/h/x",
                f"{SITE}/h/{partner.token()}/plan", "x" * 5000):  # fmt: skip
        assert client.get("/oembed", params={"url": url}).status_code == 404, url
    xml = client.get("/oembed", params={"url": f"{SITE}/h/{partner.token()}", "format": "xml"})
    assert (xml.status_code, xml.json()["error"]["problems"]) == (501, [])
    assert "xml" in xml.json()["error"]["message"]


def test_the_script_degrades_to_a_link_and_every_snippet_is_one_line(partner: Partner) -> None:
    kit = Kit(SITE, partner.id, partner.hotel, partner.token(), "en")
    for name in SNIPPETS:
        assert "\n" not in kit.snippet(name)
        assert partner.token() in kit.snippet(name)
    assert kit.snippet("script").startswith(f'<a href="{SITE}/h/')
    assert "sandbox" not in kit.snippet("iframe")
    assert LEAST_PX == (320, 200)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_codes_and_the_card_lead_to_the_hotel(
    client: TestClient, partner: Partner, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zxingcpp
    from PIL import Image

    png = client.get(f"/h/{partner.token()}/qr.png?lang={lang}")
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)))
    assert code.text == f"{SITE}/h/{partner.token()}?utm_source=jingzhai&utm_medium=qr"
    svg = client.get(f"/h/{partner.token()}/qr.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert b"<script" not in svg.content
    assert "attachment" in svg.headers["content-disposition"]
    card = client.get(f"/h/{partner.token()}/card.pdf?lang={lang}")
    assert card.content.startswith(b"%PDF")
    monkeypatch.setattr("recommender.partners.card._draw", lambda *asked: pytest.fail("drawn again"))
    assert client.get(f"/h/{partner.token()}/card.pdf?lang={lang}").content == card.content
    assert client.get(f"/h/{partner.token()}/other.exe").status_code == 404


@pytest.mark.poppler
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_card_says_in_both_languages_whose_it_is_and_whom_to_call(
    client: TestClient, partner: Partner, lang: str, tmp_path: Path
) -> None:
    import subprocess

    import zxingcpp
    from PIL import Image

    file = tmp_path / "card.pdf"
    file.write_bytes(client.get(f"/h/{partner.token()}/card.pdf?lang={lang}").content)
    said = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    for words in (INN["name_zh"], INN["name_en"], INN["phone"], text("partners.card.scan", "zh"), "Scan to plan"):
        assert words in said
    assert "□" not in said
    subprocess.run(["pdftoppm", "-r", "90", "-png", file, tmp_path / "card"], check=True)
    [code] = zxingcpp.read_barcodes(Image.open(next(tmp_path.glob("card*.png"))))
    assert code.text == f"{SITE}/h/{partner.token()}?utm_source=jingzhai&utm_medium=card"


# ------------------------------------------------------------------------------------------------------------ flood


def test_a_flood_on_one_hotel_leaves_others_and_direct_visitors_alone(
    client: TestClient, partner: Partner, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_partner(database, "yuci", NEW)
    tight = Settings(partner_pages_per_minute=20, partner_plans_per_minute=2)
    monkeypatch.setattr(limits, "settings", lambda: tight)
    answers = [client.get(f"/embed/{partner.token()}") for _ in range(40)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 30
    guest = elsewhere(client, "192.0.2.7")
    assert guest.get(f"/desk/{partner.token()}").status_code == 200, "the house goes on"
    assert [guest.get(f"/embed/{partner.token()}").status_code for _ in range(10)] == [200] * 9 + [429]
    refused = answers[-1]
    assert int(refused.headers["retry-after"]) > 0
    assert ancestors(refused) == f"'self' {INN['hosts']}"
    assert "/plain?lang=zh" in refused.text
    assert client.get(f"/embed/{other.token()}").status_code == 200
    assert client.get("/plain").status_code == 200
    assert client.get("/plain/plan?date=2027-04-17&days=1&adults=2").status_code == 200


def test_plans_through_one_hotel_are_counted_apart_and_few_at_once(
    client: TestClient, partner: Partner, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_partner(database, "yuci", NEW)
    monkeypatch.setattr(limits, "settings", lambda: Settings(partner_plans_per_minute=2))
    wish = "/plan?date=2027-04-17&days=1&adults=2"
    guests = [client, client, elsewhere(client, "192.0.2.7"), elsewhere(client, "192.0.2.8")]
    codes = [guest.get(f"/embed/{partner.token()}{wish}").status_code for guest in guests]
    assert codes == [200, 429, 200, 429]
    assert client.get(f"/embed/{other.token()}{wish}").status_code == 200
    third = make_partner(database, "third", NEW)
    monkeypatch.setattr(limits, "settings", Settings)
    with limits.planning("third", "one"), limits.planning("third", "one"):
        with pytest.raises(TooOften), limits.planning("third", "one"):
            pass
        with limits.planning("third", "two"), pytest.raises(TooOften), limits.planning("third", "three"):
            pass
    with limits.planning("third", "one"), limits.planning("third", "two"), limits.planning("third", "two"):
        assert client.get(f"/embed/{third.token()}{wish}").status_code == 429
        assert client.get("/plain/plan?date=2027-04-17&days=1&adults=2").status_code == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_cannot_keep_a_plan_for_now_sends_the_same_again_with_one_tap(
    client: TestClient, partner: Partner, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"date": "2027-04-17", "days": "1", "adults": "2", "lang": lang}
    with monkeypatch.context() as full:
        full.setattr(limits, "OF_ONE", 0)
        refused = client.post(f"/h/{partner.token()}/keep", data=sent)
    assert refused.status_code == 429
    assert "retry-after" in refused.headers
    assert text("plain.error.again", lang) in refused.text
    action = re.findall(r'<form action="([^"]+)"', refused.text)[0]
    again = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', refused.text))
    assert again == sent
    assert client.post(action, data=again).headers["location"].startswith("/e/")


def test_an_address_has_its_own_bounds_whatever_links_it_takes(
    client: TestClient, partner: Partner, asked: list[tuple[Any, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "settings", lambda: Settings(planned_per_minute=2, requests_per_minute=7))
    paths = ("/h/garbage/plan", f"/h/{partner.token()}/plan", f"/mini/{partner.token()}/plan")
    codes = [client.get(f"{path}?date=2027-04-17&days=1&adults=2").status_code for path in paths]
    assert codes == [503, 503, 429]
    assert len(asked) == 2
    assert all(request is not None for _, request in asked), "who leaves is noticed"
    codes = [client.get("/oembed", params={"url": f"{SITE}/p/none"}).status_code for _ in range(5)]
    assert codes == [404] * 4 + [429]


def test_a_link_that_begins_elsewhere_leads_to_the_hotels_bed(
    client: TestClient, partner: Partner, asked: list[tuple[Any, Any]]
) -> None:
    token = partner.token(start="pingyaogucheng-station")
    client.post(f"/desk/{token}", data={"long": "2"})
    wish, _ = asked[0]
    assert (wish.start.place, wish.lodging) == ("pingyaogucheng-station", ("stay-jingzhai",))
    full = dict(parse_qsl(client.get(f"/h/{token}/full?days=2").headers["location"].removeprefix("/?")))
    assert (full["from"], full["stay"]) == ("pingyaogucheng-station", "stay-jingzhai")


# ---------------------------------------------------------------------------------------------------- desk and lobby


@pytest.mark.parametrize("long", ["1", "2", "3"])
@pytest.mark.parametrize("who", ["1", "2", "family", "senior"])
def test_the_desk_makes_a_plan_and_keeps_it_for_the_guest(client: TestClient, partner: Partner, who: str, long: str) -> None:
    made = client.post(f"/desk/{partner.token()}", data={"who": who, "long": long, "like": "temple"})
    assert made.status_code == 303, made.text
    shown = client.get(made.headers["location"])
    assert "<svg" in shown.text
    read = made.headers["location"].split("/p/")[1].split("?")[0]
    stored = store.get_plan(store.database(), read)
    assert (stored.partner, stored.channel) == ("jingzhai", "desk")
    request = stored.content.request
    assert request["days"] == int(long)
    assert request["start_date"] == "2027-04-01"
    assert client.get(f"/p/{read}").status_code == 200
    assert counted()["plan", "desk"] == 1


@pytest.mark.parametrize(("clock", "date"), [((9, 5), "2027-04-01"), ((11, 30), "2027-04-02"), ((23, 50), "2027-04-02")])
def test_the_desk_begins_today_only_while_there_is_a_day_left(
    client: TestClient, partner: Partner, monkeypatch: pytest.MonkeyPatch, clock: tuple[int, int], date: str
) -> None:
    monkeypatch.setattr(doors, "_now", lambda: dt.datetime.combine(TODAY, dt.time(*clock)))
    made = client.post(f"/desk/{partner.token()}", data={"long": "1"})
    read = made.headers["location"].split("/p/")[1].split("?")[0]
    assert store.get_plan(store.database(), read).content.request["start_date"] == date
    assert ('value="rest"' in client.get(f"/desk/{partner.token()}").text) == (clock == (11, 30))


def test_the_rest_of_today_begins_when_the_guest_is_out_of_the_door(
    client: TestClient, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "_now", lambda: dt.datetime.combine(TODAY, dt.time(13, 4)))
    made = client.post(f"/desk/{partner.token()}", data={"long": "rest", "who": EVIL, "like": EVIL})
    read = made.headers["location"].split("/p/")[1].split("?")[0]
    assert store.get_plan(store.database(), read).content.request["start"] == {"place": "stay-jingzhai", "time": "13:20"}


def test_the_desk_takes_no_form_from_another_site(client: TestClient, partner: Partner) -> None:
    for path in (f"/desk/{partner.token()}", f"/h/{partner.token()}/keep"):
        assert client.post(path, data={"long": "1"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen_shows_what_is_open_and_only_departures_that_can_be_trusted(
    client: TestClient, partner: Partner, lang: str
) -> None:
    answer = client.get(f"/lobby/{partner.token()}?lang={lang}")
    assert "平遥古城" in answer.text
    assert text("partners.lobby.no_buses", lang) in answer.text
    # A guess is not shown as an hour.
    assert re.search(r"干坑南神庙.*?</li>", answer.text)[0].count(text("partners.lobby.unknown", lang)) == 1  # type: ignore[index]
    assert "16:30" not in re.search(r"干坑南神庙.*?</li>", answer.text)[0]  # type: ignore[index]
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'; connect-src 'self'" in policy
    assert re.findall(r"<script[^>]*>", answer.text) == ['<script src="/lobby.js" defer>']
    moving = client.get(f"/lobby/{partner.token()}/now?lang={lang}")
    assert moving.text in answer.text
    assert "<html" not in moving.text


# ----------------------------------------------------------------------------------------------------- mini-program


def test_the_page_for_mini_programs_keeps_the_checklist(client: TestClient, partner: Partner) -> None:
    """No frame of anybody's, no script that runs, no other host, every stop with its GCJ-02 position."""
    import json

    answer = client.get(f"/mini/{partner.token()}/plan?{WISH}&lang=en")
    page = Links(answer.text)
    assert page.fetched == ["script {'type': 'application/json', 'id': 'open-location'}"]
    assert "<iframe" not in answer.text
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    payload = json.loads(re.findall(r'id="open-location">(.*?)</script>', answer.text)[0])
    region = api._region()
    for place in payload:
        assert set(place) == {"latitude", "longitude", "name", "address", "scale"}
        assert place["address"].isascii()
        lat, lon = gcj02_to_wgs84(place["latitude"], place["longitude"])
        assert any(abs(a.lat - lat) < 2e-6 and abs(a.lon - lon) < 2e-6 for a in region.catalog.attractions.values())
    made = client.post(f"/desk/{partner.token()}", data={"long": "1"})
    read = made.headers["location"].split("/p/")[1].split("?")[0]
    assert client.get(f"/p/{read}/openlocation.json").json()["datum"] == "GCJ-02"
    assert client.get("/p/none/openlocation.json").status_code == 404


def test_the_file_of_a_business_domain_is_served_where_one_is_set(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    given = {"JINZHONG_DOMAIN_FILE_NAME": "MP_verify_abc123.txt", "JINZHONG_DOMAIN_FILE_TEXT": "abc123"}
    chosen = Settings.from_environment(given)
    monkeypatch.setattr(doors, "settings", lambda: chosen)
    with TestClient(Starlette(routes=doors.routes())) as made:
        answer = made.get("/MP_verify_abc123.txt")
    assert (answer.status_code, answer.text) == (200, "abc123")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in ({"JINZHONG_DOMAIN_FILE_NAME": "../x.txt", "JINZHONG_DOMAIN_FILE_TEXT": "x"},
                  {"JINZHONG_DOMAIN_FILE_NAME": "MP_verify_abc.txt"}):  # fmt: skip
        with pytest.raises(SettingsInvalid):
            settings_module.Settings.from_environment(wrong)


def test_a_hotels_scripts_may_ask_the_api_and_are_counted_for_the_hotel(
    client: TestClient, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "_known", [Hotels()])
    path, site = "/api/v1/places/shuanglin-si", partner.hotel.hosts[0]
    answer = client.get(path, headers={"x-partner-token": partner.token(), "origin": site})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == site
    allowed = settings_module.settings().partner_requests_per_minute
    assert answer.headers["ratelimit-policy"] == f'"requests";q={allowed};w=60'
    wish, named = {"start_date": "2027-04-17", "days": 1}, {"x-partner-token": partner.token()}
    made = client.post("/api/v1/plans", json=wish, headers=named)
    assert store.get_plan(store.database(), made.json()["token"]).partner == "jingzhai"
    assert counted() == {("share", "other"): 1}
    stranger = client.get(path, headers={"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in stranger.headers
    forged = client.get(path, headers={"x-partner-token": partner.token() + "x"})
    assert (forged.status_code, forged.json()["error"]["code"]) == (403, "partner_token")
