"""The lists of other projects and tables become registries that pass `check`; what they lose is named."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from eventcal import importing, registry
from eventcal.events import Event, EventKind
from eventcal.importing import ImportContext, ImportingError
from eventcal.registry.foreign_yaml import load_foreign_yaml

from .factories import plan_import, processor_seconds, write_import


def run(folder: Path, text: str, name: str, **options: Any) -> tuple[dict[str, Event], list[str]]:
    """The events by id after an import of *text*, and what was lost."""
    context = ImportContext(options.pop("zone", "UTC"), **options)
    path = folder / "events.yaml"
    imported, merge = plan_import(path, text, name, context)
    write_import(merge)
    found = registry.read(path)
    assert [] == [str(problem) for problem in found.problems if not problem.warning]
    _, again = plan_import(path, text, name, context)
    assert ([], [], len(found.events)) == (again.added, again.changed, again.unchanged)
    losses = [*imported.losses, *merge.losses]
    return {event.id: event for event in found.events}, [f"{loss.what}: {loss.detail}" for loss in losses]


def dates(events: dict[str, Event]) -> dict[str, str]:
    return {name: f"{event.when} {event.timezone}".removesuffix(" UTC") for name, event in events.items()}


YAML2ICS = """\
name: Team meetings
timezone: Europe/Berlin
events:
  - summary: Planning
    begin: 2027-01-05 10:00
    duration: {minutes: 45}
    location: Room 1
    repeat:
      interval: {weeks: 2}
      until: 2027-03-02
      except_on: [2027-02-02]
  - summary: Retreat
    begin: 2027-06-01
    end: 2027-06-03
    url: https://example.org/retreat
  - summary: Sync abroad
    begin: 2027-01-06 09:00:00 -05:00
    end: 2027-01-06 10:00:00 -05:00
  - summary: Every hour
    begin: 2027-01-07 09:00
    repeat: {interval: {hours: 1}}
  - summary: Raw
    begin: 2027-01-29 09:00
    ics: |
      RRULE:FREQ=MONTHLY;BYDAY=-1FR
  - summary: Wrong
    begin: some day
"""


def test_a_file_of_yaml2ics_keeps_dates_zones_and_rules_and_names_what_it_loses(tmp_path: Path) -> None:
    events, losses = run(tmp_path, YAML2ICS, "team.yaml", zone="Europe/Berlin")

    assert {
        "planning": "2027-01-05 10:00/10:45",
        "retreat": "2027-06-01/03",
        "sync-abroad": "2027-01-06 15:00/16:00",
        "every-hour": "2027-01-07 09:00",
        "raw": "2027-01-29 09:00",
    } == {name: str(event.when) for name, event in events.items()}
    assert "every 2 weeks until 2027-03-02" == str(events["planning"].rule)
    assert "every month on the last Fri" == str(events["raw"].rule)
    assert 1 == len(events["planning"].exdates)
    assert [
        "begin: 'some day' is not a date; the event was left out",
        "repeat: an interval of hours: a rule makes one start a day at most; only the first date was written",
    ] == sorted(losses)


def test_further_dates_of_yaml2ics_have_their_hour_and_what_is_left_out_stays_out(tmp_path: Path) -> None:
    text = """\
timezone: Europe/Berlin
events:
  - summary: Class
    begin: 2027-01-05 10:00
    duration: {minutes: 45}
    repeat:
      interval: {weeks: 1}
      until: March 2, 2027
      count: 4
      except_on: 2027-01-12
      also_on: [2027-01-07, 2027-01-08 15:00]
  - summary: Choir
    begin: 2027-01-05 23:30
    ics: ["RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE:20270112T223000Z,20270119T233000", "X-OWN:1"]
"""
    events, losses = run(tmp_path, text, "team.yaml", zone="Europe/Berlin")

    assert {
        "class": "2027-01-05 10:00/10:45",
        "class-2027-01-08": "2027-01-08 15:00/15:45",
        "choir": "2027-01-05 23:30",
    } == {name: str(event.when) for name, event in events.items()}
    assert "every week until 2027-03-02" == str(events["class"].rule)
    written = (tmp_path / "events.yaml").read_text()
    assert ["[2027-01-12]", "[2027-01-12, 2027-01-19]"] == re.findall("except: (.*)", written)
    assert ["[2027-01-07]"] == re.findall("also: (.*)", written)
    assert [
        "also_on: '2027-01-08 15:00': an event of its own, for its hour differs",
        "count: the registry has no key for it",
        "ics: its line X-OWN was not carried",
    ] == sorted(losses)


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("2027-03-02", "2027-03-02"),
        ("2027-03-02T09:00:00Z", "2027-03-02"),
        ("2027-03-02T09:00:00", "2027-03-01"),
        ('{date = 2027-03-02T04:00:00, timezone = "America/New_York"}', "2027-03-02"),
    ],
)
def test_the_end_of_a_rule_in_toml_and_an_hour_in_a_map_are_in_the_zone_that_they_name(
    tmp_path: Path, until: str, last: str
) -> None:
    text = f"""\
[[events]]
title = "Call"
start = {{date = 2027-01-05T10:00:00, timezone = "Europe/Berlin"}}
end = {{date = 2027-01-05T05:00:00, timezone = "America/New_York"}}
recurrence_rules = [{{frequency = "weekly", until = {until}}}]
[[events]]
title = "Lost"
start = {{date = 2027-01-06T10:00:00, timezone = "Mars/Base"}}
"""
    events, losses = run(tmp_path, text, "calls.toml", zone="Europe/Berlin")

    assert ("2027-01-05 10:00/11:00", f"every week until {last}") == (
        str(events["call"].when),
        str(events["call"].rule),
    )
    assert ["timezone: 'Mars/Base' is not a zone; read as UTC"] == losses


CCF = """\
- title: EXAMPLE
  description: Example Conference on Examples
  sub: AI
  rank: {ccf: A}
  dblp: example
  confs:
    - year: 2027
      id: example27
      link: https://example.org/27
      timeline:
        - abstract_deadline: '2027-01-08 23:59:59'
          deadline: '2027-01-15 23:59:59'
          comment: first round
        - deadline: '2027-03-15 23:59:59'
      timezone: AoE
      date: October 29 - November 2, 2027
      place: Dushanbe, Tajikistan
    - year: 2028
      id: example28
      link: https://example.org/28
      timeline: [{deadline: TBD}, {deadline: '2027-08-01T18:29:00Z'}]
      timezone: UTC+5:30
      date: soon
      place: TBD
"""


def test_a_list_of_ccf_deadlines_becomes_conferences_with_their_deadlines(tmp_path: Path) -> None:
    events, losses = run(tmp_path, CCF, "conf.yml")

    assert {
        "example27": "2027-10-29/11-02",
        "example27-abstract-deadline-1": "2027-01-08 23:59:59 Etc/GMT+12",
        "example27-paper-deadline-1": "2027-01-15 23:59:59 Etc/GMT+12",
        "example27-paper-deadline-2": "2027-03-15 23:59:59 Etc/GMT+12",
        "example28": "TBD",
        "example28-paper-deadline-2": "2027-08-01 23:59 Asia/Kolkata",
    } == dates(events)
    assert "timezone: AoE" in (tmp_path / "events.yaml").read_text()
    assert {("deadline", "example27"), ("deadline", "example28")} == {
        (event.kind, event.part_of) for event in events.values() if event.part_of
    }
    assert ("AI", "deadline") == events["example27-paper-deadline-2"].tags
    assert {"no date", "rank", "dblp"} <= {loss.split(":")[0] for loss in losses}


PYTHON = """\
- conference: PyExample
  year: 2027
  link: https://example.org/py
  cfp: '2027-02-01 23:59:00'
  cfp_ext: '2027-02-08 23:59:00'
  cfp_link: https://example.org/cfp
  place: Dushanbe, Tajikistan
  start: 2027-05-04
  end: 2027-05-06
  sub: PY,DATA
  timezone: Asia/Dushanbe
  sponsor: https://example.org/sponsor
  location: [{title: PyExample, latitude: 38.56, longitude: 68.77}]
- conference: PyNowhere
  year: 2027
  cfp: Cancelled
  start: 2027-06-01
  end: 2027-06-01
"""


def test_a_list_of_python_deadlines_becomes_conferences_with_their_calls(tmp_path: Path) -> None:
    events, losses = run(tmp_path, PYTHON, "conferences.yml", zone="Asia/Dushanbe")

    assert {
        "pyexample-2027": "2027-05-04/06",
        "pyexample-2027-cfp": "2027-02-08 23:59",
        "pynowhere-2027": "2027-06-01",
    } == {name: str(event.when) for name, event in events.items()}
    call = events["pyexample-2027-cfp"]
    assert ("deadline", "pyexample-2027", "2027-02-01 23:59") == (call.kind, call.part_of, str(call.was))
    assert "cancelled" == events["pynowhere-2027"].status
    place = events["pyexample-2027"].place
    assert place is not None
    assert (38.56, 68.77) == (place.latitude, place.longitude)
    assert any(loss.startswith("sponsor") for loss in losses)


def test_a_list_of_confs_tech_becomes_conferences_with_their_calls(tmp_path: Path) -> None:
    text = """[
      {"name": "ExampleConf", "url": "https://example.org", "startDate": "2027-04-01", "endDate": "2027-04-02",
       "city": "Dushanbe", "country": "Tajikistan", "cfpUrl": "https://example.org/cfp", "cfpEndDate": "2027-01-15",
       "locales": "EN", "online": true},
      {"name": "Evening 2027", "startDate": "2027-05-04T18:00:00+02:00"},
      {"name": "SoonConf", "url": "https://example.org", "startDate": "soon", "endDate": ""}]"""

    events, losses = run(tmp_path, text, "javascript.json")

    assert dates(events) == {
        "exampleconf-2027-dushanbe": "2027-04-01/02",
        "exampleconf-2027-dushanbe-cfp": "2027-01-15",
        "evening-2027": "2027-05-04",
    }
    assert ("online",) == events["exampleconf-2027-dushanbe"].tags
    assert ("en",) == events["exampleconf-2027-dushanbe"].languages
    assert "exampleconf-2027-dushanbe" == events["exampleconf-2027-dushanbe-cfp"].part_of
    assert losses == [
        "startDate: of '2027-05-04T18:00:00+02:00' the day alone was written",
        "startDate: 'soon' is not a day; the conference was left out",
    ]


def _zip(**members: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return packed.getvalue()


_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (_zip(**{"[Content_Types].xml": "", "xl__workbook.xml": ""}), "a.xlsx", "an Excel workbook .* as CSV"),
        (_zip(mimetype=_OPEN_DOCUMENT + "spreadsheet"), "a.ods", "an OpenDocument spreadsheet .* as CSV"),
        (_zip(mimetype=_OPEN_DOCUMENT + "text"), "a.odt", "a text document: .* `eventcal draft`"),
        (_zip(**{"word__document.xml": ""}), "a.docx", "a text document: .* `eventcal draft`"),
        (_zip(**{"Calendar__Home.ics": ""}), "takeout.zip", r"packed: unpack it first, .*\.ics"),
        (gzip.compress(b"BEGIN:VCALENDAR", mtime=0), "a.ics", "packed: unpack it first"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "an old Excel or Word file: .* as CSV"),
        (b"---\n---\nBEGIN:VCALENDAR\n{%- for event in site.events %}\nEND:VCALENDAR", "a.ics", "a template of a site: import the"),
        (b"%PDF-1.7", "a.pdf", "a PDF: .* `eventcal draft`"),
        (b'<?xml version="1.0"?>\n<icalendar xmlns="urn:ietf:params:xml:ns:icalendar-2.0"/>', "a.xml", r"xCal .* \.ics"),
        (b"\n<!DOCTYPE html><table>", "a.csv", r"a page \(HTML\): .* as CSV"),
        (b"<html><body>Sign in</body></html>", "basic.ics", r"a page \(HTML\): .* as CSV"),
        (b'{"id":"1","lists":[],"cards":[{"idBoard":"1","due":null}]}', "board.json", "a Trello board: .* CSV"),
        (b'{\n "kind": "calendar#events",\n "items": []}', "events.json", r"an answer of Google's Calendar API: .* \.ics"),
        (b'[{"@context": "https://schema.org", "@type": "Event", "startDate": "2027-01-05"}]', "e.json", "schema.org JSON-LD"),
        (b'<?xml version="1.0"?><rss version="2.0"/>', "news.xml", r"a news feed \(RSS or Atom\): .*\.ics"),
        (b"Subject: Invitation\r\nTo: a@x.org,\r\n b@x.org\r\nMIME-Version: 1.0\r\n", "invite.eml", "a mail: save the calendar"),
        (
            b"From: a@x.org\nContent-Type: text/calendar\nContent-Transfer-Encoding: quoted-printable\n\nBEGIN:VCALENDAR\n",
            "invite.ics",
            "a mail: save the calendar",
        ),
        (b'{"@type": "Group", "entries": []}', "e.json", r"JSCalendar \(RFC 8984\)"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 16 else "",
)  # fmt: skip
def test_a_format_that_is_not_read_is_named_and_the_way_out_of_it(data: bytes, name: str, refusal: str) -> None:
    with pytest.raises(ImportingError, match=f"{name}: it is {refusal}"):
        importing.read_source(data, name, "", ImportContext())


def test_a_calendar_in_json_is_read_as_its_text_would_be(tmp_path: Path) -> None:
    properties = [
        ["uid", {}, "text", "1@example.org"],
        ["summary", {}, "text", "Budget, again"],
        ["dtstart", {"tzid": "Europe/Berlin"}, "date-time", "2027-01-05T10:00:00"],
        ["rrule", {}, "recur", {"freq": "WEEKLY", "byday": "TU", "until": "2027-02-02"}],
        ["categories", {}, "text", "press", "board"],
        ["attendee", {}, "cal-address", "mailto:ann@example.org"],
    ]
    events, losses = run(tmp_path, json.dumps(["vcalendar", [], [["vevent", properties, []]]]), "a.json")

    [found] = events.values()
    assert ("Budget, again", "2027-01-05 10:00", "Europe/Berlin", ("press", "board")) == (
        found.title.in_language("en"), str(found.when), found.timezone, found.tags,
    )  # fmt: skip
    assert ["2027-02-02"] == [str(found.rule.until)] if found.rule else []
    assert ["ATTENDEE: 1 left out: people's addresses are not published"] == [loss for loss in losses if "ATT" in loss]


@pytest.mark.parametrize(
    "text", ['["vcalendar"]', '["vcalendar", 1, 2]', '["vcalendar", [], [["vevent", [["uid"]], []]]]', '["vcalendar", ']
)
def test_broken_json_of_a_calendar_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ImportingError, match=r"a\.json: this jCal cannot be read .*: export the calendar as \.ics"):
        importing.read_source(text.encode(), "a.json", "", ImportContext())


RELEASES = [
    '[{"cycle": "3", "releaseDate": "2027-01-10", "support": "2028-01-10", "eol": "2029-01-31", "lts": false, "latest": "3.1"}]',
    '{"result": {"label": "gizmo", "releases": [{"name": "3", "releaseDate": "2027-01-10", "eoasFrom": "2028-01-10", "isEol": false,'
    ' "eolFrom": "2029-01-31", "ltsFrom": null, "latest": {"name": "3.1", "date": "2027-02-01"}}]}}',
    '{"releases": {"3": {"name": "3", "releaseDate": "2027-01-10", "eoas": "2028-01-10", "eol": "2029-01-31"}}}',
    '{\n\t"3": {"start": "2027-01-10", "maintenance": "2028-01-10", "end": "2029-01-31", "codename": "Elm"}}',
]


@pytest.mark.parametrize("text", RELEASES)
def test_releases_in_json_have_their_days_of_release_and_the_ends_of_their_support(tmp_path: Path, text: str) -> None:
    events, losses = run(tmp_path, text, "gizmo.json")

    assert {"gizmo-3-released": "2027-01-10", "gizmo-3-support-ends": "2029-01-31"}.items() <= dates(events).items()
    assert (3, "2028-01-10", []) == (len(events), [*dates(events).values()][1], losses)


def test_of_releases_and_their_versions_these_are_named_as_left_out(tmp_path: Path) -> None:
    text = '{"releases": {"3": {"name": "3", "eol": "2029-01-31"}}, "versions": {"3.1": {"name": "3.1", "date": "2027-02-01"}}}'

    events, losses = run(tmp_path, text, "gizmo.json")

    assert {"gizmo-3-support-ends": "2029-01-31"} == dates(events)
    assert ["versions: left out; --format list reads these alone"] == losses


def test_endoflife_keeps_its_doubts(tmp_path: Path) -> None:
    text = """\
