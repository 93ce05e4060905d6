"""Every precision of a date in every sentence that leads up to it, in each language: `date_sentences.txt` has the texts.

After a wanted change: `python -m tests.test_date_sentences` writes the table anew; read each line of the difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eventcal import when, words
from eventcal.events import Event, Occurrence, Status, Text
from eventcal.history import EventState
from eventcal.messages import MessageContext, MessageLine
from eventcal.messages.change import change_body
from eventcal.messages.reminder import reminder_body, reminder_subject

from .factories import CALENDAR

TABLE = Path(__file__).with_name("date_sentences.txt")
NOW = datetime(2026, 11, 28, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Dushanbe")
DATES = (
    "2027-05-12", "2027-05-12?", "2027-05-12 10:00?", "2027-05-12/14?", "2027-06-01/..",
    "2027-09-14..18", "2027-09-18..19", "2027-10-31..11-01?", "2027-01-18..02-17", "2027-12-30..2028-01-02", "2027-W37", "early 2027-09", "~late 2027-09",
    "2027-09", "2027-09?", "2027-09/10", "~2027-09", "2027-Q3", "spring 2027", "mid 2027", "2027-H1", "2027",
    "2027/2028", "2030s", "from 2027-06", "by 2027-06-30", "none",
)  # fmt: skip


def sentences(text: str, language: str) -> Iterator[tuple[str, str]]:
    """(name, text) of each sentence about an event whose date is *text*."""
    date, context = when.parse(text, ZONE), MessageContext(CALENDAR, NOW, language)
    occurrence = Occurrence(Event("a", Text.plain("X", "en"), date, timezone=ZONE.key), "", date, Status.CONFIRMED)
    yield "subject", reminder_subject(context, occurrence)
    yield "mail", " / ".join(reminder_body(context, occurrence).facts)
    if not date.is_day_known and date.earliest:
        yield "heading", words.format_period_title(date, language)
    new = EventState(date, Status.CONFIRMED)
    before = {"known": "TBD", "moved": "2026-12-30"} | ({} if date.is_day_known else {"brought forward": "2040s"})
    for name, old in before.items():
        yield name, change_body(context, MessageLine("X", EventState(when.parse(old, ZONE), new.status), new)).title
    put_off = replace(new, status=Status.POSTPONED)
    yield (
        "put off",
        change_body(context, MessageLine("X", EventState(when.parse("2026-12-30", ZONE), new.status), put_off)).title,
    )


def table(language: str) -> list[str]:
    return [f"{language} | {date} | {name} | {text}" for date in DATES for name, text in sentences(date, language)]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_precision_reads_right_in_every_sentence(language: str) -> None:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith(f"{language} ")]

    assert table(language) == lines


def test_the_table_walks_every_precision() -> None:
    spans = [when.parse(date, ZONE).span for date in DATES]

    assert {span.unit for span in spans if isinstance(span, when.Period)} == set(when.Unit)


def test_no_sentence_has_two_stops_and_no_chinese_one_a_stop_of_another_script() -> None:
    texts = [line.split(" | ", 3)[3] for line in TABLE.read_text(encoding="utf-8").splitlines()]

    assert not [text for text in texts if ".." in text]
    assert not [text for text in texts if re.search(r"[一-龥][.,;:?!]", text)]


if __name__ == "__main__":
    TABLE.write_text("\n".join(line for each in words.LANGUAGES for line in table(each)) + "\n", encoding="utf-8")
