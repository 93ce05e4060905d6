"""events.yaml -> events + problems: what is accepted, what is said of the rest, and what an edit costs."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from eventcal import registry, when
from eventcal.events import Event, SourceGrade, Status
from eventcal.leads import Elapsed, NoticeKind, WallClock
from eventcal.registry import Registry, has_changed, read
from eventcal.registry.suggestions import CSS_COLORS
from eventcal.when import AllDay, Period, Undated

from .factories import said

ROOT = Path(__file__).parent.parent
Write = Callable[..., Path]

# What the article says of each date, word for word.
QUOTES = {
    "founding": "The official also marked the 20th anniversary of the Organization, while the heads of delegations stressed "
    "the historical significance of the adoption on June 15, 2001, of the Declaration on the Establishment of the SCO.",
    "secretaries-16": "date 2021-06-24 DUSHANBE – The National Security Advisors of Shanghai Cooperation Organization (SCO) "
    "met in Dushanbe, under the chairmanship of the Tajikistan",
    "summit-2021": "The current meeting among NSAs of all SCO member states focused their attention towards setting the agenda "
    "for next Heads of the States Summit meeting of SCO the meeting scheduled for September 16-17, 2021 in Dushanbe.",
    "peaceful-mission-2021": "the military anti-terrorist exercise “Peaceful Mission” (September 2021, Donguz training ground, "
    "Orenburg region, Russian Federation)",
    "pabby-antiterror-2021": "the joint anti-terrorist exercise of the competent authorities “Pabby – Antiterror – 2021” "
    "(October 2021, Pabby , Islamic Republic of Pakistan)",
}


def only(found: Registry) -> Event:
    assert [] == said(found)
    (event,) = found.events
    return event


# --- the seed


def test_seed_registry_says_what_the_article_says_in_its_words():
    found = read(ROOT / "events.yaml")

    assert found.problems == ()
    assert found.calendar is not None
    assert (found.calendar.id, found.calendar.timezone) == ("sco-watch", "Asia/Dushanbe")
    assert {each.id: each.sources[0].quote for each in found.events} == QUOTES
    assert {each.id: each.when.text for each in found.events} == {
        "founding": "2001-06-15",
        "secretaries-16": "2021-06?",
        "summit-2021": "2021-09-16/17",
        "peaceful-mission-2021": "2021-09",
        "pabby-antiterror-2021": "2021-10",
    }
    assert {each.id for each in found.events if each.sources[0].grade is SourceGrade.INFERRED} == {"secretaries-16"}


# --- what an entry becomes


def test_every_key_of_an_event_is_read(write_registry: Write):
    event = only(
        read(
            write_registry("""
- id: meeting
  title: {en: Meeting, ru: Заседание}
  when: 2021-09-14 10:00/12:30
  timezone: Asia/Yekaterinburg
  place: {name: Hall, region: Orenburg, country: RU, lat: 51.77, lon: -55.1}
  tags: [press, press]
  status: tentative
  notes: |
    First line.

    * a point
  url: https://example.org/meeting
  source:
    - https://example.org/news
    - {title: News, published: 2021-06, seen: 2021-06-25, quote: "It said so.", grade: official}
  repeat: every week until 2021-12-31
  except: [2021-09-21]
  also: [2021-09-22]
  exceptions: {2021-10-12: {when: 2021-10-13 18:00}, 2021-10-19: {status: cancelled}}
  reminders: [30 minutes before, on cancel, the day before at 18:00]
  formerly: [first-name, second-name]
  busy: true
