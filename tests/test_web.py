from __future__ import annotations

import errno
import gzip
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventcal import occurrences, web
from eventcal.events import Event, EventKind, Occurrence, Place, Source, SourceGrade, Status, TagColor, TagStyle, Text
from eventcal.feeds import collect_removed
from eventcal.history import Change, ChangeKind, EventState
from eventcal.logs import JsonFormatter
from eventcal.settings import Settings
from eventcal.store import edition_store, open_store
from eventcal.store.ledger import health
from eventcal.web.app import create_app
from eventcal.web.assets import load_asset
from eventcal.web.edition_index import EditionIndex, TagPalette
from eventcal.web.feeds.responder import FeedResponder
from eventcal.web.http import HttpRequest
from eventcal.web.pages import agenda, jsonld, months
from eventcal.web.pages.search import nearest_occurrence
from eventcal.web.snapshots import FAILURE_LOG_SECONDS, STALLED_AFTER_SECONDS, Snapshot, SnapshotPoller
from eventcal.when import ANYWHERE_ON_EARTH
from tests.sample import (
    CALENDAR,
    FOUNDING,
    MODIFIED,
    NOW,
    PABBY,
    SEED,
    SUMMIT,
    busy_month,
    edition,
    event,
    many_events,
    moved_change,
    snapshot,
)

STATIC_FOLDER = Path(web.__file__).parent / "static"
SEPTEMBER = date(2021, 9, 1)
FOUNDED = "2021-06-15"
"""A past occurrence of FOUNDING."""


def visit(held: Snapshot, base_url: str = "", now: datetime = NOW) -> FlaskClient:
    app = create_app(lambda: held, Settings(base_url=base_url), clock=lambda: now)
    return app.test_client()


@pytest.fixture(scope="module")
def seed() -> FlaskClient:
    return visit(snapshot(*SEED, changes=(moved_change(SUMMIT, "2021-09", "2021-09-16/17", ChangeKind.DAY_KNOWN),)))


def health_of(held: Snapshot, is_stalled: bool = False) -> tuple[int, ...]:
    """The statuses of /healthz and /readyz, which are answered before Flask."""
    responder = FeedResponder(lambda: held, is_stalled=lambda: is_stalled)
    answers = [responder.answer(HttpRequest("GET", path, "", lambda _: None)) for path in ("/healthz", "/readyz")]
    return tuple(answer.status for answer in answers if answer is not None)


def text_of(response: TestResponse) -> str:
    """What a person would read."""
    html = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_list_of_chosen_events_shows_a_removed_one_as_cancelled_and_its_page_stays() -> None:
    call = event("call", "Call for papers", "2021-09-20")
    [version] = edition(call).versions
    present = edition(SUMMIT)
    told = moved_change(call, "2021-09-20", "2021-09-20", ChangeKind.VANISHED)
    removed = collect_removed(present, [(version, MODIFIED)])
    client = visit(Snapshot.of(present, (replace(told, new=None),), removed=removed))

    for path in ("/?id=call", "/agenda?id=call&id=summit-2021", "/month/2021-09?id=call", "/changes?id=call"):
        assert "Call for papers" in text_of(client.get(path)), path
    assert "cancelled" in text_of(client.get("/events/call")).lower()
    assert [client.get(path).status_code for path in ("/events/call", "/events/never")] == [200, 404]
    assert "Call for papers" not in text_of(client.get("/"))


def test_the_removal_of_a_series_has_its_next_date_that_does_not_take_place() -> None:
    club = event("club", Text((("en", "Club"), ("de", "Klub"))), "2021-01-05", repeat="every week")
    [version] = edition(club).versions
    state = EventState(club.when, Status.CONFIRMED, "", "every week")
    gone = Change(ChangeKind.VANISHED, "club", version.uid, "", "Club", state, None, MODIFIED)
    removed = collect_removed(edition(), [(version, MODIFIED)])

    page = visit(Snapshot.of(edition(), (gone,), removed=removed)).get("/changes?lang=de")

    assert "Klub entfernt Dienstag, 24. August 2021; jede Woche" in text_of(page)


# what the pages say


def test_the_first_page_is_a_list_of_what_is_on_this_week_and_later() -> None:
    running = event("term", "Autumn term", "2021-08-01/2021-12-18")
    today = event("call", "Call", "2021-08-20 18:00/19:30")
    text = text_of(visit(snapshot(running, today, *SEED)).get("/"))
    order = [
        "Now", "Autumn term", "until Sat 18 Dec", "This week", "20 Fri", "Call", "18:00–19:30", "September 2021",
        "Exercise Peaceful Mission", "SCO Council of Heads", "in 27 days", "October 2021", "Pabby", "Past events",
    ]  # fmt: skip
    main = text.partition("Clear filters")[0].partition("summit")[2]
    assert sorted(order, key=main.index) == order
    assert "16th meeting" not in text


def test_what_has_begun_and_has_no_known_end_is_on_for_a_year() -> None:
    begun = event("hall", "New hall", "2021-06-01/..")
    site = visit(snapshot(begun, event("old", "Old hall", "2019-06-01/.."), event("y", "Club", "2020/.."), *SEED))
    for path in ("/", "/agenda"):
        main = text_of(site.get(path)).partition("September 2021")[0]
        assert (
            "Now Club , from 2020 (date to be confirmed) from 2020 New hall , from Tuesday, 1 June 2021 from Tue, 1 Jun 2021"
            in main
        )
        assert "Old hall" not in main
    assert "New hall" not in text_of(site.get("/?tag=exercise"))
    past = text_of(site.get("/past"))
    assert ("Old hall" in past, "New hall" in past) == (True, False)


def test_possible_days_and_months_are_not_listed_as_if_it_lasted_so_long() -> None:
    days, some_months, one = event("a", "Launch", "2021-09-14..18"), event("b", "Launch", "2021-09/10?"), "2021-09"
    text = text_of(visit(snapshot(days, some_months, event("c", "Launch", one))).get("/?q=launch"))
    for words in ("between 14 and 18 Sep 2021", "between Sep and Oct 2021?", " Sep 2021"):
        assert words in text


def test_a_date_that_was_put_off_without_a_new_one_is_not_days_away() -> None:
    hall = event("hall", "Hall", "TBD", was="2021-08-27", status=Status.POSTPONED)
    text = text_of(visit(snapshot(hall, *SEED)).get("/agenda"))
    assert "Hall , Friday, 27 August 2021 postponed September 2021" in text


@pytest.mark.parametrize(
    ("held", "is_ahead"),
    [
        (event("x", "X", "2021-08-27"), True),
        (event("x", "X", "2021-08-19"), False),
        (event("x", "X", "2021-08-27", status=Status.CANCELLED), False),
        (event("x", "X", "past"), False),
        (event("x", "X", "none"), False),
        (event("x", "X", "TBD"), True),
        (FOUNDING, True),
    ],
)
def test_only_of_what_may_still_come_is_anybody_reminded(held: Event, is_ahead: bool, tmp_path: Path) -> None:
    assert count_sign_ups(held, NOW, "", tmp_path) == (2 if is_ahead else 0)  # by email, and on a device


@pytest.mark.parametrize(
    ("zone", "when", "reader", "is_ahead"),
    [
        ("Pacific/Kiritimati", "2021-08-21 20:00", "America/Los_Angeles", True),  # there the 20th
        ("America/Los_Angeles", "2021-08-19 12:00", "Pacific/Kiritimati", False),  # there the 20th, as well
    ],
)
def test_what_is_over_is_told_by_the_day_where_it_takes_place(
    zone: str, when: str, reader: str, is_ahead: bool, tmp_path: Path
) -> None:
    held = event("x", "X", when, timezone=zone)
    at_noon = datetime(2021, 8, 20, 12, tzinfo=UTC)  # in Kiritimati the 21st
    assert count_sign_ups(held, at_noon, f"?tz={reader}", tmp_path) == (2 if is_ahead else 0)


def count_sign_ups(held: Event, now: datetime, query: str, tmp_path: Path) -> int:
    settings = Settings(base_url="https://x.example", smtp_url="smtp://x", mail_from="a@x.example")
    store = open_store(f"sqlite:///{tmp_path}/eventcal.db")
    store.upgrade()
    site = create_app(lambda: snapshot(held), settings, clock=lambda: now, store=store).test_client()
    page = site.get(f"/events/{held.id}{query or f'?on={FOUNDED}'}").get_data(as_text=True)
    return len(re.findall(f"/subscribe\\?event={held.id}&amp;parts=1", page))
    store.close()


def test_a_later_deadline_is_called_extended_on_its_page_and_where_changes_are_listed() -> None:
    deadline = replace(event("call", "Papers due", "2021-09-20"), kind=EventKind.DEADLINE)
    change = moved_change(deadline, "2021-09-16", "2021-09-20")
    site = visit(snapshot(deadline, *SEED, changes=(change,)))

    assert "extended from Thu 16 Sep " in text_of(site.get("/"))
    assert "Extended from Thu, 16 Sep 2021" in text_of(site.get("/events/call"))
    assert "deadline extended" in text_of(site.get("/changes"))
    assert "deadline extended:" in text_of(site.get("/month/2021-09"))


def test_the_agenda_of_today_begins_with_what_is_on_and_that_of_another_day_with_its_month() -> None:
    site = visit(snapshot(event("term", "Autumn term", "2021-08-01/2021-12-18"), *SEED))
    assert re.search("Now Autumn term , [^.]+? until Sat 18 Dec .*September 2021", text_of(site.get("/agenda")))
    assert not re.search(r"\bNow\b", text_of(site.get("/agenda?from=2021-09-01")))


