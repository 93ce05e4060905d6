"""Each channel against the real other side: an SMTP server, an HTTP server, a folder, a terminal."""

from __future__ import annotations

import base64
import email
import hashlib
import hmac
import json
import mailbox
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from eventcal import channels
from eventcal.channels import Ambiguous, ChannelSettings, MailSettings, Permanent, Retry, Sent
from eventcal.channels.email import EmailChannel, parse_relay_url
from eventcal.channels.log import LogChannel
from eventcal.channels.maildir import MaildirChannel
from eventcal.channels.mime import render_mail
from eventcal.channels.ntfy import NtfyChannel
from eventcal.channels.webhook import WebhookChannel, parse_retry_after
from eventcal.errors import SettingsError
from eventcal.messages import Message, RichText
from eventcal.messages.body import Body

from .certificates import trusted_server
from .serve_process import WAIT_SECONDS, free_port
from .smtp_ports import AnyPort, abort

DUSHANBE = ZoneInfo("Asia/Dushanbe")
MOMENT = datetime(2021, 9, 15, 18, 0, tzinfo=DUSHANBE)
SENDER = "Calendar <calendar@example.org>"

MESSAGE = Message(
    key="0123abcd-7.0",
    kind="reminder",
    address="reader@example.net",
    subject="Завтра: SCO Council of Heads of State, Dushanbe",
    text="Tomorrow.\n.\nFrom Dushanbe\n",
    rich=RichText((Body("en", "Tomorrow"),)),
    send_time=MOMENT,
    data={"id": "0123abcd-7.0", "type": "reminder", "text": "Завтра"},
    ics=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    reply_to="desk@example.org",
    url="https://example.org/events/summit-2021",
)


# email


@dataclass
class Post:
    """An SMTP server's side: what it answers, and what it got."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    drop: bool = False
    pipelining: bool = False
    mails: list[Envelope] = field(default_factory=list)
    peers: set[object] = field(default_factory=set)
    server: SMTP | None = None

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append(envelope)
        self.peers.add(session.peer)
        if self.drop:
            abort(server)
        return self.data


@contextmanager
def post_office(post: Post, **options: Any) -> Iterator[str]:
    controller = AnyPort(post, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}?starttls=never"
    finally:
        controller.stop()


def parsed(mail: bytes | str | None) -> EmailMessage:
    assert isinstance(mail, bytes)
    found = email.message_from_bytes(mail, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_mail_arrives_whole_with_the_headers_of_an_automatic_one() -> None:
    post = Post()
    with post_office(post) as url:
        assert isinstance(EmailChannel(url, SENDER).send(MESSAGE), Sent)

    (envelope,) = post.mails
    mail = parsed(envelope.content)
    assert envelope.mail_from == "calendar@example.org"
    assert mail["To"] == "reader@example.net"
    assert mail["From"] == SENDER
    assert mail["Subject"] == MESSAGE.subject
    assert mail["Message-ID"] == "<0123abcd-7.0@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "desk@example.org"
    assert mail["References"] is None
    assert mail["Date"].datetime == MOMENT
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == MESSAGE.text.splitlines()
    assert html.get_content().split() == MESSAGE.html.split()
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") is None
    assert attached.get_content().encode().replace(b"\r\n", b"\n") == MESSAGE.ics.replace(b"\r\n", b"\n")


def test_one_connection_carries_many_mails_of_a_thread() -> None:
    post = Post()
    with post_office(post) as url:
        channel = EmailChannel(url, SENDER)
        assert all(isinstance(channel.send(MESSAGE), Sent) for _ in range(5))

    assert len(post.mails) == 5
    assert len(post.peers) == 1


@contextmanager
def scripted_relay(*chunks: tuple[bytes, bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """A relay on one connection: reads until each chunk's first part was said, then writes its second; yields what it read."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def converse() -> None:
            connection = listener.accept()[0]
            with connection:
                connection.sendall(b"220 hello\r\n")
                for end, reply in chunks:
                    said = b""
                    while end not in said and (more := connection.recv(65536)):
                        said += more
                    heard.append(said)
                    connection.sendall(reply)
                connection.shutdown(socket.SHUT_WR)
                heard.append(connection.recv(65536))

        thread = threading.Thread(target=converse, daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}?starttls=never", heard
        thread.join(60)


