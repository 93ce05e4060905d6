"""What a message says, in three languages, and what it never lets through."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eventcal import leads, messages, repeat, when, words
from eventcal.channels.mime import render_mail
from eventcal.events import Calendar, Event, EventKind, Occurrence, Override, Place, Source, SourceGrade, Status, Text
from eventcal.filters import Filter
from eventcal.history import ChangeKind, EventState, Version
from eventcal.messages import Message, MessageContext, MessageLine
from eventcal.messages.change import urgency
from eventcal.messages.message import LINK_PLACEHOLDERS, NotificationText

from .world import utc

ZONE = "Asia/Dushanbe"
CALENDAR = Calendar("sco-watch", Text.plain("SCO watch", "en"), ZONE, contact="desk@example.org")
ARTICLE = Source(
    "article",
    "News report",
    "https://example.org/a?b=1&c=2",
    "2021-06-24",
    quote="scheduled for September",
    grade=SourceGrade.REPORTED,
)
NOW = utc(2021, 9, 15, 13)
CONTEXT = MessageContext(CALENDAR, NOW)


def event(text: str, title: str = "SCO Council of Heads of State", **fields: Any) -> Event:
    given = {
        "place": Place(Text.plain("Dushanbe", "en"), country="TJ"),
        "sources": (ARTICLE,),
        "timezone": ZONE,
        **fields,
    }
    stands = when.parse(text, ZoneInfo(given["timezone"]))
    return Event("summit", Text.plain(title, "en"), stands, **given)


def reminder(stands: Event, now: datetime = NOW, **options: Any) -> Message:
    version = Version(stands, "summit@sco-watch", 3, NOW, NOW, parent_title=options.pop("parent_title", None))
    lead = leads.parse("the day before at 18:00")
    assert not isinstance(lead, leads.NoticeKind)
    shared = {name: options.pop(name) for name in ("language", "zone", "base_url", "footer_reason") if name in options}
    context = MessageContext(CALENDAR, now, **shared)
    return messages.reminder_message(
        context, Occurrence(stands, "", stands.when, stands.status), version, lead, **options
    )


def state(text: str, status: Status = Status.CONFIRMED, place: str = "Dushanbe, TJ") -> EventState:
    return EventState(when.parse(text, ZoneInfo(ZONE)), status, place)


@pytest.mark.parametrize(
    ("text", "language", "subject"),
    [
        ("2021-09-16/17", "en", "16–17 Sep: SCO Council of Heads of State, Dushanbe"),
        ("2021-09-16/17", "ru", "16–17 сент.: SCO Council of Heads of State, Dushanbe"),
        ("2021-09-16/17", "zh", "9月16日至17日：SCO Council of Heads of State，Dushanbe"),
        ("2021-09-15 18:20", "en", "Wed 15 Sep, 18:20: SCO Council of Heads of State, Dushanbe"),
        ("by 2021-10", "en", "By October 2021 (date to be confirmed): SCO Council of Heads of State, Dushanbe"),
        ("TBD", "en", "No date yet: SCO Council of Heads of State, Dushanbe"),
        ("2021-10", "en", "Expected in October 2021 (date to be confirmed): SCO Council of Heads of State, Dushanbe"),
        ("2021-10", "ru", "Ожидается: октябрь 2021 г. (дата уточняется): SCO Council of Heads of State, Dushanbe"),
        (
            "2021-Q4",
            "en",
            "Expected in the fourth quarter of 2021 (date to be confirmed): SCO Council of Heads of State, Dushanbe",
        ),
    ],
)
def test_the_subject_says_when_what_and_where(text: str, language: str, subject: str) -> None:
    assert reminder(event(text), language=language).subject == subject


def test_the_distance_is_counted_from_the_moment_of_sending_in_the_events_zone() -> None:
    assert "\nTomorrow.\n" in reminder(event("2021-09-16/17"), utc(2021, 9, 15, 18, 59)).text
    assert "\nToday.\n" in reminder(event("2021-09-16/17"), utc(2021, 9, 15, 19, 1)).text


@pytest.mark.parametrize("place", [None, Place(None, country="TJ")])
def test_an_event_without_a_named_place_has_none_in_its_subject(place: Place | None) -> None:
    message = reminder(event("2021-09-16", place=place))

    assert message.subject == "Thu 16 Sep: SCO Council of Heads of State"
    assert "Online" not in message.text


def test_a_subject_names_a_year_that_is_not_the_present_one_and_the_hour_of_its_reader() -> None:
    when = "2021-09-15 18:20"

    assert reminder(event(when), utc(2020, 9, 1)).subject.startswith("Wed, 15 Sep 2021, 18:20: ")
    message = reminder(event(when), zone="Europe/Berlin")
    assert message.subject.startswith("Wed 15 Sep, 15:20: ")
    assert message.notification is not None and message.notification.title.startswith("15 Sep 2021, 15:20: ")


@pytest.mark.parametrize(
    ("zone", "reader", "hour"),
    [
        ("Europe/Berlin", "", "18:20 (Berlin)"),
        ("Asia/Tashkent", "", "18:20"),
        ("Europe/Berlin", "Europe/Paris", "18:20"),
        ("Europe/Berlin", "Asia/Tashkent", "21:20"),
    ],
)
def test_a_subject_names_the_zone_of_an_hour_that_is_another_one_on_the_calendars_clock(
    zone: str, reader: str, hour: str
) -> None:
    abroad = event("2021-09-15 18:20", timezone=zone)

    assert reminder(abroad, zone=reader).subject.startswith(f"Wed 15 Sep, {hour}: ")


def test_a_deadline_says_until_when_in_its_subject_and_in_the_title_of_its_change() -> None:
    deadline = replace(event("2021-09-15 18:20"), kind=EventKind.DEADLINE)

    assert reminder(deadline).subject.startswith("Until Wed 15 Sep, 18:20: ")
    assert "\nUntil Wednesday, 15 September 2021, 18:20 (Dushanbe, UTC+5)\n" in reminder(deadline).text
    assert "\nWednesday, 15 September 2021, 18:20 (Dushanbe, UTC+5)\n" in reminder(event("2021-09-15 18:20")).text
    month = replace(event("2021-09"), kind=EventKind.DEADLINE)
    assert "\nSeptember 2021 (date to be confirmed)\n" in reminder(month).text
    assert reminder(deadline, language="ru").subject.startswith("Срок: ср, 15 сент., 18:20: ")


@pytest.mark.parametrize(
    ("old", "new", "language", "subject"),
    [
        ("2021-09-16", "2021-09-20", "en", "Deadline extended to Mon 20 Sep: Papers"),
        ("2021-09-16 12:00", "2021-09-16 18:00", "en", "Deadline extended to Thu 16 Sep, 18:00: Papers"),
        ("2021-09-16", "2021-09-13", "en", "Moved to Mon 13 Sep: Papers"),
        ("2021-09-16", "2021-09-16 18:00", "en", "Time announced, Thu 16 Sep, 18:00: Papers"),
        ("2021-09-16 18:00", "2021-09-16", "en", "Time no longer certain, Thu 16 Sep: Papers"),
        ("2021-09", "2021-11", "en", "Date changed, Nov 2021: Papers"),
        ("2021-09-16", "2021-09-20", "de", "Frist verlängert bis Mo., 20. Sept.: Papers"),
        ("2021-09-16", "2021-09-20", "ru", "Срок продлён до пн, 20 сент.: Papers"),
        ("2021-09-16", "2021-09-20", "zh", "截止日期延至9月20日周一：Papers"),
    ],
)
def test_a_later_deadline_is_called_extended_with_its_old_date_below(
    old: str, new: str, language: str, subject: str
) -> None:
    deadline = replace(event(new, "Papers"), kind=EventKind.DEADLINE)
    line = MessageLine("Papers", state(old), state(new), Version(deadline, "papers@sco-watch", 1, NOW, NOW))
    message = messages.change_message(MessageContext(CALENDAR, NOW, language), [line])

    assert message.subject.replace("\u00a0", " ") == subject
    assert language != "en" or "Was: " in message.text

    talk = Version(event(new, "Papers"), "papers@sco-watch", 1, NOW, NOW)
    moved = messages.change_message(MessageContext(CALENDAR, NOW, "en"), [replace(line, version=talk)])
    assert "Deadline" not in moved.subject


def test_the_place_of_one_date_is_told_in_the_readers_language() -> None:
    hall, annex = (
        Place(Text((("en", english), ("de", german)))) for english, german in (("Hall", "Saal"), ("Annex", "Anbau"))
    )
    stands = event("2021-09-20", place=hall, overrides=(Override(date(2021, 9, 27), place=annex),))
    stands = replace(stands, rule=repeat.parse("every week", stands.when))
    version = Version(stands, "summit@sco-watch", 3, NOW, NOW)
    old, new = state("2021-09-27", place="Hall"), state("2021-09-27", place="Annex")
    line = MessageLine("Summit", old, new, version, "2021-09-27")
    message = messages.change_message(MessageContext(CALENDAR, NOW, "de"), [line])

    assert message.subject == "Neuer Ort, Anbau: SCO Council of Heads of State"
    assert "Bisher: Montag, 27. September 2021; Saal" in message.text


@pytest.mark.parametrize(
    ("old", "subject"),
    [
        (None, "Mon 20 Sep: SCO Council of Heads of State, Dushanbe"),
        (state("2021-09-16"), "Moved to Mon 20 Sep: SCO Council of Heads of State"),
        (state("2021-09-20", place="Khujand, TJ"), "Mon 20 Sep: SCO Council of Heads of State, Dushanbe"),
    ],
    ids=["nothing", "the date", "the place"],
)
def test_a_reminder_announces_what_changed_since_the_last_message(old: EventState | None, subject: str) -> None:
    stands = event("2021-09-20")
    version = Version(stands, "summit@sco-watch", 3, NOW, NOW)
    line = MessageLine("SCO Council of Heads of State", old, state("2021-09-20"), version) if old else None
    message = reminder(stands, correction=line)

    shown = message.notification
    assert message.subject == subject
    assert shown is not None and shown.title == (subject if old else "20 Sep 2021: SCO Council of Heads of State")
    assert ("~~" in message.markdown) is (old is not None)
    assert (message.data["old"] is None) is (old is None)


def test_a_reminder_that_is_in_time_says_nothing_of_when_it_was_due() -> None:
    due_at = NOW - timedelta(hours=2)

    assert "This reminder is late" not in reminder(event("2021-09-16"), due_at=due_at).text
    late = reminder(event("2021-09-16"), due_at=due_at, is_late=True, zone="Europe/Berlin").text
    assert "This reminder is late; it was due 15 September 2021, 13:00 (Berlin, UTC+2)." in late


def test_a_reminder_of_a_part_names_what_it_belongs_to() -> None:
    assert "\nPart of: Summit\n" in reminder(event("2021-09-16"), parent_title=Text.plain("Summit", "en")).text
    assert "Part of" not in reminder(event("2021-09-16")).text


def test_a_reminder_leads_to_the_page_or_to_the_events_own_address() -> None:
    stands = event("2021-09-16", url="https://sco.example/summit")

    assert reminder(stands).url == "https://sco.example/summit"
    assert reminder(stands, base_url="https://cal.example").url == "https://cal.example/events/summit"


def test_an_imprecise_date_says_so_and_from_which_day_it_counts() -> None:
    text = reminder(event("2021-09"), utc(2021, 8, 25, 4)).text

    assert "Expected in September 2021. The date is to be confirmed." in text
    assert "It could be as early as 1 September 2021 (in 7 days)." in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("by 2021-10", "By October 2021. The date is to be confirmed."),
        ("from 2021-10", "Not before October 2021. The date is to be confirmed."),
    ],
)
def test_a_date_with_one_bound_has_that_alone(text: str, said: str) -> None:
    message = reminder(event(text))

    assert f"\n{said}\n" in message.text
    assert "could be" not in message.text


def test_without_a_date_there_is_no_distance_and_nothing_is_until_then() -> None:
    message = reminder(replace(event("TBD"), kind=EventKind.DEADLINE))

    assert message.subject == "No date yet: SCO Council of Heads of State, Dushanbe"
    assert message.text.startswith("SCO Council of Heads of State\nNo date yet\nDushanbe, Tajikistan\n\n")


def test_an_approximate_date_has_no_first_and_no_last_possible_day() -> None:
    for now in (utc(2021, 8, 25, 4), utc(2021, 9, 15, 4)):
        said = reminder(event("~2021-09"), now).text
        assert "Expected around September 2021. The date is to be confirmed." in said
        assert "could be" not in said


def test_within_its_period_an_imprecise_date_says_how_long_it_is_possible_and_not_since_when() -> None:
    said = reminder(event("2021-09"), utc(2021, 9, 15, 4)).text
    assert "It could be any day now, 30 September 2021 at the latest (in 15 days)." in said
    assert "ago" not in said
    assert "It could be as early as 1 September 2021 (today)." in reminder(event("2021-09"), utc(2021, 9, 1, 4)).text
    assert "любой день" in reminder(event("2021-09"), utc(2021, 9, 15, 4), language="ru").text


def test_a_doubtful_date_and_a_tentative_event_say_so() -> None:
    assert "unconfirmed" in reminder(event("2021-09-16?")).text
    undated = event("TBD", was=when.parse("2021-09-16", ZoneInfo(ZONE)), status=Status.POSTPONED)
    assert "[postponed] SCO" in reminder(undated).subject
    assert "postponed" not in reminder(event("2021-09-16", status=Status.POSTPONED)).text
    tentative = reminder(event("2021-09-16", status=Status.TENTATIVE))
    assert "Thu 16 Sep: [tentative] SCO" in tentative.subject
    assert tentative.text.startswith("[tentative] SCO")
    for when_text in ("2021-09", "2021-09-16?"):  # that says it already
        assert "tentative" not in reminder(event(when_text, status=Status.TENTATIVE)).text


def test_the_source_stands_below_with_its_words() -> None:
    text = reminder(event("2021-09-16")).text

    assert (
        "Source: News report (reported, 24 June 2021)\n“scheduled for September”\nhttps://example.org/a?b=1&c=2" in text
    )


def test_links_to_our_pages_are_written_only_when_there_is_an_address() -> None:
    assert "/events/" not in reminder(event("2021-09-16")).text
    message = reminder(event("2021-09-16"), base_url="https://cal.example.org")
    assert "https://cal.example.org/events/summit" in message.text
    assert message.url == "https://cal.example.org/events/summit"
    assert 'href="https://cal.example.org/events/summit"' in message.html


@pytest.mark.parametrize(("language", "query"), [("", ""), ("en", ""), ("ru", "?lang=ru")])
def test_a_link_opens_the_page_in_its_readers_language_where_it_is_not_the_calendars(language: str, query: str) -> None:
    stands = event("2021-09-16")
    message = reminder(stands, base_url="https://cal.example.org", language=language)
    context = MessageContext(CALENDAR, NOW, language, base_url="https://cal.example.org")
    occurrence = Occurrence(stands, "", stands.when, stands.status)
    version = Version(stands, "summit@test", 0, NOW, NOW)
    digest = messages.digest_message(context, [], [occurrence], {stands.id: version})

    assert f"\nhttps://cal.example.org/events/summit{query}\n" in message.text
    assert message.url == f"https://cal.example.org/events/summit{query}"
    assert message.data["event"]["page"] == "https://cal.example.org/events/summit"
    assert digest.url == f"https://cal.example.org{'/' if query else ''}{query}"
    assert f"\nhttps://cal.example.org/events/summit{query}\n" in digest.text


LINKS = {mark: f"https://cal.example/{mark.strip('%').lower()}" for mark in LINK_PLACEHOLDERS}


def test_a_subscribers_mail_has_the_links_of_its_recipient_and_a_channels_has_none() -> None:
    confirm, preferences, unsubscribe = LINKS.values()
    to_subscriber = reminder(event("2021-09-16"), footer_reason="You signed up.")
    question = messages.confirmation_message(CONTEXT, Filter(), str, link_expires_at=NOW)

    for message, links in ((to_subscriber, [preferences, unsubscribe]), (question, [confirm, unsubscribe])):
        addressed = messages.address_message(message, "k.0", "a@example.org", replacements=tuple(LINKS.items()))
        filled = messages.fill_placeholders(addressed)
        for shown in (filled.text, filled.html):
            assert [link for link in LINKS.values() if link in shown] == links
            assert "%%" not in shown
    assert "%%" not in reminder(event("2021-09-16")).text


@pytest.mark.parametrize("has_others", [False, True])
def test_whoever_has_other_reminders_is_told_that_they_go_on(has_others: bool) -> None:
    said = messages.footer_reason(Filter(), str, CALENDAR, "en", has_others=has_others)

    assert said.startswith("You get this because you signed up for reminders of ")
    assert ("which go on" in said) is has_others


def test_a_service_that_shows_the_subject_gets_no_second_one_below_it() -> None:
    moved = messages.change_message(CONTEXT, [MessageLine("Summit", WAS, state("2021-09-18/19"))])
    other = replace(moved, subject="Another")

    assert moved.text_below_subject.startswith("Was: ")
    assert (other.text_below_subject, other.markdown_below_subject) == (moved.text, moved.markdown)


@pytest.mark.parametrize(
    ("base_url", "list_id"),
    [("", ""), ("https://x.org/cal", "sco-watch.x.org"), ("http://localhost:8000", ""), ("http://192.0.2.7", "")],
)
def test_a_calendar_is_a_mailing_list_at_its_public_host(base_url: str, list_id: str) -> None:
    assert replace(CONTEXT, base_url=base_url).list_id == list_id


@pytest.mark.parametrize(
    ("base_url", "language", "home_url"),
    [("", "ru", ""), ("https://x.org", "", "https://x.org"), ("https://x.org", "ru", "https://x.org/?lang=ru")],
)
def test_the_first_page_opens_in_its_readers_language(base_url: str, language: str, home_url: str) -> None:
    assert MessageContext(CALENDAR, NOW, language, base_url=base_url).home_url == home_url


def test_what_the_notes_gained_is_known_where_both_versions_are() -> None:
    version, former = (event("2021-09-16", notes=Text.plain(notes, "en")) for notes in ("A\n\nB", "A"))
    line = MessageLine("Summit", WAS, WAS, Version(version, "summit@sco-watch", 4, NOW, NOW), former=former)

    notes = [one.added_notes("en") for one in (line, replace(line, version=None), replace(line, former=None))]
    assert notes == ["B", "", ""]


@pytest.mark.parametrize("count", [1, 2])
def test_a_digest_of_several_events_begins_with_an_overview_and_is_dated_by_its_readers_clock(count: int) -> None:
    stands = event("2021-09-16")
    version = Version(stands, "summit@test", 0, NOW, NOW)
    upcoming = [Occurrence(stands, "", stands.when, stands.status)] * count
    context = MessageContext(CALENDAR, NOW, zone="Europe/Berlin")
    digest = messages.digest_message(context, [], upcoming, {stands.id: version})

    assert digest.text.startswith("Overview\n") is (count > 1)
    assert str(digest.send_time) == "2021-09-15 15:00:00+02:00"


HOSTILE = 'A</title><script>alert(1)</script>"\r\nBcc: b@example.net\x00'


def test_nothing_that_is_written_in_an_event_becomes_markup_or_a_header() -> None:
    stands = event(
        "2021-09-16", HOSTILE, place=Place(Text.plain(HOSTILE, "en")), url="javascript:alert(1)",
        notes=Text.plain("<img src=https://tracker.example/x.png> ![x](https://tracker.example/y.png)", "en"),
    )  # fmt: skip
    message = reminder(stands)

    assert "\r" not in message.subject
    assert "\n" not in message.subject
    assert "<script" not in message.html
    assert "<img" not in message.html
    assert 'href="javascript' not in message.html
    mail = render_mail(messages.address_message(message, "k.0", "reader@example.net"), "calendar@example.org")
    assert b"\r\nBcc:" not in mail


class Balanced(HTMLParser):
    """Whether every element that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_is_small_whole_and_asks_nobody_for_anything() -> None:
    html = reminder(event("2021-09-16", notes=Text.plain("**Bring** a pen", "en")), base_url="https://c.example").html
    parser = Balanced()
    parser.feed(html)

    assert parser.open == []
    assert len(html) < 4000
    assert 'lang="en" dir="ltr"' in html
    assert not re.search(r"src=|url\(|@import|<link", html)
    assert "color-scheme" in html
    assert "<strong>Bring</strong>" in html