@pytest.mark.parametrize(
    ("when", "now", "expected"),
    [
        ("2021-08-18/20", "2021-08-20 09:00", "until today"),
        ("2021-08-18/20", "2021-08-19 23:59", "until Fri 20 Aug"),
        ("2021-08-18 10:00/2021-08-20 23:00", "2021-08-20 09:00", "until 23:00"),
        ("2021-08-18 10:00/2021-08-20 08:00", "2021-08-19 09:00", "until Fri 20 Aug"),
        ("2021-08-19 20:00/2021-08-20 04:00", "2021-08-19 21:00", "until 04:00"),
    ],
)
def test_what_is_on_ends_today_at_an_hour_or_on_a_day(when: str, now: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Asia/Dushanbe"))

    assert expected in text_of(visit(snapshot(event("fair", "Fair", when)), now=moment.astimezone(UTC)).get("/"))


def test_a_list_says_until_when_a_deadline_is() -> None:
    papers, reviews = event("papers", "Papers", "2021-09-16 23:59"), event("reviews", "Reviews", "2021-09-17")
    due = [replace(each, kind=EventKind.DEADLINE) for each in (papers, reviews)]
    site = visit(snapshot(*due))

    home = text_of(site.get("/"))
    assert "until 23:59" in home
    assert re.search("Reviews , until [^,]*, 17 September 2021 deadline", home)
    assert "until Fri, 17 Sep 2021" in text_of(site.get("/events/papers"))


def test_several_days_below_their_first_day_say_their_last_and_hours_keep_both() -> None:
    trip = event("trip", "Trip", "2021-10-04 09:00/2021-10-06 18:00")
    text = text_of(visit(snapshot(event("fair", "Fair", "2021-10-04/06"), trip)).get("/"))
    assert "until Wed 6 Oct" in text
    assert "Mon, 4 Oct 2021, 09:00 – Wed, 6 Oct 2021, 18:00" in text


def test_a_small_month_has_letters_where_a_language_does_not_shorten_its_weekdays() -> None:
    site = visit(snapshot(*SEED))
    for language, first in (
        ("ar", '<th scope="col" abbr="الاثنين">ن</th>'),
        ("en", '<th scope="col" abbr="Monday">Mon</th>'),
    ):
        assert first in site.get(f"/?lang={language}").get_data(as_text=True)


def test_a_calendar_whose_news_is_past_leads_there() -> None:
    html = visit(snapshot(*SEED), now=datetime(2026, 11, 28, 9, tzinfo=UTC)).get("/").get_data(as_text=True)
    assert '<a href="/month/2021-09">See September 2021</a>' in html
    assert '<caption><a href="/month/2021-09">September 2021</a>' in html
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))
    order = ["Nothing is planned", "26th anniversary", "Past events", "25th anniversary", "Pabby", "SCO Council"]
    assert sorted(order, key=text.index) == order
    assert "24th anniversary" not in text  # a series is named once


@pytest.mark.parametrize("day", ["0001-01-01", "0001", "9998-12-30&tz=Asia/Tokyo", "9999-12-31", "9999-12"])
@pytest.mark.parametrize(
    "address",
    [
        "/agenda?from=",
        "/past?before=",
        "/embed?start=",
        "/embed?view=list&start=",
        "/embed?view=year&start=",
        "/follow?from=",
    ],
)
def test_a_page_of_the_first_or_last_day_that_there_is_is_drawn(address: str, day: str) -> None:
    assert visit(snapshot(*SEED)).get(address + day).status_code == 200


def test_past_events_go_back_by_plain_links_and_lose_nothing() -> None:
    site, path, titles = visit(snapshot(*many_events(200)), now=datetime(2022, 2, 1, tzinfo=UTC)), "/past", list[str]()
    for _ in range(10):
        html = site.get(path).get_data(as_text=True)
        titles += re.findall(r'href="/events/(e\d+)"', html)
        earlier = re.search(r'href="([^"]+)" rel="next"', html)
        if earlier is None:
            break
        path = earlier[1]
    assert len(titles) == len(set(titles)) == 200
    assert "No past events" in text_of(visit(snapshot(SUMMIT)).get("/past"))


def test_a_year_is_twelve_months_whose_days_lead_to_their_events(seed: FlaskClient) -> None:
    html = seed.get("/year/2021").get_data(as_text=True)
    assert html.count("<table") == 12
    assert 'href="/month/2021-09#d16" aria-label="Thursday, 16 September 2021: 1 event"' in html
    assert 'id="d16"' in seed.get("/month/2021-09").get_data(as_text=True)
    assert "1 event · 1 without an exact date" in text_of(seed.get("/year/2021"))
    assert seed.get("/year").headers["Location"] == "/year/2021"
    assert [seed.get(f"/year/{text}").status_code for text in ("0000", "21", "year", "2021-01")] == [404] * 4


@pytest.mark.parametrize("path", ["/month/2021-12", "/year/2019?tag=summit"])
def test_a_page_without_events_names_the_nearest(path: str) -> None:
    site = visit(snapshot(SUMMIT, event("later", "Later", "2022-02-01"), event("old", "Old", "2018-01-05")))
    text = text_of(site.get(path))
    assert ("Next event: Later, Tue, 1 Feb 2022" if "month" in path else "Next event: SCO Council") in text
    assert ("Previous event: SCO Council" in text) == ("month" in path)
    assert ("Clear filters" in text) == ("tag" in path)


@pytest.mark.parametrize("path", ["/", "/agenda"])
def test_what_may_begin_any_day_since_a_past_month_is_listed(path: str) -> None:
    site = visit(snapshot(event("open", "Open call", "from 2021-05"), event("too-old", "Long ago", "from 2019-05")))
    assert "Not before May 2021 (date to be confirmed) Open call" in text_of(site.get(path))
    assert "Long ago" not in text_of(site.get(path))


def test_an_hour_in_another_zone_than_the_pages_names_it_wherever_it_is_listed() -> None:
    due = event("due", "Papers", "2021-09-01 23:59", timezone="Etc/GMT+12", kind=EventKind.DEADLINE, part_of="meeting")
    on = event("on", "Call", "2021-08-20 03:00/12:00", timezone="Europe/Berlin")
    site = visit(snapshot(event("meeting", "Meeting", "2021-09-20"), due, on))

    shown = "until Wed, 1 Sep 2021, 23:59 (anywhere on Earth)"
    for path in ("/?q=papers", "/events/meeting"):
        assert shown in text_of(site.get(path))
    assert "until 12:00 (Berlin)" in text_of(site.get("/"))
    assert "23:59 (anywhere on Earth) Papers" in text_of(site.get("/month/2021-09"))
    assert '</time><span class="end">–12:00</span> (Berlin) Call' in site.get("/month/2021-08").get_data(as_text=True)


@pytest.mark.parametrize(("month", "count"), [("2021-05", 1), ("2021-06", 0)])
def test_a_year_counts_what_its_months_show(month: str, count: int) -> None:
    site = visit(snapshot(event("open", "Open call", "from 2021-05")))

    assert count == text_of(site.get(f"/month/{month}")).count("Open call , not before")
    assert 1 == text_of(site.get("/year/2021")).count("1 without an exact date")


def test_what_began_as_possible_long_ago_is_past() -> None:
    assert "Long ago" in text_of(visit(snapshot(event("too-old", "Long ago", "from 2019-05"))).get("/past"))


def test_an_embedded_month_without_events_names_the_nearest() -> None:
    text = text_of(visit(snapshot(SUMMIT)).get("/embed/2021-12"))
    assert "No events this month. Previous event: SCO Council" in text


def test_the_neighbours_of_an_event_are_those_of_its_own_day_before_those_of_others() -> None:
    talks = [
        event(f"t{day}{hour}", f"Talk {day}-{hour}", f"2021-09-{day} {hour}:00")
        for day in (16, 17)
        for hour in (10, 11)
    ]
    site = visit(snapshot(event("meeting", "Meeting", "2021-09-16/17"), *talks))

    def beside(event_id: str) -> str:
        return text_of(site.get(f"/events/{event_id}")).partition("Previous event")[2].partition("Last updated")[0]

    assert "Meeting Thu, 16 Sep – Fri, 17 Sep 2021 Next event Talk 16-11" in beside("t1610")
    assert "Talk 16-11 Thu, 16 Sep 2021, 11:00 Next event Talk 17-11" in beside("t1710")
    assert "Next event Talk 16-10" in text_of(site.get("/events/meeting"))


def test_the_next_event_after_one_that_is_only_from_a_day_is_not_a_year_away():
    launch, tour = event("launch", "Launch", "from 2021-09-20"), event("tour", "Tour", "2021-10-15")
    site = visit(snapshot(launch, tour, event("later", "Later", "2022-11-01")))
    assert "Next event Tour Fri, 15 Oct 2021" in text_of(site.get("/events/launch"))


def test_parts_that_share_a_day_are_listed_below_that_day() -> None:
    talks = [event(f"t{hour}", f"Talk {hour}", f"2021-09-16 {hour}:00", part_of="meeting") for hour in (10, 11)]
    papers = event("papers", "Papers", "2021-08-30", part_of="meeting")
    site = visit(snapshot(event("meeting", "Meeting", "2021-09-16/17"), papers, *talks))

    text = text_of(site.get("/events/meeting"))
    assert re.search("Dates of this event Papers.* Mon, 30 Aug 2021 .*Thursday, 16 September 2021 Talk 10", text)


def test_parts_stand_in_the_order_of_their_dates_whatever_that_of_the_registry_is() -> None:
    dates = {"Dinner": "2021-09-17 19:00", "Panel": "2021-09-16 13:00", "Keynote": "2021-09-16 09:00", "Photos": "TBD",
             "Camera ready": "2021-08", "Papers": "2021-05-01", "Sprints": "2021-09-20"}  # fmt: skip
    parts = [event(title.split()[0].lower(), title, when, part_of="meeting") for title, when in dates.items()]
    site = visit(snapshot(event("meeting", "Meeting", "2021-09-16/17"), *parts))

    text = text_of(site.get("/events/meeting")).partition("Dates of this event")[2]
    titles = ["Papers", "Camera ready", "Sprints", "Photos", "Keynote", "Panel", "Dinner"]  # the programme by day
    assert titles == sorted(dates, key=text.index)


@pytest.mark.parametrize("path", ["/?q=zebra", "/past?tag=none", "/past"])
def test_a_search_and_a_past_without_events_name_the_next_that_has_not_ended(path: str) -> None:
    on, over, ahead = (
        event("fair", "Fair", "2021-08-19/25"),
        event("breakfast", "Breakfast", "2021-08-20 08:00/09:00"),
        event("call", "Call", "2021-08-20 18:00", tags=("none",)),
    )
    text = text_of(visit(snapshot(on, over, ahead)).get(path))

    assert "Next event: Call, Fri, 20 Aug 2021, 18:00" in text


def test_a_month_shows_its_days_and_above_them_what_has_no_day(seed: FlaskClient) -> None:
    html = seed.get("/month/2021-09").get_data(as_text=True).partition("<main")[2]
    assert "Some time in September 2021 (date to be confirmed)" in html
    assert html.index("Exercise Peaceful Mission") < html.index('role="table"') < html.index("SCO Council of Heads")
    assert len(re.findall(r'role="row"', html)) == 6
    assert html.count("Exercise Peaceful Mission 2021</span>") == 1


def test_each_link_of_a_month_names_its_date(seed: FlaskClient) -> None:
    html = seed.get("/month/2021-09").get_data(as_text=True)
    links = re.findall(r'<a class="bar[^>]*>(.*?)</a>', html, re.DOTALL)
    assert links
    assert all("2021" in re.sub(r"<[^>]+>", "", each) for each in links)