""")
        )
    )

    assert event.title.translations == (("en", "Meeting"), ("ru", "Заседание"))
    assert event.timezone == "Asia/Yekaterinburg"
    assert event.place is not None
    assert (event.place.country, event.place.latitude, event.place.longitude) == ("RU", 51.77, -55.1)
    assert event.tags == ("press",)
    assert event.status is Status.TENTATIVE
    assert event.notes is not None
    assert event.notes.in_language("en") == "First line.\n\n* a point"
    assert [each.url or each.title for each in event.sources] == ["https://example.org/news", "News"]
    assert event.sources[1].grade is SourceGrade.OFFICIAL
    assert event.rule is not None
    assert event.exdates == (date(2021, 9, 21),)
    assert event.also == (date(2021, 9, 22),)
    assert [(each.date, each.status) for each in event.overrides] == [
        (date(2021, 10, 12), None),
        (date(2021, 10, 19), Status.CANCELLED),
    ]
    assert event.leads == (Elapsed(timedelta(minutes=30)), WallClock(days=1, at=time(18)))
    assert event.notices == (NoticeKind.CANCEL,)
    assert event.formerly == ("first-name", "second-name")
    assert event.busy


def test_scalars_stay_the_text_that_was_typed(write_registry: Write):
    event = only(read(write_registry("- {id: no, title: 0123, when: 2021, place: NO, tags: [1.10, yes]}")))

    assert event.id == "no"
    assert event.title.in_language("en") == "0123"
    assert event.place is not None
    assert event.place.name is not None
    assert event.place.name.in_language("en") == "NO"
    assert event.tags == ("1.10", "yes")


def test_event_tags_add_to_the_defaults_while_reminders_and_source_replace_them(write_registry: Write, head: str):
    defaults = (
        "defaults: {tags: [sco], source: article, reminders: [1 week before at 09:00, 1 hour before, on change]}\n"
    )
    found = read(
        write_registry(
            """
- {id: a, title: A, when: 2021-09-16, tags: [summit]}
- {id: b, title: B, when: 2021-09-16 10:00, reminders: [], source: []}
- {id: c, title: C, when: 2021-09-16 10:00, source: {article: Its words.}}
""",
            head + defaults + "sources: {article: {title: News, grade: reported}}\n",
        )
    )

    a, b, c = found.events
    assert a.tags == ("sco", "summit")
    assert a.sources[0].title == "News"
    # An hour before a date without an hour comes from the defaults: it is left out, and no problem.
    assert (a.leads, a.notices) == ((WallClock(days=7, at=time(9)),), (NoticeKind.CHANGE,))
    assert (b.leads, b.notices, b.sources) == ((), (), ())
    assert len(c.leads) == 2
    assert (c.sources[0].title, c.sources[0].quote) == ("News", "Its words.")


def test_zone_is_the_events_else_the_defaults_else_the_calendars(write_registry: Write, head: str):
    events = "- {id: a, title: A, when: 2021}\n- {id: b, title: B, when: 2021, timezone: UTC}"

    assert [each.timezone for each in read(write_registry(events)).events] == ["Asia/Dushanbe", "UTC"]
    with_default = write_registry(events, head + "defaults: {timezone: Asia/Karachi}\n")
    assert [each.timezone for each in read(with_default).events] == ["Asia/Karachi", "UTC"]


def test_exceptions_reach_the_dates_of_the_rule_and_the_further_ones(write_registry: Write):
    event = only(
        read(
            write_registry("""
- id: a
  title: A
  when: 2021-09-16
  repeat: every week
  also: [2021-09-20]
  exceptions: {2021-09-20: {status: cancelled}, 2021-09-23: {when: TBD}, 2021-09-30: {when: 2021-10-01}}
""")
        )
    )

    assert [each.date.day for each in event.overrides] == [20, 23, 30]


def test_a_date_of_a_series_that_is_past_on_an_unknown_day_is_left_out(write_registry: Write):
    event = only(
        read(
            write_registry("""
- id: a
  title: A
  when: 2021-09-16
  repeat: every week
  except: [2021-10-07]
  also: [2021-09-20, 2021-09-21]
  exceptions: {2021-09-20: {when: past}, 2021-09-23: {when: past}}
""")
        )
    )

    assert (event.overrides, event.also) == ((), (date(2021, 9, 21),))
    assert [day.isoformat() for day in event.exdates] == ["2021-10-07", "2021-09-23"]


def test_postponed_event_keeps_its_old_date(write_registry: Write):
    event = only(read(write_registry("- {id: a, title: A, when: TBD, status: postponed, was: 2021-09-16}")))

    assert isinstance(event.when.span, Undated)
    assert event.was is not None
    assert event.was.span == AllDay(date(2021, 9, 16), date(2021, 9, 16))


# --- problems


def test_seven_mistakes_show_seven_problems_each_at_its_place(write_registry: Write):
    found = read(
        write_registry("""