def test_a_late_reminder_says_when_it_was_due() -> None:
    message = reminder(event("2021-09-16"), due_at=NOW - timedelta(hours=2), is_late=True)

    assert "This reminder is late; it was due 15 September 2021, 16:00 (Dushanbe, UTC+5)." in message.text


def test_the_json_of_a_webhook_is_as_documented() -> None:
    message = messages.address_message(reminder(event("2021-09-16/17"), due_at=NOW), "k-1.0", "")
    data = json.loads(json.dumps(message.data))

    assert (data["id"], data["type"], data["late"], data["due"]) == ("k-1.0", "reminder", False, "2021-09-15T13:00:00Z")
    assert data["lead"] == "the day before at 18:00"
    assert data["calendar"] == {"id": "sco-watch", "name": "SCO watch"}
    found = data["event"]
    assert (found["id"], found["uid"], found["sequence"]) == ("summit", "summit@sco-watch", 3)
    assert (found["when"], found["edtf"], found["precision"]) == ("2021-09-16/17", "2021-09-16/2021-09-17", "day")
    assert (found["first_day"], found["last_day"], found["timezone"]) == ("2021-09-16", "2021-09-17", ZONE)
    assert found["place"] == "Dushanbe, Tajikistan"
    assert found["sources"][0]["quote"] == "scheduled for September"