OFFERS_PIPELINING = (b"ehlo", b"250-relay\r\n250 PIPELINING\r\n")


def test_where_the_relay_takes_commands_together_they_do_not_wait_for_each_other() -> None:
    with scripted_relay(
        OFFERS_PIPELINING,
        (b"DATA\r\n", b"250 sender\r\n250 recipient\r\n354 go on\r\n"),  # says nothing before DATA was said
        (b"\r\n.\r\n", b"250 queued\r\n"),
    ) as (url, heard):
        channel = EmailChannel(url, SENDER)
        assert channel.send(MESSAGE) == Sent("250 queued")
        del channel  # and its connection

    assert heard[1].splitlines() == [b"MAIL FROM:<calendar@example.org>", b"RCPT TO:<reader@example.net>", b"DATA"]


@pytest.mark.parametrize("last", [b"354 go on\r\n", b"554 5.5.1 no recipient\r\n", b""])
def test_no_mail_follows_a_recipient_that_was_refused_though_it_is_asked_for(last: bytes) -> None:
    with scripted_relay(OFFERS_PIPELINING, (b"DATA\r\n", b"250 sender\r\n450 4.2.1 later\r\n" + last)) as (url, heard):
        assert EmailChannel(url, SENDER).send(MESSAGE) == Retry("RCPT: 450 4.2.1 later")

    assert heard[2:] == [b"rset\r\n" if last.startswith(b"554") else b""]


def test_a_relay_that_refuses_the_sender_and_ends_the_connection_is_tried_again() -> None:
    with scripted_relay(OFFERS_PIPELINING, (b"DATA\r\n", b"451 4.3.0 busy\r\n")) as (url, _):
        outcome = EmailChannel(url, SENDER).send(MESSAGE)

    assert outcome == Retry("MAIL: 451 4.3.0 busy", is_destination_down=True)


def test_a_relay_that_ends_the_connection_after_a_refusal_gets_the_next_mail_on_another() -> None:
    class Leaving(Post):
        async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            abort(server)
            return "250 OK"

    post = Leaving(rcpt="450 4.2.1 try later")
    with post_office(post) as url:
        channel = EmailChannel(url, SENDER)
        assert channel.send(MESSAGE) == Retry("RCPT: 450 4.2.1 try later")
        post.rcpt = "250 OK"
        assert channel.send(MESSAGE) == Sent("250 OK")


def test_a_reply_that_is_too_long_to_be_read_is_the_relays_failure() -> None:
    with scripted_relay((b"ehlo", b"250 " + b"x" * 9000 + b"\r\n")) as (url, _):
        outcome = EmailChannel(url, SENDER).send(MESSAGE)

    assert outcome == Retry("EHLO: 500 Line too long.", is_destination_down=True)


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("answer", ["421 4.7.0 too many mails", ""])
def test_a_relay_that_ends_a_connection_between_two_mails_gets_the_next_on_another(
    answer: str, pipelining: bool
) -> None:
    class TwoMails(Post):
        async def handle_MAIL(
            self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
        ) -> str:
            if session.peer in self.peers and len(self.mails) % 2 == 0:
                if not answer:
                    abort(server)
                return answer
            envelope.mail_from = address
            return "250 OK"

    post = TwoMails(pipelining=pipelining)
    with post_office(post) as url:
        channel = EmailChannel(url, SENDER)
        assert [channel.send(MESSAGE) for _ in range(5)] == [Sent("250 OK")] * 5

    assert (len(post.mails), len(post.peers)) == (5, 3)


