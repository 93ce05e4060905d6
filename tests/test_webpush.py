"""A message to a device: encrypted, signed and sent to its push service, and what its answers mean."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from eventcal import fetch, web_push
from eventcal.channels import Outcome, Permanent, Postponed, Retry, Sent, webpush
from eventcal.channels.webpush import MAX_UNPROVEN_SENDS, WebPushChannel
from eventcal.errors import GrammarError
from eventcal.messages import (
    CONFIRM_PLACEHOLDER,
    PREFERENCES_PLACEHOLDER,
    UNSUBSCRIBE_PLACEHOLDER,
    Message,
    NotificationText,
    notification_payload,
)
from eventcal.web_push import PushEndpoint

from .factories import utc
from .push_service import AUTH_SECRET, PUBLIC_KEY, Answer, PushService, decrypt, endpoint, push_service, subscription
from .serve_process import wait_until

NOW = utc(2021, 9, 1, 8)
KEY = web_push.generate_vapid_key()
OLD_KEY = web_push.generate_vapid_key()


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


def channel() -> WebPushChannel:
    return WebPushChannel(lambda: [KEY, OLD_KEY], "mailto:desk@example.org", allow_private=True)


def message(url: str, **changes: object) -> Message:
    base = Message(
        key="k.0", kind="reminder", address="device-1", subject="Tomorrow: Summit", text="", send_time=NOW,
        url="https://cal.example.org/events/summit", replacements=((UNSUBSCRIBE_PLACEHOLDER, "https://cal.example.org/unsubscribe/T"),),
        notification=NotificationText("16 September: Summit", "Thursday, 16 September 2021\nDushanbe", "summit", "summit@test "),
        device=endpoint(url, KEY.public), expires_at=NOW + timedelta(hours=3),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def test_the_example_of_rfc_8291_comes_out_byte_for_byte() -> None:
    sender_key = derive_private_key(
        int.from_bytes(web_push.decode_base64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), SECP256R1()
    )

    encrypted = web_push.encrypt(
        b"When I grow up, I want to be a watermelon",
        endpoint("https://web_push.example.net/x"),
        salt=web_push.decode_base64url("DGv6ra1nlYgDCS1FRnbzlw"),
        sender_key=sender_key,
    )

    assert web_push.encode_base64url(encrypted) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_device_reads_with_another_hands_code_what_was_pushed_and_who_sent_it(service: PushService) -> None:
    assert channel().send(message(f"{service.url}/p/1")) == Sent("201")

    (read,) = decrypt(service.requests)

    notification = json.loads(read["payload"])["notification"]
    assert json.loads(read["payload"])["web_push"] == 8030
    assert (notification["title"], notification["body"]) == (
        "16 September: Summit",
        "Thursday, 16 September 2021\nDushanbe",
    )
    assert [(action["action"], action["navigate"]) for action in notification["actions"]] == [
        ("show", "https://cal.example.org/events/summit"),
        ("stop", "https://cal.example.org/unsubscribe/T?event=summit"),
    ]
    assert notification["data"]["expires"] == "2021-09-01T11:00:00.000Z"
    assert (read["key"], read["claims"]) == (
        KEY.public,
        {"aud": service.url, "exp": int((NOW + timedelta(hours=12)).timestamp()), "sub": "mailto:desk@example.org"},
    )


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://push.example/p/1", "https://push.example"),
        ("https://push.example:443/p/1", "https://push.example"),
        ("https://push.example:80/p/1", "https://push.example:80"),
        ("https://push.example:4443/p/1", "https://push.example:4443"),
        ("http://push.example/p/1", "http://push.example"),
        ("http://push.example:443/p/1", "http://push.example:443"),
        ("http://[2001:db8::1]:8080/p/1", "http://[2001:db8::1]:8080"),
    ],
)
def test_a_token_is_for_the_origin_of_a_push_service_as_standards_write_it(url: str, named: str) -> None:
    assert web_push.audience(fetch.origin(url)) == named


def test_a_token_names_no_contact_where_there_is_none(service: PushService) -> None:
    WebPushChannel(lambda: [KEY], allow_private=True).send(message(f"{service.url}/p/1"))

    (read,) = decrypt(service.requests)
    assert read["claims"].keys() == {"aud", "exp"}


def test_the_push_service_is_told_how_long_how_urgent_and_what_replaces_what(service: PushService) -> None:
    sender = channel()
    sender.send(message(f"{service.url}/p/1"))
    sender.send(message(f"{service.url}/p/1", kind="change", expires_at=NOW + timedelta(days=90)))
    sender.send(message(f"{service.url}/p/1", kind="digest", notification=NotificationText("Test calendar", "two")))
    sender.send(message(f"{service.url}/p/1", kind="change", is_urgent=True, expires_at=None, notification=None))

    headers = [request.headers for request in service.requests]

    assert [(one["ttl"], one["urgency"], one["content-encoding"]) for one in headers] == [
        ("10800", "high", "aes128gcm"),
        ("2419200", "normal", "aes128gcm"),
        ("10800", "low", "aes128gcm"),
        ("0", "high", "aes128gcm"),
    ]
    assert headers[0]["topic"] == headers[1]["topic"]
    assert len(headers[0]["topic"]) == 32
    assert not any("topic" in one for one in headers[2:])
    assert [payload["notification"]["tag"] for payload in service.payloads] == ["summit@test "] * 2 + ["k.0"] * 2


def test_a_token_serves_six_hours_and_those_of_the_latest_push_services_are_kept(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webpush, "MAX_ORIGINS", 1)
    sender = channel()
    with push_service() as other:
        for one, hours in ((service, 0), (service, 5.9), (service, 6), (other, 6), (other, 6), (service, 6)):
            sender.send(message(f"{one.url}/p/1", send_time=NOW + timedelta(hours=hours)))

    first, reused, renewed, forgotten = (request.headers["authorization"] for request in service.requests)
    assert first == reused
    assert len({first, renewed, forgotten}) == 3
    assert len({request.headers["authorization"] for request in other.requests}) == 1


def test_what_is_known_of_a_push_service_is_forgotten_for_one_that_was_sent_to_later(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webpush, "MAX_ORIGINS", 1)
    service.answers["/p/1"] = Answer(429, {"Retry-After": "120"})
    sender = channel()
    assert [type(sender.send(message(f"{service.url}/p/1"))) for _ in range(2)] == [Retry, Postponed]

    with push_service() as other:
        sender.send(message(f"{other.url}/p/1"))
    assert isinstance(sender.send(message(f"{service.url}/p/1")), Retry)


def test_two_devices_have_different_topics_for_the_same_event(service: PushService) -> None:
    other = replace(endpoint(f"{service.url}/p/2", KEY.public), auth="AAAAAAAAAAAAAAAAAAAAAA")
    channel().send(message(f"{service.url}/p/1"))
    channel().send(message("", device=other))

    assert len({request.headers["topic"] for request in service.requests}) == 2


PAGE, STOP, MANAGE, CONFIRM = (f"https://cal.example.org/{path}" for path in ("events/summit", "u/T", "p/T", "c/T"))
LINKS = ((UNSUBSCRIBE_PLACEHOLDER, STOP), (PREFERENCES_PLACEHOLDER, MANAGE))


@pytest.mark.parametrize(
    ("changes", "navigate", "data", "actions"),
    [
        ({}, PAGE, (PAGE, f"{STOP}?event=summit", ""), ["show", "stop"]),
        ({"replacements": ()}, PAGE, (PAGE, "", ""), ["show"]),
        ({"url": ""}, MANAGE, (MANAGE, f"{STOP}?event=summit", ""), ["show", "stop"]),
        ({"url": "", "replacements": ()}, "", ("", "", ""), []),
        ({"notification": NotificationText("Two events"), "url": ""}, MANAGE, (MANAGE, "", ""), []),
        (
            {"notification": NotificationText("Confirm"), "replacements": (*LINKS, (CONFIRM_PLACEHOLDER, CONFIRM))},
            CONFIRM,
            (PAGE, "", CONFIRM),
            [],
        ),
    ],
    ids=["an event", "a channel", "no page", "no links", "several events", "a question"],
)
def test_a_notification_leads_to_what_it_is_about_and_ends_what_it_can_name(
    changes: dict[str, Any], navigate: str, data: tuple[str, str, str], actions: list[str]
) -> None:
    payload = notification_payload(replace(message("", replacements=LINKS), **changes), "", "", "")

    notification: Any = payload["notification"]
    assert payload["mutable"] is True
    assert notification["navigate"] == navigate
    assert tuple(notification["data"][name] for name in ("show", "stop", "confirm")) == data
    assert [action["action"] for action in notification.get("actions", [])] == actions


def test_a_device_that_subscribed_with_an_earlier_key_is_sent_to_with_it_and_told_the_new_one(
    service: PushService,
) -> None:
    channel().send(message("", device=endpoint(f"{service.url}/p/1", OLD_KEY.public)))

    (read,) = decrypt(service.requests)

    assert read["key"] == OLD_KEY.public
    assert json.loads(read["payload"])["notification"]["data"]["key"] == KEY.public


def test_a_new_key_is_known_at_once_by_its_devices_and_in_ten_seconds_by_the_others(service: PushService) -> None:
    keys = [OLD_KEY]
    senders = [WebPushChannel(lambda: keys, allow_private=True) for _ in range(2)]
    old, new = (endpoint(f"{service.url}/p/1", key.public) for key in (OLD_KEY, KEY))
    for sender in senders:
        sender.send(message("", device=old))
    keys = [KEY, OLD_KEY]
    for seconds in (9, 10):
        senders[0].send(message("", device=old, send_time=NOW + timedelta(seconds=seconds)))

    assert [payload["notification"]["data"]["key"] for payload in service.payloads] == ["", "", "", KEY.public]
    assert senders[1].send(message("", device=new)) == Sent("201")


@pytest.mark.parametrize("device", [None, endpoint("https://push.example/p/1", web_push.generate_vapid_key().public)])
def test_a_device_that_is_gone_or_has_a_key_that_is_gone_is_no_address(device: PushEndpoint | None) -> None:
    outcome = channel().send(message("", device=device))

    assert isinstance(outcome, Permanent)
    assert outcome.is_address_unknown


def test_a_text_that_is_too_long_is_shortened_until_the_push_fits(service: PushService) -> None:
    for text in ('A sentence of quotes """"""""" and more. ' * 300, "x" * 4000, '"' * 4000):
        long = NotificationText("Title", text, "summit", "s ")
        assert channel().send(message(f"{service.url}/p/1", notification=long)) == Sent("201")

    assert [4000 < len(request.body) <= 4096 for request in service.requests] == [True] * 3
    assert len(service.requests[1].body) > 4092
    assert all(payload["notification"]["body"].endswith("…") for payload in service.payloads)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(200), Sent("200")),
        (Answer(201), Sent("201")),
        (Answer(404), Permanent("404", is_address_unknown=True)),
        (Answer(410), Permanent("410", is_address_unknown=True)),
        (Answer(403), Permanent("403")),
        (Answer(413), Permanent("413")),
        (Answer(429, {"Retry-After": "120"}), Retry("429", timedelta(seconds=120))),
        (Answer(503), Retry("503")),
        (Answer(300), Retry("300")),
        (Answer(302, {"Location": "http://127.0.0.1:1/"}), Retry("302")),
    ],
)
def test_each_answer_of_a_push_service_has_its_meaning(service: PushService, answer: Answer, outcome: Outcome) -> None:
    service.answers["/p/1"] = answer

    assert channel().send(message(f"{service.url}/p/1")) == outcome