def test_a_reader_far_away_is_told_the_hour_on_their_own_clock() -> None:
    assert "16 September 2021, 07:00 (Berlin, UTC+2)" in reminder(event("2021-09-16 10:00"), zone="Europe/Berlin").text


def documented(name: str) -> dict[str, Any]:
    """The example of docs/webhooks.md whose type is *name*."""
    document = Path(__file__).parent.parent / "docs" / "webhooks.md"
    blocks = document.read_text(encoding="utf-8").split("```text\n")[1:]
    examples = [json.loads(each.partition("```")[0]) for each in blocks if each.startswith("{")]
    return next(each for each in examples if each["type"] == name)


def names(value: Any) -> Any:
    """The names in *value*, whatever their values."""
    if isinstance(value, dict):
        return {name: names(each) for name, each in value.items()}
    return (
        [names(each) for each in value[:1]]
        if isinstance(value, list) and value and isinstance(value[0], dict)
        else None
    )


def test_the_documents_examples_have_the_names_that_web_hooks_carry() -> None:
    stands = event("2021-09-16/17")
    line = MessageLine("Summit", WAS, state("2021-09-18/19"), Version(stands, "summit@sco-watch", 4, NOW, NOW))
    real = [
        reminder(stands, due_at=NOW),
        messages.change_message(CONTEXT, [line]),
        messages.alarm_message(CONTEXT, "dead", "1: 550", NOW, False),
        messages.channel_test_message(CONTEXT, "press-desk"),
    ]
    for message in real:
        found = messages.address_message(message, "k-1.0", "").data
        assert names(documented(message.kind)) == names(found)


