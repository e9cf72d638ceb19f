"""Every parser that strangers feed, given anything: only its documented errors come out.

Each runs a few dozen examples in `make test` and thousands where the mark `heavy` is asked for.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender import address, store
from recommender.calendar.events import dates_of, read_announced
from recommender.calendar.hours import read_hours, validate_hours
from recommender.catalog.tables import TABLES
from recommender.catalog.upload import read_upload
from recommender.errors import DateRuleSyntax, ItineraryInvalid, OpeningHoursSyntax, RequestError, UnknownPlace
from recommender.exports import FORMATS
from recommender.i18n import LANGUAGES
from recommender.jsontext import JsonInvalid, read_json, write_json
from recommender.model import Itinerary, TripRequest
from recommender.settings import Settings, SettingsInvalid
from recommender.store import Database
from recommender.trip.verify import verify
from recommender.web import api, routes
from recommender.web.agents import cannot_run_app
from recommender.web.plain.wishes import Wishes
from tests.trip.little_region import good_trip, little_region, trip_of

BUDGET = pytest.mark.parametrize("examples", [40, pytest.param(4_000, marks=pytest.mark.heavy)], ids=["some", "many"])
FEW = pytest.mark.parametrize("examples", [12, pytest.param(600, marks=pytest.mark.heavy)], ids=["some", "many"])
DEFAULT = dt.date(2027, 4, 17)
CODES = (
    "",
    "0",
    "-1",
    "99999999999999999999",
    "1e9",
    "nan",
    "inf",
    "2027-04-17",
    "9999-12-31",
    "0001-01-01",
    "shuanglin-si",
    "25:99",
    "0930",
    "auto",
    "none",
    "~",
    "37~112~x",
    "@",
    "1@2@3",
    ",,,",
    "temple~nan",
    "temple~1e400",
    "٣",
    "\ud800",
    "\x00",
    "中" * 90,
    "{}",
    "[[]]",
    '{"days":1}',
    "a" * 9000,
)
words = st.one_of(st.sampled_from(CODES), st.text(max_size=60))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words)
plain = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=12,
)


def run(examples: int, strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    """So many examples, the same ones each time."""

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def each(value: Any) -> None:
        check(value)

    each()


@cache
def requests() -> tuple[dict[str, Any], ...]:
    """Good requests, to be spoiled."""
    full = {
        "start_date": "2027-04-17",
        "days": 2,
        "start": {"place": "taiyuan-south-station", "time": "09:30"},
        "lodging": "auto",
        "interests": {"temple": 0.5},
        "likes": ["shuanglin-si"],
        "party": {"adults": 2, "children": [{"age": 8}], "seniors": [70]},
        "locks": [{"place": "youjian-pingyao", "day": 1, "time": "19:00"}],
        "days_detail": [None, {"day_start": "09:00"}],
        "stays": {"shuanglin-si": 60},
        "leg_modes": [{"from": "shuanglin-si", "to": "zhenguo-si", "mode": "taxi"}],
        "members": [{"interests": {"nature": 1}}],
        "now": {"day": 1, "time": "10:00", "place": "shuanglin-si"},
        "previous": good_trip(),
        "rain": [1],
        "budget_fen": 100,
        "max_walk_m": 3000,
    }
    return full, {"start_date": "2027-04-17", "days": 1}


@st.composite
def spoiled(draw: st.DrawFn, good: Any) -> Any:
    """Something good with one to three values replaced, removed, or moved."""
    made = copy.deepcopy(draw(st.sampled_from(good)))
    for _ in range(draw(st.integers(1, 3))):
        here = made
        while isinstance(here, dict | list) and here:
            key = draw(st.sampled_from(sorted(here, key=str) if isinstance(here, dict) else list(range(len(here)))))
            if not isinstance(here[key], dict | list) or not here[key] or draw(st.booleans()):
                if draw(st.integers(0, 4)):
                    here[key] = draw(plain)
                elif isinstance(here, dict):
                    del here[key]
                break
            here = here[key]
    return made


@BUDGET
def test_a_request(examples: int) -> None:
    def check(value: Any) -> None:
        try:
            request = TripRequest.parse(value)
        except RequestError as error:
            for lang in LANGUAGES:
                assert error.message(lang)
                assert write_json(error.as_dict(lang))
        else:
            assert TripRequest.parse(json.loads(request.model_dump_json(by_alias=True))) == request

    run(examples, st.one_of(spoiled(requests()), plain), check)


@BUDGET
def test_json_text(examples: int) -> None:
    def check(value: bytes) -> None:
        try:
            read_json(value)
        except JsonInvalid as error:
            assert error.problems

    shapes = st.one_of(
        st.binary(max_size=200), words.map(lambda text: text.encode("utf-8", "surrogatepass")), plain.map(write_json)
    )
    run(examples, st.one_of(shapes, st.integers(1, 5000).map(lambda deep: b"[" * deep * 20)), check)


@BUDGET
def test_the_address_of_a_page(examples: int) -> None:
    def check(params: dict[str, str]) -> None:
        request, problems = address.read_request(params, DEFAULT)
        assert address.read_request(address.encode(request), DEFAULT)[0] is not None
        assert all(problem.message(lang) for problem in problems for lang in LANGUAGES)
        address.read_kept(next(iter(params.values()), ""))

    names = st.sampled_from([*address.PARAMETERS, address.MORE, address.KEPT, "lang", "x"])
    values = st.one_of(words, spoiled(requests()).map(lambda value: write_json(value).decode()))
    run(examples, st.dictionaries(names, values, max_size=6), check)


@BUDGET
def test_a_form(examples: int) -> None:
    def check(pairs: list[tuple[str, str]]) -> None:
        try:
            Wishes.read(pairs).request()
        except RequestError as error:
            assert error.message("zh")

    names = st.sampled_from(
        [*address.PARAMETERS, "from_time", "to_time", "adults", "children", "seniors", "students", "more", "lang"]
    )
    run(examples, st.lists(st.tuples(names, words), max_size=12), check)


@BUDGET
def test_an_itinerary_and_what_is_made_of_it(examples: int) -> None:
    region = little_region()
    good = json.loads(trip_of(good_trip()).to_json())

    def check(value: Any) -> None:
        try:
            itinerary = Itinerary.parse(value)
        except ItineraryInvalid:
            return
        found = verify(region, itinerary)
        assert all(violation.message(lang) for violation in found for lang in LANGUAGES)
        if found:
            return
        for form in ("text", "html", "ics", "gpx", "kml", "geojson", "jsonld"):
            try:
                assert FORMATS[form].write(itinerary, region, "en")
            except UnknownPlace:
                continue

    run(examples, st.one_of(spoiled((good,)), plain), check)


@BUDGET
def test_opening_hours(examples: int) -> None:
    holidays = [dt.date(2027, 5, 1), dt.date(2027, 10, 1)]

    def check(text: str) -> None:
        try:
            validate_hours(text)
        except OpeningHoursSyntax as error:
            assert error.message("zh")
            return
        hours = read_hours(text, holidays)
        hours.is_open(dt.datetime(2027, 5, 1, 12, tzinfo=dt.UTC).replace(tzinfo=None))

    parts = (
        "Mo",
        "-",
        "Su",
        "PH",
        " ",
        "08:00",
        "18:00",
        "26:00",
        "99:99",
        ",",
        ";",
        "off",
        "Apr",
        "Feb 30",
        "week 1-53",
        "||",
        "2027",
        "easter",
        "24/7",
        "[1]",
        "+",
        "unknown",
        ":",
        "00:00-00:00",
        "Jan 1-Dec 31",
        "\x00",
        "sunrise",
        "SH",
        '"x"',
    )
    run(
        examples * 5, st.one_of(st.lists(st.sampled_from(parts), max_size=12).map("".join), st.text(max_size=80)), check
    )


@BUDGET
def test_date_rules(examples: int) -> None:
    def check(given: tuple[str, int]) -> None:
        text, year = given
        for read in (partial(dates_of, text, year), partial(read_announced, text)):
            try:
                read()
            except DateRuleSyntax as error:
                assert error.message("en")

    parts = (
        "fixed ",
        "lunar ",
        "solar-term ",
        "nth ",
        "once ",
        "announced",
        "01-15",
        "12-30",
        "02-29",
        "99-99",
        "..",
        "2027-01-01",
        "Sa ",
        "5 ",
        "-1 ",
        "09",
        "qingming",
        " -1",
        " +1..+9",
        "/",
        ";",
        "lichun",
    )
    texts = st.one_of(st.lists(st.sampled_from(parts), max_size=6).map("".join), st.text(max_size=40))
    run(examples * 5, st.tuples(texts, st.integers(1, 9999)), check)


@BUDGET
def test_settings(examples: int) -> None:
    import dataclasses

    from recommender.settings import variable

    def check(environment: dict[str, str]) -> None:
        try:
            Settings.from_environment(environment)
        except SettingsInvalid as error:
            for lang in LANGUAGES:
                assert error.message(lang)

    names = st.sampled_from([variable(field.name) for field in dataclasses.fields(Settings)])
    values = st.one_of(
        words,
        st.sampled_from(("https://a.example", "postgresql://x", "sqlite:///", "10.0.0.0/8", "1", "/", "tcp://x:1")),
    )
    run(examples, st.dictionaries(names, values, max_size=5), check)


@BUDGET
def test_csv(examples: int) -> None:
    headers = [",".join(column.name for column in table.columns) for table in TABLES]

    def check(given: tuple[str, bytes]) -> None:
        name, data = given
        found = read_upload(name, data)
        assert found.problems or found.sheets
        assert all(problem.message(lang) for problem in found.problems for lang in LANGUAGES)

    cells = st.one_of(words, st.sampled_from(("=1+1", '"', '"a', "a\nb", "a\r", "'", "\ufeff", ";", "\t")))
    rows = st.lists(st.lists(cells, max_size=5).map(",".join), max_size=5)
    texts = st.tuples(st.sampled_from([*headers, "id,name", ""]), rows).map(lambda made: "\n".join([made[0], *made[1]]))
    encoded = st.tuples(texts, st.sampled_from(("utf-8", "gb18030", "utf-16"))).map(
        lambda made: made[0].encode(made[1], "replace")
    )
    names = st.sampled_from([*(f"{table.name}.csv" for table in TABLES), "x.csv", "../x.csv", ".csv", "x.xlsx", ""])
    run(examples, st.tuples(names, st.one_of(encoded, st.binary(max_size=300))), check)


@FEW
def test_a_workbook(examples: int) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "attractions"
    book.active.append([column.name for table in TABLES if table.name == "attractions" for column in table.columns])
    book.active.append(["x", "=1+1", 5, None, 1e300, "#REF!"])
    made = io.BytesIO()
    book.save(made)
    whole = made.getvalue()

    def check(changes: list[tuple[int, int]]) -> None:
        data = bytearray(whole)
        for at, value in changes:
            data[at % len(data)] = value
        found = read_upload("a.xlsx", bytes(data))
        assert found.problems or found.sheets

    run(
        examples * 4,
        st.lists(st.tuples(st.integers(0, len(whole)), st.integers(0, 255)), min_size=1, max_size=8),
        check,
    )


@BUDGET
def test_the_name_of_a_browser(examples: int) -> None:
    def check(text: str) -> None:
        assert cannot_run_app(text) in (True, False)

    run(examples, st.text(max_size=300), check)


# ---------------------------------------------------------------------------------------------- whole doors


@pytest.fixture
def client(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    database = Database(f"sqlite:///{tmp_path}/fuzz.sqlite")
    monkeypatch.setattr(store, "database", lambda: database)
    monkeypatch.setattr(api, "local_today", lambda: dt.date(2027, 4, 1))
    app = Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)
    with TestClient(app, follow_redirects=False, raise_server_exceptions=True) as made:
        yield made
    database.close()


HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80)


@BUDGET
def test_links_cookies_and_headers(client: TestClient, examples: int) -> None:
    from urllib.parse import quote

    def check(given: tuple[str, str, str, str]) -> None:
        token, cookie, header, path = given
        sent = {
            "cookie": cookie,
            "accept-language": header,
            "user-agent": header,
            "host": header,
            "if-none-match": header,
            "authorization": header,
        }
        raw = {name.encode(): value.strip().encode("latin-1") for name, value in sent.items() if value.strip()}
        answer = client.get(path.format(quote(token, safe="", errors="replace")), headers=raw)
        assert answer.status_code < 500

    paths = (
        "/p/{}",
        "/e/{}",
        "/p/{}/maps",
        "/p/{}/plan.pdf",
        "/p/x/{}",
        "/e/{}/change",
        "/staff/link/{}",
        "/staff?to={}",
        "/plain?lang={}",
        "/staff/sign-in?to={}",
        "/plain/{}",
        "/api/v1/places?kind={}",
        "/assets/geo/{}",
        "/metrics?{}",
    )
    cookies = st.one_of(HEADER, HEADER.map(lambda value: f"jz_staff={value}; jz_form={value}"))
    run(examples, st.tuples(words, cookies, HEADER, st.sampled_from(paths)), check)


@FEW
def test_bodies(client: TestClient, examples: int) -> None:
    def check(given: tuple[str, bytes, str]) -> None:
        path, body, kind = given
        answer = client.post(path, content=body, headers={"content-type": kind} if kind else {})
        assert answer.status_code < 500

    paths = (
        "/plans",
        "/api/v1/plan",
        "/p/x/report",
        "/e/x",
        "/e/x/delete",
        "/staff/sign-in",
        "/api/v1/export/ics",
        "/api/v1/export/x",
    )
    kinds = (
        "application/json",
        "application/x-www-form-urlencoded",
        "",
        "text/plain",
        "multipart/form-data; boundary=x",
    )
    bodies = st.one_of(st.binary(max_size=300), plain.map(write_json), st.lists(st.tuples(words, words)).map(_form))
    run(examples * 3, st.tuples(st.sampled_from(paths), bodies, st.sampled_from(kinds)), check)


def _form(pairs: list[tuple[str, str]]) -> bytes:
    from urllib.parse import urlencode

    return urlencode(pairs, errors="replace").encode()
