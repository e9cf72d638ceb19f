"""Open data and pictures over HTTP: what comes, in which headers, and what is not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender import region as regions
from recommender import store
from recommender.i18n import text
from recommender.store import Database
from recommender.store.pictures import put_picture
from recommender.web import routes
from tests.bureau.test_pictures import photo


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/kept.sqlite")
    monkeypatch.setattr(store, "database", lambda: opened)
    yield opened
    opened.close()


@pytest.fixture
def client(database: Database) -> Iterator[TestClient]:
    app = Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)
    with TestClient(app, follow_redirects=False, headers={"accept-language": "zh-CN"}) as made:
        yield made


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/open-data", "/open-data/"])
def test_a_page_says_what_is_given_and_on_what_terms(client: TestClient, path: str, lang: str) -> None:
    answer = client.get(path, params={"lang": lang})
    assert answer.status_code == 200
    assert text("web.open_data.title", lang) in answer.text
    assert 'href="/open-data/places.csv"' in answer.text
    assert 'href="/open-data/places.jsonld"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("ending", "media"), [("csv", "text/csv; charset=utf-8"), ("jsonld", "application/ld+json")])
def test_the_files_are_for_anybody_and_known_by_their_revision(client: TestClient, ending: str, media: str) -> None:
    answer = client.get(f"/open-data/places.{ending}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert regions.current().revision in answer.headers["etag"]
    again = client.get(f"/open-data/places.{ending}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    if ending == "jsonld":
        assert len(json.loads(answer.content)["about"]) == len(regions.current().catalog.attractions)


def test_nothing_else_is_open(client: TestClient) -> None:
    for path in ("/open-data/places.sqlite", "/open-data/accounts.csv", "/open-data/../data/links.csv"):
        assert client.get(path).status_code == 404
    assert client.post("/open-data/places.csv").status_code == 405


def test_a_picture_is_served_as_it_is_for_good(client: TestClient, database: Database) -> None:
    import datetime as dt

    from recommender.bureau.pictures import drawn_anew

    image = drawn_anew(photo(), "x")
    with database.writing() as connection:
        put_picture(connection, image, dt.datetime.now(dt.UTC), "ann")
    answer = client.get(f"/pictures/{image.name}.jpg")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/jpeg", image.data)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = client.get(f"/pictures/{image.name}.jpg", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["0" * 32, "x", "%25" * 10, "..%2f..%2fetc", "' OR 1=1 --"])
def test_a_picture_that_is_not_there_is_a_shaped_404(client: TestClient, name: str) -> None:
    answer = client.get(f"/pictures/{name}.jpg")
    assert answer.status_code == 404


def test_the_privacy_page_names_what_is_counted(client: TestClient) -> None:
    for lang in ("zh", "en"):
        answer = client.get("/plain/privacy", params={"lang": lang})
        assert text("plain.privacy.demand", lang, days=400)[:20] in answer.text


def test_plain_pages_lead_to_the_open_data(client: TestClient) -> None:
    assert 'href="/open-data?lang=zh"' in client.get("/plain/privacy", params={"lang": "zh"}).text