def test_a_push_service_that_asks_to_wait_is_left_alone_for_all_its_devices(service: PushService) -> None:
    service.answers["/p/1"] = Answer(429, {"Retry-After": "120"})
    sender = channel()
    sender.send(message(f"{service.url}/p/1"))

    assert sender.send(message(f"{service.url}/p/2", send_time=NOW + timedelta(seconds=20))) == Postponed(
        "waiting for the push service: 429", timedelta(seconds=100)
    )
    assert sender.send(message(f"{service.url}/p/2", send_time=NOW + timedelta(seconds=120))) == Sent("201")


def test_a_push_service_that_fails_keeps_no_other_waiting(service: PushService) -> None:
    service.answers["/p/1"] = Answer(500)
    sender = channel()
    for _ in range(5):
        sender.send(message(f"{service.url}/p/1"))

    with push_service() as other:
        assert sender.send(message(f"{other.url}/p/1")) == Sent("201")
    assert len(service.requests) == 3


def test_push_services_that_hang_take_a_few_threads_and_leave_the_others_to_those_that_answer(
    service: PushService,
) -> None:
    sender, may_answer = channel(), threading.Event()
    assert sender.send(message(f"{service.url}/proven")) == Sent("201")
    with ExitStack() as stack:
        hanging = [stack.enter_context(push_service()) for _ in range(MAX_UNPROVEN_SENDS)]
        for one in hanging:
            one.answers["/p/1"] = Answer(after=may_answer)
        with ThreadPoolExecutor(MAX_UNPROVEN_SENDS) as threads:
            waiting = [threads.submit(sender.send, message(f"{one.url}/p/1")) for one in hanging]
            try:
                wait_until(lambda: all(one.requests for one in hanging), "all of them asked")
                late = stack.enter_context(push_service())
                assert isinstance(sender.send(message(f"{late.url}/p/1")), Postponed)
                assert sender.send(message(f"{service.url}/proven")) == Sent("201")
                service.answers["/p/1"] = Answer(500)
                outcomes = [sender.send(message(f"{service.url}/{path}")) for path in ("p/1", "proven")]
                assert [type(outcome) for outcome in outcomes] == [Retry, Postponed]
                assert not late.requests
            finally:
                may_answer.set()
        assert {future.result() for future in waiting} == {Sent("201")}
        assert sender.send(message(f"{late.url}/p/1")) == Sent("201")


