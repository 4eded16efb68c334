"""How long a token is used, and who takes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from insurance_gateway.client.tokens import Token, TokenCache, good_until

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def token(good: datetime = NOW + timedelta(minutes=9)) -> Token:
    return Token("access", "identity", good)


@pytest.mark.parametrize(
    "expires_in",
    [
        "2026-11-23T01:10:00.0000Z",
        "2026-11-23T01:10:00.000000Z",
        "2026-11-23T01:10:00.0000000Z",
        "2026-11-23T01:10:00Z",
        "2026-11-23T08:10:00+07:00",
        600,
        "600",
        int((NOW + timedelta(minutes=10)).timestamp()),
    ],
)
def test_token_is_given_up_a_minute_before_its_end(expires_in) -> None:
    until = good_until(expires_in, answered_at=NOW, now=NOW)

    assert until == NOW + timedelta(minutes=9)


def test_life_is_measured_by_the_clock_of_the_server() -> None:
    slow_clock = NOW - timedelta(hours=3)

    until = good_until("2026-11-23T01:10:00.0000000Z", answered_at=NOW, now=slow_clock)

    assert until == slow_clock + timedelta(minutes=9)


@pytest.mark.parametrize("expires_in", [None, "", "soon", "2026-11-23T00:10:00.0000Z"])
def test_token_without_readable_life_serves_once(expires_in) -> None:
    assert good_until(expires_in, answered_at=NOW, now=NOW) == NOW


def test_living_token_is_taken_once() -> None:
    cache, taken = TokenCache(), []

    def take() -> Token:
        taken.append(1)
        return token()

    cache.token("a", now=NOW, take=take)
    cache.token("a", now=NOW + timedelta(minutes=8), take=take)

    assert len(taken) == 1


def test_accounts_have_their_own_tokens() -> None:
    cache, one, other = TokenCache(), token(), token()

    assert cache.token("a", now=NOW, take=lambda: one) is one
    assert cache.token("b", now=NOW, take=lambda: other) is other


def test_refused_token_that_another_thread_replaced_stays_replaced() -> None:
    cache, old, new = TokenCache(), token(), token()
    cache.token("a", now=NOW, take=lambda: old)
    cache.drop("a", old)
    cache.token("a", now=NOW, take=lambda: new)

    cache.drop("a", old)

    assert cache.token("a", now=NOW, take=token) is new


def test_failed_taking_leaves_no_token() -> None:
    cache, good = TokenCache(), token()

    def fail() -> Token:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        cache.token("a", now=NOW, take=fail)

    assert cache.token("a", now=NOW, take=lambda: good) is good


def test_token_does_not_show_itself() -> None:
    assert "access" not in repr(token()).replace("access_token", "")
    assert "identity" not in repr(token())
