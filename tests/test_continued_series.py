"""A series that goes on under another rule, hour or place: its readers go on with it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from eventcal import feeds
from eventcal.event_bodies import event_from_json, event_to_json
from eventcal.feeds.events_json import render_events_json
from eventcal.feeds.selection import Removed
from eventcal.filters import Filter, keeps_event, parse_query
from eventcal.history import Edition
from eventcal.messages import Message
from eventcal.registry.write_event import change_event

from .factories import NEW_YEAR, build_next, count_calls, read_registry, text_of, utc
from .subscriber_world import SubscriberWorld

HEAD = """\
version: 1
calendar: {id: club, name: Club, timezone: Europe/Berlin}
events:
"""
PRACTICE = """\
- {id: practice, title: Practice, when: 2027-01-05 17:00, repeat: every week, place: Hall 1, reminders: [1 day before, on change]}
"""
ENDED = PRACTICE.replace("every week", "every week until 2027-04-27")
WEDNESDAYS = """\
- {id: wednesdays, title: Practice, when: 2027-05-05 18:00, repeat: every week, place: Hall 3, continues: practice, reminders: [1 day before]}
"""


def edition(folder: Path, events: str, previous: Edition | None = None) -> Edition:
    return build_next(read_registry(folder, HEAD + events), previous)[0]


def continued_ids(shown: Edition) -> dict[str, tuple[str, ...]]:
    return {event.id: event.continues for event in shown.events if event.continues}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (ENDED + WEDNESDAYS, []),
        (WEDNESDAYS + ENDED, []),
        (
            ENDED + WEDNESDAYS.replace("continues: practice", "continues: pratice"),
            ["no event has the id 'pratice', did you mean 'practice'?"],
        ),
        (WEDNESDAYS, ["no event has the id 'practice': write the id of an event of this registry, or remove the key"]),
        (
            ENDED.replace("}", ", continues: wednesdays}") + WEDNESDAYS,
            [
                "'wednesdays' itself continues this event: remove one of the two",
                "'practice' itself continues this event: remove one of the two",
            ],
        ),
        (
            PRACTICE + WEDNESDAYS,
            [
                "'practice' still has dates when this one begins, on 2027-05-05: end its rule with `until 2027-05-04` or earlier"
            ],
        ),
        (
            ENDED.replace("}", f", formerly: [{', '.join(f'p{number}' for number in range(20))}]}}") + WEDNESDAYS,
            ["series go back over 20 ids at most: delete the oldest, and the `continues` that names it"],
        ),
        (
            PRACTICE.replace("repeat", "status: cancelled, repeat") + WEDNESDAYS,
            [],
        ),
        (
            ENDED.replace("place", "exceptions: {2027-04-27: {when: 2027-05-06 10:00}}, place") + WEDNESDAYS,
            ["'practice' still has dates when this one begins, on 2027-05-05"],
        ),
        (
            ENDED.replace("}", ", continues: wednesdays}")
            + WEDNESDAYS
            + "- {id: x, title: X, when: TBD, continues: practice}\n",
            [
                "'wednesdays' itself continues this event: remove one of the two",
                "'practice' itself continues this event: remove one of the two",
            ],
        ),
    ],
)
def test_a_series_continues_another_that_has_ended(tmp_path: Path, events: str, expected: list[str]) -> None:
    problems = read_registry(tmp_path, HEAD + events).problems
    assert [problem.message for problem in problems] == expected


def test_an_edition_knows_every_id_under_which_a_series_was_chosen(tmp_path: Path) -> None:
    first = edition(tmp_path, ENDED.replace("}", ", formerly: [tuesdays]}") + WEDNESDAYS)
    assert continued_ids(first) == {"wednesdays": ("practice", "tuesdays")}

    summer = "- {id: summer, title: Practice, when: 2028-07-01, continues: wednesdays}\n"
    ended = WEDNESDAYS.replace("every week", "every week until 2028-06-28")
    second = edition(tmp_path, ENDED + ended + summer, first)
    assert continued_ids(second)["summer"] == ("wednesdays", "practice", "tuesdays"), "its former id stays known"

    third = edition(tmp_path, ended.replace(", continues: practice", "") + summer, second)
    assert continued_ids(third) == {
        "wednesdays": ("practice", "tuesdays"),
        "summer": ("wednesdays", "practice", "tuesdays"),
    }, "what left the registry is followed, too"
    fourth = edition(tmp_path, ENDED + ended.replace(", continues: practice", "") + summer, second)
    assert continued_ids(fourth) == {"summer": ("wednesdays",)}, "what stays without being continued is another series"
    for event in second.events:
        assert event_from_json(event_to_json(event)) == event


def test_who_chose_a_series_gets_its_later_dates_in_feeds_and_reminders(tmp_path: Path) -> None:
    shown = edition(tmp_path, ENDED + WEDNESDAYS)
    later = shown.events[1]
    assert keeps_event("event=practice", later, ())
    assert not keeps_event("event=wednesdays", shown.events[0], ())

    chosen = feeds.render_calendar_feed(shown, NEW_YEAR.date(), parse_query("id=practice"), "")
    own = feeds.render_event_feed(shown, "practice", NEW_YEAR.date(), Filter())
    assert own is not None
    for body in (chosen.body, own.body):
        assert body.count(b"\r\nUID:") == 2
    entries = json.loads(render_events_json(shown, Filter(), "en", "")[0])["events"]
    assert [entry["continues"] for entry in entries] == [[], ["practice"]]


def test_the_feed_of_a_removed_series_goes_on_with_what_continued_it(tmp_path: Path) -> None:
    before = edition(tmp_path, ENDED + WEDNESDAYS)
    after = edition(tmp_path, WEDNESDAYS.replace(", continues: practice", ""), before)
    feed = feeds.render_event_feed(after, "practice", NEW_YEAR.date(), Filter(), removed=Removed(before.versions[:1]))
    assert feed is not None
    assert b"\r\nUID:wednesdays@club\r\n" in feed.body


def test_readers_go_on_when_every_earlier_series_is_long_gone(tmp_path: Path) -> None:
    summer = "- {id: summer, title: Practice, when: 2028-07-01, continues: wednesdays}\n"
    ended = WEDNESDAYS.replace("every week", "every week until 2028-06-28")
    before = edition(tmp_path, ENDED + ended + summer)
    after = edition(tmp_path, summer.replace(", continues: wednesdays", ""), before)
    followed = after.find_followed("practice")
    assert followed is not None and followed.event.id == "summer"
    assert before.find_followed("practice") is before.versions[0]
    renamed = edition(tmp_path, (ENDED + ended).replace("practice", "tuesdays"), before)
    assert renamed.find_followed("practice") is renamed.versions[1], (
        "a new name without `formerly` leaves them the later dates"
    )
    feed = feeds.render_event_feed(after, "practice", NEW_YEAR.date(), Filter())
    assert feed is not None and b"\r\nUID:summer@club\r\n" in feed.body
    assert after.belongs_to_any("summer@club", {"practice@club"}), "who muted it is left alone"


def test_what_belongs_to_the_later_series_reaches_who_chose_the_earlier_one_with_its_parts(tmp_path: Path) -> None:
    later = WEDNESDAYS.replace("continues", "part_of: practice, continues")
    part = "- {id: papers, title: Papers, when: 2027-06-01, part_of: wednesdays}\n"
    shown = edition(tmp_path, ENDED + later + part)
    assert keeps_event("event=practice&parts=1", shown.events[2], shown.parent_ids(shown.events[2]))
    feed = feeds.render_event_feed(shown, "practice", NEW_YEAR.date(), Filter(parts=True))
    assert feed is not None and feed.body.count(b"\r\nUID:") == 3, "each once"


@pytest.mark.parametrize("link", ["continues", "part_of"])
def test_last_modified_does_not_go_back_when_an_event_leaves_the_feed_of_another(tmp_path: Path, link: str) -> None:
    first = edition(tmp_path, ENDED)
    events = ENDED + WEDNESDAYS.replace("continues", link)
    second = edition(tmp_path, events, first)
    third = edition(tmp_path, events.replace(f", {link}: practice", ""), second)
    moments = []
    for shown in (first, second, third):
        feed = feeds.render_event_feed(shown, "practice", NEW_YEAR.date(), Filter(parts=True))
        assert feed is not None
        moments.append(feed.last_modified)
    assert moments[0] < moments[1] < moments[2]


def test_a_chain_of_series_costs_as_many_looks_as_it_is_long(tmp_path: Path) -> None:
    chain = "".join(
        f"- {{id: s{year}, title: S, when: {year}-01-01, continues: s{year - 1}}}\n" for year in range(2001, 2020)
    )
    shown = edition(tmp_path, "- {id: s2000, title: S, when: 2000-01-01}\n" + chain)
    assert count_calls(lambda: shown.belongs_to_any("s2019@club", {"another@club"})) < 3_000


def test_a_notice_says_how_the_series_goes_on_and_its_readers_are_reminded_of_it(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, utc(2027, 4, 1, 6))
    world.publish(PRACTICE, world.now)
    world.sign_up(query="?event=practice")
    world.advance_to(utc(2027, 4, 20, 6))
    world.publish(ENDED + WEDNESDAYS, world.now)
    world.advance_to(utc(2027, 5, 6))

    subjects = [message.subject for message in world.notifications]
    assert subjects[-3:] == [
        "Changes from Wed 5 May, 18:00: Practice",
        "Tue 27 Apr, 17:00: Practice, Hall 1",
        "Wed 5 May, 18:00: Practice, Hall 3",
    ]
    notice = world.notifications[-3].text
    assert "\nThen: Wednesday, 5 May 2027, 18:00 (Dushanbe, UTC+5); every week; Hall 3\n" in notice


def told_of(world: SubscriberWorld, *editions: str) -> list[Message]:
    """What a reader of the practice is sent when it goes on as *editions*, a day apart, have it."""
    world.publish(PRACTICE, world.now)
    world.sign_up(query="?event=practice")
    for events in editions:
        world.publish(events, world.now)
        world.advance_to(world.now + timedelta(minutes=10))
    return [message for message in world.notifications if message.kind == "change"]


def called_off(status: str) -> str:
    return WEDNESDAYS.replace("continues", f"status: {status}, continues")


ONCE = WEDNESDAYS.replace(", repeat: every week", "")


@pytest.mark.parametrize(
    ("later", "subject", "then"),
    [
        (called_off("cancelled"), "Now ends Tue 27 Apr", None),
        (ONCE.replace("2027-05-05 18:00", "none"), "Now ends Tue 27 Apr", None),
        (ONCE.replace("2027-05-05 18:00", "2027-05"), "Now ends Tue 27 Apr", "May 2027 (date to be confirmed)"),
        (
            ONCE.replace("2027-05-05 18:00", "TBD, status: postponed, was: 2027-05-05"),
            "Now ends Tue 27 Apr",
            "[postponed] no date yet",
        ),
        (
            ONCE.replace("2027-05-05 18:00", "2027-05-05/07"),
            "Changes from Wed 5 May",
            "Wednesday 5 May – Friday 7 May 2027",
        ),
        (
            WEDNESDAYS.replace("continues", "except: [2027-05-05], continues").replace("Practice", "Training"),
            "Changes from Wed 12 May, 18:00",
            "Training; Wednesday, 12 May 2027, 18:00 (Dushanbe, UTC+5); every week",
        ),
    ],
)
def test_a_notice_names_the_first_date_that_is_known_to_take_place(
    tmp_path: Path, later: str, subject: str, then: str | None
) -> None:
    (notice,) = told_of(SubscriberWorld(tmp_path, utc(2027, 4, 1, 6)), ENDED + later)
    assert notice.subject == f"{subject}: Practice"
    told = [line.removeprefix("Then: ") for line in notice.text.splitlines() if line.startswith("Then: ")]
    assert told == ([f"{then}; Hall 3"] if then else [])


def test_a_push_and_the_attached_files_have_how_the_series_goes_on(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, utc(2027, 4, 1, 6))
    world.render_context = replace(world.render_context, build_ics=lambda version, _language: version.uid.encode())
    (notice,) = told_of(world, ENDED + WEDNESDAYS)
    assert "\nThen: Wednesday, 5 May 2027, 18:00 (Dushanbe, UTC+5); every week; Hall 3\n" in notice.notification.body
    assert (notice.ics, *notice.more_ics) == (b"practice@test", b"wednesdays@test")


@pytest.mark.parametrize(
    ("events", "subject"),
    [
        (ENDED + called_off("cancelled"), "Cancelled, Wed 5 May, 18:00; every week: Practice"),
        (ENDED, "Removed, Wed 5 May, 18:00: Practice"),
    ],
)
def test_who_was_told_how_a_series_goes_on_is_told_when_it_does_not(tmp_path: Path, events: str, subject: str) -> None:
    """Though the second has no `on change` of its own."""
    notices = told_of(SubscriberWorld(tmp_path, utc(2027, 4, 1, 6)), ENDED + WEDNESDAYS, events)
    assert [notice.subject for notice in notices] == ["Changes from Wed 5 May, 18:00: Practice", subject]


def test_a_page_leads_to_the_earlier_and_to_the_later_dates(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NEW_YEAR)
    world.publish(ENDED + WEDNESDAYS, NEW_YEAR)
    first, second = (world.browser.get(f"/events/{name}").text for name in ("practice", "wednesdays"))
    assert "Later dates Practice , Wednesday, 5 May 2027, 18:00" in text_of(first)
    assert 'href="/events/wednesdays"' in first
    assert "Earlier dates Practice" in text_of(second)

    world.publish(WEDNESDAYS.replace(", continues: practice", ""), NEW_YEAR)
    assert world.browser.get("/events/practice").headers["Location"].endswith("/events/wednesdays")
    assert "Earlier dates" not in text_of(world.browser.get("/events/wednesdays").text)
    assert world.browser.get("/subscribe?event=practice").status_code == 200


def test_a_page_says_when_the_later_series_first_takes_place_and_that_another_is_off(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NEW_YEAR)
    later = WEDNESDAYS.replace("continues", "except: [2027-05-05], continues")
    world.publish(ENDED + later + called_off("cancelled").replace("id: wednesdays", "id: off"), NEW_YEAR)
    shown = text_of(world.browser.get("/events/practice?lang=en").text)
    assert "Later dates Practice , Wednesday, 12 May 2027, 18:00 (Dushanbe, UTC+5) Later dates" in shown
    assert "Later dates Practice , Wednesday, 5 May 2027, 18:00 (Dushanbe, UTC+5) cancelled" in shown
    arabic = world.browser.get("/events/practice?lang=ar").text
    assert arabic.count('<dd><bdi dir="rtl">') == 2, "a title of the other direction does not turn the line around"


def test_a_new_id_is_followed_by_what_continues_the_series(tmp_path: Path) -> None:
    path = tmp_path / "events.yaml"
    path.write_text(HEAD + ENDED + WEDNESDAYS, encoding="utf-8")
    change_event(path, "practice", {"id": "tuesdays"})
    assert "continues: tuesdays" in path.read_text(encoding="utf-8")


def test_who_muted_a_series_is_left_alone_by_what_continues_it(tmp_path: Path) -> None:
    shown = edition(tmp_path, ENDED + WEDNESDAYS)
    first, second = (version.uid for version in shown.versions)
    assert shown.belongs_to_any(second, {first})
    assert not shown.belongs_to_any(first, {second})
    assert not shown.belongs_to_any(second, set())