@pytest.mark.parametrize(("is_over", "fact"), [(False, "Since "), (True, "Began: ")])
def test_the_end_of_an_alarm_does_not_read_as_if_it_went_on(is_over: bool, fact: str) -> None:
    message = messages.alarm_message(CONTEXT, "mailbox mail.example.org", "refused", NOW, is_over)

    assert message.subject.startswith("SCO watch: Resolved: ") is is_over
    assert [line for line in message.text.splitlines() if line.startswith(("Since ", "Began: "))] == [
        f"{fact}{words.format_moment(NOW, 'en', CONTEXT.calendar.timezone)}"
    ]


def test_a_command_in_an_alarm_is_code_wherever_it_can_be() -> None:
    message = messages.alarm_message(CONTEXT, "gone press_desk", "HTTP 410 `gone`", NOW, False)

    assert "then run `eventcal resume press_desk`." in message.text
    assert "then run `eventcal resume press_desk`." in message.rich.markdown
    assert "then run <code>eventcal resume press_desk</code>.</p>" in message.rich.html
    assert "<p>HTTP 410 `gone`</p>" in message.rich.html


@pytest.mark.parametrize("is_over", [False, True])
def test_each_kind_of_alarm_has_a_title(is_over: bool) -> None:
    kinds = [
        "dead desk 550",
        "bounced",
        "gone desk",
        "registry",
        "feed",
        "destination relay",
        "mailbox mail.example.org",
    ]

    for name in kinds:
        message = messages.alarm_message(CONTEXT, name, "a detail", NOW, is_over)
        assert message.subject.startswith("SCO watch: Resolved: " if is_over else "SCO watch: ")
        assert not message.subject.endswith(f": {name}")


