"""What a mail that came back says, in the shapes that mail servers give it."""

from __future__ import annotations

from base64 import encodebytes

import pytest

from eventcal.channels.bounce_mail import ReturnedMail, ReturnKind, read_returned_mail

BOUNCES = "bounces+{id}@example.org"
ENVELOPE_SENDER = "bounces+17-abcdefgh2345@example.org"


def dsn(action: str, status: str, diagnostic: str, to: str = ENVELOPE_SENDER) -> bytes:
    return f"""\
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Sorry.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 1

Final-Recipient: rfc822; anna@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--B--
""".replace("\n", "\r\n").encode()


def report(fields: str, content_type: str = "message/delivery-status", encoding: str = "7bit", to: str = "") -> bytes:
    """A report whose second part has the *fields*, and the mail that came back behind it."""
    return f"""\
From MAILER-DAEMON Sun Nov 29 08:00:00 2026
From: MAILER-DAEMON@mx.example.net
To: {to or ENVELOPE_SENDER}
Content-Type: multipart/report; boundary="=_B"

--=_B
Content-Type: multipart/alternative; boundary="=_B2"

--=_B2
Content-Type: text/plain; charset=koi8-r
Content-Transfer-Encoding: 8bit

Не доставлено
--=_B2--
--=_B
Content-Type: {content_type}
Content-Transfer-Encoding: {encoding}

{fields}
--=_B
Content-Type: text/rfc822-headers

From: calendar@example.org
--=_B--
""".encode("koi8-r" if fields.isascii() else "utf-8")


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "kind"),
    [
        ("failed", "5.1.1", "550 5.1.1 <anna@example.net>: unknown", ReturnKind.BOUNCE),
        ("failed", "5.2.2", "552 5.2.2 full", ReturnKind.BOUNCE),
        ("failed", "5.7.1", "550 5.7.1 blocked for spam", ReturnKind.FAILURE),
        ("failed", "5.7.23", "550 5.7.23 SPF", ReturnKind.FAILURE),
        ("delayed", "4.4.1", "connection timed out", ReturnKind.DELAY),
        ("delivered", "2.0.0", "250 ok", ReturnKind.OTHER),
        ("failed (for good)", "5.1.1", "550-5.1.1 no such user, see 550 5.1.1 our page", ReturnKind.BOUNCE),
        ("delayed (4 hours)", "4.4.1", "450 4.2.1 inactive", ReturnKind.DELAY),
        ("failed", "5.0.0", "550 No such user here", ReturnKind.BOUNCE),
        ("failed", "5.0.0", "550-5.7.1 [192.0.2.7] looks like spam 550 5.7.1 to us", ReturnKind.FAILURE),
        ("failed", "5.0.0", "554 not taken", ReturnKind.FAILURE),
        ("failed", "5.5.0", "550 5.1.1 unknown", ReturnKind.BOUNCE),
        ("failed", "5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", ReturnKind.BOUNCE),
        ("failed", "5.0.0 (permanent failure)", "5.4.7 - Delivery expired (message too old)", ReturnKind.BOUNCE),
        ("failed", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied", ReturnKind.BOUNCE),
        ("failed", "4.4.2", "lost connection with mx.example.net[192.0.2.7]", ReturnKind.BOUNCE),
    ],
)
def test_a_delivery_status_is_read(action: str, status: str, diagnostic: str, kind: ReturnKind) -> None:
    returned = read_returned_mail(dsn(action, status, diagnostic), BOUNCES)

    assert (returned.kind, returned.ids) == (kind, ("17-abcdefgh2345",))
    assert diagnostic in returned.detail


def test_what_another_server_wrote_is_one_line_without_controls() -> None:
    returned = read_returned_mail(dsn("failed", "5.1.1", "550 5.1.1 no \x1b[31msuch\x00 user"), BOUNCES)

    assert returned.detail == "bounced: 550 5.1.1 no [31msuch user"