- id: a
  tittle: Heads of state
  when: 2021-09-31
- id: a
  title: Meeting
  when: 2021-09-16
  status: cancled
  place: {city: Dushanbe}
- id: c
  title: C
  when: 2021-09
  reminders: [30 minutes before]
  source: articel
""")
    )

    assert [line.split(": ", 1)[0] for line in said(found)] == [
        "events.yaml:8:5",
        "events.yaml:9:11",
        "events.yaml:10:9",
        "events.yaml:13:13",
        "events.yaml:14:13",
        "events.yaml:18:17",
        "events.yaml:19:13",
    ]
    assert "unknown key 'tittle', did you mean 'title'?" in said(found)[0]
    assert "'a' is an event's id already (on line 7)" in said(found)[2]
    assert "did you mean 'cancelled'?" in said(found)[3]


@pytest.mark.parametrize(
    ("other", "right"),
    [
        ("summary", "'title'"),
        ("name", "'title'"),
        ("start", "'when'"),
        ("DTSTART", "'when'"),
        ("date", "'when'"),
        ("end", "write the end inside when"),
        ("duration", "write the end inside when"),
        ("location", "'place'"),
        ("description", "'notes'"),
        ("comment", "'notes'"),
        ("categories", "'tags'"),
        ("labels", "'tags'"),
        ("link", "'url'"),
        ("identifier", "'id'"),
        ("alarm", "'reminders'"),
        ("alerts", "'reminders'"),
        ("freq", "'repeat'"),
        ("recurrence", "'repeat'"),
        ("exdate", "'except'"),
        ("rdate", "'also'"),
        ("tz", "'timezone'"),
        ("cancelled", "status: cancelled"),
        ("country", "inside place"),
        ("grade", "inside source"),
        ("Title", "'title'"),
        ("remindres", "did you mean 'reminders'?"),
    ],
)
def test_keys_of_other_formats_name_the_right_one(write_registry: Write, other: str, right: str):
    found = read(write_registry(f"- {{id: a, title: A, when: 2021, {other}: x}}"))

    (line,) = said(found)
    assert f"unknown key '{other}'" in line
    assert right in line


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("id: Summit 2021, title: A, when: 2021", "id 'Summit 2021': use small letters"),
        ("title: A, when: 2021", "'id' is missing"),
        ("id: a, title: A", "'when' is missing"),
        ("id: a, title: '', when: 2021", "'title' is empty"),
        ("id: a, title: ' ', when: 2021", "'title' is empty"),
        ("id: a, title: {russian: A}, when: 2021", "'russian': that is not a language"),
        ("id: a, title: {en: A, EN: B}, when: 2021", "the language en is given twice"),
        (
            "id: a, title: [A], when: 2021",
            "'title' must not be a list: write text, or languages, such as {en: ..., ru: ...}",
        ),
        ("id: a, title: A, when: Sept 2021", "write 2021-09"),
        ("id: a, title: A, when: 2021, timezone: Asia/Dushambe", "did you mean Asia/Dushanbe?"),
        ("id: a, title: A, when: 2021, tags: press", "'tags' must be a list, not text: write it as [press]"),
        ("id: a, title: A, when: 2021, tags: 'a, b'", "'tags' must be a list, not text: write it as [a, b]"),
        ("id: a, title: A, when: 2021, tags: a/b", "write it as [summit, press]; 'a/b' is not a tag"),
        ("id: a, title: A, when: 2021, except: some-name", "write it as [2021-10-12]; 'some-name' is not a day"),
        ("id: a, title: A, when: 2021, also: 2021-10-05", "must be a list, not text: write it as [2021-10-05]"),
        ("id: a, title: A, when: 2021, also: '5 Oct 2021, 12 Oct 2021'", "write it as [2021-10-05, 2021-10-12]"),
        ("id: a, title: A, when: 2021, formerly: Old Name", "write it as [old-id]; 'Old Name' is not an id"),
        ("id: a, title: A, when: 2021, milestones: soon", "write - id: ... below it for each event"),
        (
            "id: a, title: A, when: 2021, agenda: x",
            "unknown key 'agenda': write its address inside links, as links: {agenda: ",
        ),
        (
            "id: a, title: A, when: 2021, price: x",
            "unknown key 'price': write it in notes, or name it with x- in front",
        ),
        (
            "id: a, title: A, when: 2021, embargo: x",
            "'embargo': all that is in the file is public: leave the event out",
        ),
        (
            "id: a, title: A, when: 2021, until: x",
            "unknown key 'until': write it inside repeat, as every week until 2021-12-16",
        ),
        (
            "id: a, title: A, when: 2021, place: {name: Hall, city: x}",
            "unknown key 'city': write it inside name, as name: ",
        ),
        ("id: a, title: A, wann: 2021", "unknown key 'wann': here it is called 'when'"),
        ("id: a, title: A, when: 2021, место: Berlin", "unknown key 'место': here it is called 'place'"),
        ('id: a, title: A, when: 2021, url: "http//example.org/a"', "write the whole address: https://example.org/a"),
        ("id: a, title: A, when: 2021-05-03, rrule: every week", "these are words; write them under `repeat`"),
        (
            "id: a, title: A, when: 2021, image: poster.png",
            "write its whole address, as https://example.org/poster.png",
        ),
        ("id: a, title: A, when: 2021, place: {zip: 1}", "write it inside name, as name: Main Street 1, Dushanbe"),
        (
            "id: a, title: A, when: 2021-05-03, repeat: every day, except: [10.5.2021]",
            "write the day alone: 2021-05-10",
        ),
        (
            "id: a, title: A, when: 2021-05-03 10:00, repeat: every day, except: [2021-05-10 10:00]",
            "write the day alone: 2021-05-10",
        ),
        ("id: a, title: A, when: 2021, source: {title: T, seen: 5.1.2021}", "seen '5.1.2021': write 2021-01-05"),
        ('id: a, title: A, when: "18:30"', "an hour needs its day before it"),
        ("id: a, title: A, when: 2021, tags: [-press]", "does not begin with a hyphen"),
        ("id: a, title: A, when: 2021, place: {country: Tajikistan}", "country 'Tajikistan': did you mean TJ?"),
        ("id: a, title: A, when: 2021, place: {country: south korea}", "did you mean KR?"),
        ("id: a, title: A, when: 2021, place: {country: Atlantis}", "write the two letters of ISO 3166-1"),
        ("id: a, title: A, when: 2021, place: {country: Frankreich}", "did you mean FR?"),
        ("id: a, title: A, when: 2021, place: {country: 中国}", "did you mean CN?"),
        ("id: a, title: A, when: 2021, place: {country: ألمانيا}", "did you mean DE?"),
        ("id: a, title: A, when: 2021, place: {country: Европейский союз}", "write the two letters of ISO 3166-1"),
        (
            "id: a, title: A, when: 2021, timezone: Москва",
            "'Москва': there is no such time zone; did you mean Europe/Moscow?",
        ),
        ("id: a, title: A, when: 2021, timezone: Wien", "did you mean Europe/Vienna?"),
        ("id: a, title: A, when: 2021, timezone: 上海", "did you mean Asia/Shanghai?"),
        ("id: a, title: A, when: 2021, timezone: القاهرة", "did you mean Africa/Cairo?"),
        ("id: a, title: A, when: 2021, timezone: Erehwon", "IANA names look like Asia/Dushanbe"),
        (
            "id: a, title: A, when: 2021-01-05 10:00, length: 90 Minuten",
            "length '90 Minuten': did you mean 90 minutes?",
        ),
        ("id: a, title: A, when: 2021-01-05 10:00, length: 1h30", "did you mean 1 hour 30 minutes?"),
        ("id: a, title: A, when: 2021-01-05 10:00, length: 2 неделя", "did you mean 14 days?"),
        ("id: a, title: A, when: 2021-01-05 10:00, length: 2 months", "write minutes, hours or days"),
        ("id: a, title: A, when: 2021, place: {country: tj}", "did you mean TJ?"),
        ("id: a, title: A, when: 2021, place: {country: UK}", "did you mean GB?"),
        ("id: a, title: A, when: 2021, place: {lat: 138, lon: 38}", "the wrong way round"),
        ("id: a, title: A, when: 2021, place: {lat: 38}", "lat needs lon: write both, or neither"),
        ("id: a, title: A, when: 2021, place: {en: Dushanbe}", "languages belong inside the name"),
        ("id: a, title: A, when: 2021, url: example.org", "write the whole address: https://example.org"),
        ("id: a, title: A, when: 2021, url: 'javascript:alert(1)'", "write an address"),
        ("id: a, title: A, when: 2021, url: 'http://[x'", "this is not an address"),
        ("id: a, title: A, when: 2021, busy: maybe", "write true or false"),
        ("id: a, title: A, when: 2021, source: {title: A, grade: rumour}", "write official, reported or inferred"),
        ("id: a, title: A, when: 2021, source: {seen: 2021-06-31, title: A}", "write a day that exists"),
        ("id: a, title: A, when: 2021, source: {seen: 2021}", "a source needs a title, a url or a quote"),
        ("id: a, title: A, when: 2021, source: article", "no source 'article' under `sources`"),
        ("id: a, title: A, when: 2021, source: {article: Words}", "no source 'article' under `sources`"),
        ("id: a, title: A, when: 2021, status: postponed", "names its old date"),
        ("id: a, title: A, when: 2021-09-16, status: postponed, was: 2021-09-16", "this is the old one"),
        ("id: a, title: A, when: 2021, was: 2020", "only a postponed event or an extended deadline has an old date"),
        ("id: a, title: A, when: 2021-09, repeat: every year", "only a known date repeats"),
        ("id: a, title: A, when: TBD, rrule: FREQ=YEARLY", "only a known date repeats"),
        ("id: a, title: A, when: 2021-09-16, repeat: every year, rrule: FREQ=YEARLY", "either repeat or rrule"),
        ("id: a, title: A, when: 2021-09-16, repeat: sometimes", "repeat 'sometimes'"),
        (
            "id: a, title: A, when: 2021-09-16, except: [2021-09-17]",
            "'except' needs a rule: write repeat or rrule, or remove it",
        ),
        ("id: a, title: A, when: 2021-09-16, repeat: every week, except: [2021-09-17]", "its nearest is 2021-09-16"),
        (
            "id: a, title: A, when: 2021-09-16, repeat: every week, except: [2021-09-23, 2021-10-04/17]",
            "except '2021-10-04/17': write each of its dates: 2021-10-07, 2021-10-14",
        ),
        (
            "id: a, title: A, when: 2021-09-16, repeat: every week, except: [2021-10-08..12]",
            "except '2021-10-08..12': the rule makes no date in it",
        ),
        ("id: a, title: A, when: 2021-09-16, repeat: every day, except: [2021-10]", "write a day, such as 2021-10-12"),
        ("id: a, title: A, when: 2021-09-16, repeat: every week, except: [2021-02-30]", "'2021-02-30' does not exist"),
        ("id: a, title: A, when: 2021-09-16, repeat: every week, also: [2021-09-23]", "one of its dates already"),
        ("id: a, title: A, when: 2021-09-16, also: [2021-09-20, 2021-09-20]", "is given twice"),
        (
            "id: a, title: A, when: 2021-09-16, repeat: every week, exceptions: {2021-09-17: {status: cancelled}}",
            "the rule makes no date on 2021-09-17",
        ),
        (
            "id: a, title: A, when: 2021-09-16, repeat: every week,"
            " exceptions: {2021-09-29: {status: cancelled}, 2021-10-07: {when: 2021-09-29}}",
            "the rule makes no date on 2021-09-29: that of 2021-10-07 moves there; write 2021-10-07",
        ),
        (
            "id: a, title: A, when: 2021-09-16, repeat: every week, exceptions: {2021-09-23: {}}",
            "write what is different",
        ),
        (
            "id: a, title: A, when: 2021-09-16, repeat: every week, exceptions: {2021-09-23: {status: postponed}}",
            "a postponed occurrence has a new date",
        ),
        (
            "id: a, title: A, when: 2021-09-16, also: [2021-09-20], exceptions: {2021-09-21: {status: cancelled}}",
            "is not one of the dates under also",
        ),
        (
            "id: a, title: A, when: 2021-09-16, repeat: every week, except: [2021-09-23],"
            " exceptions: {2021-09-23: {status: cancelled}}",
            "also listed under except",
        ),
        ("id: a, title: A, when: 2021-09-16, reminders: [1 hour before]", "needs a start time, and when has none"),
        ("id: a, title: A, when: 2021, reminders: [1 week befor]", "did you mean 1 week before?"),
        ("id: a, title: '{nth} A', when: 2021-09-16", "this event is not yearly"),
        ("id: a, title: '{n} A', when: 2021-09-16, repeat: every week", "this event is not yearly"),
        ("id: a, title: A, when: 2021, formerly: [a]", "is its id now"),
        ("id: a, title: A, when: 2021, formerly: [b, b]", "is given twice"),
    ],
)
def test_what_cannot_be_meant_is_one_problem(write_registry: Write, entry: str, problem: str):
    found = read(write_registry(f"- {{{entry}}}"))

    (line,) = said(found)
    assert problem in line
    assert line.startswith("events.yaml:7:")
    assert found.events == ()


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ("id: [a], title: A, when: 2021", "'id' must be text, not a list"),
        ("id: a, title: A, when: {day: 16}", "'when' must be text, not a map: write it as text, such as 2021-09-16/17"),
        ("id: a, title: A, when: 2 weeks before", "'2 weeks before': a date that counts from another event's names"),
        ("id: a, title: A, when: 2021, status: [tentative]", "'status' must be text, not a list: write confirmed,"),
        ("id: a, title: A, when: 2021, busy: {yes: no}", "'busy' must be text, not a map: write true or false"),
        ("id: a, title: A, when: 2021, links: here", "'links' must be a map, not text: write it as {programme: "),
        ("id: a, title: A, when: 2021, tags: [{a: b}]", "an entry of 'tags' must be text, not a map: if it holds"),
        ("id: a, title: A, when: 2021, language: {en: yes}", "'language' must not be a map: write a language such as"),
        ("id: a, title: A, when: 2021, x-a: [1]", "'x-a' must be text, not a list: put it in quotes"),
        (
            "id: a, title: A, when: 2021-09-16, repeat: every day, exceptions: {2021-09-17: x}",
            "'2021-09-17' must be a map, not text: write what is different, such as {when: ",
        ),
        ("id: '', title: A, when: 2021", "'id' is empty: give it a short name that never changes"),
        ("id: a, title: A, when: 2021, status: TBC", "status 'TBC', did you mean 'tentative'? Or write confirmed,"),
        ("id: a, title: A, when: 2021, status: sold out", "status 'sold out': it takes place: leave status out"),
        ("id: a, title: A, when: 2021, status: Abgesagt", "did you mean 'cancelled'?"),
        ("id: a, title: A, when: 2021, status: перенесено", "did you mean 'postponed'?"),
        ("id: a, title: A, when: 2021, status: if needed", "status 'if needed', did you mean 'tentative'?"),
        ("id: a, title: A, when: 2021, status: moved", "status 'moved', did you mean 'postponed'?"),
        ("id: a, title: A, when: 2021, status: ''", "'status' is empty: write confirmed, tentative, cancelled or"),
    ],
)
def test_a_value_of_the_wrong_kind_names_the_right_kind(write_registry: Write, keys: str, problem: str):
    found = read(write_registry(f"- {{{keys}}}"))

    (line,) = said(found)
    assert problem in line


def test_ids_and_former_ids_are_used_once(write_registry: Write):
    found = read(
        write_registry("""