# changes


WAS = state("2021-09-16/17")


@pytest.mark.parametrize(
    ("old", "new", "subject"),
    [
        (WAS, state("2021-09-18/19"), "Moved to 18 – 19 Sep: Summit"),
        (
            state("2021-09-16 10:00"),
            state("2021-09-16 10:00/12:30"),
            "Date changed, Thursday, 16 September 2021, 10:00–12:30 (Dushanbe, UTC+5): Summit",
        ),
        (state("2021-09"), WAS, "Date confirmed, 16 – 17 Sep: Summit"),
        (state("2021-09"), replace(WAS, status=Status.TENTATIVE), "Date announced, 16 – 17 Sep: Summit"),
        (state("2021-09-11..12"), state("2021-09-10 20:00"), "Moved to Fri 10 Sep, 20:00: Summit"),
        (state("2021-09-11..12"), state("2021-09-12/13"), "Date confirmed, 12 – 13 Sep: Summit"),
        (state("by 2021-09-30"), state("2021-09-10"), "Date confirmed, Fri 10 Sep: Summit"),
        (state("by 2021-09-30"), state("2021-10-01"), "Moved to Fri 1 Oct: Summit"),
        (state("from 2019-09"), state("2021-09-10"), "Date confirmed, Fri 10 Sep: Summit"),
        (state("from 2021-10"), state("2021-09-10"), "Moved to Fri 10 Sep: Summit"),
        (state("~2021-09"), state("2021-10-01"), "Date confirmed, Fri 1 Oct: Summit"),
        (WAS, state("2021-09-16/19"), "Extended to Sun 19 Sep: Summit"),
        (WAS, state("2021-09-16"), "Now ends Thu 16 Sep: Summit"),
        (state("2019-05-01/.."), state("2019-05-01/2021-09-30"), "Now ends Thu 30 Sep: Summit"),
        (WAS, state("2021-09-16/.."), "Date changed, from Thursday, 16 September 2021: Summit"),
        (WAS, state("2021-09-16/..", Status.CANCELLED), "Cancelled, 16 – 17 Sep: Summit"),
        (state("2021-09-16"), state("2021-09-16/.."), "Date changed, from Thursday, 16 September 2021: Summit"),
        (state("2021-09-16/17?"), state("2021-09-16/18?"), "Extended to Sat 18 Sep?: Summit"),
        (WAS, state("2021-09"), "Date no longer certain, Sep 2021: Summit"),
        (WAS, state("2021-09-16/17", place="Tashkent, UZ"), "New venue, Tashkent, UZ: Summit"),
        (state("2021-09-16"), state("2021-09-16 10:00"), "Start time announced, Thu 16 Sep, 10:00: Summit"),
        (state("2021-09-16"), state("2021-09-17 10:00"), "Moved to Fri 17 Sep, 10:00: Summit"),
        (state("2021-09-16 10:00"), state("2021-09-17"), "Moved to Fri 17 Sep: Summit"),
        (state("2021-09-16 10:00"), state("2021-09-16"), "Start time no longer certain, Thu 16 Sep: Summit"),
        (state("2021-09-16 10:00"), state("2021-09-16?"), "Date no longer certain, Thu 16 Sep?: Summit"),
        (state("2021-09-16/17", place="Osh"), state("2021-09-16/17", place=""), "Venue to be confirmed: Summit"),
        (WAS, state("TBD", Status.POSTPONED), "Postponed, no date yet: Summit"),
        (WAS, state("2021-11-04", Status.POSTPONED), "Postponed to Thu 4 Nov: Summit"),
        (WAS, state("2021-Q4", Status.POSTPONED), "Postponed, Q4 2021: Summit"),
        (WAS, state("from 2021-10", Status.POSTPONED), "Postponed, not before Oct 2021: Summit"),
        (WAS, state("2021-09-16/17", Status.CANCELLED), "Cancelled, 16 – 17 Sep: Summit"),
        (WAS, state("2021-09-18/19", Status.CANCELLED), "Cancelled, 16 – 17 Sep: Summit"),
        (state("2021-09-16/17", Status.CANCELLED), WAS, "Back on, 16 – 17 Sep: Summit"),
        (WAS, None, "Removed, 16 – 17 Sep: Summit"),
    ],
)
def test_a_change_is_named_in_the_subject(old: EventState, new: EventState | None, subject: str) -> None:
    message = messages.change_message(CONTEXT, [MessageLine("Summit", old, new)])

    assert message.subject.replace("–", " – ").replace("  ", " ") == subject.replace("–", " – ").replace("  ", " ")


