from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import tokens
from eventcal.tokens import Purpose, Ticket, TokenError

KEYS = ("a secret", "an older one")
NOW = datetime(2021, 7, 6, 12, tzinfo=UTC)
TICKET = Ticket(17, 1234567)


def test_a_token_says_what_was_signed_for_ever_and_in_the_same_words() -> None:
    token = tokens.sign(KEYS, Purpose.UNSUBSCRIBE, TICKET)

    assert token == tokens.sign(KEYS, Purpose.UNSUBSCRIBE, TICKET)
    assert tokens.read(KEYS, Purpose.UNSUBSCRIBE, token, NOW + timedelta(days=36500)) == TICKET
    assert "@" not in token


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_token_for_one_thing_is_none_for_another(purpose: Purpose) -> None:
    token = tokens.sign(KEYS, purpose, TICKET)
    for other in set(Purpose) - {purpose}:
        with pytest.raises(TokenError):
            tokens.read(KEYS, other, token, NOW)


def test_a_token_that_has_an_end_is_none_from_then_on() -> None:
    token = tokens.sign(KEYS, Purpose.CONFIRM, Ticket(17, 1, NOW + timedelta(hours=48)))

    assert tokens.read(KEYS, Purpose.CONFIRM, token, NOW + timedelta(hours=47, minutes=59)).subscription == 17
    with pytest.raises(TokenError) as raised:
        tokens.read(KEYS, Purpose.CONFIRM, token, NOW + timedelta(hours=48))
    assert raised.value.expired


def test_a_key_that_was_followed_by_another_is_still_believed() -> None:
    old = tokens.sign(KEYS[1:], Purpose.UNSUBSCRIBE, TICKET)

    assert tokens.read(KEYS, Purpose.UNSUBSCRIBE, old, NOW) == TICKET
    with pytest.raises(TokenError):
        tokens.read(("somebody else's",), Purpose.UNSUBSCRIBE, old, NOW)


@given(st.text(max_size=60))
def test_nothing_that_is_made_up_is_a_token(text: str) -> None:
    with pytest.raises(TokenError):
        tokens.read(KEYS, Purpose.PREFERENCES, text, NOW)


@given(st.data())
def test_a_token_of_which_a_single_sign_differs_is_none(data: st.DataObject) -> None:
    token = tokens.sign(KEYS, Purpose.PREFERENCES, TICKET)
    place = data.draw(st.integers(0, len(token) - 2))  # the last sign of base64 holds bits that nothing depends on
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda each: each != token[place]))
    with pytest.raises(TokenError):
        tokens.read(KEYS, Purpose.PREFERENCES, token[:place] + other + token[place + 1 :], NOW)


def test_a_token_of_any_length_is_refused_quickly() -> None:
    with pytest.raises(TokenError):
        tokens.read(KEYS, Purpose.CONFIRM, "A" * 1_000_000, NOW)
