"""Two calendars as their publishers would keep them, for the tests of the pages: a film festival and a university year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from eventcal import when
from eventcal.events import Calendar, Event, EventKind, Place, Status, Text
from eventcal.history import Change, ChangeKind, EventState
from eventcal.web.snapshots import Snapshot

from . import factories
from .factories import event

FESTIVAL_NOW = datetime(2027, 4, 8, 9, 0, tzinfo=UTC)
UNIVERSITY_NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
_BERLIN, _HELSINKI = "Europe/Berlin", "Europe/Helsinki"

FESTIVAL_CALENDAR = Calendar(
    "riverside-film",
    Text.plain("Riverside Film Week", "en"),
    _BERLIN,
    description=Text.plain("Fifteen evenings, four venues and one river.", "en"),
    color="teal",
)
UNIVERSITY_CALENDAR = Calendar(
    "harbour-university",
    Text((("en", "Harbour University"), ("ru", "Портовый университет"), ("ar", "جامعة الميناء"))),
    _HELSINKI,
    description=Text.plain("Terms, lectures, examinations and deadlines of the academic year 2026–2027.", "en"),
)


def festival() -> Snapshot:
    """Fifteen events of 2027: an evening past midnight, one that moved, one called off, two without a day."""
    palace, tent, quay = (Text.plain(name, "en") for name in ("Palace cinema", "River tent", "Quay 4"))
    events = (
        _festival("opening", "Opening night", "2027-04-09 19:00/22:30", "gala", palace),
        _festival("exhibition", "Posters of five decades", "2027-04-05/18", "exhibition", quay),
        _festival("shorts-1", "Short films I", "2027-04-10 14:00/16:00", "screening", tent),
        _festival("shorts-2", "Short films II", "2027-04-11 14:00/16:00", "screening", tent),
        _festival("silent", "Silent film with organ", "2027-04-10 20:00/22:00", "screening", palace),
        _festival("lighting", "Workshop: lighting on a budget", "2027-04-12/13", "workshop", quay),
        _festival("editing", "Workshop: editing", "2027-04-12 10:00/13:00", "workshop", quay, status=Status.TENTATIVE),
        _festival("director-talk", "Talk with the jury", "2027-04-13 18:00/19:30", "talk", palace, was="2027-04-12"),
        _festival("premiere", "Premiere: The long bridge", "2027-04-14 20:00/22:15", "gala", palace),
        _festival("open-air", "Open-air night", "2027-04-16 21:30/2027-04-17 02:00", "screening", tent),
        _festival("children", "Children’s matinee", "2027-04-17 11:00/12:30", "screening", palace),
        _festival("retrospective", "Retrospective", "2027-04-14/16", "screening", tent, status=Status.CANCELLED),
        _festival("awards", "Awards", "2027-04-18 19:00/21:00", "gala", palace),
        _festival("tour", "Winning films on tour", "2027-05", "screening", None),
        _festival("entries", "Call for entries 2028", "2027-Q3", "talk", None),
    )
    return Snapshot.of(factories.edition(*events, calendar=FESTIVAL_CALENDAR))


def _festival(event_id: str, title: str, text: str, tag: str, name: Text | None, **more: object) -> Event:
    place = Place(name, country="DE") if name else None
    return event(event_id, text, _BERLIN, title=title, tags=("film", tag), place=place, **more)


_FACULTIES = ("Arts", "Engineering", "Law", "Medicine", "Science")
_COURSES = (
    "Algorithms", "Anatomy", "Contract law", "Ethics", "Fluid dynamics", "Genetics", "History of trade", "Linear algebra",
    "Literature", "Maritime law", "Materials", "Optics", "Pharmacology", "Phonetics", "Statistics",
)  # fmt: skip


def university() -> Snapshot:
    """Two hundred and fifty events with nine tags: series, deadlines, examinations, some titles in three languages."""
    events = [*_terms(), *_deadlines(), *_lecture_series(), *_examinations()]
    events += _singles(250 - len(events))
    thesis = next(candidate for candidate in events if candidate.id == "thesis")
    before, after = (
        EventState(when.parse(text, ZoneInfo(_HELSINKI)), Status.CONFIRMED, "") for text in ("2026-12", "2026-12-15")
    )
    change = Change(
        ChangeKind.DAY_KNOWN, thesis.id, f"{thesis.id}@harbour-university", "", "Thesis submission", before, after,
        UNIVERSITY_NOW - timedelta(days=2), 2,
    )  # fmt: skip
    return Snapshot.of(factories.edition(*events, calendar=UNIVERSITY_CALENDAR), (change,))


def _terms() -> list[Event]:
    autumn = Text((("en", "Autumn term"), ("ru", "Осенний семестр"), ("ar", "فصل الخريف")))
    spring = Text((("en", "Spring term"), ("ru", "Весенний семестр"), ("ar", "فصل الربيع")))
    examinations = Text((("en", "Examination week"), ("ru", "Экзаменационная неделя"), ("ar", "أسبوع الامتحانات")))
    return [
        event("autumn", "2026-08-31/2026-12-18", _HELSINKI, title=autumn, tags=("term",)),
        event("spring", "2027-01-11/2027-05-28", _HELSINKI, title=spring, tags=("term",)),
        event("winter-break", "2026-12-19/2027-01-10", _HELSINKI, title="Winter break", tags=("term",)),
        event("exam-week-1", "2026-12-07/11", _HELSINKI, title=examinations, tags=("exam",)),
        event("exam-week-2", "2027-05-17/21", _HELSINKI, title=examinations, tags=("exam",)),
        event("graduation", "2027-06", _HELSINKI, title="Graduation ceremony", tags=("public",)),
        event("open-day", "2027-Q1", _HELSINKI, title="Open day", tags=("public",)),
        event("ball", "TBD", _HELSINKI, title="Winter ball", tags=("public",)),
    ]


def _deadlines() -> list[Event]:
    texts = {
        "thesis": ("Thesis submission", "2026-12-15 16:00"),
        "registration": ("Course registration", "2027-01-08 23:59"),
        "grants": ("Travel grants", "2027-02-28"),
        "exchange": ("Exchange applications", "2027-03-15 12:00"),
    }
    return [
        event(name, text, _HELSINKI, title=title, tags=("deadline",), kind=EventKind.DEADLINE)
        for name, (title, text) in texts.items()
    ]


def _lecture_series() -> list[Event]:
    return [
        event(
            f"lecture-{number}",
            f"{date(2026, 9, 7) + timedelta(days=number % 5)} {9 + number % 7:02}:15/{10 + number % 7:02}:45",
            _HELSINKI,
            repeat="every week until 2026-12-04",
            title=f"{course}: lecture",
            tags=("lecture",),
            place=Place(Text.plain(f"Hall {number % 4 + 1}", "en")),
            exceptions={"2026-11-24": "2026-11-26 14:00"} if number == 1 else {},
        )
        for number, course in enumerate(_COURSES)
    ]


def _examinations() -> list[Event]:
    return [
        event(
            f"exam-{number}-{week}",
            f"{first + timedelta(days=number % 5)} {9 + number % 3 * 3:02}:00/{12 + number % 3 * 3:02}:00",
            _HELSINKI,
            title=f"{course}: written examination",
            tags=("exam",),
            place=Place(Text.plain("Examination hall, Harbour campus", "en")),
        )
        for week, first in enumerate((date(2026, 12, 7), date(2027, 5, 17)))
        for number, course in enumerate(_COURSES)
    ]


def _singles(count: int) -> list[Event]:
    kinds = ("public", "sport", "press", "seminar", "concert")
    titles = {
        "public": "Public lecture: {} and the sea",
        "sport": "{}: floorball tournament",
        "press": "Press briefing, Faculty of {}",
        "seminar": "{} research seminar",
        "concert": "Concert of the {} choir",
    }
    events = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        day = date(2026, 9, 1) + timedelta(days=number * 300 // count)
        text = (
            f"{day}/{day + timedelta(days=2)}"
            if number % 9 == 0
            else f"{day} {12 + number % 8:02}:00/{13 + number % 8:02}:30"
        )
        title = titles[kind].format(_FACULTIES[number % 7 % len(_FACULTIES)])
        events.append(event(f"single-{number}", text, _HELSINKI, title=title, tags=(kind,)))
    return events