@pytest.mark.parametrize(
    ("date", "old_rule", "new_rule", "subject"),
    [
        ("2021-09-02", "every week until 2021-10-07", "every week until 2021-11-04", "Extended to Thu 4 Nov: Talk"),
        ("2021-09-02", "every week until 2021-10-07", "every week until 2021-11-06", "Extended to Thu 4 Nov: Talk"),
        ("2021-09-02/04", "every week until 2021-10-07", "every week until 2021-11-04", "Extended to Sat 6 Nov: Talk"),
        ("2021-09-02", "every week 5 times", "every week 10 times", "Extended to Thu 4 Nov: Talk"),
        ("2021-09-02", "FREQ=WEEKLY;UNTIL=20211007", "FREQ=WEEKLY;COUNT=4", "Now ends Thu 23 Sep: Talk"),
        ("2021-09-02", "every week until 2021-10-07", "every week until 2021-09-30", "Now ends Thu 30 Sep: Talk"),
        ("2021-09-02", "every week", "every week until 2021-09-30", "Now ends Thu 30 Sep: Talk"),
        ("2021-09-02", "every week until 2021-09-30", "every week", "Date changed, every week: Talk"),
        (
            "2021-09-02",
            "every week as it was",
            "every week until 2021-09-30",
            "Date changed, every week until 30 Septe",
        ),
    ],
)
def test_a_series_that_goes_on_or_ends_early_names_its_last_day(
    date: str, old_rule: str, new_rule: str, subject: str
) -> None:
    old, new = (replace(state(date), rule=rule) for rule in (old_rule, new_rule))
    assert messages.change_message(CONTEXT, [MessageLine("Talk", old, new)]).subject.startswith(subject)


def test_a_deadline_outside_of_its_period_was_moved() -> None:
    deadline = replace(event("2021-10-01", "Papers"), kind=EventKind.DEADLINE)
    line = MessageLine("Papers", state("2021-09"), state("2021-10-01"), Version(deadline, "papers@x", 1, NOW, NOW))
    assert messages.change_message(CONTEXT, [line]).subject == "Moved to Fri 1 Oct: Papers"


