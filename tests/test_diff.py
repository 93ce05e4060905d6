"""What an edit changes for readers: keys, changes that are told, SEQUENCE, the default feed, counts; in three forms."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from eventcal import registry
from eventcal.cli import cli
from eventcal.edition_diff import EventDifference, compare_registries

ROOT = Path(__file__).parents[1]
BEFORE = """\
version: 1
calendar: {id: desk, name: Desk, timezone: Europe/Berlin}
events:
  - {id: summit, title: Summit, when: 2027-09-16/17, tags: [a], reminders: [on change]}
  - {id: fair, title: Fair, when: 2027-05}
  - {id: gone, title: Gone, when: 2027-06-01}
  - {id: same, title: Same, when: 2027-06-01}
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    for name in ("EVENTCAL_REGISTRY", "EVENTCAL_DATABASE_URL", "EVENTCAL_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "events.yaml").write_text(BEFORE)
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.email=a@example.org", "-c", "user.name=A", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], check=True)
    return lambda *words: CliRunner().invoke(cli, list(words))


def edit(folder: Path, *pairs: tuple[str, str]) -> None:
    text = BEFORE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (folder / "events.yaml").write_text(text)


def compare(folder: Path, before: str, after: str) -> EventDifference:
    """The difference that an edit of the `when` of an event, and of what stands behind it, makes."""
    registries = []
    for when in (before, after):
        file = folder / "one.yaml"
        calendar = "version: 1\ncalendar: {id: desk, name: Desk, timezone: UTC}\n"
        file.write_text(f"{calendar}events: [{{id: a, title: A, when: {when}}}]\n")
        valid = registry.read(file).require_valid()
        registries.append((valid.calendar, valid.events))
    old, new = registries
    [difference] = compare_registries(old, new, datetime(2027, 1, 1, tzinfo=UTC))
    return difference


def test_an_edit_without_meaning_says_so(tmp_path: Path, shell: Any) -> None:
    edit(tmp_path, ("events:\n", "events:   # ours\n"), ("2027-09-16/17", "2027-09-16/2027-09-17"))

    assert (0, "nothing changes for readers\n") == ((done := shell("diff")).exit_code, done.stdout)


def test_a_link_that_leads_out_of_the_folder_is_left_out_of_what_git_had(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "absolute").symlink_to("/etc")
    (tmp_path / "outside").symlink_to("../..")
    for words in (["add", "."], ["-c", "user.email=a@example.org", "-c", "user.name=A", "commit", "-qm", "y"]):
        subprocess.run(["git", *words], check=True)

    assert (0, "nothing changes for readers\n") == ((done := shell("diff")).exit_code, done.stdout)


def test_every_change_stands_under_its_event(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "eventcal.toml").write_text('[[channels]]\nname = "desk"\ntype = "log"\n')
    edit(
        tmp_path,
        ("when: 2027-09-16/17, tags: [a]", "when: 2027-09-17/18, tags: [a, b], place: Dushanbe"),
        ("when: 2027-05}", "when: 2027}"),
        ("  - {id: gone, title: Gone, when: 2027-06-01}\n", ""),
        ("title: Same", "title: The same"),
    )

    done = shell("diff")

    assert re.fullmatch(
        r"""summit: Summit \(moved\)
    when       .*16.17 September 2027 -> .*17.18 September 2027
    place      none -> Dushanbe
    tags       a -> a, b
fair: Fair \(date less certain\)
    when       May 2027 \(date to be confirmed\) -> 2027 \(date to be confirmed\)
    feed       not in the default feed: too little of its date is known
same: The same \(changed, no notification\)
    title      Same -> The same
gone: Gone \(removed\)
    when       .*1 June 2027
3 changed, 1 removed; calendar apps update 2; [0-9]+ messages? would go out
""",
        done.stdout,
    ), done.stdout


def test_a_diff_names_a_zone_as_the_registry_does() -> None:
    hour = "2027-05-10 23:59, timezone: "
    difference = compare(Path(tempfile.mkdtemp()), f"{hour}AoE", f"{hour}floating")
    assert [(key.before, key.after) for key in difference.keys if key.key == "timezone"] == [("AoE", "floating")]


def test_of_the_dates_of_a_series_those_that_differ_stand_in_a_diff() -> None:
    series = "2027-01-04, repeat: every week, also: [2027-01-06], except: [2027-01-11], exceptions: {2027-01-18: {place: Hall}, %s}"
    difference = compare(
        Path(tempfile.mkdtemp()),
        series % "2027-01-25: {place: Room}",
        series.replace("except: [2027-01-11]", "except: [2027-01-11, 2027-03-29]") % "2027-01-25: {when: 2027-01-26}",
    )
    assert [(key.key, key.before, key.after) for key in difference.keys] == [
        ("except", "", "2027-03-29"),
        ("exceptions", "2027-01-25: Room", "2027-01-25: 2027-01-26"),
    ]


@pytest.mark.parametrize(
    ("when", "keys"),
    [
        ("late 2027-05", ["when"]),
        ("by 2027-05", ["when"]),
        ("spring 2027", ["when"]),
        ("2027-05-03 10:00", ["when"]),  # which says the zone of its hour
        ("2027-05-03, timezone: Europe/London", ["when"]),
    ],
)
def test_a_diff_names_the_zone_only_of_hours_that_had_another(
    tmp_path: Path, shell: Any, when: str, keys: list[str]
) -> None:
    edit(tmp_path, ("when: 2027-05}", f"when: {when}}}"))

    [event] = json.loads(shell("diff", "--format", "json").stdout)["events"]

    assert keys == [item["key"] for item in event["keys"] if item["key"] in ("when", "timezone")]


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [
        ("2027-09-16", "2027-09-16 18:00", "time announced"),
        ("2027-09-16 18:00", "2027-09-16 18:00, timezone: Europe/London", "moved"),
        ("2027-05", "2027-05-03", "date confirmed"),
        ("2027-05", "2027-05-03, status: tentative", "date announced"),
        ("2027-05", "2027-06-03", "moved"),
        ("2027-06-01, kind: deadline", "2027-06-11, kind: deadline", "deadline extended"),
        ("2027-09-16", "2027-09-16/18", "date changed"),
        ("2027-09-16", "2027-09-16, status: cancelled", "cancelled"),
        ("2027-09-16", "2027-09-16, place: Kiel", "new venue"),
    ],
)
def test_a_change_is_called_what_pages_call_it(tmp_path: Path, before: str, after: str, label: str) -> None:
    assert compare(tmp_path, before, after).labels == (label,)