@pytest.mark.parametrize(
    ("post", "outcome"),
    [
        (Post(rcpt="450 4.2.1 try later"), Retry("RCPT: 450 4.2.1 try later")),
        (Post(rcpt="452 4.2.2 full"), Retry("RCPT: 452 4.2.2 full")),
        (Post(rcpt="552 5.2.2 full"), Retry("RCPT: 552 5.2.2 full")),
        (Post(rcpt="550 5.1.1 no such user"), Permanent("RCPT: 550 5.1.1 no such user", is_address_unknown=True)),
        (Post(rcpt="504 5.5.2 need a name"), Retry("RCPT: 504 5.5.2 need a name", is_destination_down=True)),
        (Post(data="451 4.3.0 hold"), Retry("after the last byte: 451 4.3.0 hold", is_destination_down=True)),
        (Post(data="554 5.7.1 spam"), Retry("after the last byte: 554 5.7.1 spam")),
        (Post(data="552 5.3.4 too big"), Permanent("after the last byte: 552 5.3.4 too big")),
        (Post(data="421 4.3.2 closing"), Retry("after the last byte: 421 4.3.2 closing", is_destination_down=True)),
    ],
    ids=lambda each: each.rcpt + each.data if isinstance(each, Post) else "",
)
@pytest.mark.parametrize("pipelining", [False, True])
def test_the_relays_code_decides(post: Post, outcome: object, pipelining: bool) -> None:
    post = replace(post, pipelining=pipelining)
    with post_office(post) as url:
        channel = EmailChannel(url, SENDER)
        answers, post.rcpt, post.data = (post.rcpt, post.data), "250 OK", "250 OK"
        assert isinstance(channel.send(replace(MESSAGE, address="other@example.net")), Sent)
        post.rcpt, post.data = answers
        assert channel.send(MESSAGE) == outcome
        post.rcpt = post.data = "250 OK"
        assert isinstance(channel.send(MESSAGE), Sent)  # the refusal took nothing with it


def test_silence_after_the_last_byte_is_ambiguous_and_a_second_copy_has_the_same_id() -> None:
    post = Post(drop=True)
    with post_office(post) as url:
        channel = EmailChannel(url, SENDER)
        assert isinstance(channel.send(MESSAGE), Ambiguous)
        post.drop = False
        assert isinstance(channel.send(MESSAGE), Sent)

    first, second = (parsed(each.content) for each in post.mails)
    assert first["Message-ID"] == second["Message-ID"]


def test_a_dead_relay_is_a_failure_for_everyone() -> None:
    outcome = EmailChannel(f"smtp://127.0.0.1:{free_port()}?starttls=never", SENDER).send(MESSAGE)

    assert isinstance(outcome, Retry)
    assert outcome.is_destination_down
    assert outcome.detail.endswith("Connection refused")


@pytest.mark.parametrize("answer", [b"454 4.7.0 TLS not available", b"220 go ahead", b""])
def test_a_relay_that_offers_starttls_and_breaks_it_gets_nothing_and_is_tried_again(answer: bytes) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer_once() -> None:
            connection = listener.accept()[0]
            with connection, connection.makefile("rwb", buffering=0) as line:
                for reply in (b"220 hello", b"250-relay\r\n250 STARTTLS"):
                    line.write(reply + b"\r\n")
                    heard.append(line.readline())
                line.write(answer and answer + b"\r\n")

        thread = threading.Thread(target=answer_once, daemon=True)
        thread.start()
        outcome = EmailChannel(f"smtp://127.0.0.1:{listener.getsockname()[1]}", SENDER).send(MESSAGE)
        thread.join(WAIT_SECONDS)

    assert isinstance(outcome, Retry)
    assert outcome.is_destination_down
    assert "STARTTLS: " in outcome.detail
    assert [line.split()[0].upper() for line in heard] == [b"EHLO", b"STARTTLS"]


@pytest.mark.parametrize("name", ["localhost", "mail.example.org"])
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_relay_gets_mail_by_tls_if_its_certificate_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, name: str
) -> None:
    context = trusted_server(tmp_path, name, monkeypatch)
    post = Post()

    with post_office(post, **{"tls_context" if scheme == "smtp" else "ssl_context": context}) as url:
        outcome = EmailChannel(f"{scheme}://localhost:{urlsplit(url).port}", SENDER).send(MESSAGE)

    assert (name == "localhost") == isinstance(outcome, Sent) == bool(post.mails)