def test_an_occurrence_that_is_put_off_without_a_date_is_not_postponed_to_the_day_on_which_it_stands() -> None:
    old, new = state("2021-09-16 10:00"), state("2021-09-16 10:00", Status.POSTPONED)
    message = messages.change_message(CONTEXT, [MessageLine("Talk", old, new, recurrence="2021-09-16")])
    assert message.subject == "Postponed, Thu 16 Sep, 10:00: Talk"
    assert "Now: [postponed] no date yet" in message.text
    elsewhere = messages.change_message(
        CONTEXT, [MessageLine("Talk", state("2021-09-23 10:00"), new, recurrence="2021-09-16")]
    )
    assert elsewhere.subject == "Postponed, Thu 23 Sep, 10:00: Talk"  # the date that its reader was told


def test_the_dates_of_a_break_are_called_off_one_below_the_other_with_their_reason_once() -> None:
    stands = event("2021-09-20 18:00", "Training", sources=())
    days = ("2021-09-27", "2021-10-04", "2021-10-11")
    off = {
        day: Override(date.fromisoformat(day), status=Status.CANCELLED, notes=Text.plain("Break", "en")) for day in days
    }
    off["2021-10-11"] = replace(off["2021-10-11"], notes=Text.plain("Painters", "en"))
    former = replace(stands, rule=repeat.parse("every week", stands.when))
    version = Version(replace(former, overrides=(*off.values(),)), "training@test", 1, NOW, NOW)
    lines = [
        MessageLine("", state(f"{day} 18:00"), state(f"{day} 18:00", Status.CANCELLED), version, day, former=former)
        for day in days
    ]

    message = messages.change_message(replace(CONTEXT, base_url="https://example.org"), lines)

    assert message.subject == "Cancelled, Mon 27 Sep, 18:00: Training, and 2 more"
    said, _, apart = message.text.partition("\n\nCancelled, Mon 11 Oct, 18:00: Training\n")
    assert said == (
        "Cancelled, Mon 27 Sep, 18:00: Training\nCancelled, Mon 4 Oct, 18:00: Training\n\nBreak\n\n"
        "https://example.org/events/summit"
    )
    together = messages.change_message(CONTEXT, lines[:2]).notification
    assert (together.title, together.body, together.event_id) == (
        "Cancelled, Mon 27 Sep, 18:00: Training, and 1 more",
        "Cancelled, Mon 4 Oct, 18:00: Training\nBreak",
        "summit",
    )
    assert apart.startswith("Was: Monday, 11 October 2021, 18:00 (Dushanbe, UTC+5)\nNow: cancelled\n\nPainters")


def test_what_was_postponed_to_a_date_takes_place_then() -> None:
    text = messages.change_message(CONTEXT, [MessageLine("Summit", WAS, state("2021-11-04", Status.POSTPONED))]).text
    assert "Now: Thursday, 4 November 2021; Dushanbe, TJ" in text


def test_a_change_says_what_was_and_what_is_and_a_place_that_stays_once() -> None:
    text = messages.change_message(CONTEXT, [MessageLine("Summit", WAS, state("2021-09-18/19"))]).text

    assert "Was: Thursday 16 September – Friday 17 September 2021\n" in text
    assert "Now: Saturday 18 September – Sunday 19 September 2021; Dushanbe, TJ" in text


def test_what_is_new_was_nothing_and_what_left_is_nothing_now() -> None:
    version = Version(event("2021-09-16/17"), "summit@sco-watch", 4, NOW, NOW)
    new = messages.change_message(CONTEXT, [MessageLine("Summit", None, WAS, version)])
    left = messages.change_message(CONTEXT, [MessageLine("Summit", WAS, None, removed_version=version)])

    assert ("Was:" in new.text, "Now:" in new.text) == (False, True)
    assert ("Was:" in left.text, "Now:" in left.text) == (True, False)


def test_a_change_has_the_sources_of_its_event() -> None:
    version = Version(event("2021-09-18"), "summit@sco-watch", 4, NOW, NOW)

    assert "\nSource: News report" in messages.change_message(CONTEXT, [MessageLine("Summit", WAS, WAS, version)]).text


@pytest.mark.parametrize(
    ("language", "old_place", "new_place"),
    [("en", "Osh, Kyrgyzstan", "Dushanbe, Tajikistan"), ("de", "Osh, Kirgisistan", "Dushanbe, Tadschikistan")],
)
def test_the_place_before_names_its_country_in_the_words_of_the_one_after(
    language: str, old_place: str, new_place: str
) -> None:
    version = Version(event("2021-09-16/17"), "summit@sco-watch", 4, NOW, NOW)
    line = MessageLine("Summit", replace(WAS, place="Osh, KG"), WAS, version=version)
    text = messages.change_message(MessageContext(CALENDAR, NOW, language=language), [line]).text

    assert re.findall("Osh.*", text) == [old_place]
    assert re.findall("; (Dushanbe.*)", text) == [new_place]


def test_a_state_is_no_country() -> None:
    venue = event("2021-09-16/17", place=Place(Text.plain("Town hall, Gary, IN", "en")))
    line = MessageLine("Summit", replace(WAS, place="San Francisco, CA"), WAS, Version(venue, "a@b", 4, NOW, NOW))

    assert "San Francisco, CA" in messages.change_message(CONTEXT, [line]).text