@pytest.mark.parametrize(("language", "comma", "colon"), [("en", ", ", ": "), ("zh", "，", "："), ("ar", "، ", ": ")])
def test_what_stands_between_a_link_and_its_words_is_the_languages_own(
    seed: FlaskClient, language: str, comma: str, colon: str
) -> None:
    source = seed.get(f"/events/summit-2021?lang={language}").get_data(as_text=True)
    assert f"SCO security council secretaries meet</a></bdi>{comma}" in source
    assert re.search(rf"<p>[^<]*\S{colon}<a[^>]*>iCalendar</a>", source)
    nearest = seed.get(f"/month/2022-03?lang={language}").get_data(as_text=True).partition('class="empty"')[2]
    assert re.search(rf"<p>[^<]*\S{colon}<a[^>]*>[^<]*{comma}[^<]+</a></p>", nearest)


def test_an_events_page_gives_its_date_place_and_source_with_the_quoted_words(seed: FlaskClient) -> None:
    text = text_of(seed.get("/events/summit-2021"))
    for words in (
        "Thursday 16 September – Friday 17 September 2021",
        "in 27 days",
        "Dushanbe, Tajikistan",
        "scheduled for September 16-17, 2021 in Dushanbe",
        "published 24 June 2021",
        "reported",
        "date confirmed",
        "September 2021 (date to be confirmed)",
    ):
        assert words in text


def test_nothing_that_a_registry_or_an_address_says_becomes_html() -> None:
    bad = Text.plain('"><evil>', "en")
    quoted = Source(title="<evil>", quote="<evil>", published="<evil>")
    evil = event(
        "evil", bad, "2021-09-16", notes=bad, place=Place(bad, bad), sources=(quoted,), tags=("<evil>",), url="<evil>"
    )
    site = visit(snapshot(evil, changes=(moved_change(evil, "2021-09", "2021-09-16"),)))
    for path in ("/", "/month/2021-09", "/events/evil", "/changes", "/agenda", "/?q=<evil>", "/?tag=<evil>", "/<evil>"):
        assert "<evil" not in site.get(path).get_data(as_text=True), path


def test_notes_are_markdown(seed: FlaskClient) -> None:
    assert "The <em>twenty-first</em> meeting." in seed.get("/events/summit-2021").get_data(as_text=True)


def test_a_series_shows_its_next_time_unless_the_address_names_another(seed: FlaskClient) -> None:
    assert "21st anniversary of the SCO" in text_of(seed.get("/events/sco-day"))
    assert "10th anniversary of the SCO" in text_of(seed.get("/events/sco-day?on=2011-06-15")).split("Add to")[0]
    assert "21st anniversary" in text_of(seed.get("/events/sco-day?on=nonsense"))


def test_a_cancelled_event_stays_and_says_so() -> None:
    site = visit(snapshot(replace(SUMMIT, status=Status.CANCELLED)))
    for path in ("/", "/month/2021-09", "/events/summit-2021"):
        assert "cancelled" in text_of(site.get(path)), path


def test_what_is_cancelled_is_not_handed_to_a_calendar_that_would_not_say_so() -> None:
    for shown, count in ((SUMMIT, 2), (replace(SUMMIT, status=Status.CANCELLED), 0)):
        html = visit(snapshot(shown)).get(f"/events/{SUMMIT.id}").get_data(as_text=True)
        assert html.count("calendar.google.com/calendar/render?action") + html.count("/action/compose?") == count


def test_what_is_cancelled_is_expected_at_no_time() -> None:
    planned = event("visit", "State visit", "2022")

    pages = [text_of(visit(snapshot(one)).get("/")) for one in (planned, replace(planned, status=Status.CANCELLED))]

    assert [True, False] == ["expected next year" in page for page in pages]


def test_what_has_no_date_is_named_on_the_first_page() -> None:
    site = visit(snapshot(event("x", "A promise", "TBD"), event("y", "Called off", "TBD", status=Status.CANCELLED)))
    text = text_of(site.get("/"))
    assert "No date yet A promise" in text
    assert "Called off" not in text


def test_changes_tell_the_old_and_the_new_value(seed: FlaskClient) -> None:
    text = text_of(seed.get("/changes"))
    assert re.search(
        r"date confirmed September 2021 \(date to be confirmed\) . now Thursday 16 September – Friday 17 September 2021",
        text,
    )


def test_a_change_stands_under_its_day_in_the_zone_of_the_calendar_or_the_reader() -> None:
    late = replace(moved_change(SUMMIT, "2021-09", "2021-09-16/17"), at=datetime(2021, 8, 19, 20, 30, tzinfo=UTC))
    site = visit(snapshot(SUMMIT, changes=(late,)))
    for path in ("/changes", "/events/summit-2021"):
        assert "Friday, 20 August 2021" in text_of(site.get(path))
        assert "Thursday, 19 August 2021" in text_of(site.get(f"{path}?tz=Europe/Berlin"))


def test_changes_name_events_and_countries_in_the_language_of_the_page() -> None:
    old, new = (EventState(SUMMIT.when, Status.CONFIRMED, place) for place in ("Osh, KG", "Dushanbe, TJ"))
    change = Change(
        ChangeKind.PLACE, SUMMIT.id, "summit-2021@sco-watch", "", "SCO Council of Heads of State", old, new, MODIFIED
    )
    site = visit(snapshot(SUMMIT, changes=(change,)))
    for path in ("/changes?lang=ru", "/events/summit-2021?lang=ru"):
        assert "Osh, Киргизия → сейчас Dushanbe, Таджикистан" in text_of(site.get(path))
    assert "Совет глав государств ШОС новое место" in text_of(site.get("/changes?lang=ru"))
    assert "Jueves, 19 de agosto de 2021" in text_of(site.get("/changes?lang=es"))
    feed = site.get("/changes.atom?lang=ru").get_data(as_text=True)
    assert "; Osh, Киргизия" in feed
    assert "; Dushanbe, Таджикистан" in feed
    place = re.search(r"<bdi[^>]*>Osh[^<]*</bdi>", site.get("/changes?lang=ar").get_data(as_text=True))
    assert place
    assert place[0] == '<bdi dir="rtl">Osh، قيرغيزستان</bdi>'


def test_an_empty_calendar_says_what_will_come_of_it() -> None:
    site = visit(snapshot())
    assert "No upcoming events. Subscribe" in text_of(site.get("/"))
    assert "No events here." in text_of(site.get("/month/2021-09"))


def test_an_agenda_goes_on_by_plain_links_and_loses_nothing() -> None:
    site, path, found = visit(snapshot(*many_events(200))), "/agenda?from=2021-01-01", set[str]()
    for _ in range(10):
        html = site.get(path).get_data(as_text=True)
        found |= set(re.findall(r'href="/events/(e\d+)"', html))
        later = re.search(r'href="([^"]+)" rel="next"', html)
        if later is None:
            break
        path = later[1]
    assert len(found) == 200


# who reads


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/?lang=ru", "zh", "ru"),
        ("/", "zh-CN,zh;q=0.9", "zh"),
        ("/", "de, fr", "de"),
        ("/", "fi, fr", "en"),
        ("/?lang=tlh", "ru", "ru"),
        ("/?lang=ar", "ru", "ar"),
    ],
)
def test_the_language_comes_from_the_address_then_the_browser(path: str, accepted: str, language: str) -> None:
    response = visit(snapshot(*SEED)).get(path, headers={"Accept-Language": accepted})
    assert response.headers["Content-Language"] == language
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in response.get_data(as_text=True)


def test_links_keep_the_language_the_zone_and_the_filter(seed: FlaskClient) -> None:
    html = seed.get("/month/2021-09?lang=ru&tz=Europe/Berlin&tag=summit").get_data(as_text=True)
    assert 'href="/month/2021-10?tag=summit&amp;lang=ru&amp;tz=Europe%2FBerlin"' in html
    assert 'href="/events/summit-2021?lang=ru&amp;tz=Europe%2FBerlin"' in html
    assert "Exercise" not in html


def test_what_is_not_understood_is_ignored(seed: FlaskClient) -> None:
    plain = text_of(seed.get("/"))
    assert text_of(seed.get("/?tz=Mars/Olympus&lang=xx&colour=red&tag=&from=never")) == plain


def test_an_hour_stands_on_the_day_that_it_has_where_the_reader_is() -> None:
    site = visit(snapshot(event("late", "Late call", "2021-09-16 02:00")))

    def day_of(path: str) -> str:
        html = site.get(path).get_data(as_text=True).partition("<main")[2]
        return re.findall(r'class="no" id="d([0-9]+)"', html[: html.index("Late call")])[-1]

    assert day_of("/month/2021-09") == "16"
    assert day_of("/month/2021-09?tz=Europe/Berlin") == "15"
    text = text_of(site.get("/events/late?tz=Europe/Berlin"))
    assert "15 September 2021, 23:00 (Berlin, UTC+2)" in text
    assert "16 September 2021, 02:00 (Dushanbe, UTC+5)" in text


@pytest.mark.parametrize("path", ["/?", "/agenda?", "/embed?view=list&"])
def test_a_list_has_the_days_and_the_today_of_a_reader_who_chose_a_zone(path: str) -> None:
    held = snapshot(event("late", "Late call", "2021-08-20 22:30"), event("next", "Next call", "2021-08-26 02:00"))
    site = visit(held, now=datetime(2021, 8, 20, 16, tzinfo=UTC))  # in Tokyo the 21st

    text = text_of(site.get(f"{path}tz=Asia/Tokyo"))
    assert "21 Sat Saturday, 21 August 2021 Late call , Saturday, 21 August 2021, 02:30 (Tokyo, UTC+9)" in text
    text = text_of(site.get(f"{path}tz=Europe/Berlin"))
    assert "20 Fri Friday, 20 August 2021 Late call , Friday, 20 August 2021, 19:30 (Berlin, UTC+2)" in text
    assert "25 Wed Wednesday, 25 August 2021 Next call , Wednesday, 25 August 2021, 23:00 (Berlin, UTC+2)" in text


def test_a_rule_is_not_said_of_a_day_that_is_another_where_the_reader_is() -> None:
    weekly = event("class", "Class", "2021-08-24 02:00", repeat="every week on Tue")
    site = visit(snapshot(weekly), now=datetime(2021, 8, 20, 16, tzinfo=UTC))

    assert "every week on Tue" in text_of(site.get("/"))
    assert "every week on Tue" in text_of(site.get("/?tz=Asia/Tokyo"))
    assert "every week" not in text_of(site.get("/?tz=Europe/Berlin"))  # Mondays there


