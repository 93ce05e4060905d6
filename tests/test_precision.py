"""No surface shows a day that the source did not give: dates of every form, on pages, in feeds, JSON, Atom, mails and hooks."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest

from eventcal import leads, messages
from eventcal.events import Event, Occurrence
from eventcal.feeds import atom, render_calendar_feed
from eventcal.feeds.events_json import render_events_json
from eventcal.filters import Filter
from eventcal.settings import Settings
from eventcal.web.app import create_app
from eventcal.web.pages import jsonld
from eventcal.when import Period
from tests.sample import edition, event, snapshot

YEARS = (2027, 2028, 2031, 2044)
FORMS = (
    "{y}-05", "{y}-05?", "~{y}-05", "~{y}-05?", "{y}-05-XX", "{y}-05/07", "{y}-12/{z}-02", "{y}-Q3", "~{y}-Q1", "{y}-34",
    "{y}", "{y}?", "~{y}", "{y}/{z}", "{z}-H1", "{y}-H2", "{y}-41", "early {y}", "mid {y}", "late {y}?", "{y}-38",
    "early {y}-05", "mid {y}-05", "late {y}-05", "~late {y}-02", "{y}-W07", "{y}-W37?", "{y}-05-14..18", "{y}-05-30..06-02?",
    "{y}-12-30..{z}-01-02", "[{y}-05-14..{y}-05-18]", "spring {y}", "summer {y}?", "fall {y}", "~autumn {y}",
    "winter {y}/{z}", "southern spring {y}", "southern summer {y}/{z}", "{y}-21", "{y}-28", "{y}-32",
    "2030s", "203X?", "from {y}-05", "from {y}-05-14", "from {y}?", "from {y}-Q2", "[{y}-05..]",
    "by {y}-05", "by {y}-05-14", "by {y}?", "by early {y}", "[..{y}-05-14]", "{y}-05/..", "{y}/..",
    "2040s", "~2050s", "{y}-Q4?", "~{y}-H1", "mid {y}-02", "~{y}/{z}", "late {y}-12", "early {z}", "{y}-W01", "{y}-40",
    "{y}-39", "{y}-37?", "{y}-26", "{y}-30", "northern winter {y}/{z}", "{y}-02", "{y}-11/{z}-01", "{y}-05~", "{y}-05%",
    "{y}-06-01..07-15", "from {z}-H2?", "by {y}-W20?", "early {y}-05?", "~{z}-Q3?",
    "TBD", "none", "past",
)  # fmt: skip
NOW = datetime(2026, 12, 1, tzinfo=UTC)
MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAY_IN_WORDS = re.compile(
    rf"\b(?:(\d{{1,2}})–)?(\d{{1,2}}) ({'|'.join(name[:3] for name in MONTH_NAMES)})[a-z]*(?: (\d{{4}}))?"
)


def texts_of(year: int) -> list[str]:
    next_year = f"{year + 1}"
    return [
        form.format(y=year, z=next_year[2:] if "summer" in form or "winter" in form else next_year) for form in FORMS
    ]


ENTRY = re.compile(r'<li class="line.*?</li>|<a class="bar.*?</a>|<h[34].*?</h[34]>', re.DOTALL)
"""An event in a list or a grid, and the heading of what has no day."""

DATES = sorted({text for year in YEARS for text in texts_of(year)})


def days_in(text: str) -> set[tuple[int, int]]:
    """The days that *text* names, as (month, day)."""
    return {
        ([name[:3] for name in MONTH_NAMES].index(match[3]) + 1, int(day))
        for match in DAY_IN_WORDS.finditer(text)
        for day in (match[1], match[2])
        if day
    }


def bounds(subject: Event) -> set[tuple[int, int]]:
    when = subject.when
    return {(day.month, day.day) for day in (when.first_day, when.last_day) if day}


def may_name_days(subject: Event) -> bool:
    """Whether the words of the date itself are days: one of several, or the one that bounds it."""
    return isinstance(subject.when.span, Period) and subject.when.span.unit.value == "days"


def allowed_days(subject: Event) -> set[tuple[int, int]]:
    return bounds(subject) if may_name_days(subject) else set()


@pytest.fixture(params=DATES)
def subject(request: pytest.FixtureRequest) -> Event:
    return event("vague", "A thing", request.param)


def test_there_are_at_least_three_hundred_dates() -> None:
    assert len(DATES) >= 300


def test_the_day_of_a_date_without_one_is_nowhere(subject: Event) -> None:
    assert not subject.when.is_day_known
    allowed = allowed_days(subject)
    present = edition(subject)

    [entry] = json.loads(render_events_json(present, Filter(), "en", "")[0])["events"]
    assert (None, None) == (entry["when"]["starts_at"], entry["when"]["ends_at"])
    assert days_in(entry["when"]["words"]) <= allowed
    occurrence = Occurrence(subject, "", subject.when, subject.status)
    linked = jsonld.event_jsonld(occurrence, "A thing", "")
    assert len(str(linked.get("startDate", ""))) < len("2027-05-14")
    assert (
        days_in(atom.render_upcoming(present, NOW.date(), Filter(), "en", "https://a.example")[0].decode()) <= allowed
    )


def test_a_feed_marks_what_has_no_day(subject: Event) -> None:
    body = render_calendar_feed(edition(subject), NOW.date(), Filter(imprecise="all", alarms=True), "").body.decode()
    lines = body.replace("\r\n ", "").split("\r\n")
    summaries = [line for line in lines if line.startswith("SUMMARY")]

    if subject.when.first_day is None:
        assert [] == summaries
        return
    vevent = lines[lines.index("BEGIN:VEVENT") :]
    assert not any(line == "BEGIN:VALARM" or line.startswith("DTSTART:") for line in vevent)
    assert "STATUS:TENTATIVE" in lines
    assert [True] == ["day not known" in line for line in summaries]
    assert days_in("".join(summaries)) <= allowed_days(subject)
    assert any(line.startswith("X-EVENTCAL-EDTF:") for line in lines)


@pytest.mark.parametrize("text", texts_of(2028))
def test_pages_and_mails_name_no_day_but_the_bounds(text: str) -> None:
    subject = event("vague", "A thing", text)
    client = create_app(lambda: snapshot(subject), Settings(), clock=lambda: NOW).test_client()
    page = client.get("/events/vague").get_data(as_text=True)
    when_line = page[page.index('class="when-line"') : page.index("</p>", page.index('class="when-line"'))]
    assert days_in(re.sub(r"<[^>]+>", " ", when_line)) <= allowed_days(subject)

    month = f"{(subject.when.first_day or NOW.date()):%Y-%m}"
    for path in ("/", "/agenda", "/past", "/?q=thing", f"/month/{month}", f"/year/{month[:4]}", f"/embed/{month}"):
        entries = ENTRY.findall(client.get(path).get_data(as_text=True))
        assert days_in(re.sub(r"<[^>]+>", " ", " ".join(entries))) <= allowed_days(subject), path

    if subject.when.first_day is None:
        return
    [version] = edition(subject).versions
    lead = leads.parse("1 week before")
    assert not isinstance(lead, leads.NoticeKind)
    occurrence = Occurrence(subject, "", subject.when, subject.status)
    mail = messages.reminder_message(messages.MessageContext(edition(subject).calendar, NOW), occurrence, version, lead)
    assert days_in(mail.subject) <= allowed_days(subject)
    named = days_in(mail.text.split("Source:")[0])
    assert named <= bounds(subject) | {(NOW.month, NOW.day)}
    data = json.dumps(mail.data)
    assert '"start":' not in data
    first_days = set(re.findall(r'"(?:first|last)_day": "(\d{4}-\d\d-\d\d)"', data))
    assert {date.fromisoformat(day) for day in first_days} <= {subject.when.first_day, subject.when.last_day}
