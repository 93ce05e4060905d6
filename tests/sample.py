"""An edition made of values, for the tests of the pages: the real seed of the calendar and a few of every other kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from eventcal import repeat, when
from eventcal.events import Calendar, Event, Place, Source, SourceGrade, Status, Text
from eventcal.history import Change, ChangeKind, Edition, EventState
from eventcal.web.snapshots import Snapshot

from . import factories

DUSHANBE = ZoneInfo("Asia/Dushanbe")
NOW = datetime(2021, 8, 20, 7, 0, tzinfo=UTC)
MODIFIED = datetime(2021, 8, 19, 12, 0, tzinfo=UTC)

CALENDAR = Calendar(
    id="sco-watch",
    name=Text((("en", "SCO watch"), ("ru", "Наблюдение за ШОС"))),
    timezone="Asia/Dushanbe",
    description=Text.plain("What the Shanghai Cooperation Organization has announced.", "en"),
)
ARTICLE = Source(
    key="article",
    title="SCO security council secretaries meet",
    url="https://example.org/article",
    published="2021-06-24",
    quote="scheduled for September 16-17, 2021 in Dushanbe",
    grade=SourceGrade.REPORTED,
)


def event(event_id: str, title: str | Text, date_text: str, **extra_fields: Any) -> Event:
    """Builds an event tagged `sco`, tentative unless its day is known."""
    fields = {"tags": ("sco",), **extra_fields}
    built = factories.event(event_id, date_text, fields.pop("timezone", "Asia/Dushanbe"), title=title, **fields)
    return built if built.when.is_day_known or "status" in fields else replace(built, status=Status.TENTATIVE)


SUMMIT = event(
    "summit-2021",
    Text((("en", "SCO Council of Heads of State"), ("ru", "Совет глав государств ШОС"))),
    "2021-09-16/17",
    place=Place(Text.plain("Dushanbe", "en"), country="TJ"),
    sources=(ARTICLE,),
    notes=Text.plain("The *twenty-first* meeting. See the [programme](https://example.org/p).", "en"),
    tags=("sco", "summit"),
    formerly=("summit",),
)
EXERCISE = event(
    "peaceful-mission-2021",
    "Exercise Peaceful Mission 2021",
    "2021-09",
    timezone="Asia/Yekaterinburg",
    place=Place(Text.plain("Donguz training ground", "en"), Text.plain("Orenburg region", "en"), "RU"),
    tags=("sco", "exercise"),
    sources=(ARTICLE,),
)
SECRETARIES = event(
    "secretaries-16", "16th meeting of SCO Security Council Secretaries", "2021-06?", sources=(ARTICLE,)
)
PABBY = event("pabby-antiterror-2021", "Pabby-Antiterror-2021", "2021-10", place=Place(country="PK"))
_FOUNDED = when.parse("2001-06-15", DUSHANBE)
FOUNDING = event(
    "sco-day",
    "{nth} anniversary of the SCO",
    "2001-06-15",
    rule=repeat.parse("every year", _FOUNDED),
    tags=("sco", "anniversary"),
)
SEED = (SECRETARIES, FOUNDING, SUMMIT, EXERCISE, PABBY)


def edition(*events: Event, number: int = 1, calendar: Calendar = CALENDAR) -> Edition:
    return factories.edition(*events, number=number, calendar=calendar, modified=MODIFIED, digest=f"digest-{number}")


def snapshot(*events: Event, changes: tuple[Change, ...] = (), degraded: tuple[str, ...] = ()) -> Snapshot:
    return Snapshot.of(edition(*events), changes, degraded)


def moved_change(subject: Event, old: str, new: str, kind: ChangeKind = ChangeKind.MOVED) -> Change:
    before, after = (EventState(when.parse(text, DUSHANBE), Status.CONFIRMED, "Dushanbe") for text in (old, new))
    return Change(
        kind, subject.id, f"{subject.id}@sco-watch", "", subject.title.in_language("en"), before, after, MODIFIED, 2
    )


_WORDS = (
    "annual council committee border security water energy railway customs export youth heritage tourism "
    "summer winter joint expert regional digital health climate trade transport education science culture "
    "forum review session round working consultation exhibition festival marathon anniversary ministers "
    "deputies mayors judges doctors farmers writers museums libraries harvest drought flood corridor bridge "
    "airport satellite standards statistics budget"
)


def busy_month(count: int, year: int = 2021, month: int = 9) -> tuple[Event, ...]:
    """*count* events within a month, each with a title of its own words."""
    words, events = _WORDS.split(), []
    for number in range(count):
        first = number * 7 % 30 + 1
        last = min(first + (number % 4 if number % 5 == 0 else 0), 30)
        text = f"{year}-{month:02}-{first:02}" + (
            f" {8 + number % 10:02}:30" if number % 4 == 1 else f"/{last:02}" if last > first else ""
        )
        title_words = [words[(number * step + step) % len(words)] for step in (7, 13, 31)]
        title = f"{title_words[0].capitalize()} {title_words[1]} {title_words[2]}"
        tags = ("sco", ("meeting", "exercise", "forum", "summit")[number % 4])
        events.append(event(f"{title_words[0]}-{title_words[1]}-{number}", title, text, tags=tags))
    return tuple(events)


def many_events(count: int, year: int = 2021) -> tuple[Event, ...]:
    """*count* events over a year, of every length and status."""
    events = []
    for number in range(count):
        day = date(year, 1, 1) + timedelta(days=number * 365 // count)
        last = day + timedelta(days=number % 5 if number % 3 == 0 else 0)
        text = f"{day}/{last}" if last > day else f"{day} {8 + number % 10:02}:30" if number % 4 == 1 else f"{day}"
        status = Status.CANCELLED if number % 17 == 0 else Status.TENTATIVE if number % 11 == 0 else Status.CONFIRMED
        tags = ("sco", ("meeting", "exercise", "forum", "summit")[number % 4])
        place = Place(Text.plain("Dushanbe", "en"), country="TJ")
        events.append(
            event(f"e{number}", f"Meeting of working group {number}", text, status=status, tags=tags, place=place)
        )
    return tuple(events)
