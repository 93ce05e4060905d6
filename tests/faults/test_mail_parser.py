"""Each mail as a strict parser reads it that is not Python's: MIME::Tools of Perl, which refuses what departs from the RFCs, or notes it."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from eventcal import messages
from eventcal.deliveries import ics_builder
from eventcal.messages import Message, MessageContext, fill_placeholders

from ..serve_process import WAIT_SECONDS
from ..subscriber_world import BASE_URL, SubscriberWorld, render_eml
from ..world import utc
from .required import missing

pytestmark = pytest.mark.long  # `make faults`

READER = Path(__file__).parent / "mime_tools.pl"
EVENTS = """
- id: summit
  title: {en: 'Council, of “Heads” of State', ru: Заседание Совета глав государств – членов ШОС, zh: 上海合作组织成员国元首理事会会议}
  when: 2021-09-16/17
  place: {name: {en: Dushanbe, ru: Душанбе, zh: 杜尚别}, country: TJ}
  notes: {en: ". begins with a dot", ru: "Длинная строка без конца и края, которую нужно переносить, чтобы она поместилась", zh: 说明}
  reminders: [1 week before at 09:00, on change]
- {id: call, title: Press call, when: 2021-09-22 10:00, reminders: [1 day before]}
- {id: talk, title: Talk, when: 2021-09-23 10:00, reminders: [2 days before]}
"""
KINDS = {"reminder", "change", "digest", "confirmation", "alarm"}


@dataclass(frozen=True)
class ReadMail:
    """What the parser read. *notes* are the departures from the RFCs, *shape* the types of all parts in depth-first order."""

    headers: dict[str, str]
    parts: list[dict[str, Any]]
    notes: list[str]
    shape: str


def read_with_perl(mail: bytes) -> ReadMail:
    perl = shutil.which("perl") or missing("Perl", "apt install perl")
    if subprocess.run([perl, "-MMIME::Parser", "-e", "1"], capture_output=True, check=False).returncode != 0:
        missing("MIME::Tools", "apt install libmime-tools-perl")
    done = subprocess.run([perl, str(READER)], input=mail, capture_output=True, timeout=WAIT_SECONDS, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return ReadMail(**json.loads(done.stdout))


def mails_in(language: str, folder: Path) -> list[Message]:
    """A mail of each kind in *language*."""
    world = SubscriberWorld(folder, utc(2021, 9, 1))
    edition = world.edition
    world.render_context = replace(world.render_context, build_ics=ics_builder(edition, BASE_URL, lambda: world.now))
    world.publish(EVENTS, world.now)
    world.sign_up(language=language, zone="Europe/Berlin")
    world.sign_up("digest@example.org", language=language, digest="weekly")
    world.advance_to(utc(2021, 9, 9, 8))
    world.publish(EVENTS.replace("2021-09-16/17", "2021-09-24/25"), world.now)
    world.advance_to(utc(2021, 9, 20, 9))
    context = MessageContext(edition().calendar, world.now, language, base_url=BASE_URL)
    alarm = messages.alarm_message(context, "dead desk 550", "1: RCPT: 550 нет такого", world.now, False)
    by_kind = {message.kind: message for message in [*world.mail.received, alarm]}
    assert set(by_kind) == KINDS
    return [
        replace(message, address=message.address or "Дежурный, ночь <admin@example.org>")
        for message in by_kind.values()
    ]


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_each_mail_is_read_by_a_strict_parser_as_it_was_written(tmp_path: Path, language: str) -> None:
    with_calendar = set()
    for message in mails_in(language, tmp_path):
        mail = read_with_perl(render_eml(message))
        expected = fill_placeholders(message)

        assert mail.notes == [], message.kind
        assert mail.headers["subject"] == message.subject
        assert mail.headers["message-id"] == f"<{message.key}@example.org>"
        assert mail.headers["content-language"] == language
        # lines of text end in CRLF on the way, whatever carries them (RFC 2045 6.8)
        texts = [(part["type"], part["text"].replace("\r\n", "\n")) for part in mail.parts[:2]]
        assert texts == [("text/plain", expected.text), ("text/html", expected.html)]
        calendars = [part for part in mail.parts if part["type"] == "text/calendar"]
        written = [ics for ics in (message.ics, *message.more_ics) if ics]
        assert [part["text"].encode() for part in calendars] == written
        if calendars:
            with_calendar.add(message.kind)
            assert calendars[0]["name"] == "event.ics"
            assert mail.shape.startswith("multipart/mixed multipart/alternative text/plain text/html text/calendar")
        else:
            assert mail.shape == "multipart/alternative text/plain text/html"
    assert with_calendar == {"reminder", "change"}


def test_the_parser_refuses_what_is_wrong() -> None:
    broken = b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nno end\r\n"

    with pytest.raises(AssertionError, match="part did not end with expected boundary"):
        read_with_perl(broken)
