"""A chat message by Apprise itself, to a service on this machine: what it takes, and what becomes of what it does not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eventcal.channels import Ambiguous, ChannelSettings, Retry, Sent, build
from eventcal.channels.apprise import AppriseChannel
from eventcal.errors import SettingsError
from eventcal.messages import Message

from .serve_process import WAIT_SECONDS

MESSAGE = Message(key="k.0", kind="reminder", address="", subject="Завтра: Саммит", text="In Dushanbe.\n")


@dataclass
class Service:
    """A service on this machine: how it answers, and what it got."""

    status: int = 200
    location: str = ""
    go_on: threading.Event | None = None
    got: list[dict[str, object]] = field(default_factory=list)
    port: int = 0


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            service.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if service.go_on:
                service.go_on.wait(WAIT_SECONDS)
            self.send_response(service.status)
            if service.location:
                self.send_header("Location", service.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    service.port = server.server_port
    try:
        yield service
    finally:
        if service.go_on:
            service.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


def url(service: Service) -> str:
    return f"json://127.0.0.1:{service.port}/"


def test_a_service_gets_subject_and_text_in_any_script() -> None:
    with serving(Service()) as service:
        assert AppriseChannel(url(service), "chat").send(MESSAGE) == Sent()

    (got,) = service.got
    assert (got["title"], str(got["message"]).strip()) == ("Завтра: Саммит", "In Dushanbe.")


@pytest.mark.parametrize(
    ("target_format", "text"),
    [
        ("text", "5 < 6 & 7\nhttps://a.example/x_y?z=1"),
        ("markdown", "5 < 6 & 7\nhttps://a.example/x_y?z=1"),
        ("html", "5 &lt; 6 &amp; 7<br/>https://a.example/x_y?z=1"),
    ],
)
def test_a_service_gets_plain_text_as_its_format_shows_it(target_format: str, text: str) -> None:
    message = replace(MESSAGE, text="5 < 6 & 7\nhttps://a.example/x_y?z=1")
    with serving(Service()) as service:
        AppriseChannel(f"{url(service)}?format={target_format}", "chat").send(message)

    (got,) = service.got
    assert text == str(got["message"]).replace("&nbsp;", " ")


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_what_is_not_taken_is_tried_again_and_would_be_no_different_with_another_message(status: int) -> None:
    with serving(Service(status)) as service:
        outcome = AppriseChannel(url(service), "chat").send(MESSAGE)

    assert isinstance(outcome, Retry)
    assert outcome.is_destination_down


def test_nobody_there_is_tried_again() -> None:
    assert isinstance(AppriseChannel("json://127.0.0.1:9/", "chat").send(MESSAGE), Retry)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serving(Service()) as private, serving(Service(status, f"http://127.0.0.1:{private.port}/")) as service:
        assert isinstance(AppriseChannel(url(service), "chat").send(MESSAGE), Retry)

    assert (len(service.got), private.got) == (1, [])


def test_a_service_that_hangs_is_left_after_our_own_deadline_and_the_next_are_not_begun() -> None:
    with serving(Service(go_on=threading.Event())) as service:
        chat = AppriseChannel(url(service) + "?rto=30", "chat", deadline=0.05)
        outcomes = [chat.send(MESSAGE) for _ in range(5)]

    assert [type(each) for each in outcomes[:4]] == [Ambiguous] * 4
    assert outcomes[4] == Retry("4 messages before it are still unanswered", is_destination_down=True)


def test_channels_of_one_service_fail_each_by_itself() -> None:
    settings = [ChannelSettings(name, "apprise", url="json://127.0.0.1/") for name in ("red", "blue")]
    assert {each.destination for each in build(settings).values()} == {"apprise:red", "apprise:blue"}


def test_an_address_of_no_service_is_refused_without_being_shown() -> None:
    for address, named in (("nonsense://secret-token", "nonsense"), ("secret-token", "")):
        with pytest.raises(SettingsError, match=f"no service is known for an address {named}://[.]{{3}}$"):
            AppriseChannel(address, "chat")