@pytest.mark.parametrize(
    ("fields", "kind", "detail"),
    [
        ("Action: failed\nStatus: 5.1.1\nDiagnostic-Code: X-Unix; 255", ReturnKind.BOUNCE, "5.1.1 255"),
        ("Action: failed\nStatus: 5.4.4\nDiagnostic-Code: X-Postfix; 192.0.2.7", ReturnKind.BOUNCE, "5.4.4 192.0.2.7"),
        ("Action: failed\nDiagnostic-Code: SMTP;\n\t550 5.7.1 no", ReturnKind.FAILURE, "550 5.7.1 no"),
        ("Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp;", ReturnKind.BOUNCE, "5.1.1"),
        ("Action: delayed\nStatus: 4.4.1\n\nAction: failed\nStatus: 5.1.1", ReturnKind.BOUNCE, "5.1.1"),
        ("\n\nReporting-MTA: dns; mx\n\n\naction: FAILED\nstatus: 5.1.1\n\n", ReturnKind.BOUNCE, "5.1.1"),
        ("To: a:;<\nAction: failed\nStatus: 5.1.1", ReturnKind.BOUNCE, "5.1.1"),  # no address can stop the reading
    ],
)
def test_the_fields_of_a_status_are_read_however_they_are_written(fields: str, kind: ReturnKind, detail: str) -> None:
    for newline in (b"\n", b"\r\n"):
        returned = read_returned_mail(report(fields).replace(b"\n", newline), BOUNCES)
        assert (returned.kind, returned.detail) == (kind, f"bounced: {detail}")


FIELDS = "Final-Recipient: utf-8; jörg@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 für jörg\r\n"


@pytest.mark.parametrize(
    ("encoding", "fields"),
    [
        ("8bit", FIELDS),
        ("base64", encodebytes(FIELDS.encode()).decode()),
        ("quoted-printable", FIELDS.replace("ö", "=C3=B6").replace("ü", "=C3=\r\n=BC")),
    ],
)
@pytest.mark.parametrize("content_type", ["message/delivery-status", "message/global-delivery-status"])
def test_a_status_is_read_in_each_transfer_encoding(encoding: str, fields: str, content_type: str) -> None:
    returned = read_returned_mail(report(fields, content_type, encoding), BOUNCES)

    assert (returned.kind, returned.detail) == (ReturnKind.BOUNCE, "bounced: 550 für jörg")


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: message/rfc822\r\n\r\n",
        "Content-Type: multipart/mixed; boundary={number}\r\n\r\n--{number}\r\n",
    ],
)
def test_a_report_is_read_within_nine_mails_or_parts_and_no_deeper(head: str) -> None:
    heads = [head.format(number=number).encode() for number in range(10)]
    bounce = dsn("failed", "5.1.1", "550 5.1.1 unknown")
    kinds = [read_returned_mail(b"".join(heads[:count]) + bounce, BOUNCES, "").kind for count in (9, 10)]

    assert [kind is ReturnKind.BOUNCE for kind in kinds] == [True, False]


def test_a_status_and_its_id_are_found_in_a_mail_that_was_forwarded() -> None:
    inner = encodebytes(report("Action: failed\nStatus: 5.1.1")).decode()
    mail = report(inner, "message/rfc822", "base64", to="postmaster@example.org")

    assert read_returned_mail(mail, BOUNCES) == ReturnedMail(ReturnKind.BOUNCE, "bounced: 5.1.1", ("17-abcdefgh2345",))


QMAIL = """\
Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<anna@example.net>:
{words}

--- Below this line is a copy of the message.

Subject: 550 5.7.1
"""
EXIM = """\
X-Failed-Recipients: anna@example.net
Auto-Submitted: auto-replied

The following address(es) failed:

  anna@example.net
    SMTP error from remote mail server after RCPT TO:<anna@example.net>:
    host mx.example.net [192.0.2.7]: {words}

------ This is a copy of the message, including all the headers. ------

Subject: 550 5.7.1
"""


