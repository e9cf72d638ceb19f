"""What a visitor does on the pages is counted once, however often the page is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from recommender.trip import asked
from tests.ui.seen import SATURDAY, fix_today, has_plan, open_page, run

Counts = Counter[tuple[str, str]]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counts:
    found: Counts = Counter()

    class Tally:
        def add(self, kind: str, subjects: Iterable[str]) -> None:
            found.update((kind, subject) for subject in subjects)

    monkeypatch.setattr(asked, "tally", Tally)
    fix_today(monkeypatch)
    return found


@pytest.mark.usefixtures("database")
def test_a_search_without_a_hit_is_counted_once(counted: Counts) -> None:
    test = open_page("zh", "explore")
    box = next(one for one in test.text_input if str(one.key).startswith("jz_search"))
    run(box.set_value("Xyzzyqqq"))
    run(test)
    assert counted == {("search", "xyzzyqqq"): 1}
    run(next(one for one in test.text_input if str(one.key).startswith("jz_search")).set_value("双林寺"))
    assert len(counted) == 1


@pytest.mark.usefixtures("database")
def test_what_a_request_avoids_is_counted_once(counted: Counts) -> None:
    test = open_page("zh", start_date=SATURDAY, days="1", avoid="pingyao-xianya")
    assert has_plan(test)
    run(test)
    assert counted["avoided", "pingyao-xianya"] == 1