def test_a_private_address_is_refused_when_it_is_connected_to(service: PushService) -> None:
    outcome = WebPushChannel(lambda: [KEY]).send(message(f"{service.url}/p/1"))

    assert isinstance(outcome, Permanent)
    assert outcome.is_address_unknown
    assert not service.requests


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"endpoint": "http://web_push.example.net/x"}, "https"),
        ({"endpoint": "https://127.0.0.1/x"}, "private"),
        ({"endpoint": "https://[::1]/x"}, "private"),
        ({"endpoint": "https://localhost/x"}, "private"),
        ({"endpoint": "https://printer.local/x"}, "private"),
        ({"endpoint": "https://u:p@web_push.example.net/x"}, "https"),
        ({"endpoint": "ftp://web_push.example.net/x"}, "https"),
        ({"endpoint": "https://web_push.example.net/ x"}, "ASCII"),
        ({"endpoint": "https://web_push.example.net/жетон"}, "ASCII"),
        ({"endpoint": "https:///x"}, "https"),
        ({"endpoint": "https://web_push.example.net:0/x"}, "https"),
        ({"endpoint": "https://web_push.example.net/" + "x" * 3000}, "2048"),
        ({"endpoint": None}, "https"),
        ({"keys": None}, "p256dh"),
        ({"keys": {"p256dh": PUBLIC_KEY[:-4], "auth": AUTH_SECRET}}, "p256dh"),
        ({"keys": {"p256dh": "B" + "A" * 86, "auth": AUTH_SECRET}}, "p256dh"),
        ({"keys": {"p256dh": PUBLIC_KEY, "auth": f"{AUTH_SECRET}!"}}, "auth"),
    ],
)
def test_a_subscription_that_cannot_be_sent_to_says_which_part_is_wrong(changes: dict[str, object], what: str) -> None:
    with pytest.raises(GrammarError, match=what):
        web_push.parse_endpoint(subscription("https://web_push.example.net/x") | changes)


def test_a_private_endpoint_is_taken_where_that_is_allowed() -> None:
    url = "http://127.0.0.1:8080/x"

    assert web_push.parse_endpoint(subscription(url), KEY.public, allow_private=True) == endpoint(url, KEY.public)


def test_what_is_no_subscription_at_all_is_refused() -> None:
    for value in (None, [], "x", 7, {}):
        with pytest.raises(GrammarError):
            web_push.parse_endpoint(value)


def test_secrets_of_a_device_are_in_no_repr() -> None:
    parsed = web_push.parse_endpoint(subscription("https://web_push.example.net/secret"))

    assert "secret" not in repr(parsed)
    assert AUTH_SECRET not in repr(parsed)
    assert KEY.private not in repr(KEY)
