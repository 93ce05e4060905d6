from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import tokens
from eventcal.tokens import TokenError, TokenPayload, TokenPurpose

KEYS = ("a secret", "an older one")
NOW = datetime(2021, 7, 6, 12, tzinfo=UTC)
TICKET = TokenPayload(17, 1234567)


def test_a_token_says_what_was_signed_for_ever_and_in_the_same_words() -> None:
    token = tokens.sign(KEYS, TokenPurpose.UNSUBSCRIBE, TICKET)

    assert token == tokens.sign(KEYS, TokenPurpose.UNSUBSCRIBE, TICKET)
    assert tokens.verify(KEYS, TokenPurpose.UNSUBSCRIBE, token, NOW + timedelta(days=36500)) == TICKET
    assert "@" not in token


@pytest.mark.parametrize("purpose", list(TokenPurpose))
def test_a_token_for_one_thing_is_none_for_another(purpose: TokenPurpose) -> None:
    token = tokens.sign(KEYS, purpose, TICKET)
    for other in set(TokenPurpose) - {purpose}:
        with pytest.raises(TokenError):
            tokens.verify(KEYS, other, token, NOW)


def test_a_token_that_has_an_end_is_none_from_then_on() -> None:
    token = tokens.sign(KEYS, TokenPurpose.CONFIRM, TokenPayload(17, 1, NOW + timedelta(hours=48)))

    assert tokens.verify(KEYS, TokenPurpose.CONFIRM, token, NOW + timedelta(hours=47, minutes=59)).subscription_id == 17
    with pytest.raises(TokenError) as raised:
        tokens.verify(KEYS, TokenPurpose.CONFIRM, token, NOW + timedelta(hours=48))
    assert raised.value.is_expired


def test_a_key_that_was_followed_by_another_is_still_believed() -> None:
    old = tokens.sign(KEYS[1:], TokenPurpose.UNSUBSCRIBE, TICKET)

    assert tokens.verify(KEYS, TokenPurpose.UNSUBSCRIBE, old, NOW) == TICKET
    with pytest.raises(TokenError):
        tokens.verify(("somebody else's",), TokenPurpose.UNSUBSCRIBE, old, NOW)


@given(st.text(max_size=60))
def test_nothing_that_is_made_up_is_a_token(text: str) -> None:
    with pytest.raises(TokenError):
        tokens.verify(KEYS, TokenPurpose.PREFERENCES, text, NOW)


@given(st.data())
def test_a_token_of_which_a_single_sign_differs_is_none(data: st.DataObject) -> None:
    token = tokens.sign(KEYS, TokenPurpose.PREFERENCES, TICKET)
    place = data.draw(st.integers(0, len(token) - 2))  # the last sign of base64 holds bits that nothing depends on
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda each: each != token[place]))
    with pytest.raises(TokenError):
        tokens.verify(KEYS, TokenPurpose.PREFERENCES, token[:place] + other + token[place + 1 :], NOW)


def test_a_token_of_any_length_is_refused_quickly() -> None:
    with pytest.raises(TokenError):
        tokens.verify(KEYS, TokenPurpose.CONFIRM, "A" * 1_000_000, NOW)