---
title: Example
category: lang
releases:
-   releaseCycle: "3.2"
    releaseDate: 2027-01-10
    eoas: 2028-01-10
    eol: 2029-01-31   # estimated, see the release policy
    lts: true
-   releaseCycle: "3.1"
    releaseDate: 2025-01-10
    eol: true
---

> Words about it: with a colon
"""
    events, losses = run(tmp_path, text, "example.md")

    assert {
        "example-3-2-released": "2027-01-10",
        "example-3-2-active-support-ends": "2028-01-10",
        "example-3-2-support-ends": "2029-01-31?",
        "example-3-1-released": "2025-01-10",
    } == dates(events)
    assert ["eol: the source gives no day for it; left out"] == losses


def test_a_calendar_in_toml_keeps_its_rules_and_names_what_it_loses(tmp_path: Path) -> None:
    text = """\
name = "Meetings"
[meta]
includes = ["other.toml"]
[[events]]
uid = "1700000000001"
title = "Weekly triage"
location = "chat"
start = { date = "2027-01-07T15:00:00.00", timezone = "America/New_York" }
end = { date = "2027-01-07T16:00:00.00", timezone = "America/New_York" }
status = "confirmed"
organizer = { name = "t", email = "t@example.org" }
recurrence_rules = [ { frequency = "weekly", interval = 2, by_day = ["TH"] } ]
[[events]]
uid = "1700000000002"
title = "Monthly"
start = "2027-01-15T15:00:00.00Z"
end = "2027-01-15T15:45:00.00Z"
recurrence_rules = [ { frequency = "monthly" } ]
"""
    events, losses = run(tmp_path, text, "team.toml")

    assert {
        "weekly-triage": "2027-01-07 15:00/16:00 America/New_York",
        "monthly": "2027-01-15 15:00/15:45",
    } == dates(events)
    assert ["every 2 weeks on Thu", "every month"] == [str(event.rule) for event in events.values()]
    assert "1700000000001" == events["weekly-triage"].uid
    assert [
        "includes: other.toml: not read; import that file by itself",
        "organizer: people's addresses are not published",
    ] == sorted(losses)


@pytest.mark.parametrize(
    ("table", "options", "expected"),
    [
        ("Title,Date\nA,2027-01-05\nB,June 2027\nC,TBA\n", {}, {"a": "2027-01-05", "b": "2027-06", "c": "TBD"}),
        (
            "Subject;Start Date;Start Time;End Date;End Time;All Day Event\n"
            "A;01/25/2027;10:00 AM;01/25/2027;1:30 PM;False\nB;02/01/2027;;02/03/2027;;True\n",
            {},
            {"a": "2027-01-25 10:00/13:30", "b": "2027-02-01/03"},
        ),
        ("name\tdate\nA\t5.1.2027\nB\t16.1.2027 18:30\n", {}, {"a": "2027-01-05", "b": "2027-01-16 18:30"}),
        ("event,start,end\nA,2027-01-05 10:00,2027-01-05 11:00\n", {}, {"a": "2027-01-05 10:00/11:00"}),
        ("Topic,On\nA,2027-01-05\n", {"title": "Topic", "when": "On"}, {"a": "2027-01-05"}),
        ("Topic,On\nA,03/04/2027\n", {"title": "Topic", "when": "On", "date-format": "%d/%m/%Y"}, {"a": "2027-04-03"}),
        ("title,date\nA,2027-01-05T10:00:00+01:00\nB,2027-01-05 19:00-21:00\nC,2027-01-05T09:00-10:00\nD,2027-01-05 14:30:00 PM\n", {},
            {"a": "2027-01-05 09:00", "b": "2027-01-05 19:00/21:00", "c": "2027-01-05 19:00", "d": "2027-01-05 14:30"}),
        ("Date,Start,End,Title\nJan 5 2027,7pm,9pm,A\n2027-01-06,22:00,02:00,B\n2027-01-07,10-11am,,C\n2027-01-08,12:30-13:30,,D\n"
         "2027-01-09?,noon,,E\n2027-01-10,TBC,,F\n2027-01-11,22:00-02:00,,G\n2027-01-12,20:00,24:00,H\n", {},
            {"a": "2027-01-05 19:00/21:00", "b": "2027-01-06 22:00/2027-01-07 02:00", "c": "2027-01-07 10:00/11:00",
             "d": "2027-01-08 12:30/13:30", "e": "2027-01-09 12:00?", "f": "2027-01-10", "g": "2027-01-11 22:00/2027-01-12 02:00",
             "h": "2027-01-12 20:00/2027-01-13 00:00"}),
        ("Datum;Uhrzeit;Was;Wo\n5.1.2027;ab 19 Uhr;A;Saal\n06.02.2027 - 07.02.2027;;B;\n17.02.2027 19:00-21:00;;C;\n", {},
            {"a": "2027-01-05 19:00", "b": "2027-02-06/07", "c": "2027-02-17 19:00/21:00"}),
        ("Дата,Время,Название\n2027-01-05,с 10 до 12,A\n", {}, {"a": "2027-01-05 10:00/12:00"}),
        ("Datum;Titel\nvoraussichtlich Ende Mai 2027;A\nbis 30.06.2027;B\nfrühestens im Herbst 2027;C\nca. Mai 2027;D\n", {},
            {"a": "late 2027-05?", "b": "by 2027-06-30", "c": "from northern autumn 2027", "d": "~2027-05"}),
        ("date,title\n06/02/2027 - 27/02/2027,A\n", {}, {"a": "2027-02-06/27"}),
        ("title,date\rA,2027-01-05\rB,2027-02-05\r", {}, {"a": "2027-01-05", "b": "2027-02-05"}),
        ("title,date\nSame,2027-01-05\nSame,2027-02-05\n", {}, {"same": "2027-01-05", "same-2027-02-05": "2027-02-05"}),
        ("Nombre del evento;Fecha inicio;Fecha fin;Ubicación\nA;5/1/2027;15/1/2027;Plaza\n", {}, {"a": "2027-01-05/15"}),
        ("Événement,Date de l'événement,Heure de début\nA,2027-01-05,19h\n", {}, {"a": "2027-01-05 19:00"}),
        ("Conference Name (full),conf_dates\nA,\"May 5-8, 2027\"\n", {}, {"a": "2027-05-05/08"}),
        ("title,day,start,end\nA,2027-01-05,10:30,11:30\nB,2027-01-06,TBC,\n", {},
            {"a": "2027-01-05 10:30/11:30", "b": "2027-01-06"}),
        ("name,date,start date\nA,\"Friday, June 4\",2027-06-04\n", {}, {"a": "2027-06-04"}),
        ("name,Start Time\nA,2027-01-05T10:00:00Z\n", {}, {"a": "2027-01-05 10:00"}),
        ("name,time,local_date,local_time\nA,1799000000000,2027-01-05,18:30\n", {}, {"a": "2027-01-05 18:30"}),
        ("year,event\n1918,A\n", {}, {"a": "1918"}),
        ("title (de),title (en),date\nB,A,2027-01-05\n", {"title": "title (en)"}, {"a": "2027-01-05"}),
        ("Programme of the club;;\n;;\nWas;Wann;Datum\nA;abends;5.1.2027\n", {}, {"a": "2027-01-05"}),
        ("\nTag;Datum;Spiel\nDi;5.1.2027;A\nMi;6.1.2027;B\n", {}, {"a": "2027-01-05", "b": "2027-01-06"}),
    ],
)  # fmt: skip
def test_a_table_is_read_by_its_columns_however_they_are_called_and_dates_are_written(
    tmp_path: Path, table: str, options: dict[str, str], expected: dict[str, str]
) -> None:
    path = tmp_path / "events.yaml"
    _, merge = plan_import(path, table, "t.csv", ImportContext(columns=options))
    write_import(merge)

    assert expected == dates({event.id: event for event in registry.read(path).events})


@pytest.mark.parametrize(
    ("word", "status"),
    [("abgesagt", "cancelled"), ("Cancelado", "cancelled"), ("отменено", "cancelled"), ("已取消", "cancelled"), ("ملغى", "cancelled"),
     ("Cancelled due to rain", "cancelled"), ("vorläufig", "tentative"), ("暂定", "tentative"), ("Kick-off TBC", "tentative"),
     ("bestätigt", "confirmed"), ("Confirmed", "confirmed"), ("FINISHED", "confirmed")],
)  # fmt: skip
def test_what_a_table_calls_off_in_another_language_is_called_off(tmp_path: Path, word: str, status: str) -> None:
    events, losses = run(tmp_path, f"Title,Date,Status\nUrteil,2027-05-03,{word}\n", "t.csv", reader_zone="UTC")

    assert (status, []) == (events["urteil"].status.value, losses)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Derby,2027-02-06,15:00,Match Postponed", "derby TBD postponed 2027-02-06 15:00"),
        ("Derby,2027-02-06,15:00,перенесён", "derby TBD postponed 2027-02-06 15:00"),
        ("Derby,2027-02-06,Postponed,", "derby TBD postponed 2027-02-06"),
        ("Derby (postponed),2027-02-06,15:00,Upcoming", "derby TBD postponed 2027-02-06 15:00"),
        ("【延期】Derby,2027-02-06,15:00,", "derby TBD postponed 2027-02-06 15:00"),
        ("Derby,Postponed,,", "derby TBD postponed 2027-02-06 14:00"),
        ("Derby,,,Postponed", "derby TBD postponed 2027-02-06 14:00"),
        ("Derby,2027-02-06,14:00,Adjourned sine die", "derby TBD postponed 2027-02-06 14:00"),
        ("Derby,auf unbestimmte Zeit verschoben,,", "derby TBD postponed 2027-02-06 14:00"),
        ("Derby,sine die,,", "derby TBD postponed 2027-02-06 14:00"),
        ("Derby,Cancelled,,", "derby 2027-02-06 14:00 cancelled"),
        ("ABGESAGT: Derby,2027-02-06,14:00,", "derby 2027-02-06 14:00 cancelled"),
        ("Derby,TBC,,", "derby TBD confirmed"),
    ],
)
def test_what_is_put_off_has_its_date_no_longer_and_what_is_called_off_keeps_it(
    tmp_path: Path, row: str, expected: str
) -> None:
    head = "Title,Date,Time,Status\n"
    run(tmp_path, f"{head}Derby,2027-02-06,14:00,\n", "t.csv", zone="Europe/Berlin")

    events, _ = run(tmp_path, head + row, "t.csv", zone="Europe/Berlin")

    [event] = events.values()
    words = [event.id, str(event.when), event.status.value, *([str(event.was)] if event.was else [])]
    assert expected == " ".join(words)


def test_a_title_that_loses_the_word_for_its_status_is_named(tmp_path: Path) -> None:
    _events, losses = run(tmp_path, "Title,Date\nABGESAGT: Fest,2027-02-06\n", "t.csv")

    assert ["title: 'ABGESAGT: Fest' says that it is cancelled"] == losses


def test_what_is_put_off_and_never_had_a_date_has_none(tmp_path: Path) -> None:
    events, _ = run(tmp_path, "Title,Date\nDerby,Postponed\n", "t.csv")

    assert {"derby": "TBD"} == dates(events)


@pytest.mark.parametrize("title", ["Postponed joys", "A night of Cancelled", "Webinar (PST)", "Cancelled"])
def test_a_title_with_such_a_word_in_it_calls_nothing_off(tmp_path: Path, title: str) -> None:
    events, _ = run(tmp_path, f"Title,Date\n{title},2027-02-06\n", "t.csv")

    assert [(title, "confirmed")] == [(event.title.in_language("en"), event.status.value) for event in events.values()]


@pytest.mark.parametrize(
    "table", ["Titel;Datum;Zustand", "Título;Fecha;Estado", "Название;Дата;Статус", "标题;日期;状态"]
)
def test_the_column_of_the_status_is_known_in_the_languages_of_the_others(tmp_path: Path, table: str) -> None:
    events, losses = run(tmp_path, f"{table}\nUrteil;2027-05-03;cancelled\n", "t.csv", reader_zone="UTC")

    assert ("cancelled", []) == (events["urteil"].status.value, losses)


def test_hours_with_an_offset_as_notion_exports_them_are_put_on_the_calendars_clock(tmp_path: Path) -> None:
    table = (
        "Name,Date\n"
        'Day,"May 4, 2027 9:00 AM (GMT+2) → 5:00 PM"\n'
        'Night,"May 21, 2027 10:00 PM (GMT-4) → May 22, 2027 2:00 AM (GMT-4)"\n'
        'Clocks change,"October 30, 2027 10:00 PM (GMT+2) → October 31, 2027 6:00 AM (GMT+1)"\n'
    )

    events, losses = run(tmp_path, table, "t.csv", zone="Europe/Berlin")

    assert {
        "day": "2027-05-04 09:00/17:00 Europe/Berlin",
        "night": "2027-05-22 04:00/08:00 Europe/Berlin",
    } == dates(events)
    assert ["is not a date; the row was left out"] == [loss.rpartition("' ")[2] for loss in losses]


def test_a_row_below_a_cell_of_several_lines_is_named_with_its_own_line() -> None:
    table = 'Title,Date,Notes\r\nA,2027-03-05,"x\r\ny\r\nz"\r\n\r\nB,soon,\r\n'

    [loss] = importing.read_source(table.encode(), "t.csv", "", ImportContext()).losses

    assert (6, "B") == (loss.line, loss.subject)


@pytest.mark.parametrize(("text", "form"), [("08.05.27", "%d.%m.%y"), ("08-Mai-27", "%d-%b-%y")])
def test_a_year_of_two_digits_says_how_to_have_it_read(tmp_path: Path, text: str, form: str) -> None:
    table = f"Title,Date\nA,{text}\n"

    _, [loss] = run(tmp_path, table, "t.csv")
    events, losses = run(tmp_path, table, "t.csv", columns={"date-format": form})

    assert loss.endswith(f"left out until --columns date-format={form} says how")
    assert ({"a": "2027-05-08"}, []) == (dates(events), losses)


def test_years_of_two_digits_that_may_stand_first_are_not_read(tmp_path: Path) -> None:
    _, losses = run(tmp_path, "Title,Date\nA,24/01/15\nB,25/01/15\nC,26/01/15\n", "t.csv")

    assert ["says how"] * 3 == [loss[-8:] for loss in losses]


def test_a_date_says_nothing_of_the_years_of_those_with_another_separator_and_an_hour_is_none(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "Title,Date\nA,3/15/27\nB,27-3-15\nC,5.1.2027 10.30.00\n", "t.csv")

    assert {"a": "2027-03-15"} == dates(events)
    assert ["when: '27-3-15' has a year of two digits", "when: '5.1.2027 10.30.00' is not a date"] == [
        loss.partition(";")[0] for loss in losses
    ]


def test_an_hour_in_the_time_of_another_place_is_not_read_on_the_calendars_clock(tmp_path: Path) -> None:
    events, [loss] = run(tmp_path, "Title,Date\nA,北京时间2027年5月4日19时\n", "t.csv", zone="Europe/Berlin")

    assert {} == events
    assert "is not a date" in loss


@pytest.mark.parametrize(
    "text",
    ["5月12日", "12月", "5月12日(周三)", "12 May at 10:00", '"Mon, May 12"', "12–14 мая", "early May", "12.5.", "5/12", "Mo 12.5."],
)  # fmt: skip
def test_a_row_without_a_year_says_so(tmp_path: Path, text: str) -> None:
    _, [loss] = run(tmp_path, f"Title,Date\nA,{text}\n", "t.csv")

    assert loss.endswith(" has no year; the row was left out until --columns year=2027 says which")


@pytest.mark.parametrize(
    ("year", "rows", "expected"),
    [
        ("2027", ["3.05", "Sat 12 June 7 pm", "14 мая в 19:00", "6月1日"],
         ["2027-05-03", "2027-06-12 19:00", "2027-05-14 19:00", "2027-06-01"]),
        ("2026/2027", ["30. August", "Mon 1st February", "7 May", "6 May 2030"],
         ["2026-08-30", "2027-02-01", "2027-05-07", "2030-05-06"]),
    ],
)  # fmt: skip
def test_the_year_that_a_table_leaves_out_can_be_said(
    tmp_path: Path, year: str, rows: list[str], expected: list[str]
) -> None:
    table = "Title,Date\n" + "".join(f"T{number},{text}\n" for number, text in enumerate(rows))

    events, losses = run(tmp_path, table, "t.csv", columns={"year": year}, reader_zone="UTC")

    assert (expected, []) == ([*dates(events).values()], losses)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("KW 47", "2026-W47"),
        ("KW 1", "2027-W01"),
        ("KW 26", "2027-W26"),
        ("Frühjahr", "northern spring 2027"),
        ("Herbst", "northern autumn 2026"),
        ("bis 30. April", "by 2027-04-30"),
    ],
)
def test_a_period_of_a_season_is_of_the_year_in_which_it_begins(tmp_path: Path, period: str, expected: str) -> None:
    table = f"Title,Date\nA,14 September\nB,{period}\n"

    events, _ = run(tmp_path, table, "t.csv", columns={"year": "2026/2027"})

    assert {"a": "2026-09-14", "b": expected} == dates(events)


@pytest.mark.parametrize(
    ("cell", "when", "kind"),
    [
        ('bis 1.3.2027","12 Uhr', "2027-03-01 12:00", EventKind.DEADLINE),
        ('by March 2027","12:00', "by 2027-03", EventKind.EVENT),
        ("bis 1.3.2027, 12 Uhr", "2027-03-01 12:00", EventKind.DEADLINE),
        ("no later than 1 March 2027 12:00", "2027-03-01 12:00", EventKind.DEADLINE),
        ("до 1 марта 2027, 12:00", "2027-03-01 12:00", EventKind.DEADLINE),
        ("bis 1.3.2027", "by 2027-03-01", EventKind.EVENT),
        ("1.3.2027, 12 Uhr", "2027-03-01 12:00", EventKind.EVENT),
        ("1.3.2027 12:00 bis 13:00", "2027-03-01 12:00/13:00", EventKind.EVENT),
    ],
)
def test_an_hour_until_which_something_can_be_done_is_a_deadline(
    tmp_path: Path, cell: str, when: str, kind: EventKind
) -> None:
    events, _ = run(tmp_path, f'Title,Date,Time\nA,"{cell}"\n', "t.csv")

    assert {"a": when} == dates(events)
    assert [kind] == [event.kind for event in events.values()]


def test_a_year_that_is_none_is_refused_and_a_row_that_has_it_says_what_else_is_wrong(tmp_path: Path) -> None:
    table = "Title,Date\nA,3/4\nB,29 Feb\n"
    for year in ("27", "2027/28"):
        with pytest.raises(ImportingError, match=f"--columns year={year}: write a year, 2027, or the two of a season"):
            run(tmp_path, table, "t.csv", columns={"year": year})

    _, losses = run(tmp_path, table, "t.csv", columns={"year": "2027"})

    assert ["when: '3/4/2027' could be two days", "when: '29 Feb 2027' is not a date"] == [
        loss.partition(";")[0] for loss in losses
    ]


def test_a_weekday_that_is_not_of_the_year_that_was_said_leaves_its_row_out(tmp_path: Path) -> None:
    events, [loss] = run(tmp_path, "Title,Date\nA,Tue 2 February\n", "t.csv", columns={"year": "2026/2027"})

    assert ({}, "when: 'Tue 2 February 2026' is not a date; the row was left out") == (events, loss)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["3.5.27", "17.5.27", "24.5.27"], ["2027-05-03", "2027-05-17", "2027-05-24"]),
        (["6/5/27 19:30", "6/25/27 19:30"], ["2027-06-05 19:30", "2027-06-25 19:30"]),
        (["05-Jan-27", "16-Okt-27", "27-Feb-28"], ["2027-01-05", "2027-10-16", "2028-02-27"]),
        (["5/1/2027", "15/2/27"], ["2027-01-05", "2027-02-15"]),
        (["05/01/27", "١٤/٠٢/٢٠٢٧"], ["2027-01-05", "2027-02-14"]),
        (["5 Jan '27"], ["2027-01-05"]),
    ],
)
def test_years_of_two_digits_are_read_where_the_column_shows_that_they_stand_last(
    tmp_path: Path, texts: list[str], expected: list[str]
) -> None:
    table = "Title,Date\n" + "".join(f"T{number},{text}\n" for number, text in enumerate(texts))

    events, losses = run(tmp_path, table, "t.csv", reader_zone="UTC")

    assert (expected, []) == ([*dates(events).values()], losses)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2027-05-04 9:00am", "2027-05-04 10:00am", "2027-05-04 09:00/10:00"),
        ("May 4, 2027 9:00 AM", "May 5, 2027 5:00 PM", "2027-05-04 09:00/2027-05-05 17:00"),
        ("4 мая 2027", "6 мая 2027", "2027-05-04/06"),
        ("2027年5月4日", "2027年5月6日", "2027-05-04/06"),
    ],
)
def test_the_end_of_a_row_may_be_in_words_as_its_start(tmp_path: Path, start: str, end: str, expected: str) -> None:
    events, losses = run(tmp_path, f'Title,Start,End\nA,"{start}","{end}"\n', "t.csv")

    assert {"a": expected} == dates(events)
    assert not any("end" in loss for loss in losses)


def test_a_count_of_days_says_how_to_export_the_dates(tmp_path: Path) -> None:
    _, losses = run(tmp_path, "Title,Date\nA,46510\nB,46510.75\n", "t.csv")

    assert ["format the column as a date and export it again"] * 2 == [loss.rpartition(": ")[2] for loss in losses]


def test_whole_days_of_outlook_end_at_midnight_and_those_of_google_on_their_last_day(tmp_path: Path) -> None:
    outlook = (
        '"Subject","Start Date","Start Time","End Date","End Time","All day event"\n'
        '"Party","6/26/2027","12:00:00 AM","6/27/2027","12:00:00 AM","True"\n'
        '"Trip","2/6/2027","12:00:00 AM","2/8/2027","12:00:00 AM","True"\n'
        '"Night","2/9/2027","12:00:00 AM","2/10/2027","12:00:00 AM","False"\n'
    )
    google = "Subject,Start Date,End Date,All Day Event\nCamp,07/15/2027,07/19/2027,True\n"

    events, losses = run(tmp_path, outlook, "outlook.csv", reader_zone="UTC")
    (tmp_path / "google").mkdir()
    more, _ = run(tmp_path / "google", google, "google.csv")

    assert [] == losses
    assert {"party": "2027-06-26", "trip": "2027-02-06/07", "night": "2027-02-09 00:00/2027-02-10 00:00"} == dates(
        events
    )
    assert {"camp": "2027-07-15/19"} == dates(more)


def test_a_yes_in_another_language_keeps_an_event_private(tmp_path: Path) -> None:
    table = "Betreff;Beginnt am;Ganztägiges Ereignis;Privat\nArzt;5.1.2027;Aus;Ein\nFest;6.1.2027;Ein;Aus\nBall;7.1.2027;N;N\n"

    events, losses = run(tmp_path, table, "kalender.csv")

    assert ["fest", "ball"] == [*events]
    assert ["private: the event is private, or a draft; --private imports it"] == losses


def test_no_hour_of_a_table_is_lost_in_silence(tmp_path: Path) -> None:
    table = (
        "title,date,time,end date,end time\nA,2027-01-05,evening,,\nB,2027-01-06,19:00 IST,,\nC,29-30 Jan 2027,19:00,,\n"
        "D,2027-01-08,,,21:00\nE,2027-01-09,14:00,2027-01-10,\nF,2027-01-11,14:00,,late\n"
    )

    events, losses = run(tmp_path, table, "t.csv", reader_zone="UTC")

    assert [
        "start-time: 'evening' is not an hour; the day alone was written",
        "start-time: '19:00 IST' is not an hour; the day alone was written",
        "start-time: '19:00' was left out beside 2027-01-29/30",
        "end-time: '21:00' has no start time before it; it was left out",
        "end: '2027-01-10' has no hour; no end was written",
        "end-time: 'late' is not an hour; it was left out",
    ] == losses
    assert ["2027-01-05", "2027-01-06", "2027-01-29/30", "2027-01-08", "2027-01-09 14:00", "2027-01-11 14:00"] == [
        *dates(events).values()
    ]


@pytest.mark.parametrize(
    ("day", "hour", "zone", "expected"),
    [
        ("2027-07-05", "7 PM EDT", "", "2027-07-05 19:00 America/New_York"),
        ('"May 4, 2027 (EDT)"', "7-9 PM (EDT)", "", "2027-05-04 19:00/21:00 America/New_York"),
        ("2027-07-05 19:00 CEST", "", "", "2027-07-05 19:00 Europe/Berlin"),
        ("2027-07-05 19:00 CEST", "", "Europe/Rome", "2027-07-05 19:00 Europe/Rome"),
        ("2027-07-05", "19:00 CST", "America/Chicago", "2027-07-05 19:00 America/Chicago"),
        ("2027-07-05", "23:59 AoE", "", "2027-07-05 23:59 Etc/GMT+12"),
        ("12 мая 2027", "19:00 МСК", "", "2027-05-12 19:00 Europe/Moscow"),
        ("2027-07-05", "19:00 (CST)", "", "2027-07-05 Europe/Berlin"),
        ("2027-07-05 EDT", "19:00", "", "2027-07-05 19:00 America/New_York"),
        ("2027-07-05", "19:00", "CET", "2027-07-05 19:00 Europe/Berlin"),
        ("2027-07-05", "19:00", "EET", "2027-07-05 19:00 Europe/Helsinki"),
        ("2027-07-05", "19:00", "Eastern Time (US & Canada)", "2027-07-05 19:00 America/New_York"),
        ("2027-07-05", "19:00", "W. Europe Standard Time", "2027-07-05 19:00 Europe/Berlin"),
        ("2027-07-05", "19:00 Europe/Athens", "", "2027-07-05 19:00 Europe/Athens"),
    ],
)
def test_letters_behind_an_hour_are_its_zone(tmp_path: Path, day: str, hour: str, zone: str, expected: str) -> None:
    events, _ = run(tmp_path, f"title,date,time,timezone\nA,{day},{hour},{zone}\n", "t.csv", zone="Europe/Berlin")

    assert {"a": expected} == dates(events)


@pytest.mark.parametrize("text", ["2027-09 (EST)", "2027-09-16 EST"])
def test_letters_behind_a_date_without_an_hour_may_say_that_it_is_estimated(tmp_path: Path, text: str) -> None:
    events, losses = run(tmp_path, f"title,date\nA,2027-07-05\nB,{text}\n", "t.csv")

    assert (["a"], [f"when: {text!r} is not a date; the row was left out"]) == ([*events], losses)


def test_the_zone_that_is_assumed_for_hours_is_reported_once() -> None:
    table = "title,date,zone\nA,2027-01-04,\nB,2027-01-05 10:00,\nC,2027-01-06 10:00,\n"
    exact = "title,date,zone\nA,2027-01-04 10:00,Asia/Tokyo\nB,2027-01-05T10:00:00Z,\n"
    cases = [
        (table, ImportContext()),
        (exact, ImportContext()),
        (table, ImportContext(reader_zone="Asia/Tokyo")),
        (table, ImportContext(calendar_id="t")),
    ]

    told = [importing.read_source(text.encode(), "t.csv", "", context).losses for text, context in cases]

    assert ["line 3: time zone: none is named, so hours were read as UTC; --timezone names another"] == [
        str(loss) for losses in told for loss in losses
    ]


def test_rows_of_one_title_are_known_again_by_their_dates(tmp_path: Path) -> None:
    table = "title,when\nTalk,2027-01-04\nTalk,2027-02-04\nTalk,2027-02-04 10:00\nTalk,2027-03-04\n"

    events, _losses = run(tmp_path, table, "t.csv")  # and again, where nothing is added or changed

    assert ["talk", "talk-2", "talk-2027-02-04", "talk-2027-03-04"] == sorted(events)
    without_the_first = table.replace("Talk,2027-01-04\n", "")
    _, merge = plan_import(tmp_path / "events.yaml", without_the_first, "t.csv")
    assert ([], [], 3) == (merge.added, merge.changed, merge.unchanged)


def test_hundreds_of_rows_of_one_title_are_numbered_on_and_known_again(tmp_path: Path) -> None:
    table = "title,date\n" + "Talk,2027-01-07\n" * 200

    events, _ = run(tmp_path, table, "talks.csv")
    again, _ = run(tmp_path, table + "Talk,2027-01-07\n", "talks.csv")

    assert ["talk", "talk-2027-01-07", *(f"talk-{number}" for number in range(2, 200))] == [*events]
    assert {"talk-200"} == again.keys() - events.keys()


def test_a_day_that_could_be_two_is_left_out_and_named(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "title,date,seat\nA,03/04/2027,1\n", "t.csv")

    _, no_such_day = run(tmp_path, "title,date\nA,31.02.2027\n", "t.csv")

    assert ["when: '31.02.2027' is not a date; the row was left out"] == no_such_day
    assert {} == events
    assert [
        "column seat: left out; --columns KEY=seat says which key it holds",
        "when: '03/04/2027' could be two days",
    ] == [loss.partition(";")[0] if loss.startswith("when") else loss for loss in losses]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("title,date\nA,\nB,n/a\nC,TBA\n", "t.csv", [
            "line 2: A: no date: date is missing; written as TBD", "line 3: B: no date: date is 'n/a'; written as TBD",
        ]),
        ("- title: X\n  confs: [{year: 2027, date: some day}, {year: 2028}, {year: 2029, date: TBD}]\n", "c.yaml", [
            "line 2: X 2027: no date: date is 'some day'; written as TBD", "line 2: X 2028: no date: date is missing; written as TBD",
        ]),
        ("- {conference: X, year: 2027}\n- {conference: Y, year: 2027, start: may}\n", "p.yaml", [
            "line 1: X 2027: no date: start is missing; written as TBD", "line 2: Y 2027: no date: start is 'may'; written as TBD",
        ]),
    ],
)  # fmt: skip
def test_an_event_without_a_date_becomes_tbd_and_is_named_and_counted(
    text: str, name: str, expected: list[str]
) -> None:
    imported = importing.read_source(text.encode(), name, "", ImportContext())

    assert expected == [str(loss) for loss in imported.losses]
    assert ["changed: no date 2"] == importing.count_losses(imported.losses)
    assert all(event.fields["when"] == "TBD" for event in imported.events)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("title,date,url,tags,status,zone\nA,2027-01-05,here,a/b,open,Mars\n", "t.csv", [
            "status: 'open' is not confirmed, tentative, cancelled or postponed; written as confirmed", "tags: 'a/b' became 'a-b'",
            "timezone: 'Mars' is not a zone; read as UTC", "url: 'here' is not a web address",
        ]),
        ("timezone: Mars\nevents:\n- {summary: A, begin: 2027-01-05, end: later, repeat: weekly}\n", "y.yaml", [
            "end: 'later' is not a date after the start; no end was written",
            "repeat: 'weekly' has no `interval`; only the first date was written", "timezone: 'Mars' is not a zone; read as UTC",
        ]),
        ("events:\n- {summary: A, begin: 2027-01-05, duration: long, repeat: {interval: {days: 1}, until: fall}}\n- {summary: B}\n", "y.yaml", [
            "begin: there is none; the event was left out",
            "duration: it is not hours and minutes of an event with an hour; no end was written",
            "until: 'fall' is not a date; written without an end",
        ]),
        ('[{"name": "A", "startDate": "2027-01-05", "endDate": "2026", "cfpEndDate": "soon", "url": "x"}, {"name": "B"}]', "c.json", [
            "cfpEndDate: 'soon' is not a day; this deadline was left out",
            "endDate: '2026' is not a day from the start on; one day was written",
            "startDate: there is none; the conference was left out", "url: 'x' is not a web address",
        ]),
        ('[[events]]\ntitle = "A"\nstart = 2027-01-05\nend = "x"\nstatus = "odd"\n[[events]]\ntitle = "B"\n', "t.toml", [
            "end: 'x' is not a date after the start; no end was written", "start: there is none; the event was left out",
            "status: 'odd' is not an event's status; written as confirmed",
        ]),
        ("- title: X\n  confs: [{year: 2027, date: 2027-05-05, link: x, timeline: [{deadline: 99}, {deadline: 98}]}]\n", "c.yaml", [
            "deadline: '98' is not a date; this deadline was left out", "deadline: '99' is not a date; this deadline was left out",
            "url: 'x' is not a web address",
        ]),
    ],
)  # fmt: skip
def test_what_a_source_says_and_the_registry_cannot_is_named_once_with_its_effect(
    text: str, name: str, expected: list[str]
) -> None:
    imported = importing.read_source(text.encode(), name, "", ImportContext())

    assert expected == sorted(f"{loss.what}: {loss.detail}" for loss in imported.losses)


@pytest.mark.parametrize(
    ("data", "name"), [(b"\xff\xfe", "z.csv"), (b"{}", "r.json"), (b"- [", "x.yaml"), (b"x", "q.ics")]
)
def test_a_source_that_cannot_be_read_is_named(data: bytes, name: str) -> None:
    with pytest.raises(ImportingError, match=f"^{name}: "):
        importing.read_source(data, name, "", ImportContext())


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("a,b\n1,2\n", "t.csv", "no column is known to hold title or when"),
        ("2027-01-05,Budget\n2027-01-06,Vote\n", "t.csv", "no names of columns: write them above it, as title,date"),
        ("title,start\nA,8:30\n", "t.csv", "no column is known to hold when"),
        ("", "t.csv", "the table is empty"),
        ("title,when\n" + "x" * 200_000, "t.csv", "not a table: field larger"),
        ("- [", "x.yaml", "not YAML: line"),
        ("{", "x.json", "not JSON"),
        ("[1]", "x.json", r"no list of events in it: .*\.ics"),
        ("[[events]", "x.toml", "not TOML"),
        ("&a [*a]", "x.yaml", "an alias that holds itself"),
        ("[" * 100_000, "x.yaml", "line 1: exceeded maximum nesting depth"),
        ("[" * 100_000, "x.json", "not JSON"),
        ('{"a":' * 500 + "[]" + "}" * 500, "x.json", "nested too deep|no list of events"),  # Python 3.12 takes more
        ('[{"name": "A", "date": ' + "[" * 500 + "]" * 500 + "}]", "x.json", "nested too deep"),
        ("1" * 5_000, "x.json", "no list of events in it"),
        ("a = " + "[" * 100_000, "x.toml", "nested too deep"),
        ("[[events]]\na" + ".a" * 100_000 + " = 1", "x.toml", "line 2 has more than 200 dots"),
        ("version: 1\ncalendar: {id: a}\n", "x.yaml", "a registry of eventcal already"),
        ('{"calendar": {}, "events": [], "next": null}', "x.json", "no list of events in it"),
        ('[{"name": "A", "place": "Hall"}]', "x.json", "no column is known to hold when; the table has name, place"),
        ("what: ever\n", "x.yaml", "--format: ics, csv"),
    ],
)
def test_a_source_that_is_no_such_thing_is_refused_in_a_sentence(text: str, name: str, told: str) -> None:
    with pytest.raises(ImportingError, match=told):
        importing.read_source(text.encode(), name, "", ImportContext())


def test_an_unknown_column_or_format_names_the_known_ones() -> None:
    with pytest.raises(ImportingError, match="the table has a, b"):
        importing.read_source(b"a,b\n1,2\n", "t.csv", "", ImportContext(columns={"title": "c"}))
    with pytest.raises(ImportingError, match="there are ics, csv"):
        importing.read_source(b"", "x", "excel", ImportContext())


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("talk,Talk,2027-01-05", "talk,A talk,2027-01-06", ["changed talk: title, when"]),
        ("7,Talk,2027-01-05", "7,A talk,2027-01-05", ["changed 7: title"]),
        ("7,Talk,2027-01-05", "7,Talk,2027-01-06", ["changed 7: when"]),
        ("7,Talk,2027-01-05", "7,Budget,2027-03-01", ["added 7-2027-03-01"]),  # the number of another table
    ],
)
def test_a_newer_table_changes_the_events_whose_ids_it_has(
    tmp_path: Path, old: str, new: str, found: list[str]
) -> None:
    for row in (old, new):
        _, merge = plan_import(tmp_path / "events.yaml", f"id,title,date\n{row}\n", "plan.csv")
        write_import(merge)

    added = [f"added {event_id}" for event_id in merge.added]
    changes = [
        f"changed {change.event_id}: {', '.join(text.split(':')[0] for text in change.texts)}"
        for change in merge.changed
    ]
    assert found == added + changes


def test_a_row_whose_id_an_event_had_before_is_that_event_once(tmp_path: Path) -> None:
    path, table = tmp_path / "events.yaml", "id,title,date\ntalk,Talk,2027-01-05\n"
    write_import(plan_import(path, table, "plan.csv")[1])
    path.write_text(path.read_text().replace("id: talk\n", "id: budget\n    formerly: [talk]\n"))

    _, merge = plan_import(path, f"{table.replace('2027', '2029')}budget,Budget,2027-02-01\n", "plan.csv")

    assert (["budget"], ["budget-2027-02-01"]) == ([change.event_id for change in merge.changed], merge.added)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        # A new row before the others, and one of many that moved
        (["Training,2027-01-05", "Training,2027-01-12"], ["Training,2027-01-04"], []),
        (
            ["Training,2027-01-05", "Training,2027-01-12"],
            ["-Training,2027-01-12", "Training,2027-01-13"],
            ["2027-01-13"],
        ),
        (["Cup,2027-09"], ["-Cup,2027-09", "Cup,2027-08-21"], ["2027-08-21"]),
        (["Cup,TBD"], ["-Cup,TBD", "Cup,2027-08-21"], ["2027-08-21"]),
        (["Cup,TBD", "Cup,TBD"], ["-Cup,TBD", "Cup,2027-08-21", "Cup,TBD"], ["2027-08-21"]),
        (["Cup,2026-06-20"], ["-Cup,2026-06-20", "Cup,2027-06-19"], []),  # next year's edition
        (  # the plan of the next weeks
            ["Yoga,2027-06-21", "Yoga,2027-06-28"],
            ["-Yoga,2027-06-21", "-Yoga,2027-06-28", "Yoga,2027-07-05", "Yoga,2027-07-12"],
            [],
        ),
        (  # another hour, where the first date is over and no longer listed
            ["Yoga,2027-06-21 18:00", "Yoga,2027-06-28 18:00"],
            ["-Yoga,2027-06-21 18:00", "-Yoga,2027-06-28 18:00", "Yoga,2027-06-28 19:00"],
            ["2027-06-28 18:00 -> 2027-06-28 19:00"],
        ),
    ],
)
def test_a_row_of_a_known_title_is_that_event_if_its_date_may_have_moved(
    tmp_path: Path, old: list[str], new: list[str], changes: list[str]
) -> None:
    rows = [*(row for row in new if row[0] != "-"), *(row for row in old if f"-{row}" not in new)]
    run(tmp_path, "\n".join(["title,date", *old]), "plan.csv")

    _, merge = plan_import(tmp_path / "events.yaml", "\n".join(["title,date", *rows]), "plan.csv")

    texts = [text for change in merge.changed for text in change.texts]
    assert len(changes) == len(texts)
    assert all(text.endswith(change) for text, change in zip(texts, changes, strict=True))
    assert len(rows) == len(merge.added) + len(merge.changed) + merge.unchanged


def test_rows_that_got_other_numbers_are_known_by_title_and_date(tmp_path: Path) -> None:
    run(tmp_path, "id,title,date\n1,Talk,2027-01-05\n2,Walk,2027-01-12\n", "plan.csv")

    rows = "1,New,2027-01-02\n2,Talk,2027-01-05\n3,Talk,2027-01-05\n4,Walk,2027-01-12\n"
    _, merge = plan_import(tmp_path / "events.yaml", f"id,title,date\n{rows}", "plan.csv")

    assert (["1-2027-01-02", "3"], [], 2) == (merge.added, merge.changed, merge.unchanged)


def test_a_single_date_with_the_title_of_a_series_leaves_the_series_alone_and_nothing_is_said_to_be_gone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "events.yaml"
    head = "version: 1\ncalendar: {id: c, name: C, timezone: UTC}\nevents:\n"
    path.write_text(
        head + "  - {id: supper, title: Supper, when: 2027-01-01 19:00, repeat: every month on the first Fri}\n"
        "  - {id: cup, title: Cup, when: 2027-02-07, uid: a@other.example}\n"
        "  - {id: ball, title: Ball, when: 2027-03-07, uid: b@other.example}\n"
    )

    _, merge = plan_import(path, "title,date\nSupper,2027-02-05\nCup,2027-02-08\n", "plan.csv")

    assert (["supper-2027-02-05"], ["cup"], []) == (
        merge.added,
        [change.event_id for change in merge.changed],
        merge.missing,
    )


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("%d.%m.%y", "Sa. 17.04.27", "2027-04-17"),
        ("%d.%m.%y", "24.04.27 - 25.04.27", "2027-04-24/25"),
        ("%d.%m.%y", "24.04.27-25.04.27", "2027-04-24/25"),
        ("%d.%m.%y", "1. Mai 2027", "2027-05-01"),
        ("%d/%m/%y", '"Sat, 7/8/27 10:00"', "2027-08-07 10:00"),
        ("%d/%m/%Y", "03/04/2027 - 05/04/2027", "2027-04-03/05"),
        ("%m/%d/%y", "3/4/27", "2027-03-04"),
        ("", "24.04.2027–25.04.2027", "2027-04-24/25"),
        ("", "24-25/04/2027", "2027-04-24/25"),
        ("", "1-2.4.2027", "2027-04-01/02"),
    ],
)
def test_the_format_that_is_given_holds_for_dates_among_other_words(
    tmp_path: Path, pattern: str, text: str, expected: str
) -> None:
    columns = {"date-format": pattern} if pattern else {}
    events, losses = run(tmp_path, f"title,date\nA,{text}\n", "t.csv", columns=columns, reader_zone="UTC")

    assert ([expected], []) == ([*dates(events).values()], losses)


def test_two_days_before_their_month_are_that_also_where_months_stand_first(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "title,date\nA,4/24/2027\nB,6-7/04/2027\n", "t.csv")

    assert ({"a": "2027-04-24", "b": "2027-04-06/07"}, []) == (dates(events), losses)


@pytest.mark.parametrize("names", ["Zeit von;Zeit bis", "Von;Bis"])
def test_a_number_alone_in_a_column_of_hours_is_an_hour(tmp_path: Path, names: str) -> None:
    table = f"Titel;Datum;{names}\nA;1.5.2027;11;15\nB;2.5.2027;18.30;20\n"
    events, losses = run(tmp_path, table, "t.csv", reader_zone="UTC")

    assert (["2027-05-01 11:00/15:00", "2027-05-02 18:30/20:00"], []) == ([*dates(events).values()], losses)


def test_a_table_in_utf_16_is_read_and_one_in_another_encoding_says_what_to_do() -> None:
    table, context = "title,date\nFrühjahr,2027-05-01\n", ImportContext(reader_zone="UTC")

    assert ["Frühjahr"] == [
        event.title for event in importing.read_source(table.encode("utf-16"), "t.csv", "", context).events
    ]
    with pytest.raises(ImportingError, match="line 2: byte 0xfc is not UTF-8: save the file as UTF-8, which Excel"):
        importing.read_source(table.encode("cp1252"), "t.csv", "", context)


def test_days_of_one_month_are_written_as_short_as_they_can_be(tmp_path: Path) -> None:
    run(tmp_path, "title,date\nCup,29.05. - 30.05.2027\n", "t.csv")

    assert "when: 2027-05-29/30\n" in (tmp_path / "events.yaml").read_text()


def test_a_registry_that_an_import_begins_says_in_which_language_it_speaks(tmp_path: Path) -> None:
    run(tmp_path, "title,date\nA,2027-01-05\n", "t.csv")

    assert "language: en   " in (tmp_path / "events.yaml").read_text()


def test_a_map_of_an_hour_and_its_zone_is_that_hour(tmp_path: Path) -> None:
    events, _ = run(tmp_path, "- {title: A, date: {dateTime: '2027-05-02T10:00', timeZone: Asia/Tokyo}}\n", "t.yaml")

    assert {"a": "2027-05-02 10:00 Asia/Tokyo"} == dates(events)


def test_an_hour_of_notion_with_the_letters_of_its_zone_is_read(tmp_path: Path) -> None:
    text = 'Name,Date\nA,"March 3, 2027 6:00 PM (EST) → 8:00 PM"\n'
    events, _ = run(tmp_path, text, "notion.csv", zone="UTC")

    assert {"a": "2027-03-03 23:00/2027-03-04 01:00"} == dates(events)


@pytest.mark.parametrize(
    "column",
    ["Talk Deadline", "Meldeschluss", "Fecha límite", "Date limite", "Срок подачи", "截止日期", "الموعد النهائي"],
)
def test_a_column_of_deadlines_becomes_events_that_belong_to_that_of_the_row(tmp_path: Path, column: str) -> None:
    table = f"Title;Date;{column}\nPyCascades;2027-02-08;15.9.2026 18:00\nNamibia;2027-02-24;\n"

    events, losses = run(tmp_path, table, "t.csv", reader_zone="UTC")

    conference, deadline, other = events.values()
    assert ["pycascades", "namibia"] == [conference.id, other.id]
    assert (f"PyCascades: {column}", "2026-09-15 18:00") == (deadline.title.in_language("en"), str(deadline.when))
    assert (EventKind.DEADLINE, "pycascades", []) == (deadline.kind, deadline.part_of, losses)


@pytest.mark.parametrize("column", ["Beschluss", "Abschluss", "Deadline URL", "Plazo link"])
def test_a_column_that_only_looks_like_a_deadline_is_left_out(tmp_path: Path, column: str) -> None:
    events, losses = run(tmp_path, f"Title,Date,{column}\nBudget,2027-01-05,2026-12-01\n", "t.csv")

    assert ["budget"] == [*events]
    assert [f"column {column}: left out; --columns KEY={column} says which key it holds"] == losses


def test_a_deadline_that_cannot_be_read_is_named_and_its_row_stays(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "Title,Date,Talk deadline\nBudget,2027-01-05,soon\n", "t.csv")

    assert (["budget"], ["Talk deadline: 'soon' is not a date; this deadline was left out"]) == ([*events], losses)


@pytest.mark.parametrize(
    ("day", "deadline", "zone", "expected"),
    [
        ("2027-05-05", "2027-01-15 23:59", "AoE (UTC-12h)", "2027-01-15 23:59 Etc/GMT+12"),
        ("2027-05-05", "2027-01-15 23:59", "UTC-12", "2027-01-15 23:59 Etc/GMT+12"),
        ("2027-05-05", "2027-01-15 23:59", "Asia/Tokyo", "2027-01-15 23:59 Asia/Tokyo"),
        ("2027-05-05 10:00", "2027-01-15 23:59 AoE", "", "2027-01-15 23:59 Etc/GMT+12"),
        ("2027-05-05", "2027-01-15 23:59 UTC-7", "", "2027-01-15 23:59 Etc/GMT+7"),
        ("2027-05-05", "2027-01-15 23:59 UTC+5:30", "", "2027-01-15 23:59 Asia/Kolkata"),
        ("2027-05-05", "2027-01-15 23:59 (Asia/Tokyo)", "AoE", "2027-01-15 23:59 Asia/Tokyo"),
        ("2027-05-05", "15 January 2027 (AoE)", "", "2027-01-15 Europe/Berlin"),
        ("2027-05-05", "2027-01-15 23:59", "N/A", "2027-01-15 23:59 Europe/Berlin"),
    ],
)
def test_a_deadline_is_in_the_zone_behind_it_or_in_that_of_its_row(
    tmp_path: Path, day: str, deadline: str, zone: str, expected: str
) -> None:
    table = f"title,date,deadline,deadline_timezone\nA,{day},{deadline},{zone}\n"

    events, losses = run(tmp_path, table, "t.csv", zone="Europe/Berlin", reader_zone="Europe/Berlin")

    assert (expected, []) == (dates(events)["a-deadline"], losses)


def test_the_zone_that_is_assumed_for_a_deadline_is_reported(tmp_path: Path) -> None:
    _events, losses = run(tmp_path, "title,date,deadline\nA,2027-05-05,2027-01-15 23:59\n", "t.csv")

    assert ["time zone: none is named, so hours were read as UTC; --timezone names another"] == losses


def parts(events: dict[str, Event]) -> list[str]:
    """The parts of *events*: what, when, and which are deadlines."""
    texts = [
        f"{event.title.in_language('en')} | {event.when} {event.timezone}{' !' if event.kind is EventKind.DEADLINE else ''}"
        for event in events.values()
        if event.part_of
    ]
    return [text.replace(" UTC", "") for text in texts]


LISTS_OF_DEADLINES = [
    ("- {title: A, start: 2027-05-05, deadline: ['2027-01-15 23:59', '2027-02-15 23:59'], timezone: AoE}",
     ["A: deadline 1 | 2027-01-15 23:59 Etc/GMT+12 !", "A: deadline 2 | 2027-02-15 23:59 Etc/GMT+12 !"]),
    ("- {title: A, start: 2027-05-05, abstract_deadline: 2027-01-08, camera_ready: 2027-03-01, notification: 2027-02-20}",
     ["A: abstract deadline | 2027-01-08 !", "A: camera ready | 2027-03-01 !", "A: notification | 2027-02-20"]),
    ("- title: A\n  start: 2027-05-05\n  deadlines:\n    - {type: paper, label: Papers due, date: '2027-01-15 23:59:59', timezone: Anywhere on Earth}\n"
     "    - {type: notification, label: Decisions, date: 2027-02-20, timezone: AoE}\n    - {label: Posters, date: TBA}",
     ["A: Papers due | 2027-01-15 23:59:59 Etc/GMT+12 !", "A: Decisions | 2027-02-20"]),
    ("- title: A\n  tracks:\n    - {track_name: Demos, submission: 2027-01-15, notification: 2027-02-20}\n    - {track_name: Demos, submission: 2027-03-15}",
     ["A: Demos: submission | 2027-01-15 !", "A: Demos: notification | 2027-02-20", "A: Demos | 2027-03-15 !"]),
    ("- {title: A, start: 2027-05-05, deadlines: {abstract: 2027-01-08, paper: 2027-01-15}}",
     ["A: abstract | 2027-01-08 !", "A: paper | 2027-01-15 !"]),
    ("title: A\nyear: 2027\nsources: [{label: Call, url: https://example.org/}]\ndeadlines: [{label: Papers, datetime: '2027-01-15T23:59:00-12:00', timezone: AoE}]",
     ["A: Papers | 2027-01-15 23:59 Etc/GMT+12 !"]),
    ("a27: {title: A, start: 2027-05-05, deadline: 2027-01-15}\na28: {title: A, start: 2028-05-05, deadline: 2028-01-15}",
     ["A: deadline | 2027-01-15 !", "A: deadline | 2028-01-15 !"]),
    ("- title: A\n  events:\n    - {id: a27, start: 2027-05-05, timeline: [{deadline: 2027-01-15, comment: Papers}]}",
     ["A: Papers | 2027-01-15 !"]),
    ("- {title: A, deadline: 2027-01-15, is_extended_deadline: false}", ["A: deadline | 2027-01-15 !"]),
    ("- {title: A, dates: {start: 2027-05-05, end: 2027-05-07}}", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LISTS_OF_DEADLINES)
def test_the_deadlines_of_a_list_are_parts_of_their_event_however_they_are_nested(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    events, losses = run(tmp_path, text, "t.yaml", reader_zone="UTC")

    assert (expected, []) == (parts(events), [loss for loss in losses if "deadline was left out" in loss])


def test_the_parts_of_an_event_have_its_tags(tmp_path: Path) -> None:
    text = "- {title: A, date: TBA, year: 2027, tags: [ml, nlp], deadline: 2027-01-15, timeline: [{label: Posters, date: 2027-01-20}]}"

    events, losses = run(tmp_path, text, "t.yaml")

    assert {"a": "2027", "a-deadline": "2027-01-15", "a-posters": "2027-01-20"} == dates(events)
    assert ({("ml", "nlp")}, []) == ({event.tags for event in events.values()}, losses)


@pytest.mark.parametrize(
    "date",
    [
        "TBA",
        "T.B.D.",
        "TBC (after the draw)",
        "TBD - see the site",
        "tba, in spring",
        "offen",
        "noch offen",
        "pendiente",
    ],
)
def test_a_date_that_is_to_come_keeps_its_row_whatever_stands_behind_it(tmp_path: Path, date: str) -> None:
    events, losses = run(
        tmp_path, f'Title,Date,KO,Paper deadline\nCup,"{date}",,"{date}"\nTie,2027-05-04,"{date}",\n', "t.csv"
    )

    assert ("TBD", "2027-05-04") == (dates(events)["cup"], dates(events)["tie"])
    assert not losses


def test_letters_behind_an_hour_that_say_it_is_to_be_confirmed_are_no_zone(tmp_path: Path) -> None:
    table = "Title,Date\nCup,5 Sep 2027 15:00 (TBC)\nTie,2027-09-12 15:00 TBC\n"
    events, losses = run(tmp_path, table, "t.csv", reader_zone="UTC")

    assert ({"cup": "2027-09-05 15:00?", "tie": "2027-09-12 15:00?"}, []) == (dates(events), losses)


@pytest.mark.parametrize("date", ["TBC: 5 May 2027 to 8 May 2027", "TBC (5/2027)"])
def test_a_date_behind_a_word_for_one_to_come_is_not_lost_unsaid(tmp_path: Path, date: str) -> None:
    events, losses = run(tmp_path, f"Title,Date\nCup,{date}\nTie,2027-05-04\n", "t.csv")

    assert losses or dates(events)["cup"] != "TBD"


@pytest.mark.parametrize("deadline", ["TBA", "To be announced"])
def test_a_deadline_that_is_open_again_loses_its_date_and_none_is_added_for_one_that_never_had_one(
    tmp_path: Path, deadline: str
) -> None:
    head = "id,title,date,deadline\n"
    run(tmp_path, f"{head}a27,A,2027-05-05,2027-01-15\n", "t.csv")

    events, _ = run(tmp_path, f"{head}a27,A,2027-05-05,{deadline}\nb27,B,2027-05-07,TBA\n", "t.csv")

    assert ["A: deadline | TBD !"] == parts(events)


def test_an_event_about_templates_is_none(tmp_path: Path) -> None:
    event = "BEGIN:VEVENT\nUID:1\nSUMMARY:Jinja\nDESCRIPTION:What {% for x in y %} does\nDTSTART:20270105\nEND:VEVENT"

    events, _losses = run(tmp_path, f"BEGIN:VCALENDAR\n{event}\nEND:VCALENDAR\n", "talks.ics")

    assert ["jinja"] == [*events]


def test_a_venue_and_a_city_are_one_place_and_a_website_is_the_page(tmp_path: Path) -> None:
    table = (
        "Subject,Date,Location,Venue,Website URL\nPyCascades,2027-02-08,Vancouver,Harbour Centre,https://example.org/\n"
    )

    events, losses = run(tmp_path, table, "t.csv")

    [event] = events.values()
    place = event.places[0].name.in_language("en")
    assert ("Harbour Centre, Vancouver", "https://example.org/", []) == (place, event.url, losses)


def test_of_columns_that_may_hold_the_same_the_first_that_is_filled_in_counts(tmp_path: Path) -> None:
    table = (
        "Title,Date,Start,End,Address,City,Cancelled\n"
        "Lunch,2026-11-02,2027-01-05 18:00,2027-01-05 20:00,Pier 1,Kiel,yes\n"
        "Walk,2027-01-06T00:00:00Z,,2027-01-07T00:00:00Z,https://meet.example/,,no\n"
    )

    events, losses = run(tmp_path, table, "t.csv", reader_zone="Europe/Berlin", zone="Europe/Berlin")

    lunch, walk = events["lunch"], events["walk"]
    assert ["2027-01-05 18:00/20:00", "2027-01-06/07"] == [str(event.when) for event in (lunch, walk)]
    assert ("Pier 1, Kiel", "cancelled") == (lunch.places[0].name.in_language("en"), str(lunch.status))
    assert ((), "https://meet.example/", "confirmed") == (walk.places, walk.online, str(walk.status))
    assert ["column Date: left out where Start is filled in"] == losses


def test_an_hour_of_four_digits_is_no_year_that_takes_the_place_of_the_date(tmp_path: Path) -> None:
    table = "Title,Date,Start,End\nA,2027-03-05,1900,2030\nB,2027-03-06,2027h,\n"
    events, losses = run(tmp_path, table, "t.csv", reader_zone="UTC")

    assert {"a": "2027-03-05 19:00/20:30", "b": "2027-03-06 20:27"} == dates(events)
    assert [] == losses


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2027-01-01 04:00:00", "2027-01-01 00:00/04:00"),
        ("2027-01-02 23:59:59", "2027-01-01/02"),
        ("2027-01-02 00:00:00", "2027-01-01/02"),
    ],
)
def test_a_start_at_midnight_is_a_day_unless_its_end_has_an_hour(tmp_path: Path, end: str, expected: str) -> None:
    table = f"Title,Date,End\nBall,2027-01-01 00:00:00,{end}\n"
    events, losses = run(tmp_path, table, "t.csv", reader_zone="UTC")

    assert ({"ball": expected}, []) == (dates(events), losses)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2027-03-30T00:00Z", "2027-04-11T23:59Z", "2027-03-30/04-11"),
        ("2027-03-30T00:00:00.000Z", "2027-04-11T23:59:59.999Z", "2027-03-30/04-11"),
        ("2027-03-30T00:00Z", "", "2027-03-30"),
        ("2027-03-30T00:00", "2027-03-30T01:30", "2027-03-30 00:00/01:30 Europe/Berlin"),
    ],
)
def test_whole_days_in_utc_are_those_days_everywhere(tmp_path: Path, start: str, end: str, expected: str) -> None:
    table = f"Title,Start,End\nHoliday,{start},{end}\n"
    events, losses = run(tmp_path, table, "t.csv", zone="Europe/Berlin", reader_zone="Europe/Berlin")

    assert ({"holiday": f"{expected} Europe/Berlin".replace(" Europe/Berlin Europe", " Europe")}, []) == (
        dates(events),
        losses,
    )


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("November 15-19", "2027-11-15/19"),
        ("June 29 - July 01", "2027-06-29/07-01"),
        ("12.-16.10.", "2027-10-12/16"),
        ("5月3日", "2027-05-03"),
        ("TBA", "2027"),
        ("", "2027"),
        ("5/4", "2027"),
        ("3 May 2028", "2028-05-03"),
    ],
)
def test_a_date_without_a_year_has_that_of_the_column_beside_it(tmp_path: Path, date: str, expected: str) -> None:
    events, _ = run(tmp_path, f"Title,Year,Date\nFair,2027,{date}\nBall,2027,4 June\n", "t.csv")

    assert {"fair": expected, "ball": "2027-06-04"} == dates(events)


def test_a_show_with_several_dates_is_an_event_on_each(tmp_path: Path) -> None:
    text = """\