def test_a_deadline_anywhere_on_earth_is_two_days_later_on_kiritimati() -> None:
    held = snapshot(event("paper", "Paper", "2021-08-20 23:59", timezone=ANYWHERE_ON_EARTH))
    site = visit(held, now=datetime(2021, 8, 21, 6, tzinfo=UTC))

    for path in ("/?", "/month/2021-08?"):
        assert "22 Sun" in text_of(site.get(f"{path}tz=Pacific/Kiritimati")).partition("Paper")[0]


PAPER = event("paper", "Paper", "2021-08-19 23:59", timezone=ANYWHERE_ON_EARTH, kind=EventKind.DEADLINE)


@pytest.mark.parametrize(("hour", "is_open"), [(11, True), (12, False)])
def test_what_is_not_over_where_it_takes_place_is_listed_and_not_past(hour: int, is_open: bool) -> None:
    site = visit(snapshot(PAPER, *SEED), now=datetime(2021, 8, 20, hour, tzinfo=UTC))  # in Dushanbe the 20th

    for path in ("/", "/agenda", "/embed?view=list"):
        assert ("19 Thu Thursday, 19 August 2021 Paper" in text_of(site.get(path))) is is_open
    assert ("Paper" in text_of(site.get("/past"))) is not is_open


@pytest.mark.parametrize(("hour", "day"), [(11, "19 August"), (12, "26 August")])
def test_a_search_names_the_date_of_a_series_that_is_not_over_where_it_takes_place(hour: int, day: str) -> None:
    weekly = event("w", "Weekly", "2021-08-12 23:59", timezone=ANYWHERE_ON_EARTH, repeat="every week")
    results = text_of(visit(snapshot(weekly), now=datetime(2021, 8, 20, hour, tzinfo=UTC)).get("/?q=weekly"))
    assert f"Weekly , Thursday, {day} 2021, 23:59 (anywhere on Earth)" in results


def test_what_was_is_listed_on_the_day_that_it_had_where_the_reader_is() -> None:
    site = visit(snapshot(event("late", "Late call", "2021-08-19 02:00")))

    assert "18 Wed Wednesday, 18 August 2021 Late call" in text_of(site.get("/past?tz=Europe/Berlin"))
    assert "19 Thu Thursday, 19 August 2021 Late call" in text_of(site.get("/past"))


def test_a_search_finds_titles_before_what_only_mentions_the_words() -> None:
    mentioned = event("later", "Talks", "2021-08-25", notes=Text.plain("Before the summit.", "en"))
    past = event("then", "Summit of then", "2019-06-14", tags=("sco", "summit"))
    far = event("far", "A summit to come", "2023-01-01")
    text = text_of(visit(snapshot(mentioned, past, SUMMIT, far)).get("/?q=SUMMIT"))
    order = ["3 events", "SCO Council", "A summit to come", "Summit of then", "Also mentioned in", "Talks"]
    assert sorted(order, key=text.index) == order


def test_a_search_says_how_a_series_repeats() -> None:
    weekly = event("weekly", "Class", "2021-08-23", repeat="every week until 2021-12-20")
    assert "every week until 20 December 2021" in text_of(visit(snapshot(weekly)).get("/?q=class"))


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"repeat": "every year 3 times"}, "1992-04-01"),  # its last, however long ago
        ({"repeat": "every year 3 times", "exdates": ["1992-04-01"]}, "1991-04-01"),
        ({"repeat": "every 12 years"}, "2026-04-01"),
        ({"also": ["1995-05-05"]}, "1995-05-05"),
    ],
)
def test_a_search_shows_the_next_date_of_a_series_or_else_the_last(fields: dict[str, Any], shown: str) -> None:
    found = nearest_occurrence(event("rare", "Rare", "1990-04-01", **fields), date(2021, 8, 20))

    assert str(found.when) == shown


@pytest.mark.parametrize("words", ["глав  ШОС", "état", "ETAT", "峰会", "état heads", "25 anniversary"])
def test_a_search_is_folded_in_every_script(words: str) -> None:
    title = Text(
        (("en", "Heads: 25th anniversary"), ("ru", "Совет глав государств ШОС"), ("fr", "État"), ("zh", "峰会"))
    )
    assert "1 event" in text_of(
        visit(snapshot(event("x", title, "2021-09-16"), PABBY)).get("/", query_string={"q": words})
    )


def test_a_search_without_a_hit_says_so_and_how_to_widen_it(seed: FlaskClient) -> None:
    assert "No events match “xyzzy”." in text_of(seed.get("/?q=xyzzy"))
    assert "Search without filters" not in text_of(seed.get("/?q=xyzzy"))
    assert '<a href="/?q=heads">Search without filters</a>' in seed.get("/?q=heads&tag=exercise").get_data(as_text=True)


def test_a_tag_is_turned_on_and_off_where_one_is(seed: FlaskClient) -> None:
    html = seed.get("/month/2021-09?tag=summit").get_data(as_text=True)
    assert 'href="/month/2021-09?tag=exercise&amp;tag=summit"' in html or 'tag=summit&amp;tag=exercise"' in html
    assert re.search(
        r'class="tag hue-\w+ on" href="/month/2021-09" aria-current="true"><i class="dot"></i>summit', html
    )


def test_a_chip_is_legend_and_filter_with_its_name_and_count() -> None:
    style = TagStyle("summit", Text((("en", "Summits"), ("ru", "Саммиты"))), TagColor.PURPLE)
    site = visit(Snapshot.of(edition(*SEED, calendar=replace(CALENDAR, tags=(style,)))))
    html = site.get("/agenda?lang=ru").get_data(as_text=True)
    assert re.search(
        r'<a class="tag hue-purple" href="/agenda\?tag=summit[^>]*><i class="dot"></i>Саммиты <span class="count">1',
        html,
    )
    assert re.search(r'<li class="line hue-purple">\s*<a href="/events/summit-2021', html)
    assert "<span>Саммиты</span>" in html
    assert re.search(r'class="bar hue-purple.*Summits</span></a>', site.get("/month/2021-09").get_data(as_text=True))


def test_a_country_is_chosen_by_its_name(seed: FlaskClient) -> None:
    html = seed.get("/agenda?from=2021-09-01&place=RU&lang=ru").get_data(as_text=True)
    assert '<option value="RU" selected>Россия</option>' in html
    assert "Peaceful Mission" in html
    assert "Совет глав" not in html


def test_a_small_month_stands_beside_the_list_and_the_grid_on_a_page_of_its_own(seed: FlaskClient) -> None:
    html = seed.get("/").get_data(as_text=True)
    assert 'role="table"' not in html
    assert '<caption><a href="/month/2021-09">September 2021</a>' in html


def test_search_and_tags_choose_what_is_shown(seed: FlaskClient) -> None:
    assert "Peaceful Mission" not in text_of(seed.get("/?q=heads+of+STATE"))
    assert "SCO Council" in text_of(seed.get("/?q=ГЛАВ"))
    assert "SCO Council" not in text_of(seed.get("/?-tag=summit"))


# addresses


def test_a_former_name_leads_to_the_present_one(seed: FlaskClient) -> None:
    response = seed.get("/events/summit?lang=ru")
    assert (response.status_code, response.headers["Location"]) == (301, "/events/summit-2021?lang=ru")


@pytest.mark.parametrize(
    "path", ["/events/nope", "/month/2021-13", "/month/21-09", "/month/0000-01", "/nowhere", "/%00"]
)
def test_what_does_not_exist_is_said_in_plain_words(seed: FlaskClient, path: str) -> None:
    response = seed.get(path)
    assert response.status_code == 404
    assert "Page not found" in text_of(response)


def test_a_month_is_jumped_to_by_a_form(seed: FlaskClient) -> None:
    assert seed.get("/month?month=2022-02&lang=ru").headers["Location"] == "/month/2022-02?lang=ru"
    assert seed.get("/month?month=soon").headers["Location"] == "/month/2021-08"


@pytest.mark.parametrize("path", ["/", "/month", "/events/summit", "//evil.example/", "/events/summit-2021/", "/nope"])
def test_the_host_header_is_never_echoed(seed: FlaskClient, path: str) -> None:
    response = seed.get(
        path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}, base_url="http://evil.example"
    )
    assert "evil.example" not in response.get_data(as_text=True)
    assert "evil.example" not in str(response.headers)


def test_without_a_base_address_no_link_claims_one(seed: FlaskClient) -> None:
    html = seed.get("/").get_data(as_text=True)
    assert "webcal:" not in html
    assert "calendar.google.com" not in html
    assert 'href="/calendar.ics"' in html


def test_with_a_base_address_every_app_gets_its_link() -> None:
    site = visit(snapshot(*SEED), base_url="https://example.org/cal")
    html = site.get("/?tag=summit").get_data(as_text=True)
    assert 'href="webcal://example.org/cal/calendar.ics?tag=summit"' in html
    assert "cid=webcal%3A%2F%2Fexample.org%2Fcal%2Fcalendar.ics%3Ftag%3Dsummit" in html
    assert "outlook.live.com" in html
    assert 'href="/cal/events/summit-2021"' in html


def test_an_imprecise_date_is_not_handed_to_a_calendar_as_a_day(seed: FlaskClient) -> None:
    vague = seed.get("/events/peaceful-mission-2021").get_data(as_text=True)
    assert "calendar.google.com" not in vague
    assert "The date is to be confirmed." in vague
    assert "dates=20210916%2F20210918" in seed.get("/events/summit-2021").get_data(as_text=True)


def linked_data(site: FlaskClient, path: str) -> dict[str, object]:
    html = site.get(path).get_data(as_text=True)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found
    data = json.loads(found[1])
    assert isinstance(data, dict)
    return data


def test_a_search_engine_is_told_no_more_than_is_known(seed: FlaskClient) -> None:
    vague, known = (linked_data(seed, f"/events/{each}") for each in ("peaceful-mission-2021", "summit-2021"))
    assert (vague["startDate"], vague.get("endDate")) == ("2021-09", None)
    assert (known["startDate"], known["endDate"]) == ("2021-09-16", "2021-09-17")
    assert "url" not in known
    away = visit(snapshot(replace(SUMMIT, status=Status.CANCELLED)), base_url="https://example.org")
    data = linked_data(away, "/events/summit-2021")
    assert (data["eventStatus"], data["url"]) == (
        "https://schema.org/EventCancelled",
        "https://example.org/events/summit-2021",
    )


@pytest.mark.parametrize(("when", "status"), [("TBD", "EventPostponed"), ("2021-10-05", "EventRescheduled")])
def test_a_search_engine_is_told_of_a_date_that_was_put_off_whether_it_has_a_new_one(when: str, status: str) -> None:
    play = event("play", "Play", "2021-09-07", repeat="every week", exceptions={"2021-09-14": when})
    [override] = play.overrides
    found = occurrences.find(replace(play, overrides=(replace(override, status=Status.POSTPONED),)), "2021-09-14")
    assert found is not None
    assert jsonld.event_jsonld(found, "Play", "")["eventStatus"] == f"https://schema.org/{status}"


