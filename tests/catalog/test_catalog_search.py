"""Finding places: what people type, and what should come first."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.catalog import Catalog, load_catalog
from recommender.catalog import search as searching
from recommender.catalog.search import search

CATALOG = load_catalog(Path(__file__).resolve().parents[2] / "data")


def ids(query: str, limit: int = 20) -> list[str]:
    return [place for place, _ in search(CATALOG, query, limit)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("乔家大院", "qiaojia-dayuan"), ("乔家", "qiaojia-dayuan"), ("喬家大院", "qiaojia-dayuan"),
        ("乔家大元", "qiaojia-dayuan"),
        ("qiaojia", "qiaojia-dayuan"), ("QiaoJia DaYuan", "qiaojia-dayuan"), ("qiáo jiā", "qiaojia-dayuan"),
        ("qiao2jia1", "qiaojia-dayuan"), ("qiao2 jia1 da4 yuan4", "qiaojia-dayuan"), ("qjdy", "qiaojia-dayuan"),
        ("qiao family", "qiaojia-dayuan"), ("qiaojai dayuan", "qiaojia-dayuan"),
        ("wang family", "wangjia-dayuan"), ("Wang Family Compound", "wangjia-dayuan"), ("王家", "wangjia-dayuan"),
        ("pygc", "pingyao-gucheng"), ("平遥古城", "pingyao-gucheng"), ("pingyao gucheng", "pingyao-gucheng"),
        ("pingyao ancient city", "pingyao-gucheng"), ("平遥", "pingyao-gucheng"), ("pingyao", "pingyao-gucheng"),
        ("县衙", "pingyao-xianya"), ("日升昌", "pingyao-rishengchang"), ("rishengchang", "pingyao-rishengchang"),
        ("双林", "shuanglin-si"), ("shuanglin temple", "shuanglin-si"), ("镇国寺", "zhenguo-si"),
        ("绵山", "mianshan"), ("mian shan", "mianshan"), ("晋祠", "jinci"), ("jinci", "jinci"), ("zhang bi", "zhangbi-gubao"),
        ("又见", "youjian-pingyao"), ("encore", "youjian-pingyao"), ("太原南站", "taiyuan-south-station"),
        ("jingzhai", "stay-jingzhai"), ("锦宅", "stay-jingzhai"),
    ],
)  # fmt: skip
def test_what_comes_first(query: str, first: str) -> None:
    assert ids(query)[0] == first


@pytest.mark.parametrize("query", ["", "   ", "!?", "（）", "zzzzqqqq", "\x00", "乀乁乂"])
def test_nothing_is_found_where_nothing_is_like_it(query: str) -> None:
    assert ids(query) == []


def test_whole_names_come_before_beginnings_and_beginnings_before_the_middle() -> None:
    worth = dict(search(CATALOG, "jinci", 20))
    assert worth["jinci"] > worth["jinci-newtown"] > worth["lingshi-jincimiao"]


def test_every_place_is_found_by_each_of_its_names() -> None:
    shelves: tuple[dict[str, Any], ...] = (CATALOG.attractions, CATALOG.hubs, CATALOG.lodging, CATALOG.dining)
    for place in (place for shelf in shelves for place in shelf.values()):
        for name in (place.name_zh, place.name_en, place.id):
            assert place.id in ids(name, 3), (place.id, name)


def test_tags_are_found_below_names() -> None:
    assert "jiexiu-houtumiao" in ids("琉璃", 30)


@settings(deadline=None)
@given(st.text(max_size=120), st.integers(-1, 30))
def test_any_query_is_answered_in_order(query: str, limit: int) -> None:
    found = search(CATALOG, query, limit)
    assert len(found) <= max(0, limit)
    assert [worth for _, worth in found] == sorted((worth for _, worth in found), reverse=True)
    assert all(0 < worth <= 1 for _, worth in found)
    assert len({place for place, _ in found}) == len(found)


def test_the_index_is_built_once_a_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    class Counted(searching.SearchIndex):
        def __init__(self, catalog: Catalog) -> None:
            built.append(catalog.revision)
            super().__init__(catalog)

    monkeypatch.setattr(searching, "SearchIndex", Counted)
    monkeypatch.setattr(searching, "_indexes", {})
    for revision in ("a", "a", "b", "a", "c", "c"):
        search(dataclasses.replace(CATALOG, revision=revision), "qiaojia")
    assert built == ["a", "b", "c"]
    assert list(searching._indexes) == ["b", "c"]