@pytest.mark.parametrize(
    ("mail", "words", "kind"),
    [
        ("\n" + QMAIL, "192.0.2.7 does not like recipient.\nRemote host said: 550 unknown", ReturnKind.BOUNCE),
        ("\n" + QMAIL, "Sorry, no mailbox here by that name. (#5.1.1)", ReturnKind.BOUNCE),
        ("\n" + QMAIL, "Remote host said: 554 5.7.1 blocked", ReturnKind.FAILURE),
        (EXIM, "550 5.1.1 <anna@example.net>: unknown", ReturnKind.BOUNCE),
        (EXIM, "550-5.7.1 blocked,\n    550 5.7.1 see our page", ReturnKind.FAILURE),
    ],
)
def test_a_bounce_that_is_written_for_people_alone_is_read(mail: str, words: str, kind: ReturnKind) -> None:
    returned = read_returned_mail(mail.format(words=words).encode(), BOUNCES)

    assert returned.kind is kind
    assert returned.detail.endswith(words.split("\n")[-1 if mail != EXIM else 0])


def test_a_complaint_is_read_and_its_id_found_in_the_mail_that_it_is_about() -> None:
    mail = b"""\
From: <abuse@example.com>
To: fbl@example.org
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <BOUNCES+17-ABCDEFGH2345@example.org>

--B
Content-Type: message/rfc822

From: calendar@example.org
Subject: Tomorrow

--B--
"""
    returned = read_returned_mail(mail, BOUNCES)

    assert (returned.kind, returned.detail, returned.ids) == (
        ReturnKind.COMPLAINT,
        "complaint: abuse",
        ("17-abcdefgh2345",),
    )


@pytest.mark.parametrize(
    ("fields", "detail"),
    [("Feedback-Type: fraud", "fraud"), ("Version: 1", "abuse"), (f"Feedback-Type: {'x' * 999}", "x" * 289)],
)
def test_a_complaint_is_called_as_its_report_calls_it_on_300_characters_at_most(fields: str, detail: str) -> None:
    returned = read_returned_mail(report(fields, "message/feedback-report"), BOUNCES)

    assert (returned.kind, returned.detail) == (ReturnKind.COMPLAINT, f"complaint: {detail}")


@pytest.mark.parametrize("feedback_type", ["not-spam", "auth-failure", "virus"])
def test_a_report_that_no_recipient_asked_for_is_no_complaint(feedback_type: str) -> None:
    mail = report(f"Feedback-Type: {feedback_type}\nVersion: 1", "message/feedback-report")

    assert read_returned_mail(mail, BOUNCES).kind is ReturnKind.OTHER


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply", "Subject: Hello"]
)
def test_automatic_replies_and_people_are_no_bounces(header: str) -> None:
    returned = read_returned_mail(f"{header}\nTo: x@example.org\n\nI am away.\n".encode(), BOUNCES)

    assert returned.kind in (ReturnKind.AUTOREPLY, ReturnKind.OTHER)
    assert (returned.kind is ReturnKind.OTHER) == header.startswith("Subject")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"Content-Type: multipart/report\n\n",
        b"Content-Type: message/delivery-status\n\nAction\n",
        b"Content-Type: message/rfc822\n\n" * 30_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n" % (n, n) for n in range(2_000)),
        b"Content-Type: multipart/mixed; boundary=B\n\n" + b"--B\n\n" * 100_000,
        b"To: <\nCc: a:;<\nSender: =?utf-8?q?=40?=<\n\n",
        b'Content-Type: multipart/report; a="' + b";" * 900_000 + b"\n\n",  # minutes, if its parameters are read
    ],
    ids=range(9),
)
def test_no_bytes_are_too_broken_to_be_read(data: bytes) -> None:
    assert read_returned_mail(data, BOUNCES).kind is ReturnKind.OTHER
