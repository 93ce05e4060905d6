"""Every way in which a web hook's other side fails, by a real HTTP server under an injected clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from threading import Event, Thread

import pytest

from eventcal import fetch
from eventcal.channels import ChannelSettings
from eventcal.channels.webhook import WebhookChannel

from ..serve_process import WAIT_SECONDS, wait_until
from .conftest import Call, OpenInProcess
from .in_process import DUE, MINUTE, NOW, summit_yaml
from .webhook_server import ScriptedResponse, webhook_server

MANY = "".join(summit_yaml(f"e{n}") for n in range(6))


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds in place of fifteen for a whole exchange: enough for a server that answers, on a busy machine too."""
    monkeypatch.setattr(fetch, "post", partial(fetch.post, timeout=2))


def first(say: ScriptedResponse) -> Callable[[str, int], ScriptedResponse]:
    return lambda id, nth: say if nth == 1 else ScriptedResponse()


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7200", timedelta(hours=2)),
        (format_datetime(DUE + timedelta(hours=2), usegmt=True), timedelta(hours=2)),
        ("as soon as you like", timedelta()),
        ("-1", timedelta()),
    ],
    ids=["seconds", "date", "nonsense", "negative"],
)
def test_a_429_is_waited_out_as_long_as_it_asks_and_nonsense_is_as_nothing(
    call: Call, header: str, wait: timedelta
) -> None:
    with webhook_server(first(ScriptedResponse(429, {"Retry-After": header}))) as receiver:
        here = call(receiver)
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        here.run_until(DUE + wait - MINUTE)
        assert len(receiver.calls) == 1

        here.run_until(DUE + wait + 3 * MINUTE, MINUTE)
        (row,) = here.check_invariants(receiver.accepted)
    assert row.state == "sent"
    assert receiver.ids == [row.id, row.id]


def test_a_429_for_ten_days_ends_what_is_of_use_for_one_and_keeps_the_rest_for_later(call: Call) -> None:
    with webhook_server(
        lambda id, nth: (
            ScriptedResponse(429, {"Retry-After": "864000"}) if not receiver.accepted else ScriptedResponse()
        )
    ) as receiver:
        here = call(receiver)
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        (row,) = here.check_invariants(receiver.accepted)
    assert row.state == "dead"
    assert row.reason.startswith("asked to wait 10 days")


@pytest.mark.parametrize(
    ("say", "copies"),
    [
        (ScriptedResponse(500), 1),
        (ScriptedResponse(503, {"Retry-After": "1"}), 1),
        (ScriptedResponse(mode="never"), 2),
        (ScriptedResponse(500, mode="a byte at a time"), 1),
        (ScriptedResponse(500, mode="hangs up"), 1),
    ],
    ids=["500", "503", "no answer", "a byte at a time", "hangs up"],
)
@pytest.mark.usefixtures("short_patience")
def test_a_failure_of_the_moment_is_tried_again_with_the_same_id(
    call: Call, say: ScriptedResponse, copies: int
) -> None:
    with webhook_server(first(say)) as receiver:
        here = call(receiver)
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        assert [each.state for each in here.rows()] == ["retry"]
        here.run_until(DUE + 10 * MINUTE, MINUTE)
        (row,) = here.check_invariants(receiver.accepted)
    assert (row.state, row.attempts) == ("sent", 2)
    assert receiver.ids == [row.id, row.id]
    assert receiver.accepted == {row.id: copies}


@pytest.mark.parametrize("manner", ["without end", "at once"])
def test_the_code_is_the_answer_also_when_a_body_without_end_follows(call: Call, manner: str) -> None:
    with webhook_server(lambda id, nth: ScriptedResponse(200, mode=manner)) as receiver:  # type: ignore[arg-type]
        here = call(receiver)
        here.publish(MANY, NOW)
        here.tick_at(DUE)
        rows = here.check_invariants(receiver.accepted)
    assert [each.state for each in rows] == ["sent"] * 6
    assert set(receiver.request_counts.values()) == {1}


def test_gone_is_gone_at_once(call: Call) -> None:
    with webhook_server(lambda id, nth: ScriptedResponse(410)) as receiver:
        here = call(receiver)
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        (row,) = here.check_invariants(receiver.accepted)
    assert row.state == "dead"
    assert row.reason.endswith("410")


def test_a_redirect_to_a_private_place_leads_nowhere(call: Call) -> None:
    with (
        webhook_server() as secret,
        webhook_server(lambda id, nth: ScriptedResponse(302, {"Location": secret.url})) as receiver,
    ):
        here = call(receiver)
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        (row,) = here.check_invariants(receiver.accepted)
    assert (row.state, row.reason) == ("retry", "302")
    assert secret.calls == []


def test_a_private_address_is_dead_with_its_reason_and_nothing_is_sent(open_in_process: OpenInProcess) -> None:
    with webhook_server() as receiver:
        here = open_in_process(ChannelSettings("hook", "webhook"), WebhookChannel(receiver.url))
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        (row,) = here.check_invariants(Counter())
    assert row.state == "dead"
    assert "private address" in row.reason
    assert receiver.calls == []


def test_a_host_that_does_not_answer_does_not_hold_up_another(open_in_process: OpenInProcess) -> None:
    answers = Event()

    def wait_and_fail(id: str, nth: int) -> ScriptedResponse:
        answers.wait(WAIT_SECONDS)
        return ScriptedResponse(503)

    with webhook_server(wait_and_fail) as slow, webhook_server() as quick:
        here = open_in_process(
            ChannelSettings("slow", "webhook"),
            WebhookChannel(slow.url, allow_private=True),
            ("quick", WebhookChannel(quick.url, allow_private=True)),
        )
        here.publish("".join(summit_yaml(f"e{n}") for n in range(40)), NOW)
        one_pass = Thread(target=here.tick_at, args=[DUE])
        one_pass.start()
        wait_until(lambda: len(quick.calls) == 40, "the other's calls are there")
        assert one_pass.is_alive(), "while the silent one is waited for"
        answers.set()
        one_pass.join()
        rows = here.check_invariants(slow.accepted + quick.accepted)
    assert Counter(each.state for each in rows if each.channel == "quick") == {"sent": 40}
    assert {each.state for each in rows if each.channel == "slow"} <= {"retry", "queued"}