def test_a_series_whose_next_date_is_off_has_that_date_struck_out_and_not_its_title() -> None:
    weekly = event(
        "training", "Training", "2021-08-24", repeat="every week", exceptions={"2021-08-24": Status.CANCELLED}
    )
    over = replace(weekly, id="over", status=Status.CANCELLED)
    client = visit(snapshot(weekly, over))
    classes = [
        re.findall('<article class="event ([^"]+)"', client.get(path).get_data(as_text=True))[0].split()[1:]
        for path in ("/events/training", "/events/training?on=2021-08-31", "/events/over")
    ]
    assert classes == [["one-date", "cancelled"], [], ["cancelled"]]


def test_an_event_leads_to_what_lies_before_and_after_it(seed: FlaskClient) -> None:
    html = seed.get("/events/summit-2021").get_data(as_text=True)
    assert re.search(r'href="/events/secretaries-16" rel="prev"', html)
    assert re.search(r'href="/events/pabby-antiterror-2021" rel="next"', html)


# elsewhere


def test_a_frame_may_stand_on_any_page_and_nothing_else_may(seed: FlaskClient) -> None:
    assert "frame-ancestors" not in seed.get("/embed").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in seed.get("/embed").headers["Content-Security-Policy"]
    for path in ("/", "/month/2021-09", "/events/summit-2021"):
        assert "frame-ancestors 'none'" in seed.get(path).headers["Content-Security-Policy"]


def test_a_frame_keeps_what_it_was_asked_for_from_month_to_month(seed: FlaskClient) -> None:
    html = seed.get("/embed/2021-09?scheme=dark&tag=summit&lang=ru").get_data(as_text=True)
    assert 'data-scheme="dark"' in html
    assert 'target=_self rel="next" href="/embed/2021-10?scheme=dark&amp;tag=summit&amp;lang=ru"' in html
    assert "Совет глав государств ШОС" in html
    assert "Peaceful Mission" not in html
    assert "data-scheme" not in seed.get("/embed?scheme=pink").get_data(as_text=True)
    assert seed.get("/embed/2021-13").status_code == 404


def test_a_frame_is_told_its_look_and_its_contents_by_its_address(seed: FlaskClient) -> None:
    html = seed.get("/embed?start=2021-09&size=small&accent=crimson&scheme=dark").get_data(as_text=True)
    assert '<html lang="en" dir="ltr" data-scheme="dark" data-size="small">' in html
    assert "/static/color-crimson.css" in html
    assert 'href="/embed/2021-10?scheme=dark&amp;size=small&amp;accent=crimson"' in html
    assert "<h1>September 2021</h1>" in html
    assert "<h1>2021</h1>" in seed.get("/embed?view=year&start=2021-03-05").get_data(as_text=True)
    listed = text_of(seed.get("/embed?view=list&start=2021-09-20&count=1"))
    assert "Exercise Peaceful Mission" in listed
    assert "Pabby" not in listed
    plain = seed.get("/embed").get_data(as_text=True)
    assert seed.get("/embed?view=x&size=9&accent=;}&start=soon&count=-1").get_data(as_text=True) == plain


def test_a_frame_of_today_begins_with_what_is_on_as_the_agenda_does() -> None:
    site = visit(snapshot(event("term", "Autumn term", "2021-08-01/2021-12-18"), *SEED))

    assert re.search(
        "Now Autumn term , [^.]+? until Sat 18 Dec .*September 2021", text_of(site.get("/embed?view=list"))
    )
    assert not re.search(r"\bNow\b", text_of(site.get("/embed?view=list&start=2021-09-01")))


def test_a_frame_can_be_a_list(seed: FlaskClient) -> None:
    text = text_of(seed.get("/embed?show=list"))
    order = ["SCO watch", "Exercise Peaceful Mission", "SCO Council of Heads", "Pabby"]
    assert sorted(order, key=text.index) == order
    assert 'role="table"' not in seed.get("/embed?show=list").get_data(as_text=True)


def test_what_to_paste_shows_what_is_seen_here() -> None:
    site = visit(snapshot(*SEED), base_url="https://example.org/cal")
    html = site.get("/follow?tag=summit&lang=ru").get_data(as_text=True)
    pasted = unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)[0])
    assert 'src="https://example.org/cal/embed?tag=summit&amp;lang=ru"' in pasted
    assert '<script src="https://example.org/cal/static/embed.js" async>' in pasted
    assert "embed" not in text_of(visit(snapshot(*SEED)).get("/follow"))


def test_a_phone_is_shown_the_page_and_not_a_file() -> None:
    html = visit(snapshot(*SEED), base_url="https://example.org").get("/?tag=summit").get_data(as_text=True)
    assert '<img src="data:image/svg+xml' in html
    assert "https://example.org/follow?tag=summit" in html
    assert "data:image" not in visit(snapshot(*SEED)).get("/").get_data(as_text=True)


def test_an_event_page_shows_its_first_day_as_a_leaf_and_a_month_where_no_day_is_known(seed: FlaskClient) -> None:
    def leaf(path: str) -> list[str]:
        html = seed.get(path).get_data(as_text=True)
        return re.findall(r"<(?:span|b)>([^<]*)</(?:span|b)>", html[html.index('class="leaf"') :].split("</p>")[0])

    assert leaf("/events/summit-2021") == ["Sep", "16", "Thu"]
    assert leaf("/events/peaceful-mission-2021") == ["Sep", "2021"]
    assert 'class="leaf"' not in visit(snapshot(event("x", "X", "2021-Q4"))).get("/events/x").get_data(as_text=True)


def test_the_badge_of_a_source_does_not_take_the_colour_of_a_status() -> None:
    official = Source(title="The decree", grade=SourceGrade.OFFICIAL)
    postponed = event("fair", "Fair", "TBD", was="2021-10-01", status=Status.POSTPONED, sources=(official,))
    html = visit(snapshot(postponed)).get("/events/fair").get_data(as_text=True)
    assert 'class="badge postponed"' in html and 'class="badge grade official"' in html
    assert not re.search(r"postponed[^,{]* \.badge", load_asset("eventcal.css").body.decode())


@pytest.mark.parametrize(
    "source",
    sorted([*STATIC_FOLDER.glob("*.css"), *STATIC_FOLDER.glob("*.js")]),
    ids=lambda path: path.name,
)
def test_a_style_sheet_or_script_loses_comments_and_spaces_and_no_text(source: Path) -> None:
    lines = [line.strip() for line in source.read_text(encoding="utf-8").splitlines()]
    text = "\n".join(line for line in lines if not line.startswith("//") and not re.fullmatch(r"/\*.*\*/", line))
    served = load_asset(source.name).body.decode()

    assert "".join(served.split()) == "".join(text.split())
    assert re.findall(r'"[^"\n]*"', served) == re.findall(r'"[^"\n]*"', text)


def test_each_calendar_service_is_offered_the_feed_of_the_page_and_mail_beside_it() -> None:
    html = visit(snapshot(*SEED), base_url="https://example.org").get("/?tag=summit&lang=en").get_data(as_text=True)
    addresses = [unescape(address) for address in re.findall(r'data-way="(?:webcal|cid|url)"[^>]*href="([^"]+)"', html)]
    services = [(urlsplit(address).hostname, parse_qs(urlsplit(address).query)) for address in addresses]
    feed = "://example.org/calendar.ics?tag=summit&lang=en"
    assert addresses[0] == f"webcal{feed}"
    assert [(host, query.get("cid", query.get("url"))) for host, query in services[1:]] == [
        ("calendar.google.com", [f"webcal{feed}"]),
        ("outlook.live.com", [f"https{feed}"]),
        ("outlook.office.com", [f"https{feed}"]),
    ]


def test_a_choice_of_ones_own_is_a_page_and_the_feed_and_sign_up_of_it_follow(seed: FlaskClient) -> None:
    page = seed.get("/?id=summit-2021&id=sco-day").get_data(as_text=True)
    assert "SCO Council of Heads of State" in page and "Peaceful Mission" not in page
    assert 'data-feed="/calendar.ics?id=sco-day&amp;id=summit-2021"' in page
    assert 'aria-label="Without the filter SCO Council of Heads of State"' in page


def test_ticks_of_the_follow_page_change_the_address_of_the_feed() -> None:
    site = visit(snapshot(*SEED), base_url="https://example.org")
    html = site.get("/follow?tag=summit&alarms=1&imprecise=omit&cancelled=nonsense").get_data(as_text=True)
    assert 'value="https://example.org/calendar.ics?tag=summit&amp;imprecise=omit&amp;alarms=1"' in html
    assert re.findall(r'name="(\w+)" value="\w+" checked', html) == ["alarms", "imprecise"]


@pytest.mark.parametrize("base_url", ["", "https://example.org"])
def test_the_follow_page_says_where_to_paste_the_address_of_the_feed(base_url: str) -> None:
    """An app's own way to subscribe is there whatever becomes of the buttons, which are these services' to break."""
    html = visit(snapshot(*SEED), base_url=base_url).get("/follow").get_data(as_text=True)

    assert html.count("Copy the link above into your calendar app") == 1


def test_the_follow_page_links_the_other_feeds_of_the_same_events() -> None:
    html = visit(snapshot(*SEED)).get("/follow?tag=summit").get_data(as_text=True)
    for path in ("/upcoming.atom", "/changes.atom", "/events.json"):
        assert f'<li><bdi dir="ltr"><a href="{path}?tag=summit"' in html


def test_what_the_feed_leaves_out_is_said() -> None:
    site = visit(snapshot(*SEED, event("x", "A promise", "TBD"), event("y", "A year", "2031")))
    assert "Not in the feed: 1 event without a date, 1 event with too vague a date." in text_of(site.get("/follow"))
    assert "Not in the feed" not in text_of(site.get("/follow?tag=summit"))


def test_whoever_passes_an_address_on_passes_words_on() -> None:
    site = visit(snapshot(*SEED), base_url="https://example.org")
    for path, title, about in (
        ("/", "SCO watch", "What the Shanghai Cooperation Organization has announced."),
        (
            "/month/2021-09",
            "September 2021 – SCO watch",
            "Exercise Peaceful Mission 2021 · SCO Council of Heads of State",
        ),
        (
            "/events/summit-2021",
            "SCO Council of Heads of State – SCO watch",
            "Thursday 16 September – Friday 17 September 2021, Dushanbe, Tajikistan",
        ),
    ):
        html = site.get(path).get_data(as_text=True)
        assert f'<meta property="og:title" content="{title}">' in html
        assert f'property="og:description" content="{about}">' in html
        assert f'<meta property="og:url" content="https://example.org{path}">' in html


