"""Signed links: nobody makes one, nobody changes one, and they end when they should."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import PartnerTokenError
from recommender.partners import tokens
from recommender.partners.tokens import Token

TODAY = dt.date(2027, 4, 1)
KEYS = [tokens.make_key()]


def reason(given: str, keys: tokens.Keys = KEYS, today: dt.date = TODAY) -> str:
    with pytest.raises(PartnerTokenError) as refused:
        tokens.read(given, keys, today)
    assert refused.value.message("zh")
    return str(refused.value.detail["reason"])


@given(
    st.from_regex(tokens.PARTNER, fullmatch=True), st.sampled_from(["", "stay-jingzhai"]), st.sampled_from(["", "zh", "en"]),
    st.none() | st.dates(TODAY, dt.date(2099, 1, 1)),
)  # fmt: skip
def test_what_is_signed_is_read_again(partner: str, start: str, lang: str, until: dt.date | None) -> None:
    token = Token(partner, start, lang, until)
    written = tokens.sign(token, KEYS)
    assert tokens.read(written, KEYS, TODAY) == token
    assert tokens.partner_of(written) == partner
    assert len(written) <= tokens.LONGEST


@given(st.data())
def test_a_token_of_which_one_character_is_another_is_forged(data: st.DataObject) -> None:
    written = tokens.sign(Token("inn", "", "zh", None), KEYS)
    at = data.draw(st.integers(0, len(written) - 2))
    other = data.draw(st.characters(codec="utf-8", exclude_characters=written[at]))
    assert reason(written[:at] + other + written[at + 1 :]) == "forged"


@given(st.text())
def test_any_text_is_forged_and_no_failure(text: str) -> None:
    assert reason(text) == "forged"


def test_a_hotel_cannot_pass_for_another() -> None:
    written = tokens.sign(Token("inn"), KEYS)
    assert reason("palace" + written.removeprefix("inn")) == "forged"
    assert reason(written, [tokens.make_key()]) == "forged"


def test_a_token_holds_to_its_last_day() -> None:
    written = tokens.sign(Token("inn", until=TODAY), KEYS)
    assert tokens.read(written, KEYS, TODAY).until == TODAY
    assert reason(written, today=TODAY + dt.timedelta(days=1)) == "expired"


def test_old_links_hold_for_a_while_after_a_change_of_keys_or_stop_at_once() -> None:
    old = tokens.sign(Token("inn"), KEYS)
    until = TODAY + dt.timedelta(days=60)
    slow = tokens.rotated(KEYS, until, TODAY)
    assert tokens.read(old, slow, until) == Token("inn")
    assert reason(old, slow, until + dt.timedelta(days=1)) == "revoked"
    new = tokens.sign(Token("inn"), slow)
    assert new != old
    assert tokens.read(new, slow, dt.date(2090, 1, 1)) == Token("inn")
    now = tokens.rotated(KEYS, None, TODAY)
    assert reason(old, now) == "revoked"
    assert tokens.read(tokens.sign(Token("inn"), now), now, TODAY) == Token("inn")


def test_keys_do_not_pile_up() -> None:
    old = tokens.sign(Token("inn"), KEYS)
    keys: tokens.Keys = KEYS
    for _ in range(10):
        keys = tokens.rotated(keys, TODAY + dt.timedelta(days=60), TODAY)
    assert tokens.read(old, keys, TODAY) == Token("inn"), "cards are printed"
    for _ in range(10):
        keys = tokens.rotated(keys, None, TODAY)
    held = tokens.sign(Token("inn"), keys)
    for _ in range(10):
        keys = tokens.rotated(keys, TODAY + dt.timedelta(days=60), TODAY)
    assert len(keys) == tokens.MOST_KEYS
    assert tokens.read(held, keys, TODAY) == Token("inn"), "those that hold no more go first"
    assert [end for _, end in keys][-1] is None