def test_a_meeting_that_leaves_its_hall_for_the_net_says_where_and_so_does_its_reminder() -> None:
    online = event("2021-09-16/17", place=None, online="https://example.org/stream")
    version = Version(online, "summit@sco-watch", 4, NOW, NOW)
    message = messages.change_message(
        CONTEXT, [MessageLine("Summit", WAS, state("2021-09-16/17", place=""), version=version)]
    )

    assert message.subject == "Online: SCO Council of Heads of State"
    for told in (message, reminder(online)):
        assert "\nOnline: https://example.org/stream\n" in told.text
        assert 'Online: <a href="https://example.org/stream"' in told.html


def test_a_cancellation_says_the_date_once_unless_it_is_another() -> None:
    kept, undated, other = (state(text, Status.CANCELLED) for text in ("2021-09-16/17", "TBD", "2021-09-18/19"))
    texts = [messages.change_message(CONTEXT, [MessageLine("Summit", WAS, new)]).text for new in (kept, undated, other)]

    assert all("Now: cancelled\n" in text for text in texts[:2])
    assert "Now: Cancelled: Saturday 18 September – Sunday 19 September 2021" in texts[2]


def test_what_left_keeps_its_id_for_programs_and_has_no_page() -> None:
    gone = Version(event("2021-09-16/17"), "summit@sco-watch", 4, NOW, NOW)
    message = messages.change_message(
        MessageContext(CALENDAR, NOW, base_url="https://x.org"),
        [MessageLine("Summit", WAS, None, removed_version=gone)],
    )
    (told,) = message.data["changes"]  # type: ignore[misc]

    assert [told[each] for each in ("kind", "id", "uid", "sequence", "page")] == [
        "vanished", gone.event.id, "summit@sco-watch", 4, None,
    ]  # fmt: skip


def test_a_change_of_one_date_links_to_that_date() -> None:
    version = Version(event("2021-09-14"), "summit@sco-watch", 4, NOW, NOW)
    line = MessageLine("Summit", state("2021-09-21"), state("2021-09-22"), version, recurrence="2021-09-21")
    message = messages.change_message(MessageContext(CALENDAR, NOW, base_url="https://x.org"), [line])
    (told,) = message.data["changes"]  # type: ignore[misc]

    address = "https://x.org/events/summit?on=2021-09-21"
    assert (address, address) == (told["page"], message.url)
    assert f"\n{address}\n" in message.text


def test_several_changes_are_one_message() -> None:
    lines = [MessageLine("Summit", WAS, state("2021-09-18/19")), MessageLine("Exercise", WAS, None)]
    message = messages.change_message(CONTEXT, lines)

    assert message.subject == "Removed, 16–17 Sep: Exercise, and 1 more"
    assert "Removed, 16–17 Sep: Exercise" in message.text
    assert [each["kind"] for each in message.data["changes"]] == ["vanished", "moved"]  # type: ignore[attr-defined]
    assert message.notification == NotificationText(message.subject, "Moved to 18–19 Sep: Summit")


def test_what_is_called_off_comes_first_and_what_is_put_off_before_other_changes() -> None:
    moved, postponed, removed, cancelled = (
        MessageLine("Summit", WAS, new)
        for new in (
            state("2021-09-18/19"), state("TBD", Status.POSTPONED), None, state("2021-09-16/17", Status.CANCELLED)
        )
    )  # fmt: skip
    order = [ChangeKind.VANISHED, ChangeKind.CANCELLED, ChangeKind.POSTPONED, ChangeKind.MOVED]

    assert [line.kind for line in sorted([moved, postponed, removed, cancelled], key=urgency)] == order


@pytest.mark.parametrize(("count", "url"), [(1, "https://x.org/events/summit"), (2, "")])
def test_the_link_of_a_message_about_several_changes_is_that_of_none(count: int, url: str) -> None:
    version = Version(event("2021-09-18/19"), "summit@sco-watch", 4, NOW, NOW)
    lines = [MessageLine("Summit", WAS, state("2021-09-18/19"), version)] * count

    assert messages.change_message(replace(CONTEXT, base_url="https://x.org"), lines).url == url


@pytest.mark.parametrize(
    ("new", "is_urgent"), [(state("2021-09-18/19"), False), (state("2021-09-16/17", Status.CANCELLED), True)]
)
def test_what_is_called_off_is_urgent(new: EventState, is_urgent: bool) -> None:
    assert messages.change_message(CONTEXT, [MessageLine("Summit", WAS, new)]).is_urgent is is_urgent


def test_a_notification_of_one_change_replaces_the_one_before_it_of_the_same_event_also_where_that_left() -> None:
    version = Version(event("2021-09-16/17"), "summit@sco-watch", 4, NOW, NOW)
    stays = messages.change_message(CONTEXT, [MessageLine("Summit", WAS, state("2021-09-18"), version)]).notification
    left = messages.change_message(CONTEXT, [MessageLine("Summit", WAS, None, removed_version=version)]).notification

    assert stays is not None
    assert left is not None
    assert (stays.event_id, stays.subject) == (left.event_id, left.subject) == ("summit", "summit@sco-watch ")


def test_a_long_address_is_broken_on_a_phone_also_without_the_style_sheet() -> None:
    html = re.sub(r"<style>.*?</style>", "", reminder(event("2021-09-16")).html, flags=re.DOTALL)

    assert '<body style="overflow-wrap:anywhere">' in html
