"""Facts beside the date: what is accepted of them, and where each of them comes out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from eventcal.event_bodies import event_from_json, event_to_json
from eventcal.events import EventKind, Link, Occurrence, Status
from eventcal.feeds import render_calendar_feed, render_path
from eventcal.feeds.events_json import render_events_json
from eventcal.filters import Filter
from eventcal.history import Edition
from eventcal.registry import Registry, read
from eventcal.registry.editor_schema import json_schema
from eventcal.settings import Settings
from eventcal.web.app import create_app
from eventcal.web.pages import jsonld
from eventcal.web.snapshots import Snapshot
from eventcal.words import format_event_date
from tests.factories import NEW_YEAR, build_next, read_registry

HEAD = "version: 1\ncalendar: {id: test-calendar, name: Test calendar, timezone: Asia/Dushanbe}\nevents:\n"
SUMMIT = """\
- id: summit
  title: Summit
  when: 2027-09-16 10:00
  place: Dushanbe
  organizer: {name: {en: Secretariat, ru: Секретариат}, url: https://a.example/org}
  online: https://a.example/stream
  links: {programme: https://a.example/programme, call for papers: https://a.example/cfp}
  x-desk: foreign
  x-rank: 3
"""


def load(tmp_path: Path, text: str) -> Registry:
    return read_registry(tmp_path, HEAD + text)


def edition(registry: Registry) -> Edition:
    return build_next(registry)[0]


def problems(tmp_path: Path, fields: str) -> list[str]:
    registry = load(tmp_path, f"- id: a\n  title: A\n  when: 2027-09-16\n{fields}")
    return [str(problem).replace(f"{tmp_path}{os.sep}", "") for problem in registry.problems]


def test_facts_are_read_and_survive_the_store(tmp_path: Path) -> None:
    [event] = load(tmp_path, SUMMIT).events

    assert event.organizer is not None
    assert "Секретариат" == event.organizer.name.in_language("ru")
    assert (
        Link("programme", "https://a.example/programme"),
        Link("call for papers", "https://a.example/cfp"),
    ) == event.links
    assert (("x-desk", "foreign"), ("x-rank", "3")) == event.extra
    assert event == event_from_json(event_to_json(event))


def test_every_fact_comes_out_as_json(tmp_path: Path) -> None:
    [event] = json.loads(render_events_json(edition(load(tmp_path, SUMMIT)), Filter(), "en", "")[0])["events"]

    assert {"name": "Secretariat", "url": "https://a.example/org"} == event["organizer"]
    assert "https://a.example/stream" == event["online"]
    assert "https://a.example/cfp" == event["links"]["call for papers"]
    assert {"x-desk": "foreign", "x-rank": "3"} == event["extra"]
    assert "event" == event["kind"]


def test_the_feed_has_what_rfc_7986_and_5545_have_a_property_for(tmp_path: Path) -> None:
    feed = render_calendar_feed(edition(load(tmp_path, SUMMIT)), NEW_YEAR.date(), Filter(), "").body
    lines = feed.decode().replace("\r\n ", "").split("\r\n")

    assert "CONFERENCE;VALUE=URI:https://a.example/stream" in lines
    assert "CONTACT:Secretariat\\, https://a.example/org" in lines
    [description] = [line for line in lines if line.startswith("DESCRIPTION:")]
    assert "call for papers: https://a.example/cfp" in description


def test_linked_data_names_the_organizer_and_both_places(tmp_path: Path) -> None:
    [event] = load(tmp_path, SUMMIT).events
    data = jsonld.event_jsonld(Occurrence(event, "", event.when, event.status), "Summit", "")

    assert {"@type": "Organization", "name": "Secretariat", "url": "https://a.example/org"} == data["organizer"]
    assert ["Place", "VirtualLocation"] == [place["@type"] for place in data["location"]]  # type: ignore[attr-defined]
    assert "https://schema.org/MixedEventAttendanceMode" == data["eventAttendanceMode"]


def test_a_page_and_an_atom_feed_link_to_addresses_as_rfc_3986_writes_them(tmp_path: Path) -> None:
    typed, encoded = (
        "https://a.example/встреча?q=a|b",
        "https://a.example/%D0%B2%D1%81%D1%82%D1%80%D0%B5%D1%87%D0%B0?q=a%7Cb",
    )
    present = edition(load(tmp_path, f"- {{id: a, title: A, when: 2027-09-16, url: '{typed}'}}\n"))
    client = create_app(lambda: Snapshot.of(present, (), ()), Settings(), clock=lambda: NEW_YEAR).test_client()

    assert f'<a href="{encoded}" rel="noreferrer">{typed}</a>' in client.get("/events/a").get_data(as_text=True)
    body = render_path("/upcoming.atom", present, (), NEW_YEAR.date(), Filter())
    assert body is not None
    assert encoded in body.body.decode()


def test_a_comma_in_the_calendars_name_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "events.yaml"
    path.write_text(HEAD.replace("Test calendar", '"Press, London"') + "- {id: a, title: A, when: 2027}\n")

    [problem] = read(path).problems
    assert problem.warning
    assert "shows a backslash before the comma" in problem.message


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("a@example.org, b@example.org", "that is more than one address"),
        ("Desk, Berlin <desk@example.org>", "put the name in quotes"),
        ("jörg@example.org", "non-ASCII letters before the @"),
        ("desk@müller.example", None),
        ("@desk@social.example", None),
        ("xmpp:desk@example.org", None),
        ("https://social.example/@desk", None),
        ("room 7 @ the press house", None),
    ],
)
def test_a_contact_that_is_meant_as_an_address_and_is_none_is_warned_of(
    tmp_path: Path, contact: str, said: str | None
) -> None:
    path = tmp_path / "events.yaml"
    head = HEAD.replace("Test calendar", f'Test calendar, contact: "{contact}"')
    path.write_text(head + "- {id: a, title: A, when: 2027}\n")

    problems = read(path).problems

    assert [(True, True)] * bool(said) == [(problem.warning, str(said) in problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("  links: https://a.example\n", "'links' must be a map, not text: write it as {programme:"),
        ("  links: {programme: soon}\n", "write an address, as https://"),
        ("  organizer: {url: https://a.example}\n", "'name' is missing"),
        ("  organizer: {name: A, mail: b}\n", "unknown key 'mail'"),
        ("  online: zoom\n", "write an address, as https://"),
        ("  x-: a\n", "a key of your own is x- and small letters"),
        ("  x-A: a\n", "a key of your own is x- and small letters"),
        ("  x-a: [b]\n", "'x-a' must be text, not a list"),
        ("  kind: party\n", "write event or deadline"),
        ("  kind: deadline\n  busy: true\n", "a deadline takes up no time"),
    ],
)
def test_a_fact_of_another_form_is_a_problem(tmp_path: Path, fields: str, said: str) -> None:
    [line] = problems(tmp_path, fields)

    assert line.startswith("events.yaml:")
    assert said in line


@pytest.mark.parametrize(
    ("when", "said"),
    [("2027-09-16 10:00/12:00", "write 2027-09-16 12:00"), ("2027-09-16/17", "write 2027-09-17")],
)
def test_a_deadline_has_no_start(tmp_path: Path, when: str, said: str) -> None:
    registry = load(tmp_path, f"- {{id: a, title: A, kind: deadline, when: '{when}'}}\n")

    assert [True] == [said in problem.message for problem in registry.problems]


def test_an_extended_deadline_keeps_its_old_date_and_stays_confirmed(tmp_path: Path) -> None:
    extended = "- {id: a, title: A, kind: deadline, when: 2027-09-20, was: 2027-09-16}\n"
    [event] = load(tmp_path, extended).events

    assert (Status.CONFIRMED, "2027-09-16") == (event.status, str(event.was))
    assert event == event_from_json(event_to_json(event))
    same = load(tmp_path, extended.replace("was: 2027-09-16", "was: 2027-09-20")).problems
    assert ["an extended deadline has a new date, and this is the old one: remove was"] == [
        each.message for each in same
    ]


def test_a_deadline_has_no_open_end(tmp_path: Path) -> None:
    said = load(tmp_path, "- {id: a, title: A, kind: deadline, when: 2027-06-01/..}\n").problems
    assert ["a deadline is a moment, without an open end: write 2027-06-01"] == [problem.message for problem in said]


def test_an_extended_deadline_says_its_old_date_in_the_feed_and_needs_a_new_one(tmp_path: Path) -> None:
    extended = "- {id: a, title: A, kind: deadline, when: 2027-09-20, was: 2027-09-16}\n"
    feed = render_calendar_feed(edition(load(tmp_path, extended)), NEW_YEAR.date(), Filter(), "").body.decode()
    undated = load(tmp_path, extended.replace("2027-09-20", "TBD")).problems

    assert "DESCRIPTION:Extended. Original date: 16 September 2027." in feed
    assert "STATUS:CONFIRMED" in feed
    assert ["without a new date a deadline is postponed: write status: postponed"] == [each.message for each in undated]


def test_a_deadline_is_shown_as_until(tmp_path: Path) -> None:
    [event] = load(tmp_path, "- {id: a, title: A, kind: deadline, when: '2027-09-16 23:59:59', timezone: AoE}\n").events

    assert EventKind.DEADLINE is event.kind
    assert event == event_from_json(event_to_json(event))
    assert "until 16 September 2027, 23:59:59 (anywhere on Earth)" == format_event_date(event, event.when, "en")


def test_editors_accept_keys_of_one_s_own_and_no_others() -> None:
    shape = json_schema()["$defs"]["EventShape"]

    assert ["^x-[a-z0-9][a-z0-9-]{0,60}$"] == list(shape["patternProperties"])
    assert shape["additionalProperties"] is False


PARTS = """\
- {id: summit, title: Summit, when: 2027-09}
- {id: papers, title: Papers due, when: 2027-05-01, kind: deadline, part_of: summit}
- {id: hotels, title: Hotels, when: 2027-06, part_of: summit}
"""


def test_parts_and_their_event_show_each_other(tmp_path: Path) -> None:
    present = edition(load(tmp_path, PARTS))
    client = create_app(lambda: Snapshot.of(present, (), ()), Settings(), clock=lambda: NEW_YEAR).test_client()
    parent, part = (client.get(f"/events/{name}").get_data(as_text=True) for name in ("summit", "papers"))

    listed = parent[parent.index("Dates of this event") :]
    assert listed.index("Papers due") < listed.index("Hotels")
    assert '"superEvent": {"@type": "Event", "name": "Summit"}' in part
    assert 'href="/events/summit">Summit</a>' in part
    entries = json.loads(render_events_json(present, Filter(), "en", "")[0])["events"]
    part_of = {entry["id"]: entry["part_of"] for entry in entries}
    assert part_of == {"summit": None, "papers": "summit", "hotels": "summit"}
    assert present.versions[1].event == event_from_json(event_to_json(present.versions[1].event))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "part_of: summit}\n- {id: hotels",
            "part_of: sumit}\n- {id: hotels",
            "no event has the id 'sumit', did you mean 'summit'?",
        ),
        ("when: 2027-09}", "when: 2027-09, part_of: papers}", "'papers' is itself a part of this event"),
        (
            "part_of: summit}\n- {id: hotels",
            "part_of: papers}\n- {id: hotels",
            "'papers' is itself a part of this event",
        ),
        (
            "when: 2027-09}",
            "when: 2027-09, formerly: [old]}\n- {id: b, title: B, when: 2027, part_of: old}",
            "an id that an event had before",
        ),
    ],
)
def test_a_part_of_nothing_or_of_itself_is_a_problem(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in PARTS
    registry = load(tmp_path, PARTS.replace(old, new))

    assert registry.problems
    assert said in registry.problems[0].message
    assert 4 <= registry.problems[0].line <= 7


def test_ten_thousand_wrong_parts_and_a_chain_of_as_many_cost_a_hundred_problems(tmp_path: Path) -> None:
    chain = "".join(f"- {{id: c{n}, title: A, when: 2027, part_of: c{n + 1}}}\n" for n in range(5000))
    lost = "".join(f"- {{id: d{n}, title: A, when: 2027, part_of: x{n}}}\n" for n in range(5000))

    assert 100 == len(load(tmp_path, chain + lost).problems)