- {id: a, title: A, when: 2021, formerly: [old]}
- {id: old, title: B, when: 2021}
- {id: c, title: C, when: 2021, formerly: [a]}
""")
    )

    assert [
        "events.yaml:8:10: 'old' was an event's id before (on line 7): "
        "calendars and links would take this event for that one, so write another id",
        "events.yaml:9:46: 'a' is an event's id already (on line 7): "
        "calendars would show this event in place of that one, so remove it from formerly, or that event",
    ] == said(found)


@pytest.mark.parametrize(
    ("rule", "without", "warned"),
    [
        ("every week until 2021-09-23", "except: [2021-09-16, 2021-09-23]", True),
        ("every week 2 times", "except: [2021-09-23, 2021-09-16]", True),
        ("every week 2 times", "except: [2021-09-16]", False),
        ("every week 2 times", "except: [2021-09-16, 2021-09-23], also: [2021-10-01]", False),
        ("every week", "except: [2021-09-16, 2021-09-23]", False),
        ("every week 2 times", "except: []", False),
    ],
)
def test_leaving_out_every_date_of_a_rule_is_warned_of(write_registry: Write, rule: str, without: str, warned: bool):
    found = read(write_registry(f"- {{id: a, title: A, when: 2021-09-16, repeat: {rule}, {without}}}"))

    assert warned == any("warning: except leaves out every date that the rule makes" in each for each in said(found))
    assert len(found.events) == 1


def test_a_warning_leaves_the_event_standing(write_registry: Write):
    found = read(
        write_registry("- {id: a, title: '{nht} meeting', when: 2021-09-16, reminders: [on change, on change]}")
    )

    assert [each.warning for each in found.problems] == [True, True]
    assert "warning: 'on change' is given twice" in said(found)[1]
    assert [each.id for each in found.events] == ["a"]


def test_a_season_of_edtf_that_looks_like_two_years_is_warned_of(write_registry: Write):
    found = read(
        write_registry(
            "- {id: a, title: A, when: 2027-28}\n- {id: b, title: B, when: 2027-27}\n- {id: c, title: C, when: 2011-12}"
        )
    )

    assert [each.warning for each in found.problems] == [True]
    assert "2027-28 is read as northern winter 2027/28, as EDTF has it; for two years write 2027/2028" in said(found)[0]


@pytest.mark.parametrize(
    ("fields", "is_warned"),
    [
        ("when: 2027-05-03/.., repeat: every week", True),
        ("when: 2027-05-03/..?, rrule: FREQ=WEEKLY", True),
        ("when: 2027-05-03/.., also: [2027-06-01]", True),
        ("when: 2027-05-03/..", False),
        ("when: 2027-05-03, repeat: every week", False),
    ],
)
def test_an_open_end_of_a_series_is_warned_of(write_registry: Write, fields: str, is_warned: bool):
    found = read(write_registry(f"- {{id: a, title: A, {fields}}}"))

    assert [problem.warning for problem in found.problems] == [True] * is_warned
    assert all("without until has none: write 2027-05-03" in text for text in said(found))
    assert len(found.events) == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("id: test-calendar", "id: Test"), "events.yaml:3:7: id 'Test': use small letters"),
        (("version: 1", "version: 2"), "events.yaml:1:10: version '2': write 1"),
        (("version: 1\n", ""), "events.yaml:1:1: 'version' is missing"),
        (("  name: Test calendar\n", ""), "events.yaml:2:1: 'name' is missing"),
        (("  timezone: Asia/Dushanbe\n", "  timezone: Dushanbe\n"), "did you mean Asia/Dushanbe?"),
        (("  timezone:", "  color: bleu\n  timezone:"), "events.yaml:5:10: color 'bleu', did you mean 'blue'?"),
        (("  timezone:", "  language: english\n  timezone:"), "'english': that is not a language"),
        (("  timezone:", "  url: www\n  timezone:"), "events.yaml:5:8: 'www': write an address"),
        (("version:", "timezone: UTC\nversion:"), "unknown key 'timezone': it belongs under calendar"),
        (("version:", "defaults: {reminder: [on change]}\nversion:"), "here it is called 'reminders'"),
        (("version:", "defaults: {source: news}\nversion:"), "no source 'news' under `sources`"),
        (("version:", "sources: {news: {}}\nversion:"), "a source needs a title, a url or a quote"),
        (("version:", "sources: {'the news': {title: News}}\nversion:"), "use a word of"),
    ],
)
def test_problems_of_the_head_have_their_places(
    write_registry: Write, head: str, change: tuple[str, str], problem: str
):
    found = read(write_registry("- {id: a, title: A, when: 2021-09-16 10:00}", head.replace(*change)))

    (line,) = said(found)
    assert problem in line


def test_missing_file_and_folder_are_problems(tmp_path: Path):
    assert "no such file; `eventcal init` makes one" in str(read(tmp_path / "events.yaml").problems[0])
    assert "this is a folder" in str(read(tmp_path).problems[0])


def test_tables_are_those_of_the_standards():
    assert len(CSS_COLORS) == 147
    assert len(when.country_names()) == 249


# --- problems for programs


def test_problems_read_as_text_json_and_github_commands(write_registry: Write):
    problems = read(write_registry("- {id: a, title: A, when: '100%, or so'}")).problems
    (problem,) = problems

    assert registry.problems_as_text(problems) == str(problem)
    (entry,) = json.loads(registry.problems_as_json(problems))
    assert (entry["line"], entry["column"], entry["severity"]) == (7, 29, "error")
    assert entry["message"].startswith("when '100%, or so'")
    github = registry.problems_as_github(problems)
    assert github.startswith("::error file=")
    assert ",line=7,col=29::when '100%25, or so'" in github
    assert json.loads(registry.problems_as_json(())) == []


# --- one edit


def many(count: int) -> str:
    return "".join(
        f"- id: event-{number}\n  title: Event {number}\n  when: 2021-09-{1 + number % 28:02}\n"
        for number in range(count)
    )


def test_an_edit_reads_one_entry_again_and_keeps_the_others(write_registry: Write):
    path = write_registry(many(200))
    before = read(path)
    path.write_text(path.read_text().replace("Event 77\n", "Another\n"))

    after = read(path)

    assert [each.id for each, new in zip(before.events, after.events, strict=True) if each is not new] == ["event-77"]
    assert after.events[77].title.in_language("en") == "Another"
    assert after.digest != before.digest


def test_an_edit_of_the_defaults_reaches_every_entry(write_registry: Write, head: str):
    path = write_registry(many(3))
    read(path)
    write_registry(many(3), head + "defaults: {tags: [new]}\n")

    assert {each.tags for each in read(path).events} == {("new",)}


def test_saved_file_is_noticed_and_the_same_bytes_have_the_same_digest(write_registry: Write):
    path = write_registry(many(2))
    found = read(path)
    assert not has_changed(found)

    os.utime(path, (1, 1))
    assert has_changed(found)
    assert read(path).digest == found.digest


def test_reading_leaves_the_collector_as_it_was(write_registry: Write):
    path = write_registry(many(1))
    read(path)
    assert gc.isenabled()


def test_a_period_keeps_its_precision(write_registry: Write):
    event = only(read(write_registry("- {id: a, title: A, when: 2021-09?}")))

    assert isinstance(event.when.span, Period)
    assert event.when.uncertain


def test_of_the_default_reminders_only_the_longest_speaks_of_what_has_no_day(write_registry: Write, head: str):
    head += "defaults: {reminders: [1 week before, 2 hours before, 1 month before at 08:00, the day before at 18:00, on change]}\n"
    entries = [
        "- {id: day, title: D, when: 2027-09-16}",
        "- {id: month, title: M, when: 2027-09}",
        "- {id: own, title: O, when: 2027-09, reminders: [1 week before, 1 month before]}",
    ]
    day, month, own = read(write_registry("\n".join(entries), head)).events

    assert [WallClock(days=7), WallClock(months=1, at=time(8)), WallClock(days=1, at=time(18))] == list(day.leads)
    assert [WallClock(months=1, at=time(8))] == list(month.leads)
    assert (NoticeKind.CHANGE,) == month.notices
    assert [WallClock(days=7), WallClock(months=1)] == list(own.leads)


def test_a_further_date_whose_hour_the_clocks_skip_is_a_warning(write_registry: Write):
    entry = "- {id: a, title: A, when: 2027-03-01 02:30/03:15, timezone: Europe/Berlin, also: [2027-03-28]}"
    found = read(write_registry(entry))

    assert ["on 2027-03-28 02:30 is skipped in Europe/Berlin: that occurrence starts at 03:30"] == [
        problem.message for problem in found.problems
    ]
    assert found.problems[0].warning