- title: Gull
  venue: Main stage
  dates: [2027-03-05 19:30, 2027-03-06 14:30, 2027-03-06 19:30]
- title: Tin Moon
  performances:
    - {date: 2027-04-10, time: "20:00", status: cancelled}
    - {date: 2027-04-11, time: "20:00"}
- title: Fair
  dates: [2027-05-01, 2027-05-03]
"""
    events, losses = run(tmp_path, text, "shows.yaml")

    assert [
        ("Gull", "2027-03-05 19:30"), ("Gull", "2027-03-06 14:30"), ("Gull", "2027-03-06 19:30"),
        ("Tin Moon", "2027-04-10 20:00"), ("Tin Moon", "2027-04-11 20:00"),
    ] == [(event.title.in_language("en"), str(event.when)) for event in events.values()]  # fmt: skip
    assert "when: '2027-05-01, 2027-05-03' is not a date; the row was left out" in losses  # it may be a span


def test_the_acts_of_a_stage_have_it_for_their_venue_and_keep_their_titles(tmp_path: Path) -> None:
    text = '{"stages": [{"name": "Main", "acts": [{"artist": "Foxes", "start": "2027-07-16T20:00"}]}, {"name": "Barn", "acts": []}]}'

    events, _ = run(tmp_path, text, "t.json")

    assert {"foxes": "2027-07-16 20:00"} == dates(events)
    assert "Main" == events["foxes"].place.name.in_language("en")


MATCHES = [
    ('{"matches": [{"utcDate": "2027-02-06T15:00:00Z", "status": "TIMED", "homeTeam": {"name": "A"}, "awayTeam": {"name": "B"}}]}',
     "2027-02-06 16:00 Europe/Berlin confirmed"),
    ('[{"MatchNumber": 1, "DateUtc": "2027-02-06 15:00", "HomeTeam": "A", "AwayTeam": "B"}]', "2027-02-06 16:00 Europe/Berlin confirmed"),
    ('{"response": [{"fixture": {"date": "2027-02-06T15:00:00+00:00", "status": {"long": "Time to be defined", "short": "TBD"}},'
     ' "teams": {"home": {"id": 1, "name": "A"}, "away": {"id": 2, "name": "B"}}, "goals": {"home": null, "away": null}}]}',
     "2027-02-06 16:00 Europe/Berlin tentative"),
    ('{"dates": [{"date": "2027-02-06", "games": [{"gameDate": "2027-02-06T15:00:00Z", "status": {"abstract": "Final", "detail": "Postponed"},'
     ' "teams": {"home": {"team": {"id": 1, "name": "A"}}, "away": {"team": {"id": 2, "name": "B"}}}}]}]}',
     "TBD Europe/Berlin postponed"),
    ('[{"date": "2027-02-06", "fixtures": [{"time": "16:00", "home": "A", "away": "B"}]}]', "2027-02-06 16:00 Europe/Berlin confirmed"),
    ('[{"date": "2027-02-06", "time": "16:00", "team1": "A", "team2": "B", "score": {"home": "2", "away": "1"}}]',
     "2027-02-06 16:00 Europe/Berlin confirmed"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MATCHES)
def test_the_matches_of_a_league_in_json_are_read_however_they_are_nested(
    tmp_path: Path, text: str, expected: str
) -> None:
    events, _ = run(tmp_path, text, "t.json", zone="Europe/Berlin", reader_zone="Europe/Berlin")

    [match] = events.values()
    assert ("A – B", expected) == (match.title.in_language("en"), f"{match.when} {match.timezone} {match.status.value}")


@pytest.mark.parametrize(
    "head", ["Titel DE;Titel ES", "Title (es);Titel (de)", "title_de;título-ES", "Titel;Title: es"]
)
def test_columns_of_titles_in_several_languages_are_one_title(tmp_path: Path, head: str) -> None:
    cells = ["Fest", "Fiesta"] if "es)" not in head else ["Fiesta", "Fest"]
    table = f"Datum;{head}\n12.10.2027;{';'.join(cells)}\n13.10.2027;;Cena\n"

    events, losses = run(tmp_path, table, "t.csv", language="de")

    [event, dinner] = events.values()
    assert "Cena" == dinner.title.in_language("es")
    assert ("Fest", "Fiesta", []) == (event.title.in_language("de"), event.title.in_language("es"), losses)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{de: Fest, es: Fiesta}", "{de: Fest, es: Fiesta}"),
        ("{es: Fiesta, de: Fest}", "{es: Fiesta, de: Fest}"),
        ("{de: Sommerfest, es: Fiesta}", "{de: Fest, es: Fiesta}"),
    ],
)
def test_a_translation_that_was_added_by_hand_stays(tmp_path: Path, written: str, expected: str) -> None:
    table = "id,title,date\nfest,Fest,2027-05-01\n"
    run(tmp_path, table, "t.csv")
    path = tmp_path / "events.yaml"
    path.write_text(path.read_text().replace("title: Fest", f"title: {written}"))

    events, _ = run(tmp_path, table, "t.csv")

    assert ["fest"] == [*events]
    assert f"title: {expected}" in path.read_text()


@pytest.mark.parametrize(
    "head",
    [
        ";Termin;;Veranstaltung;\n;von;bis;Titel;Ort\n",
        "Schule am Deich;;;;\n;Termin;;Veranstaltung;\n;von;bis;Titel;Ort\n",
    ],
)
def test_names_of_columns_may_stand_on_two_lines(tmp_path: Path, head: str) -> None:
    events, _ = run(tmp_path, f"{head}1;05.10.2027;09.10.2027;Reise;Sylt\n", "t.csv", reader_zone="UTC")

    assert {"reise": "2027-10-05/09"} == dates(events)


def test_a_table_without_known_names_is_refused_with_those_of_its_fullest_first_line(tmp_path: Path) -> None:
    table = "Kalender 2027;;\n;;\nAbschnitt;Dauer;Wochen\nHerbst;10 Tage;2\n"

    with pytest.raises(ImportingError, match="the table has Abschnitt, Dauer, Wochen"):
        run(tmp_path, table, "t.csv")


SITE_LIST = """\
upcoming:
  - name: Lean Together
    start_date: January 14 2027
    end_date: January 17 2027
    location: {name: Pakhuis, url: "https://example.org/map"}
    tags: [lean, workshop]
    image: /images/lean.png