def test_a_diff_names_the_zone_that_an_hour_had_and_has(tmp_path: Path) -> None:
    difference = compare(tmp_path, "2027-09-16 18:00", "2027-09-16 18:00, timezone: Europe/London")

    assert [(item.key, item.before, item.after) for item in difference.keys if item.key != "when"] == [
        ("timezone", "UTC", "Europe/London")
    ]


def test_markdown_is_a_table_in_which_no_text_breaks_out(tmp_path: Path, shell: Any) -> None:
    edit(tmp_path, ("title: Same", 'title: "[x](http://y) | `code` @all"'))

    lines = shell("diff", "HEAD", "--format", "markdown").stdout.splitlines()

    assert "**1 changed; no messages would go out**" == lines[0]
    assert r"\[x\](http://y) \| \`code\` \@all" in lines[-1]
    assert 5 == len(re.findall(r"(?<!\\)\|", lines[-1]))


def test_json_is_for_programs(tmp_path: Path, shell: Any) -> None:
    edit(tmp_path, ("when: 2027-06-01}\n  - {id: same", "when: 2027-06-02}\n  - {id: same"))

    found = json.loads(shell("diff", "--format", "json").stdout)

    [event] = found["events"]
    assert ("gone", "changed", ["moved"], True) == (
        event["id"],
        event["change"],
        event["told"],
        event["sequence_rises"],
    )
    assert ["when"] == [item["key"] for item in event["keys"]]


def test_a_registry_with_problems_or_a_revision_that_is_none_is_an_answer(tmp_path: Path, shell: Any) -> None:
    assert "git knows no revision 'nowhere'" in shell("diff", "nowhere").stderr
    edit(tmp_path, ("when: 2027-05}", "when: soon}"))
    done = shell("diff")
    assert (2, True) == (done.exit_code, "events.yaml:5" in done.stderr)


@pytest.mark.parametrize("words", [("diff",), ("rehearse", "--diff", "HEAD")])
def test_a_revision_with_problems_is_named_with_its_file(tmp_path: Path, shell: Any, words: tuple[str, ...]) -> None:
    edit(tmp_path, ("when: 2027-05}", "when: soon}"))
    subprocess.run(["git", "-c", "user.email=a@example.org", "-c", "user.name=A", "commit", "-qam", "x"], check=True)
    edit(tmp_path)

    done = shell(*words)

    assert (2, True) == (done.exit_code, "HEAD:events.yaml:5:" in done.stderr)
    assert f"{tempfile.gettempdir()}/tmp" not in done.stderr


# The workflow and the hooks


def commands(text: str) -> list[list[str]]:
    """The eventcal commands in a script, without what the shell adds."""
    return [line.split(" > ")[0].split()[1:] for line in re.findall(r"^\s*(eventcal .*)$", text, re.MULTILINE)]


def test_the_review_of_a_pull_request_runs_commands_that_there_are(tmp_path: Path, shell: Any) -> None:
    workflow = yaml.safe_load((ROOT / "deploy/github-pull-request.yml").read_text(encoding="utf-8"))
    scripts = [step["run"] for step in workflow["jobs"]["review"]["steps"] if "run" in step]
    edit(tmp_path, ("title: Same", "title: The same"))

    ran = [words for script in scripts for words in commands(script)]
    assert [["check", "--format", "github"], ["diff", '"$BASE"', "--format", "markdown"]] == ran
    for words in ran:
        assert 0 == shell(*["HEAD" if word == '"$BASE"' else word for word in words]).exit_code


def test_the_hooks_for_pre_commit_run_commands_that_there_are(shell: Any) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

    assert ["eventcal check", "eventcal fmt --check"] == [hook["entry"] for hook in hooks]
    for hook in hooks:
        assert 0 == shell(*hook["entry"].split()[1:]).exit_code
        assert {"id", "name", "entry", "language", "files"} <= hook.keys()


@pytest.mark.parametrize(
    ("key", "fields", "after"),
    [
        ("kind", "kind: deadline", "deadline"),
        ("series", "series: SCO", "SCO"),
        ("organizer", 'organizer: {name: Desk, url: "https://a.example"}', "Desk https://a.example"),
        ("online", "online: https://a.example/stream", "https://a.example/stream"),
        ("language", "language: [de, fr]", "de, fr"),
        ("image", "image: https://a.example/a.png", "https://a.example/a.png"),
        ("links", 'links: {programme: "https://a.example/p"}', "programme: https://a.example/p"),
        ("x-", "x-desk: foreign", "x-desk: foreign"),
    ],
)
def test_every_fact_that_an_edit_adds_is_named(tmp_path: Path, shell: Any, key: str, fields: str, after: str) -> None:
    edit(tmp_path, ("title: Same", f"title: Same, {fields}"))

    [event] = json.loads(shell("diff", "--format", "json").stdout)["events"]

    assert [(key, after)] == [(item["key"], item["after"]) for item in event["keys"]]