def test_a_relays_words_are_shown_without_what_a_terminal_would_obey() -> None:
    with post_office(Post(rcpt="550 5.1.1 no \x1b[31msuch\x07 user")) as url:
        outcome = EmailChannel(url, SENDER).send(MESSAGE)

    assert isinstance(outcome, Retry)
    assert outcome.detail == "RCPT: 550 5.1.1 no [31msuch user"


def test_a_relay_without_starttls_gets_nothing_unless_told_so() -> None:
    post = Post()
    with post_office(post) as url:
        outcome = EmailChannel(url.partition("?")[0], SENDER).send(MESSAGE)

    assert not post.mails
    assert isinstance(outcome, Retry)
    assert "starttls=never" in outcome.detail


def test_an_address_that_would_inject_a_command_never_reaches_the_relay() -> None:
    post = Post()
    with post_office(post) as url:
        outcome = EmailChannel(url, SENDER).send(replace(MESSAGE, address="a@example.net>\r\nRCPT TO:<b@example.net"))

    assert isinstance(outcome, Permanent)
    assert not post.mails


def test_a_relays_url_says_how_it_is_reached() -> None:
    assert parse_relay_url("smtp://u%40x:p%3Aw@mail.example.org").port == 587
    assert parse_relay_url("smtp://u%40x:p%3Aw@mail.example.org").user == "u@x"
    assert parse_relay_url("smtps://mail.example.org").port == 465
    assert parse_relay_url("smtp://[2001:db8::1]").name == "smtp://[2001:db8::1]:587"
    urls = ("smtp://a", "smtps://a", "smtp://a?starttls=never")
    assert [parse_relay_url(url).tls for url in urls] == ["starttls", "always", "never"]
    assert parse_relay_url("smtp://127.0.0.1:1025?starttls=never&rate=600").mails_per_minute == 600
    assert "p:w" not in repr(parse_relay_url("smtp://u:p%3Aw@mail.example.org"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://a",
        "smtp://",
        "smtp://a:b",
        "smtp://a?starttls=perhaps",
        "smtp://a?tls=1",
        "smtp://a?rate=many",
        "smtp://a?starttls=",
        "smtp://a#starttls=never",
        "smtp://a?ehlo=-a",
    ],
)
def test_a_url_of_no_relay_is_refused_with_the_right_form(url: str) -> None:
    with pytest.raises(SettingsError, match="smtp://user:password@host:587"):
        parse_relay_url(url)


@pytest.mark.parametrize(
    ("contact", "reply_to"),
    [
        ("desk@example.org", "desk@example.org"),
        ("mailto:desk@example.org", "desk@example.org"),
        ("Press desk <desk@example.org>", "Press desk <desk@example.org>"),
        ("desk@müller.example", "desk@xn--mller-kva.example"),
        ("desk@example.org, editor@example.org", "desk@example.org"),
        ("desk@example.org; editor@example.org", "desk@example.org"),
        ("Desk, Berlin <desk@example.org>", None),
        ("jörg@example.org", None),
        ("https://example.org/contact", None),
        ("https://example.org/@desk", None),
        ("+49 30 1234", None),
        ("", None),
    ],
)
def test_replies_go_to_the_calendars_contact_where_that_is_a_mailbox(contact: str, reply_to: str | None) -> None:
    assert parsed(render_mail(replace(MESSAGE, reply_to=contact), SENDER))["Reply-To"] == reply_to


def test_what_readers_share_of_a_mail_is_made_once() -> None:
    first, second = (
        render_mail(MESSAGE, SENDER),
        render_mail(replace(MESSAGE, address="other@example.net", key="k.1"), SENDER),
    )

    assert first.partition(b"\r\n\r\n")[2] == second.partition(b"\r\n\r\n")[2]
    assert parsed(second)["To"] == "other@example.net"