def test_a_calendar_has_its_own_colour() -> None:
    held = Snapshot.of(edition(SUMMIT, calendar=replace(CALENDAR, color="steelblue")))
    site = visit(held)
    address = re.search(r'href="(/static/color-steelblue\.css[^"]*)"', site.get("/").get_data(as_text=True))
    assert address
    style = site.get(address[1])
    assert (style.mimetype, "immutable" in style.headers["Cache-Control"]) == ("text/css", True)
    assert "oklch(from steelblue" in style.get_data(as_text=True)
    assert site.get("/static/color-red;}.css").status_code == 404
    assert "/static/color-" not in visit(snapshot(SUMMIT)).get("/").get_data(as_text=True)


def test_a_reader_goes_back_to_each_events_own_hours(seed: FlaskClient) -> None:
    html = seed.get("/month/2021-09?tz=Europe/Berlin&tag=summit").get_data(as_text=True)
    assert "Times in Berlin." in html
    assert 'href="?tag=summit">Show local times' in html


def test_a_line_has_its_weekday_its_end_and_its_zone_where_that_is_not_the_calendars() -> None:
    here = event("here", "Here", "2021-09-16 10:00/12:30")
    away = event("away", "Away", "2021-09-17 18:00/2021-09-18 02:00", timezone="Europe/Berlin")
    text = text_of(visit(snapshot(here, away)).get("/agenda"))
    assert re.search(r"16 Thu Thursday, 16 September 2021 Here , [^·]*? 10:00–12:30 ", text)
    assert "18:00–02:00 (Berlin)" in text
    assert "Times in Dushanbe unless another place is named." in text


def test_a_date_that_moved_says_from_where() -> None:
    moved = event(
        "x", "Seminar", "2021-09-07 14:00", repeat="every week", exceptions={"2021-09-14": "2021-09-15 16:00"}
    )
    postponed = event("y", "Talk", "2021-10-05", was="2021-09-05", status=Status.POSTPONED)
    of_last_year = event("z", "Fair", "2021-10-06", was="2020-10-07", status=Status.POSTPONED)
    of_a_month = event("w", "Forum", "2021-10-07", was="2021-09", status=Status.POSTPONED)
    text = text_of(visit(snapshot(moved, postponed, of_last_year, of_a_month)).get("/agenda"))
    for day in ("Tue 14 Sep, 14:00", "Sun 5 Sep", "Wed, 7 Oct 2020", "Sep 2021"):  # the year where it is another
        assert f"moved from {day} " in text
    assert "postponed" not in text  # it takes place on its new date


def test_the_change_of_a_series_is_dated_by_its_next_date_at_that_time() -> None:
    series = event("club", "Club", "2019-01-08 20:00", repeat="every week")
    told = moved_change(series, "2019-01-08 19:00", "2019-01-08 20:00")
    assert told.old and told.new
    weekly = replace(told, old=replace(told.old, rule="every week"), new=replace(told.new, rule="every week"))
    text = text_of(visit(snapshot(series, changes=(weekly,))).get("/changes"))

    assert "now Tuesday, 24 August 2021, 20:00 (Dushanbe, UTC+5); every week" in text


def test_the_change_of_a_series_says_how_it_repeated_and_how_it_does() -> None:
    play = event("play", "Play", "2021-09-02", repeat="every week until 2021-10-07")
    told = moved_change(play, "2021-09-02", "2021-09-02")
    assert told.old and told.new
    ends = (
        replace(told.old, rule="every week until 2021-09-30"),
        replace(told.new, rule="every week until 2021-10-07"),
    )
    text = text_of(visit(snapshot(play, changes=(replace(told, old=ends[0], new=ends[1]),))).get("/changes"))
    assert (
        "every week until 30 September 2021 → now Thursday, 2 September 2021; every week until 7 October 2021" in text
    )


def test_a_run_that_ends_earlier_says_what_it_was_and_is_not_called_moved() -> None:
    site = visit(snapshot(SUMMIT, changes=(moved_change(SUMMIT, "2021-09-16/19", "2021-09-16/17"),)))
    assert "Was: Thu 16 Sep – Sun 19 Sep " in (text := text_of(site.get("/agenda")))
    assert "moved from" not in text
    assert "Originally Thu, 16 Sep – Sun, 19 Sep 2021" in text_of(site.get("/events/summit-2021"))


def test_a_run_that_was_extended_says_so_and_is_not_called_moved() -> None:
    held = snapshot(SUMMIT, changes=(moved_change(SUMMIT, "2021-09-16", "2021-09-16/17"),))
    assert "extended from Thu 16 Sep " in text_of(visit(held).get("/agenda"))
    assert "date changed:" in text_of(visit(held).get("/month/2021-09"))
    open_again = moved_change(SUMMIT, "2021-09-16/17", "2021-09-16/..", ChangeKind.LESS_PRECISE)
    for changes in (held, snapshot(SUMMIT, changes=(open_again,))):
        assert "date changed" in text_of(visit(changes).get("/changes"))


@pytest.mark.parametrize("path", ["/", "/agenda", "/month/2021-09", "/?q=heads"])
def test_a_date_that_moved_in_the_last_month_says_from_where_although_the_registry_does_not(path: str) -> None:
    held = snapshot(SUMMIT, changes=(moved_change(SUMMIT, "2021-09-09", "2021-09-16/17"),))
    assert "moved from Thu 9 Sep " in text_of(visit(held).get(path))
    assert "moved" not in text_of(visit(held, now=NOW + timedelta(days=31)).get(path))


def test_a_month_no_longer_marks_a_move_once_the_event_is_over() -> None:
    moved = event("y", "Talk", "2021-09-07", was="2021-09-05")
    for day, is_marked in ((6, True), (8, False)):
        html = visit(snapshot(moved), now=datetime(2021, 9, day, 7, tzinfo=UTC)).get("/month/2021-09")
        assert ('<span class="flag moved">moved:</span>' in html.get_data(as_text=True)) is is_marked
    chinese = visit(snapshot(moved), now=datetime(2021, 9, 6, 7, tzinfo=UTC)).get("/month/2021-09?lang=zh")
    assert re.search('<span class="flag moved">[^<:]+：</span>', chinese.get_data(as_text=True))


def test_a_move_that_another_followed_is_not_where_an_event_moved_from() -> None:
    held = snapshot(SUMMIT, changes=(moved_change(SUMMIT, "2021-09-09", "2021-09-10"),))
    assert "moved" not in text_of(visit(held).get("/agenda"))


def test_a_list_of_a_month_has_today_and_no_day_of_another_month_without_a_share_in_it() -> None:
    across = event("across", "Across", "2021-08-31/2021-09-01")
    html = visit(snapshot(SUMMIT, across, event("o", "October", "2021-10-01")), now=NOW.replace(month=9)).get(
        "/month/2021-09"
    )
    cells = re.findall(
        r'class="cell ([^"]*)">\s*<span class="no".*?<span class="vh">([^<]*)', html.get_data(as_text=True)
    )
    listed = [day for classes, day in cells if "idle" not in classes.split()]
    assert listed == ["Tuesday, 31 August 2021", "Thursday, 16 September 2021", "Monday, 20 September 2021"]


@pytest.mark.parametrize("sheet", ["event.css", "operations.css", "subscribe.css"])
def test_a_style_sheet_of_some_pages_gives_no_class_of_all_pages_another_look(sheet: str) -> None:
    folder = STATIC_FOLDER
    names = [set(re.findall(r"^\.([\w-]+) \{", (folder / name).read_text(), re.M)) for name in ("eventcal.css", sheet)]
    assert names[0] & names[1] == set()