past:
  - name: {en: Open lab, de: Offenes Labor}
    start_date: '2026-08-18T13:30:00+02:00'
    end_date: '2026-08-18T16:00:00+02:00'
    location: TBD
    link: ~
    summary: Bring [a laptop](https://example.org/) and *patience*.
  - name: Summer fair
    start_date: 2026-07
    summary: All day.<br>Bring a <b>chair</b>.
  - start_date: 2026-08-08
    events: [{name: Opening, time: 7:00 PM}, {summary: Closing, time: "22:00"}]
"""


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("{name: Town Hall, street: Main Street 1, zip_code: 1234, city: Oslo, lat: 59.9}", "Town Hall, Main Street 1, 1234, Oslo"),
        ("{name: Town Hall, address: {streetAddress: Main Street 1, postalCode: 1234, addressLocality: Oslo}}", "Town Hall, Main Street 1, 1234, Oslo"),
    ],
)  # fmt: skip
def test_a_place_that_is_a_map_has_its_name_and_its_address(tmp_path: Path, location: str, place: str) -> None:
    events, _ = run(tmp_path, f"- {{title: Fair, date: 2027-05-01, location: {location}}}\n", "t.yaml")

    assert place == events["fair"].place.name.in_language("en")


def test_an_item_with_events_of_its_own_is_one_beside_them_if_it_has_a_title_or_they_are_none(tmp_path: Path) -> None:
    text = (
        "- {id: fest, title: Festival, date: 2027-05-01, events: [{title: Talk, time: '10:00'}, {title: Ball, time: '20:00'}]}\n"
        "- {title: Walk, date: 2027-05-02, events: []}\n"
    )

    events, losses = run(tmp_path, text, "t.yaml", reader_zone="UTC")

    found = {"fest": "2027-05-01", "talk": "2027-05-01 10:00", "ball": "2027-05-01 20:00", "walk": "2027-05-02"}
    assert (found, []) == (dates(events), losses)


def test_a_title_and_an_id_without_a_letter_are_known_again_and_nothing_belongs_to_them(tmp_path: Path) -> None:
    events, _ = run(tmp_path, "id,title,date\n?,!!!,2027-01-05\n!,Fair,2027-01-06\nball,Ball,2027-01-07\n", "t.csv")

    assert {"event-2027-01-05", "fair", "ball"} == events.keys()
    assert {""} == {event.part_of for event in events.values()}


def test_a_map_that_nobody_can_read_is_named_and_not_passed_over(tmp_path: Path) -> None:
    text = (
        "- {title: Fair, date: 2027-05-01, cover: {src: a.jpg}}\n- {title: Ball, date: {week: 18, weekday: Sunday}}\n"
    )

    events, losses = run(tmp_path, text, "t.yaml")

    assert ["fair"] == [*events]
    assert [
        "column cover: left out; --columns KEY=cover says which key it holds",
        "when: '18, Sunday' is not a date; the row was left out",
    ] == losses


def test_a_table_without_titles_has_those_of_its_notes(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "Date from,Date to,Description\n2027-05-03,2027-05-05,Spring tide\n", "t.csv")

    assert {"spring-tide": "2027-05-03/05"} == {name: str(event.when) for name, event in events.items()}
    assert ["title: the row has none; its notes were taken"] == losses


@pytest.mark.parametrize(
    ("columns", "title"),
    [("Home Team,Away Team", "Rovers – Town"), ("Хозяева,Гости", "Rovers – Town"), ("team,opponent", "Rovers: Town")],
)
def test_a_match_is_called_after_the_two_that_play_it(tmp_path: Path, columns: str, title: str) -> None:
    events, losses = run(tmp_path, f"Match ID,Date,{columns}\nm1,2027-01-05,Rovers,Town\n", "t.csv")

    assert ({"m1": title}, []) == ({name: event.title.in_language("en") for name, event in events.items()}, losses)


def test_a_match_begins_at_its_kick_off_where_that_is_known(tmp_path: Path) -> None:
    events, _ = run(tmp_path, "Date,Home,Away,KO\n2027-01-05,Rovers,Town,15:00\n2027-01-12,Town,Rovers,TBC\n", "t.csv")

    assert ["2027-01-05 15:00", "2027-01-12"] == [str(event.when) for event in events.values()]


def test_the_home_of_a_table_with_titles_is_a_column_that_is_left_out(tmp_path: Path) -> None:
    _, losses = run(tmp_path, "Title,Date,Home\nCup,2027-01-05,Rovers\n", "t.csv")

    assert ["column Home: left out; --columns KEY=Home says which key it holds"] == losses


def test_a_list_of_days_and_places_alone_has_the_places_for_titles(tmp_path: Path) -> None:
    events, losses = run(
        tmp_path, 'date,venue\n2027-01-05,"<a href=""https://example.org"">Harbour &amp; Hall</a>"\n', "t.csv"
    )

    assert ["harbour-hall"] == [*events]
    assert ["title: the row has none; its venue was taken"] == losses
    with pytest.raises(ImportingError, match="no column is known to hold title"):
        importing.read_source(b"date,venue,act\n2027-01-05,Hall,Ann\n", "t.csv", "", ImportContext())


def test_a_column_of_what_takes_place_on_a_day_holds_the_titles_beside_one_of_days(tmp_path: Path) -> None:
    events, losses = run(
        tmp_path,
        "Termin;Datum;Uhrzeit;Hinweis\nSprechstunde;05.01.2027;17 Uhr;Raum 2\nFest;06.02.2027;ganztägig;\n",
        "t.csv",
    )
    assert [(event.title.in_language("de"), event.when.text) for event in events.values()] == [
        ("Sprechstunde", "2027-01-05 17:00"),
        ("Fest", "2027-02-06"),
    ]
    assert [loss for loss in losses if not loss.startswith("time zone: none is named")] == []
    (other := tmp_path / "other").mkdir()
    events, _ = run(other, "Termin;Bemerkung\n05.01.2027;Sprechstunde\n", "t.csv")
    assert [event.when.text for event in events.values()] == ["2027-01-05"]


def test_an_hour_in_universal_time_is_in_utc(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "title,date,time\nEclipse,2027-08-02,10:07 UT\n", "t.csv")

    assert ([("2027-08-02 10:07", "UTC")], []) == (
        [(event.when.text, event.timezone) for event in events.values()],
        losses,
    )


def test_an_earliest_hour_is_imported_in_doubt(tmp_path: Path) -> None:
    events, _ = run(tmp_path, "title,when\nLaunch,NET 2027-03-12 14:32\n", "t.csv")

    assert [event.when.text for event in events.values()] == ["2027-03-12 14:32?"]


def test_a_place_is_no_title_where_another_column_may_have_it(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "date,venue,notes,acts\n2027-01-05,Hall,,Ann\n2027-01-06,Hall,Fair,\n", "t.csv")

    assert ["fair"] == [*events]
    assert "title: the row has none and was left out" in losses


def test_a_column_that_says_yes_to_being_cancelled_calls_off(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "title,date,cancelled\nA,2027-01-05,TRUE\nB,2027-01-06,false\n", "t.csv")

    assert (["cancelled", "confirmed"], []) == ([event.status.value for event in events.values()], losses)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2027-06-10/12", "2027-06-10/12"),
        ("2027-06-28/07-02", "2027-06-28/07-02"),
        ("2027-06-10/2027-06-12", "2027-06-10/12"),
        ("2027-06-10 – 2027-06-12", "2027-06-10/12"),
        ("2027/06/10", "2027-06-10"),
        ("2027/06/10 12:00", "2027-06-10 12:00"),
        ("20270610", "2027-06-10"),
        ("20270610T120000", "2027-06-10 12:00"),
        ("2027-12", "2027-12"),
        ("2026-27", "2026/2027"),
        ("2027-28", "2027/2028"),
    ],
)
def test_days_in_the_form_of_the_registry_keep_their_end(tmp_path: Path, written: str, expected: str) -> None:
    events, _ = run(tmp_path, f"title,date\nFair,{written}\n", "t.csv")

    assert {"fair": expected} == dates(events)


@pytest.mark.parametrize(
    ("columns", "row", "expected"),
    [
        ("confirmed", "no", "tentative"),
        ("isDateFixed", "false", "tentative"),
        ("isDateFixed", "true", "confirmed"),
        ("confirmed", "", "confirmed"),
        ("tentative", "yes", "tentative"),
        ("tbc,cancelled", "true,true", "cancelled"),
        ("tbc,status", "true,Scheduled", "tentative"),
        ("status", "To be determined", "tentative"),
        ("status", "Expected", "tentative"),
    ],
)
def test_a_column_that_says_that_a_date_is_not_confirmed_makes_it_tentative(
    tmp_path: Path, columns: str, row: str, expected: str
) -> None:
    events, losses = run(tmp_path, f"title,date,{columns}\nPoll,2027-03-14,{row}\n", "t.csv")

    assert (expected, []) == (events["poll"].status.value, losses)


@pytest.mark.parametrize(
    ("written", "precision", "expected"),
    [
        ("2027-06-30T00:00:00Z", "Month", "2027-06"),
        ("2027-07-01T04:00:00.000Z", "quarter", "2027-Q3"),
        ("2027-09-30T00:00:00Z", "{name: Quarter 3, abbrev: Q3}", "2027-Q3"),
        ("2027-12-31", "Half 2", "2027-H2"),
        ("2028-12-31", "Q4", "2028-Q4"),
        ("2028-12-31", "year", "2028"),
        ("2027-03-08", "week", "2027-W10"),
        ("2027-05-20T04:00:00Z", "day", "2027-05-20"),
        ("2027-05-20T04:00:00Z", "Minute", "2027-05-20 04:00"),
        ("2027-05-20T04:00:00Z", "exact", "2027-05-20 04:00"),
        ("2026-12", "quarter", "2026-Q4"),
        ("2027-05-20?", "month", "2027-05?"),
        ("2027", "month", "2027"),
        ("2027-06-01/03", "day", "2027-06-01/03"),
        ("NET June 2027", "month", "from 2027-06"),
        ("TBD", "year", "TBD"),
    ],
)
def test_a_date_is_as_exact_as_the_source_says_that_it_is(
    tmp_path: Path, written: str, precision: str, expected: str
) -> None:
    events, losses = run(tmp_path, f"- {{title: Launch, date: '{written}', date_precision: {precision}}}\n", "t.yml")

    assert expected == str(events["launch"].when)
    assert not [loss for loss in losses if "precision" in loss]


@pytest.mark.parametrize(
    ("written", "precision", "loss"),
    [
        ("2027-06-28/07-02", "month", "'month' was left out beside 2027-06-28/07-02"),
        ("2027-06-30", "Fiscal Year", "'Fiscal Year' is not day, week, month, quarter, half or year"),
        ("2027-10-15", "+/- 2 weeks", "'+/- 2 weeks' is not day, week, month, quarter, half or year"),
        ("2027-06-30", "3", "'3' is not day, week, month, quarter, half or year"),
    ],
)
def test_a_precision_that_no_date_can_have_is_named(tmp_path: Path, written: str, precision: str, loss: str) -> None:
    events, losses = run(tmp_path, f"title,date,precision\nLaunch,{written},{precision}\n", "t.csv")

    assert (written, [f"precision: {loss}"]) == (str(events["launch"].when), losses)


def test_the_order_of_day_and_month_is_that_of_the_dates_in_other_columns(tmp_path: Path) -> None:
    events, _ = run(tmp_path, "title,date,Settlement\nNotes,02/09/2027,02/16/2027\nBill,02/11/2027,\n", "t.csv")

    assert {"notes": "2027-02-09", "bill": "2027-02-11"} == dates(events)


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ("Date,Time (ET)", "2027-01-04,10:45", "2027-01-04 10:45 America/New_York"),
        ("Date,Time (UTC)", "2027-01-04,1:30 pm", "2027-01-04 13:30"),
        ("Date (GMT)", "2027-07-04 10:45", "2027-07-04 12:45 Europe/Berlin"),
        ("Date (CET)", "4 January 2027 10:45", "2027-01-04 10:45 Europe/Berlin"),
        ("Date,Time (ET)", "2027-01-04,10:45 PT", "2027-01-04 10:45 America/Los_Angeles"),
        ("Date,Time (ET)", "2027-01-04,7 PM - 9 PM", "2027-01-04 19:00/21:00 America/New_York"),
        ("Date,Time (ET)", "2027-01-04,noon", "2027-01-04 12:00 America/New_York"),
        ("Date,Time (ET)", "2027-01-04,19.30", "2027-01-04 19:30 America/New_York"),
        ("Date (ET)", "2027-01-04 7 PM", "2027-01-04 19:00 America/New_York"),
        ("Date,Time (Eastern)", "2027-01-04,10:45", "2027-01-04 10:45 America/New_York"),
        ("Date,Time (local)", "2027-01-04,10:45", "2027-01-04 10:45 Europe/Berlin"),
        ("Date", "12:01 a.m. EDT May 21 2027", "2027-05-21 00:01 America/New_York"),
        ("Date", "00:01 GMT Tuesday 16 March 2027", "2027-03-16 00:01"),
        ("Date", "12 January 2027 14:00 CET (13:00 UTC)", "2027-01-12 14:00 Europe/Berlin"),
        ("Date (UTC)", "2027-01-04", "2027-01-04 Europe/Berlin"),
        ("Date,Time (ET)", "2027-01-04,All day", "2027-01-04 Europe/Berlin"),
    ],
)
def test_hours_are_in_the_zone_that_their_column_names(tmp_path: Path, head: str, row: str, expected: str) -> None:
    events, _ = run(
        tmp_path, f"title,{head}\nFigures,{row}\n", "t.csv", zone="Europe/Berlin", reader_zone="Europe/Berlin"
    )

    assert {"figures": expected} == dates(events)


def test_a_deadline_is_in_the_zone_that_its_column_names(tmp_path: Path) -> None:
    events, _ = run(tmp_path, "title,date,Talk deadline (ET)\nForum,2027-05-04,2027-01-04 23:59\n", "t.csv")

    assert "2027-01-04 23:59 America/New_York" == dates(events)["forum-talk-deadline-et"]


def test_a_column_with_a_name_in_words_gives_its_deadline_that_name(tmp_path: Path) -> None:
    events, _ = run(tmp_path, "title,date,Poster deadline (AoE)\nForum,2027-05-04,2027-02-01 23:59\n", "t.csv")

    assert "Forum: Poster deadline (AoE)" == events["forum-poster-deadline-aoe"].title.in_language("en")


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ("Year,Month,Days", "2027,January,26-27", "2027-01-26/27"),
        ("Year,Month,Day", "2027,3,5", "2027-03-05"),
        ("Jahr,Monat,Tag", "2027,3,5-6", "2027-03-05/06"),
        ("Month,Year", "June,2027", "2027-06"),
        ("Year,Month,Day", "2027,6,TBC", "2027-06"),
        ("Year,Month,Day", "2027,TBC,", "2027"),
        ("Year,Month,Date", "2026,12,2027-01-13", "2027-01-13"),
    ],
)
def test_columns_of_year_month_and_day_are_one_date(tmp_path: Path, head: str, row: str, expected: str) -> None:
    events, losses = run(tmp_path, f"title,{head}\nMeeting,{row}\n", "t.csv")

    assert {"meeting": expected} == dates(events)
    assert ([] == losses) is (head != "Year,Month,Date")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("June 2027", "July 2027", "2027-06/07"),
        ("early May 2027", "late May 2027", "2027-05-01..31"),
        ("June 2027", "", "2027-06"),
    ],
)
def test_a_period_from_one_column_to_another_is_kept(tmp_path: Path, start: str, end: str, expected: str) -> None:
    events, losses = run(tmp_path, f"title,start,end\nDrill,{start},{end}\n", "t.csv")

    assert ({"drill": expected}, []) == (dates(events), losses)


def test_a_year_beside_dates_in_a_column_of_another_name_is_not_when_it_happens(tmp_path: Path) -> None:
    with pytest.raises(ImportingError, match=r"known to hold when; .* add --columns when=COLUMN"):
        run(tmp_path, "title,Year,Publication date\nOutput,2026,2027-01-13\n", "t.csv")

    events, _ = run(tmp_path, "title,Year,Call deadline\nForum,2027,2027-01-13\n", "t.csv")

    assert {"forum": "2027", "forum-call-deadline": "2027-01-13"} == dates(events)


@pytest.mark.parametrize("head", ["Year,Event dates", "Event dates,Year", "Year,Conference Dates"])
def test_a_year_stands_behind_every_other_column_of_dates(tmp_path: Path, head: str) -> None:
    row = {"Year": "2027", "Dates": "14-18 June 2027"}
    cells = ",".join(row[name.split()[-1].capitalize()] for name in head.split(","))
    events, _ = run(tmp_path, f"title,{head}\nForum,{cells}\n", "t.csv")

    assert {"forum": "2027-06-14/18"} == dates(events)


@pytest.mark.parametrize("name", ["_data/events.yml", "events.json"])
def test_a_list_of_a_static_site_is_read_as_a_table_whose_columns_are_its_keys(tmp_path: Path, name: str) -> None:
    text = SITE_LIST if name.endswith("yml") else json.dumps(load_foreign_yaml(SITE_LIST), indent="\t")

    events, losses = run(tmp_path, text, name, zone="Europe/Berlin")

    assert {
        "lean-together": "2027-01-14/17",
        "open-lab": "2026-08-18 13:30/16:00",
        "summer-fair": "2026-07",
        "opening": "2026-08-08 19:00",
        "closing": "2026-08-08 22:00",
    } == {name: str(event.when) for name, event in events.items()}
    assert (("lean", "workshop"), "Pakhuis") == (
        events["lean-together"].tags,
        events["lean-together"].places[0].name.in_language("en"),
    )
    assert () == events["open-lab"].places
    assert ["Bring [a laptop](https://example.org/) and *patience*.", "All day.\\\nBring a chair."] == [
        events[name].notes.in_language("en") for name in ("open-lab", "summer-fair")
    ]
    assert [
        "column image: left out; --columns KEY=image says which key it holds",
        "notes: HTML became text",
        "time zone: none is named, so hours were read as Europe/Berlin; --timezone names another",
        "title: the row has none; its notes were taken",
    ] == losses


@pytest.mark.parametrize(
    ("column", "signs"),
    [
        ("title", "(a"),
        ("date", " "),
        ("date", ", "),
        ("paper deadline", " "),
        ("{} fair", "-"),
    ],
)
def test_a_cell_costs_as_much_as_it_is_long(column: str, signs: str) -> None:
    def cost(length: int) -> float:
        text = f"a{signs * (length // len(signs))}b"
        row = {"title": "Fair", "date": "2027-05-03"} | {column.format(text): text}
        data = json.dumps([row]).encode()
        return processor_seconds(lambda: importing.read_source(data, "events.json", "list", ImportContext()))

    cost(1)  # compiles the patterns

    assert cost(8_000) < 8 * cost(2_000)


def test_the_blank_lines_of_a_product_cost_as_much_as_they_are_many() -> None:
    def cost(lines: int) -> float:
        data = b"title: Tool\nreleases:\n- {cycle: '1', eol: 2027-01-05}\n" + b"\n" * lines
        return processor_seconds(lambda: importing.read_source(data, "tool.yaml", "endoflife", ImportContext()))

    cost(1)  # compiles the patterns

    assert cost(2_000) < 8 * cost(500)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("Exhibition,Runs\nBlue Rooms,until 14 Feb 2027\n", "by 2027-02-14"),
        ("Show,Opening night,Closing\nBlue Rooms,1/14/2027,3/27/2027\n", "2027-01-14/03-27"),
        ("Ferien 2027,von,bis\nBlue Rooms,22.03.2027,03.04.2027\n", "2027-03-22/04-03"),
        ("Vacaciones,Inicio,Fin (inclusive)\nBlue Rooms,23/12/2026,07/01/2027\n", "2026-12-23/2027-01-07"),
        ("Release,Release date\nBlue Rooms,Q2 2027\n", "2027-Q2"),
        ("Term 2027,Begins,Finishes\nBlue Rooms,12 April 2027,16 July 2027\n", "2027-04-12/07-16"),
        ("Выставка,Сроки проведения\nBlue Rooms,18–21 марта 2027\n", "2027-03-18/21"),
        ('Feiertag;2027\nBlue Rooms;"Fr., 26. März"\n', "2027-03-26"),
        ("Выставка,Даты\nBlue Rooms,до 14.02.2027\n", "by 2027-02-14"),
        ("展览,展期\nBlue Rooms,2027年3月12日至5月30日\n", "2027-03-12/05-30"),
        ("Election,Date\nBlue Rooms,24 January 2027[1]\n", "2027-01-24"),
    ],
)
def test_tables_of_exhibitions_terms_releases_and_elections_are_read(tmp_path: Path, table: str, expected: str) -> None:
    events, _ = run(tmp_path, table, "t.csv")

    assert {"blue-rooms": expected} == dates(events)


def test_columns_named_after_years_hold_the_dates_of_each_and_a_winter_lies_in_two(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "Holiday,2027,Fall 2028\nLabour Day,Mon 6 Sep,4 Sep\nExams,,Dec 13-17\n", "t.csv")

    assert (["2027-09-06", "2028-09-04", "2028-12-13/17"], []) == (sorted(dates(events).values()), losses)
    for name in ("Winter 2027", "FY 2027", "Academic year 2027", "Since 2027"):
        with pytest.raises(ImportingError, match="known to hold when"):
            run(tmp_path, f"Holiday,{name}\nExams,12 Jan\n", "w.csv")


def test_an_hour_is_that_of_the_city_behind_it(tmp_path: Path) -> None:
    events, _ = run(tmp_path, "Topic,Deadline date\nPorts,2027-04-20 17:00 (Brussels time)\n", "t.csv")

    [deadline] = [event for event in events if event.startswith("ports-")]
    assert "2027-04-20 17:00 Europe/Brussels" == dates(events)[deadline]


def test_a_cell_below_no_column_is_listed(tmp_path: Path) -> None:
    events, losses = run(tmp_path, "title,date\nA,2027-02-01,\nB,2027-02-02,Hall,10:00\n", "rows.csv")

    assert ["a", "b"] == list(events)
    assert ["cell: 'Hall' is below no column"] == losses


@pytest.mark.parametrize(
    "text",
    [
        '<div class="h-event"><h1 class="p-name">A</h1></div>',
        '<!-- made by hand -->\n<script type="application/ld+json">{"@type": "Event"}</script>',
        "<ul><li>2027-01-01: A</li></ul>",
    ],
)
def test_a_part_of_a_page_is_a_page(tmp_path: Path, text: str) -> None:
    with pytest.raises(ImportingError, match=r"it is a page \(HTML\): import the .ics that it links to"):
        run(tmp_path, text, "events.html")
