"""JSON from strangers: what is wrong is named with line and column, and nothing crashes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.jsontext import JsonInvalid, read_json, write_json


@pytest.mark.parametrize(
    ("data", "code", "shown"),
    [
        (b"", "json_cut", "1"),
        (b'{"days": 2', "json_cut", "1"),
        (b'{"days": 2,\n "mode": drive}', "json_syntax", "line 2, column 10"),
        (b"{'days': 2}", "json_syntax", "column 2"),
        (b'{"days": NaN}', "json_number", "NaN"),
        (b'{"days": 1, "days": 2}', "json_twice", "days"),
        (b"[" * 100_000, "json_deep", "nested"),
        (b'{"days": ' + b"9" * 5000 + b"}", "json_number", ""),
        ("{“days”: 2}".encode(), "json_syntax", "“days”"),
        ('{"name": "晋中"}'.encode("gbk"), "json_encoding", "byte 10"),
    ],
)
def test_what_is_wrong_is_named(data: bytes, code: str, shown: str) -> None:
    with pytest.raises(JsonInvalid) as caught:
        read_json(data, "trip.json")
    assert [problem.code for problem in caught.value.problems] == [code]
    assert "trip.json" in caught.value.message("en")
    assert shown in caught.value.message("en")
    assert "trip.json" in caught.value.message("zh")


def test_a_byte_order_mark_is_nothing_wrong() -> None:
    assert read_json(b'\xef\xbb\xbf{"days": 2}') == {"days": 2}


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_anything_is_read_or_refused(data: bytes | str) -> None:
    try:
        read_json(data)
    except JsonInvalid as error:
        assert error.message("zh")
        write_json(error.as_dict("zh")).decode("utf-8")


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=20))
def test_whatever_json_can_carry_is_written_and_read_back(text: str) -> None:
    assert json.loads(write_json({"name": text})) == {"name": text} or "\\" in text