def test_no_class_of_a_style_sheet_is_without_an_element() -> None:
    """Classes that Python makes of a number or a colour are left out: columns, spans, lanes, hues."""
    folder = Path(web.__file__).parent
    written = "".join(path.read_text() for kind in ("html", "js", "py") for path in folder.rglob(f"*.{kind}"))
    for sheet in folder.glob("static/*.css"):
        selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", sheet.read_text(), flags=re.S)
        names = set(re.findall(r"\.([a-z][\w-]*)", selectors))
        unused = {name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", written)}
        assert {name for name in unused if not re.fullmatch(r"[cslt]\d|hue-[a-z]+|cancelled|official", name)} == set()


# how it is answered


def test_every_answer_forbids_inline_code_and_sets_no_cookie(seed: FlaskClient) -> None:
    for path in ("/", "/nope", "/static/eventcal.css"):
        headers = seed.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers


def test_no_page_needs_what_the_policy_forbids(seed: FlaskClient) -> None:
    for path in ("/", "/month/2021-09", "/events/summit-2021", "/changes", "/agenda", "/nope"):
        html = seed.get(path).get_data(as_text=True)
        assert not re.search(
            r'<script(?![^>]* src=")(?! type="application/ld)|<style|\sstyle=|\son\w+=|https?://[^"]*\.(js|css)', html
        ), path


def test_an_unchanged_page_is_not_sent_again(seed: FlaskClient) -> None:
    first = seed.get("/month/2021-09")
    again = seed.get("/month/2021-09", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_pages_and_their_style_are_sent_packed_to_whoever_can_unpack_them(seed: FlaskClient) -> None:
    for path in ("/", "/static/eventcal.css"):
        plain, packed = seed.get(path), seed.get(path, headers={"Accept-Encoding": "gzip, br"})
        assert gzip.decompress(packed.get_data()) == plain.get_data()
        assert len(packed.get_data()) < len(plain.get_data()) / 2
        assert "Accept-Encoding" in packed.headers["Vary"]


def test_the_page_of_an_event_alone_has_the_style_sheet_of_its_own(seed: FlaskClient) -> None:
    names = [
        re.findall(r"/static/(\w+)\.css", seed.get(path).get_data(as_text=True))
        for path in ("/events/summit-2021", "/")
    ]

    assert names == [["eventcal", "event"], ["eventcal"]]
    folder = Path(web.__file__).parent / "templates"
    for name in ("event", "operations/page", "subscribe/frame"):  # the pages with `class="facts"`
        assert 'own_sheet = "event.css"' in (folder / f"{name}.html").read_text()


def test_a_month_of_two_hundred_events_weighs_little() -> None:
    site = visit(snapshot(*SEED, *busy_month(200)), base_url="https://example.org")
    html = site.get("/month/2021-09").get_data(as_text=True)
    assert html.count('class="bar') >= 200
    paths = ["/month/2021-09", *re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', html)]
    sizes = [len(site.get(each, headers={"Accept-Encoding": "gzip"}).get_data()) for each in paths]
    assert len(sizes) == 3
    assert sizes[0] <= 8_400, sizes  # versions of zlib differ by a percent
    assert sum(sizes) <= 16 * 1024, dict(zip(paths, sizes, strict=True))


def test_a_month_is_made_once_and_again_for_whoever_asks_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[date] = []
    lay_out = months.lay_out
    monkeypatch.setattr("eventcal.web.pages.grid.lay_out", lambda *of: made.append(of[0]) or lay_out(*of))
    held = snapshot(*SEED)
    site = visit(held)
    for path in ("/month/2021-09", "/month/2021-09", "/month/2021-09?tag=summit", "/month/2021-09?lang=ru"):
        site.get(path)
    assert len(made) == 3
    visit(held, now=NOW + timedelta(days=1)).get("/month/2021-09")
    assert len(made) == 4


def test_what_is_not_ours_to_give_is_not_given(seed: FlaskClient) -> None:
    for path in ("/static/../app.py", "/static/app.py", "/static/%2e%2e/app.py", "/static/"):
        assert seed.get(path).status_code == 404


def test_before_the_first_edition_a_visitor_is_asked_for_patience() -> None:
    site = visit(Snapshot(degraded=("the registry has problems",)))
    for path in ("/", "/month/2021-09", "/agenda", "/events/x", "/changes"):
        response = site.get(path)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert "isn’t published yet" in text_of(response)
        assert "problem" not in text_of(response)
    assert health_of(Snapshot()) == (200, 503)


@pytest.mark.parametrize(
    ("contact", "begins"),
    [
        ("https://github.com/desk/calendar", "https://github.com/desk/calendar/issues/new?template=event-date.yml"),
        ("desk@example.org", "mailto:desk@example.org?subject="),
    ],
)
def test_a_wrong_date_is_reported_and_an_event_suggested_where_the_calendar_names_a_contact(
    contact: str, begins: str
) -> None:
    site = visit(Snapshot.of(edition(SUMMIT, calendar=replace(CALENDAR, contact=contact))))
    page = unescape(site.get("/events/summit-2021").text)
    hrefs = re.findall(r'href="([^"]*)"[^>]*>(?:Report a wrong date|Suggest an event)<', page)
    assert len(hrefs) == 2
    assert all(href.startswith(begins) for href in hrefs)
    assert "summit-2021" in hrefs[0]
    assert "Suggest an event" not in visit(Snapshot.of(edition(SUMMIT))).get("/").text


@pytest.mark.parametrize("path", ["/", "/follow", "/agenda", "/month/2021-09", "/changes", "/events/summit-2021"])
def test_an_address_too_long_for_a_qr_code_has_none(path: str) -> None:
    site = visit(snapshot(*SEED), base_url="https://example.org")
    assert "data:image/svg" in site.get(path).text
    long = site.get(
        path, query_string=[("q", "😀" * 195), ("place", "я" * 190), *(("id", f"e{n}" * 20) for n in range(45))]
    )
    assert (long.status_code, "data:image/svg" in long.text) == (200, False)


def test_readiness_names_what_is_not_well_and_pages_do_not() -> None:
    held = snapshot(*SEED, degraded=("the registry has problems",))
    ready = FeedResponder(lambda: held).answer(HttpRequest("GET", "/readyz", "", lambda _: None))
    assert ready is not None
    assert (ready.status, json.loads(ready.body)) == (
        200,
        {"status": "ready", "edition": 1, "degraded": ["the registry has problems"]},
    )
    assert "problem" not in text_of(visit(held).get("/"))


def test_a_process_that_no_longer_looks_is_not_healthy() -> None:
    assert health_of(snapshot(), is_stalled=True) == (503, 200)


def test_a_bug_becomes_a_page_and_a_traceback_in_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caplog.handler, "formatter", JsonFormatter())
    held = snapshot(*SEED)
    broken = replace(held, index=SimpleNamespace(palette=TagPalette(), last_moves={}))  # type: ignore[arg-type]
    response = visit(broken).get("/", headers={"X-Request-Id": "from-the-proxy"})
    assert response.status_code == 500
    assert "Something went wrong" in text_of(response)
    line = json.loads(caplog.text)
    assert "Traceback" in line["traceback"]
    assert response.headers["X-Request-Id"] == line["request"] == "from-the-proxy"
    assert re.fullmatch("[0-9a-f]{12}", visit(broken).get("/", headers={"X-Request-Id": "a b"}).headers["X-Request-Id"])


# laying out


def dated(text: str, name: str = "x") -> Occurrence:
    subject = event(name, name, text)
    return Occurrence(subject, "", subject.when, subject.status)


def lay(*texts: str) -> months.MonthGrid:
    return months.lay_out(SEPTEMBER, [dated(each, f"e{n}") for n, each in enumerate(texts)], date(2021, 9, 2), 0)


def test_an_event_of_several_days_is_one_bar_a_week() -> None:
    month = lay("2021-09-03/08")
    bars = [bar for week in month.weeks for day in week for bar in day.visible_bars]
    assert [(each.column, each.span, each.starts_before, each.continues) for each in bars] == [
        (5, 3, False, True),
        (1, 3, True, False),
    ]


def test_bars_that_meet_stand_in_different_lanes() -> None:
    week = lay("2021-09-13/15", "2021-09-15/17").weeks[2]
    assert {bar.occurrence.event.id: bar.lane for day in week for bar in day.visible_bars} == {"e0": 0, "e1": 1}


def test_what_takes_a_day_stands_in_a_hole_of_the_lanes_or_below_them() -> None:
    week = lay("2021-09-13/15", "2021-09-15/17", "2021-09-16", "2021-09-16", "2021-09-19").weeks[2]
    thursday, sunday = week[3], week[6]
    assert [(bar.occurrence.event.id, bar.lane) for bar in thursday.visible_bars] == [("e2", 0), ("e3", None)]
    assert (thursday.lane_count, sunday.lane_count) == (2, 0)
    assert [bar.lane for bar in sunday.stacked_bars] == [None]


def test_a_crowded_day_folds_what_has_no_room() -> None:
    day = lay(*["2021-09-22"] * 12).weeks[3][2]
    assert (len(day.stacked_bars), len(day.hidden_bars)) == (months.MAX_LANES, 12 - months.MAX_LANES)
    beside = lay("2021-09-22/23", "2021-09-22/23", *["2021-09-22"] * 12).weeks[3][2]
    assert (len(beside.lane_bars), len(beside.stacked_bars), len(beside.hidden_bars)) == (2, 2, 10)


def test_a_crowded_week_folds_what_has_no_lane() -> None:
    wednesday, thursday = lay(*["2021-09-22/23"] * 6).weeks[3][2:4]
    assert (len(wednesday.lane_bars), len(wednesday.hidden_bars)) == (4, 2)
    assert (len(thursday.hidden_bars), len(thursday.continuing)) == (0, 6)


def test_one_too_many_is_shown_and_not_folded() -> None:
    day = lay(*["2021-09-22"] * 5).weeks[3][2]
    assert (len(day.stacked_bars), len(day.hidden_bars)) == (5, 0)


def test_a_month_without_a_day_has_a_strip_and_no_bar() -> None:
    month = lay("2021-09", "2021-Q3", "2021")
    assert [each.when.span.unit.value for each in month.strips] == ["month", "quarter", "year"]
    assert not any(day.visible_bars for week in month.weeks for day in week)


@pytest.mark.parametrize("week_start", range(7))
def test_a_grid_holds_whole_weeks_and_the_whole_month(week_start: int) -> None:
    start, end = months.grid_bounds(SEPTEMBER, week_start)
    assert (start.weekday(), (end - start).days % 7) == (week_start, 6)
    assert start <= SEPTEMBER
    assert end >= date(2021, 9, 30)


# looking up


def test_a_window_costs_its_own_months_and_not_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    between: Callable[..., list[Occurrence]] = occurrences.between
    monkeypatch.setattr(
        occurrences, "between", lambda events, *window: asked.append(len(events)) or between(events, *window)
    )
    index = EditionIndex(edition(*many_events(1200), FOUNDING))
    index.everything.between(SEPTEMBER, date(2021, 9, 30))
    assert asked[0] <= 110
    index.everything.between(SEPTEMBER, date(2021, 9, 30))
    assert len(asked) == 1


def test_the_index_finds_what_looking_at_everything_finds() -> None:
    subjects = (
        *many_events(300),
        *SEED,
        event("long", "Long", "2018-05-01/2023-05-01"),
        event("years", "Years", "2021/2026"),
    )
    index = EditionIndex(edition(*subjects))
    for start in (date(2021, 8, 25), date(2021, 6, 1), date(2024, 1, 1), date(2026, 6, 15)):
        end = start + timedelta(days=40)
        assert list(index.everything.between(start, end)) == list(occurrences.between(subjects, start, end))


def test_what_is_rare_is_not_pushed_out_by_what_comes_every_year() -> None:
    index = EditionIndex(edition(FOUNDING, event("far", "Far", "2029-01-01")))
    found = agenda.list_upcoming(index.everything, date(2026, 11, 24), 20)
    assert [each.event.id for each in found] == ["sco-day", "far"]


def test_a_series_is_listed_for_a_month_and_later_only_where_a_date_differs() -> None:
    cancelled = {"2021-11-16": Status.CANCELLED}
    weekly = event("training", "Training", "2021-08-24 18:00", repeat="every week", exceptions=cancelled)
    text = text_of(visit(snapshot(weekly, event("far", "Annual meeting", "2022-03-12"))).get("/"))
    listed = re.findall(r"Training , \w+, (\d+ \w+) ", text)
    assert ["24 August", "31 August", "7 September", "14 September", "21 September", "16 November"] == listed
    assert (1, 1, 1) == (text.count("every week"), text.count("Annual meeting"), text.count("All upcoming events"))


def test_a_daily_series_leaves_room_for_what_is_rare() -> None:
    daily = event("daily", "Daily", "2021-08-01 09:00", repeat="every day")
    index = EditionIndex(edition(daily, event("far", "Annual meeting", "2022-03-12")))
    found = [each.event.id for each in agenda.list_upcoming(index.everything, date(2021, 8, 20), 30)]
    assert ["daily"] * agenda.MAX_SERIES_DATES + ["far"] == found


def test_a_list_reaches_over_decades_without_anything() -> None:
    index = EditionIndex(edition(event("old", "Old", "1931-05-01"), event("new", "New", "2131-05-01")))
    assert [
        each.event.id for each in agenda.list_page(index.everything, agenda.PageStart(date(1000, 1, 1)), 50)[0]
    ] == [
        "old",
        "new",
    ]
    assert [each.event.id for each in agenda.list_upcoming(index.everything, date(2021, 9, 1), 20)] == ["new"]
    assert [each.event.id for each in agenda.list_past(index.everything, date(2021, 9, 1), 20)] == ["old"]


# from the store


def test_a_new_edition_in_the_store_is_served_without_a_restart(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/eventcal.db")
    store.upgrade()
    snapshots = SnapshotPoller(store)
    assert snapshots.refresh().edition is None
    with store.write() as connection:
        edition_store.record(connection, None, edition(SUMMIT), [])
    first = snapshots.refresh()
    assert [each.id for each in first.index.events] == ["summit-2021"]
    assert snapshots.refresh() is first
    with store.write() as connection:
        change = moved_change(SUMMIT, "2021-09", "2021-09-16/17")
        edition_store.record(connection, first.edition, edition(SUMMIT, PABBY, number=2), [change])
    second = snapshots.refresh()
    assert [each.id for each in second.index.events] == ["summit-2021", "pabby-antiterror-2021"]
    assert len(second.changes) == 1
    store.close()


def test_a_store_that_takes_the_place_of_another_is_served_without_a_restart(tmp_path: Path) -> None:
    stores = [open_store(f"sqlite:///{tmp_path}/{name}.db") for name in ("eventcal", "other")]
    for store, content in zip(stores, (edition(SUMMIT, PABBY, number=2), edition(SUMMIT)), strict=True):
        store.upgrade()
        with store.write() as connection:
            edition_store.record(connection, None, content, [])
    snapshots = SnapshotPoller(stores[0])
    snapshots.poll()
    stores[1].close()
    (tmp_path / "other.db").replace(tmp_path / "eventcal.db")
    for _ in range(2):
        snapshots.poll()

    assert ([each.id for each in snapshots().index.events], snapshots().degraded) == (["summit-2021"], ())
    stores[0].close()


def test_readiness_knows_a_scheduler_that_does_not_tick(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/eventcal.db")
    store.upgrade()
    snapshots = SnapshotPoller(store)
    for age, degraded in (
        *((90, ()), (130, ("no scheduler has run for two minutes",)), (5, ())),
        (-86_400, ("no scheduler has run for two minutes",)),  # by a clock that was a day ahead
    ):
        with store.write() as connection:
            health.record_tick(connection, store.now() - timedelta(seconds=age))
        assert snapshots.refresh().degraded == degraded
    store.close()


@pytest.mark.parametrize(
    ("free_blocks", "flags", "degraded"),
    [(0, 0, ("the store's disk is full",)), (9_999, os.ST_RDONLY, ("the store's disk is read-only",)), (9_999, 0, ())],
)
def test_readiness_knows_a_disk_that_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_blocks: int, flags: int, degraded: tuple[str, ...]
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/eventcal.db")
    store.upgrade()
    disk = os.statvfs_result((4096, 4096, 9_999, free_blocks, free_blocks, 0, 0, 0, flags, 255))
    monkeypatch.setattr(os, "statvfs", lambda path: disk)

    assert SnapshotPoller(store).refresh().degraded == degraded
    store.close()


def test_readiness_knows_a_disk_that_became_read_only_and_says_so_in_no_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/eventcal.db")
    store.upgrade()
    snapshots = SnapshotPoller(store)
    assert snapshots.refresh().degraded == ()

    def refuse(path: Path, flags: int) -> int:
        assert (path.name, flags) == (
            "eventcal.db-wal",
            os.O_WRONLY,
        )  # a descriptor of the database would end its locks
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "open", refuse)

    assert snapshots.refresh().degraded == ("the store's disk is read-only",)
    store.close()


def test_a_store_that_cannot_be_read_leaves_the_last_edition_standing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/eventcal.db")
    store.upgrade()
    with store.write() as connection:
        edition_store.record(connection, None, edition(SUMMIT), [])
    moment = 0.0
    snapshots = SnapshotPoller(store, clock=lambda: moment)
    snapshots.poll()
    store.close()
    (tmp_path / "eventcal.db").write_bytes(b"not a database, " * 4096)
    snapshots.poll()
    assert snapshots().edition is not None
    assert snapshots().degraded == ("the store cannot be read",)
    assert not snapshots.is_stalled()
    moment = STALLED_AFTER_SECONDS + 1
    assert snapshots.is_stalled()

    # a damaged file may be read again in between, from what a connection remembers
    for _ in range(3):
        snapshots._current = replace(snapshots(), degraded=())
        snapshots.poll()
    assert [record.getMessage() for record in caplog.records] == [
        "the store cannot be read, the last edition stays published: "
        f"{store.name} is damaged: file is not a database; restore a copy of it"
    ]
    moment += FAILURE_LOG_SECONDS
    snapshots.poll()
    assert caplog.records[-1].getMessage().endswith("restore a copy of it (4 times)")


# what a question costs


@pytest.fixture
def expanded(monkeypatch: pytest.MonkeyPatch) -> list[Occurrence]:
    """Every occurrence that is expanded while a page is made."""
    expansions: list[Occurrence] = []
    of_event = occurrences.of_event

    def count(*arguments: Any) -> list[Occurrence]:
        result = of_event(*arguments)
        expansions.extend(result)
        return result

    monkeypatch.setattr(occurrences, "of_event", count)
    return expansions


def daily_series(count: int) -> Snapshot:
    series = (event(f"series-{n}", f"Series {n}", "2021-01-01 10:00", repeat="every day") for n in range(count))
    return snapshot(*series)


def test_what_a_filter_leaves_out_is_not_expanded(expanded: list[Occurrence]) -> None:
    site = visit(daily_series(100))
    for path in (
        "/agenda?q=nohit",
        "/?tag=nothing",
        "/month/2021-09?q=nohit",
        "/past?q=nohit",
        "/year/2021?q=nohit",
    ):
        assert site.get(path).status_code == 200
    assert expanded == []
    assert site.get("/?q=nohit").status_code == 200
    assert len(expanded) <= 200  # yesterday and today, for the nearest events that it names


def test_a_full_calendar_is_expanded_no_further_than_its_page(expanded: list[Occurrence]) -> None:
    site = visit(daily_series(1_000))
    html = site.get("/").get_data(as_text=True)
    assert html.count("Series ") < 200
    assert len(expanded) < 3_000  # a day of everything, and a small month that is given up
    del expanded[:]
    assert site.get("/").get_data(as_text=True) == html
    assert len(expanded) < 2_500  # what is cached is not expanded again


def test_a_search_expands_one_date_of_each_series_that_it_finds(expanded: list[Occurrence]) -> None:
    assert "More results: add a word." in text_of(visit(daily_series(1_000)).get("/?q=series"))
    assert len(expanded) <= 1_000


def test_a_month_that_no_grid_can_show_leads_to_its_list(expanded: list[Occurrence]) -> None:
    site = visit(daily_series(1_000))
    html = site.get("/month/2021-09").get_data(as_text=True)
    assert "This month has too many events for a grid." in html
    assert 'href="/agenda?from=2021-09-01"' in html
    assert len(expanded) < 2_000
    assert "too many events for a grid" in site.get("/embed/2021-09").get_data(as_text=True)


def test_a_day_that_is_too_long_for_a_page_goes_on_on_the_next_and_nothing_is_lost() -> None:
    site = visit(
        snapshot(*(event(f"e{n}", f"Talk {n}.", "2021-09-20") for n in range(450)), event("z", "Z", "2021-09-21"))
    )
    path, titles, pages = "/agenda", list[str](), 0
    while path:
        html = site.get(unescape(path)).get_data(as_text=True)
        titles += re.findall(r">(Talk \d+\.|Z)</", html)
        later = re.search(r'href="([^"]+)" rel="next"', html)
        path, pages = later[1] if later else "", pages + 1
        assert pages < 10
    assert sorted(titles) == sorted([*(f"Talk {n}." for n in range(450)), "Z"])
    assert pages >= 3


# what programs find by themselves


def test_each_feed_of_what_a_page_shows_is_announced_at_an_address_that_answers() -> None:
    served = snapshot(*SEED)
    site = visit(served)
    html = site.get("/?tag=summit&lang=ru&tz=Europe/Berlin").get_data(as_text=True)
    links = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', html)
    assert [kind for kind, _ in links] == ["text/calendar", *["application/atom+xml"] * 2, "application/json"]
    for kind, address in links:
        answer = site.get(unescape(address))
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert "tag=summit" in address


def test_a_tag_has_a_page_at_the_address_that_it_has_in_a_static_site(seed: FlaskClient) -> None:
    for path in ("/tags/summit", "/tags/summit/"):
        text = text_of(seed.get(path))
        assert "SCO Council of Heads of State" in text and "Peaceful Mission" not in text
    site = visit(snapshot(*SEED), base_url="https://example.org")
    assert '<link rel="canonical" href="https://example.org/?tag=summit">' in site.get("/tags/summit").get_data(
        as_text=True
    )
    assert seed.get("/tags/nothing").status_code == 404


def test_every_page_links_the_feeds_of_what_it_shows(seed: FlaskClient) -> None:
    html = seed.get("/agenda?tag=summit").get_data(as_text=True)
    foot = html[html.index('class="foot"') :]
    assert re.findall(r'href="(/[^"]+)" type=', foot) == [
        "/calendar.ics?tag=summit",
        "/upcoming.atom?tag=summit",
        "/events.json?tag=summit",
    ]


def test_a_robot_finds_every_page_and_a_browser_the_icon() -> None:
    site = visit(snapshot(*SEED), base_url="https://example.org/calendar")
    sitemap = site.get("/sitemap.xml")
    assert sitemap.mimetype == "application/xml"
    locations = re.findall("<loc>(.*?)</loc>", sitemap.get_data(as_text=True))
    assert "https://example.org/calendar/events/summit-2021" in locations
    assert all(
        site.get(location.removeprefix("https://example.org/calendar")).status_code == 200 for location in locations
    )
    assert visit(snapshot(*SEED)).get("/sitemap.xml").status_code == 404
    assert site.get("/favicon.ico").mimetype == "image/svg+xml"


def test_what_is_over_and_was_never_given_a_day_promises_no_date() -> None:
    sentence = "the event moves to its date when it is announced"
    exercise = event("exercise", "Exercise", "2021-09")

    before, after = (
        text_of(visit(snapshot(exercise), now=now).get("/events/exercise"))
        for now in (datetime(2021, 9, 2, tzinfo=UTC), datetime(2021, 11, 2, tzinfo=UTC))
    )

    assert sentence in before
    assert sentence not in after