def test_extra_headers_are_written_and_a_line_break_in_them_is_refused() -> None:
    mail = parsed(render_mail(replace(MESSAGE, headers=(("List-Unsubscribe", "<https://example.org/u/1>"),)), SENDER))
    assert mail["List-Unsubscribe"] == "<https://example.org/u/1>"

    with pytest.raises(ValueError, match="X-Note: not one line of ASCII"):
        render_mail(replace(MESSAGE, headers=(("X-Note", "a\r\nBcc: b@example.net"),)), SENDER)


# webhook


@dataclass
class Hook:
    """An HTTP server's side."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def collector(hook: Hook) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            if not hook.status:
                self.close_connection = True
                return
            self.send_response(hook.status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?a=1"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", b"0123456789abcdef01234567"),
        ("geheim", b"geheim"),
        ("my_whsec_key", b"my_whsec_key"),
    ],
)
def test_a_webhook_is_signed_as_standard_webhooks_has_it(secret: str, key: bytes) -> None:
    hook = Hook()
    with collector(hook) as url:
        assert isinstance(WebhookChannel(url, secret, allow_private=True).send(MESSAGE), Sent)

    ((headers, body),) = hook.got
    stamp = str(int(MOMENT.timestamp()))
    signed = hmac.new(key, b".".join([b"0123abcd-7.0", stamp.encode(), body]), hashlib.sha256).digest()
    assert headers["webhook-id"] == "0123abcd-7.0"
    assert headers["webhook-timestamp"] == stamp
    assert headers["webhook-signature"] == "v1," + base64.b64encode(signed).decode()
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == MESSAGE.data


def test_two_secrets_sign_both_while_one_is_replaced_by_the_other() -> None:
    keys, hook = (b"0123456789abcdef01234567", b"abcdef010123456701234567"), Hook()
    with collector(hook) as url:
        secret = " ".join("whsec_" + base64.b64encode(key).decode() for key in keys)
        WebhookChannel(url, secret, allow_private=True).send(MESSAGE)

    ((headers, body),) = hook.got
    signed = f"0123abcd-7.0.{int(MOMENT.timestamp())}.".encode() + body
    assert headers["webhook-signature"].split() == [
        "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys
    ]


@pytest.mark.parametrize(
    ("status", "after", "outcome"),
    [
        (204, "", Sent("204")),
        (300, "", Retry("300")),
        (302, "", Retry("302")),
        (400, "", Retry("400")),
        (401, "", Retry("401")),
        (404, "", Retry("404")),
        (410, "", Permanent("410", is_endpoint_gone=True)),
        (408, "", Retry("408")),
        (500, "", Retry("500")),
        (500, "7", Retry("500", timedelta(seconds=7), is_destination_down=True)),
        (503, "", Retry("503", is_destination_down=True)),
        (429, "7", Retry("429", timedelta(seconds=7), is_destination_down=True)),
    ],
)
def test_the_receivers_code_decides(status: int, after: str, outcome: object) -> None:
    with collector(Hook(status, {"Retry-After": after} if after else {})) as url:
        assert WebhookChannel(url, allow_private=True).send(MESSAGE) == outcome


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("120", timedelta(seconds=120)),
        ("Wed, 15 Sep 2021 13:02:00 GMT", timedelta(minutes=2)),
        ("Wed, 15 Sep 2021 13:02:00 -0000", timedelta(minutes=2)),  # no zone is said
        ("Wed, 15 Sep 2021 15:02:00 +0200", timedelta(minutes=2)),
        ("Wed, 15 Sep 2021 12:00:00 GMT", timedelta()),
        ("864000", timedelta(days=10)),
        ("9999999999", None),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("٣", None),
        ("Sun, 01 Jan 999999999999 00:00:00 GMT", None),
        ("Wed, 15 Sep 2021 13:02:00 +9999999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nonsense_is_nothing(text: str, after: timedelta | None) -> None:
    assert parse_retry_after(text, MOMENT) == after


def test_a_webhook_to_a_private_address_is_refused_for_good_unless_allowed() -> None:
    hook = Hook()
    with collector(hook) as url:
        outcome = WebhookChannel(url).send(MESSAGE)

    assert isinstance(outcome, Permanent)
    assert "allow_private" in outcome.detail
    assert not hook.got


@pytest.mark.parametrize(("channel", "is_known_again"), [(WebhookChannel, True), (NtfyChannel, False)])
def test_a_receiver_that_is_away_gets_it_later_and_one_that_hung_up_may_have_it(
    channel: type[WebhookChannel | NtfyChannel], is_known_again: bool
) -> None:
    away = channel(f"http://127.0.0.1:{free_port()}/hook", allow_private=True).send(MESSAGE)
    with collector(Hook(status=0)) as url:
        hung_up = channel(url, allow_private=True).send(MESSAGE)

    assert isinstance(away, Retry) and away.is_destination_down
    assert isinstance(hung_up, Ambiguous) and hung_up.receiver_deduplicates is is_known_again


# the others


def test_the_log_prints_one_line_on_the_events_wall_clock() -> None:
    lines: list[str] = []
    LogChannel("press", lines.append).send(replace(MESSAGE, address=""))

    assert lines == [f"2021-09-15 18:00+05:00  press  {MESSAGE.subject}"]


def test_a_maildir_is_read_by_any_mail_program(tmp_path: Path) -> None:
    channel = MaildirChannel(tmp_path / "very" / "deep" / "outbox", SENDER)
    for _ in range(3):
        assert isinstance(channel.send(MESSAGE), Sent)

    mails = list(mailbox.Maildir(str(tmp_path / "very" / "deep" / "outbox")))
    assert len(mails) == 3
    assert parsed(mails[0].as_bytes())["Subject"] == MESSAGE.subject
    assert parsed(mails[0].as_bytes())["From"] == SENDER


def test_a_maildir_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = MaildirChannel(tmp_path / "file" / "outbox").send(MESSAGE)

    assert isinstance(outcome, Retry)
    assert outcome.is_destination_down and outcome.detail.endswith("/file/outbox: File exists")
    unwritable = MaildirChannel(tmp_path / "outbox").send(
        replace(MESSAGE, address="a@example.net\r\nBcc: b@example.net")
    )
    assert isinstance(unwritable, Permanent) and unwritable.is_address_unknown


def test_ntfy_gets_a_title_in_any_script() -> None:
    hook = Hook()
    with collector(hook) as url:
        topic = url.partition("/hook")[0] + "/summits"
        assert isinstance(NtfyChannel(topic, "tk_1", allow_private=True).send(MESSAGE), Sent)

    ((headers, body),) = hook.got
    fields = json.loads(body)
    assert headers["authorization"] == "Bearer tk_1"
    assert (fields["topic"], fields["title"], fields["click"]) == ("summits", MESSAGE.subject, MESSAGE.url)


@pytest.mark.parametrize(
    "settings",
    [
        ChannelSettings("a", "pigeon"),
        ChannelSettings("a", "webhook"),
        ChannelSettings("a", "webhook", url="example.org"),
        ChannelSettings("a", "webhook", url="https://example.org", secret="whsec_MDEy?"),
        ChannelSettings("a", "webhook", url="https://example.org", secret="whsec_"),
        ChannelSettings("a", "ntfy", url="https://ntfy.sh/"),
        ChannelSettings("a", "ntfy", url="ntfy.sh/summits"),
        ChannelSettings("a", "email", to=("b@example.net",)),
        ChannelSettings("a", "maildir"),
    ],
    ids=lambda each: f"{each.type} {each.url}",
)
def test_a_channel_that_cannot_be_made_says_what_it_needs(settings: ChannelSettings) -> None:
    with pytest.raises(SettingsError):
        channels.build([settings])


def test_channels_are_made_by_name() -> None:
    made = channels.build(
        [ChannelSettings("desk", "email", to=("a@example.net",)), ChannelSettings("log", "log")],
        MailSettings("smtp://mail.example.org", SENDER),
    )

    assert {name: each.destination for name, each in made.items()} == {
        "desk": "smtp://mail.example.org:587",
        "log": "log",
    }
