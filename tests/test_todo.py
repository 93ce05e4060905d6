"""What somebody has to look at: each concern, their order, the command with its exit status and JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eventcal import registry
from eventcal.cli import cli
from eventcal.todo_rules import find_todos

TODAY = date(2027, 6, 1)
HEAD = "version: 1\ncalendar: {id: desk, name: Desk, timezone: Europe/Berlin}\nevents:\n"


def concerns(folder: Path, *fields: str, changed: date | None = None) -> list[tuple[str, str]]:
    """(concern, message) for events of *fields*, in the order in which they are told."""
    entries = "".join(f"  - {{id: e{number}, title: E, {text}}}\n" for number, text in enumerate(fields))
    (folder / "events.yaml").write_text(HEAD + entries, encoding="utf-8")
    found = registry.read(folder / "events.yaml")
    assert [] == [str(problem) for problem in found.problems if not problem.warning]
    since = {event.id: changed for event in found.events} if changed else {}
    return [(todo.concern.value, todo.message) for todo in find_todos(found.events, TODAY, since, "en")]


@pytest.mark.parametrize(
    ("fields", "concern", "message"),
    [
        ("when: 2027-07", "near", "2027-07 begins in 30 days, and the day is not known"),
        ("when: 2027-06-02..07", "near", "2027-06-02..07 begins in 1 day, and the day is not known"),
        ("when: 2027-Q2", "near", "2027-Q2 has begun, and the day is not known"),
        ("when: 2027-05", "overdue", "2027-05 is over, and the day was never written"),
        ("when: 2027-05-01, status: tentative", "unconfirmed", "2027-05-01 is past, and it was never confirmed"),
        ("when: 2027-07-31..08-02", "near", "2027-07-31..08-02 begins in 60 days, and the day is not known"),
        ("when: 2027-05-31, status: tentative", "unconfirmed", "2027-05-31 is past, and it was never confirmed"),
        ("when: 2027-05-01?", "unconfirmed", "2027-05-01? is past, and it was never confirmed"),
        ("when: 2027-09-01?", "doubtful", "its date is in doubt, and no second source is written"),
        ("when: TBD, status: postponed, was: 2027-05-01", "undated", "its old date, 2027-05-01, is past, and no new one is written"),
        ("when: 2027-09-01, source: {title: T, seen: 2026-05-01}", "stale", "its source was last seen on 2026-05-01"),
        ("when: 2027-09-01, source: {title: T, seen: 2026-05-31}", "stale", "its source was last seen on 2026-05-31"),
        ("when: 2027-09-16, source: {title: T, quote: on 17 September 2027}", "contradicted", "when is 2027-09-16, and its source says 2027-09-17"),
        ("when: 2027-11-02, source: {title: T, quote: by October 2027}", "contradicted", "when is 2027-11-02, and its source says by 2027-10"),
        ("when: by 2027-10, source: {title: T, quote: on 3 November 2027}", "contradicted", "when is by 2027-10, and its source says 2027-11-03"),
        ("when: 2027-09-18, source: {title: T, quote: 'September 16, 2027, 23:59 AoE'}", "contradicted", "when is 2027-09-18, and its source says 2027-09-16 23:59"),
        ("when: 2027-09-16, source: {title: T, quote: 9月17日和2027年9月18日}", "contradicted", "when is 2027-09-16, and its source says 2027-09-18"),
    ],
)  # fmt: skip
def test_an_event_that_needs_a_person_is_named_with_the_reason(
    tmp_path: Path, fields: str, concern: str, message: str
) -> None:
    assert [(concern, message)] == concerns(tmp_path, fields)


@pytest.mark.parametrize("when", ["2027-07", "2027-05", "2027-06-15?", "2027-05-01?", "2027-05-01, status: tentative"])
def test_a_date_that_counts_from_another_is_not_named_beside_it(tmp_path: Path, when: str) -> None:
    session = f"when: {when}, milestones: [{{id: motions, title: Motions due, when: 2 weeks before start}}]"
    assert len(concerns(tmp_path, session)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        "when: 2027-09",
        "when: 2027-08-01..03",
        "when: by 2027-10",
        "when: 2027-05-01",
        "when: 2027-06-01, status: tentative",
        "when: TBD, status: postponed, was: 2027-06-01",
        "when: 2027-09-01, source: {title: T, seen: 2026-06-01, url: 'https://example.org'}",
        "when: 2027-05-01, source: {title: T, seen: 2020-01-01}",
        "when: 2027-05, status: cancelled",
        "when: 2027-09-01, status: tentative",
        "when: 2027-09-01?, source: [{title: A}, {title: B}]",
        "when: TBD",
        "when: 2027-09-16/17, source: {title: T, quote: 'September 16-17, 2027'}",
        "when: 2027-09, source: {title: T, quote: on 16 September 2027}",
        "when: 2027-09-16, source: {title: T, quote: in September 2027}",
        "when: 2027-09-16, source: {title: T, quote: by October 2027}",
        "when: 2029-09-16, source: {title: T, quote: not before September 2027}",
        "when: by 2027-10, source: {title: T, quote: on 3 September 2027}",
        "when: 2027-09-16, source: {title: T, quote: on 17 September}",
        "when: 2027-09-17 12:59, timezone: Europe/London, source: {title: T, quote: 'September 16, 2027, 23:59 AoE'}",
        "when: 2027-09-16, timezone: Europe/London, source: {title: T, quote: 'September 16, 2027, 23:59 AoE'}",
        "when: 2027-09-16, source: {title: T, quote: no date, published: 2027-01}",
        "when: 2020-05-01, repeat: every year",
    ],
)
def test_what_is_in_order_is_not_named(tmp_path: Path, fields: str) -> None:
    assert [] == concerns(tmp_path, fields)


@pytest.mark.parametrize(
    ("june", "july", "is_contradicted"),
    [
        ("published: 2027-02-01", "published: 2027-03-01", True),
        ("published: 2027-02-01", "seen: 2027-03-01", True),
        ("published: 2027-02-01, seen: 2027-03-02", "published: 2027-03-01", False),
        ("published: 2027-03-01", "published: 2027-02-01", False),
        ("published: 2027-03", "published: 2027-03-01", False),
        ("published: 2027-03-01", "published: 2027-03-01", False),
        ("grade: official", "published: 2027-03-01", False),
        ("published: 2027-02-01", "grade: official", False),
    ],
)
def test_of_sources_that_disagree_a_later_one_contradicts_the_date(
    tmp_path: Path, june: str, july: str, is_contradicted: bool
) -> None:
    sources = f"[{{title: A, quote: on 12 June 2027, {june}}}, {{title: B, quote: on 3 July 2027, {july}}}]"

    message = "when is 2027-06-12, and its source says 2027-07-03"
    assert concerns(tmp_path, f"when: 2027-06-12, source: {sources}") == [("contradicted", message)] * is_contradicted


def test_an_event_without_a_date_is_named_after_months(tmp_path: Path) -> None:
    assert [("undated", "it has had no date since 2027-01-01")] == concerns(
        tmp_path, "when: TBD", changed=date(2027, 1, 1)
    )
    assert [("undated", "it has had no date since 2027-01-31")] == concerns(
        tmp_path, "when: TBD", changed=date(2027, 1, 31)
    )
    assert [] == concerns(tmp_path, "when: TBD", changed=date(2027, 2, 1))


@pytest.mark.parametrize(
    ("exceptions", "messages"),
    [
        ("", ["2027-06-06? is computed: once it is announced, write it under exceptions"]),
        (", exceptions: {2027-06-06: {status: cancelled}}", []),
        (", exceptions: {2027-06-06: {when: 2027-06-07}}", []),
    ],
)
def test_a_computed_date_that_comes_near_is_named_until_it_is_known(
    tmp_path: Path, exceptions: str, messages: list[str]
) -> None:
    series = f"when: 2026-06-16, repeat: every year on 1 Muharram{exceptions}"
    assert messages == [message for _, message in concerns(tmp_path, series)]


def test_each_address_of_an_event_that_is_dead_is_named_once(tmp_path: Path) -> None:
    addresses = [f"https://example.org/{number}" for number in range(5)]
    url, online, organizer, link, source = addresses
    (tmp_path / "events.yaml").write_text(
        f"{HEAD}  - {{id: a, title: A, when: 2027-09-16, url: '{url}', online: '{online}', organizer: {{name: B, url: '{organizer}'}},"
        f" links: {{programme: '{link}', map: '{url}'}}, source: {{title: T, url: '{source}'}}}}\n"
    )
    events = registry.read(tmp_path / "events.yaml").require_valid().events

    todos = find_todos(events, TODAY, {}, "en", dict.fromkeys(addresses, "404"))
    assert [todo.values["url"] for todo in todos] == addresses
    assert find_todos(events, TODAY, {}, "en") == []


def test_the_title_of_a_series_that_counts_years_has_no_placeholder(tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text(
        HEAD
        + '  - {id: a, title: "{nth} fair", when: 2020-05-01, repeat: every year, source: {title: T, seen: 2026-01}}\n'
    )

    todos = find_todos(registry.read(tmp_path / "events.yaml").events, TODAY, {}, "en")
    assert [(todo.title, todo.concern) for todo in todos] == [("Fair", "stale")]


def test_the_most_urgent_comes_first(tmp_path: Path) -> None:
    found = concerns(
        tmp_path,
        "when: 2027-09-01?",
        "when: 2027-07",
        "when: 2027-06",
        "when: 2027-05",
        "when: 2027-09-16, source: {title: T, quote: on 17 September 2027}",
    )

    assert ["contradicted", "overdue", "near", "near", "doubtful"] == [concern for concern, _ in found]
    assert found[2][1].startswith("2027-06")


def test_of_concerns_that_are_alike_the_earlier_date_comes_first_and_none_last(tmp_path: Path) -> None:
    url = "https://example.org"
    entries = (
        f"  - {{id: e{number}, title: E, when: {when}, url: '{url}'}}\n"
        for number, when in enumerate(("TBD", "2027-10", "2027-09"))
    )
    (tmp_path / "events.yaml").write_text(HEAD + "".join(entries), encoding="utf-8")

    todos = find_todos(registry.read(tmp_path / "events.yaml").events, TODAY, {}, "en", {url: "404"})
    assert ["e2", "e1", "e0"] == [todo.event_id for todo in todos]


def test_the_command_says_so_by_its_exit_status_and_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("EVENTCAL_REGISTRY", "EVENTCAL_DATABASE_URL", "EVENTCAL_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    concerns(tmp_path, "when: 2027-07", "when: 2027-09-16")

    def run(*words: str) -> Any:
        return CliRunner().invoke(cli, ["todo", *words])

    text, listed, calm = run("--on", "2027-06-01"), run("--on", "2027-06-01", "--json"), run("--on", "2027-03-01")

    assert (1, "near         e0: 2027-07 begins in 30 days, and the day is not known\n1 to check\n") == (
        text.exit_code,
        text.stdout,
    )
    assert [("e0", "near", "2027-07-01")] == [
        (item["id"], item["concern"], item["day"]) for item in json.loads(listed.stdout)
    ]
    assert (0, "nothing to check\n") == (calm.exit_code, calm.stdout)


def test_the_seed_registry_has_no_contradiction() -> None:
    found = registry.read(Path(__file__).parents[1] / "events.yaml")

    todos = find_todos(found.events, date(2021, 7, 1), {}, "en")

    assert "contradicted" not in {todo.concern for todo in todos}
