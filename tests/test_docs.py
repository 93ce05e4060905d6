"""README and docs are true today: every command in them is run, every registry and setting in them is read."""

import io
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from eventcal import (
    feeds,
    filters,
    leads,
    messages,
    registry,
    repeat,
    settings,
    states,
    todo_rules,
    when,
    words,
)
from eventcal.channels.webhook import WebhookChannel
from eventcal.events import Calendar, Occurrence, Text
from eventcal.history import Edition, EventState, Version
from eventcal.messages import Message, MessageContext, MessageLine
from eventcal.registry import editor_schema
from eventcal.settings.channels_table import CHANNEL_KEYS, CHANNEL_TYPES
from tests import factories

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = {"console", "yaml", "toml", "ini", "nginx", "text", "python", "mermaid"}


def blocks(language: str) -> list[Any]:
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            if match[1] == language:
                line = text.count("\n", 0, match.start()) + 1
                found.append(pytest.param(match[2], id=f"{document.relative_to(ROOT)}:{line}"))
    return found


def test_no_block_is_of_a_kind_that_nothing_runs() -> None:
    kinds = {match[1] for each in DOCUMENTS for match in BLOCK.finditer(each.read_text(encoding="utf-8"))}

    assert kinds <= RUN, f"teach this test to run {kinds - RUN}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the seed registry, and `eventcal` on the path."""
    shutil.copy(ROOT / "events.yaml", tmp_path)
    command = tmp_path / "bin" / "eventcal"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m eventcal "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return tmp_path


@pytest.mark.process
@pytest.mark.parametrize("block", blocks("console"))
def test_a_session_in_the_documents_goes_as_it_is_written(block: str, folder: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("EVENTCAL_")}
    environment |= {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    for session in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = session.partition("\n")
        if command.startswith("make "):  # the two that set everything up: this test runs inside the second
            continue
        ran = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=240
        )

        pattern = ".*".join(re.escape(part) for part in expected.rstrip("\n").split("..."))
        assert re.fullmatch(pattern, (ran.stdout + ran.stderr).rstrip("\n"), re.DOTALL), (
            f"$ {command}\n{ran.stdout}{ran.stderr}"
        )


@pytest.mark.parametrize("block", blocks("yaml"))
def test_a_registry_in_the_documents_has_no_problem(block: str, tmp_path: Path) -> None:
    if "events:" not in block:
        pytest.skip("a part of a registry, shown for itself")
    (tmp_path / "events.yaml").write_text(block, encoding="utf-8")

    assert () == registry.read(tmp_path / "events.yaml").problems


@pytest.mark.parametrize("block", blocks("toml"))
def test_settings_in_the_documents_can_be_used(block: str, tmp_path: Path) -> None:
    (tmp_path / "eventcal.toml").write_text(block, encoding="utf-8")
    for name in re.findall(r'^(?:logo|css) = "([^"]+)"', block, re.MULTILINE):
        (tmp_path / name).touch()
    named = {
        n: "https://example.org/a" if n.endswith("_URL") else "whsec_c2VjcmV0" for n in re.findall(r"env:(\w+)", block)
    }
    named |= {
        "EVENTCAL_SMTP_URL": "smtp://calendar@127.0.0.1:1025?starttls=never",
        "EVENTCAL_MAIL_FROM": "a@example.org",
    }

    assert settings.load(named, {"registry": tmp_path / "events.yaml"}).config


def test_the_state_diagrams_are_those_of_the_enums() -> None:
    drawn = [block.values[0].rstrip("\n") for block in blocks("mermaid")]

    assert drawn == [states.mermaid(machine) for machine in states.TRANSITIONS], "python -m eventcal.states"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = (ROOT / "deploy" / "eventcal.service").read_text(encoding="utf-8")
    (tmp_path / "eventcal.service").write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit))

    ran = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "eventcal.service")], capture_output=True, text=True, timeout=240
    )

    assert "eventcal.service:" not in ran.stderr, ran.stderr


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
@pytest.mark.parametrize("block", blocks("nginx"))
def test_the_proxy_before_it_is_one_that_nginx_takes(block: str, tmp_path: Path) -> None:
    unprivileged = block.replace("listen 443 ssl", "listen 127.0.0.1:8443")
    unprivileged = re.sub(r"(?m)^\s*ssl_certificate.*\n", "", unprivileged)  # the certificate is the reader's
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{unprivileged}}}\n",
        encoding="utf-8",
    )

    ran = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert 0 == ran.returncode, ran.stderr


# what is described is all there is


def read(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def table(document: str, head: str) -> list[list[str]]:
    """The rows of the tables whose first column is headed *head*, cell by cell."""
    tables = re.findall(rf"^\| {re.escape(head)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", document, re.MULTILINE)
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for each in tables for row in each.splitlines()
    ]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def keys(schema: Any) -> Iterator[str]:
    """Every key that a JSON Schema names."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for each in schema.values():
            yield from keys(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from keys(each)


def test_the_registry_is_described_with_every_key_that_it_has() -> None:
    document = read("registry.md")
    for key in set(keys(editor_schema.json_schema())):
        assert re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", document), f"docs/registry.md does not name {key}"


def test_each_date_rule_and_reminder_of_the_registrys_description_is_one() -> None:
    document, berlin = read("registry.md"), ZoneInfo("Europe/Berlin")
    dates = [each for row in table(document, "when") for each in code(row[0])]
    rules = [(each, row[1].strip("`")) for row in table(document, "repeat") for each in code(row[0])]
    spoken = [each for row in table(document, "reminder") for each in code(row[0])]

    assert all(when.parse(each, berlin) for each in dates)
    assert all(repeat.parse(each, when.parse(first, berlin)) for each, first in rules)
    assert all(leads.parse(each) for each in spoken)
    assert min(len(dates), len(rules), len(spoken)) >= 8


def test_each_source_and_exception_of_the_registrys_description_is_one(tmp_path: Path) -> None:
    document = read("registry.md")
    written = [each for row in (*table(document, "source"), *table(document, "write")) for each in code(row[0])]
    head, rule = re.search(r"(version: 1\n.*?\nevents:\n)", document, re.DOTALL), "repeat: every week on Tue"
    assert head is not None
    entries = [
        f"  - {{id: e{n}, title: E, when: 2027-10-05 10:00, {rule}, {each}}}\n" for n, each in enumerate(written)
    ]
    (tmp_path / "events.yaml").write_text(head[1] + "".join(entries), encoding="utf-8")

    found = registry.read(tmp_path / "events.yaml")

    assert ((), len(written)) == (found.problems, len(found.events))


def test_the_server_is_described_with_every_setting_and_feed_parameter() -> None:
    document = read("server.md")
    rows = {cell for row in table(document, "environment") for cell in code(" ".join(row))}
    named = [
        each.name
        for each in fields(settings.Settings)
        if each.name not in ("channels", "site", "limits", "mail_headers", "origins", "warnings")
    ]
    limits = {cell for row in table(document, "setting") for cell in code(row[0])}

    assert {each.name for each in fields(settings.ServerLimits)} == limits

    assert {f"EVENTCAL_{each.upper()}" for each in named} <= rows
    assert {each for each in named if each not in ("registry", "config")} <= rows
    assert {"[[channels]]"} <= rows

    queries = [each for row in table(document, "parameter") for each in code(row[0])]
    parameters = (*filters.FILTER_PARAMETERS, *feeds.accepted_parameters("/events/a.ics"))
    assert set(parameters) == {each.partition("=")[0] for each in queries}
    assert all(filters.parse_query(each, allowed=parameters) for each in queries)


def test_every_form_of_a_rule_has_the_words_that_its_table_gives() -> None:
    rows = [row for row in table(read("registry.md"), "repeat") if len(row) == 5]
    zone = when.find_zone("Asia/Dushanbe")

    assert len(rows) >= 15
    for form, first, *cells in rows:
        rule = repeat.parse(form.strip("`"), when.parse(first.strip("`"), zone))
        assert cells == [words.format_rule(rule, language) for language in ("en", "ru", "zh")], form


def test_channels_are_described_with_every_type_and_key() -> None:
    document = read("channels.md")

    assert set(CHANNEL_TYPES) == {name for row in table(document, "type") for name in code(row[0])}
    assert set(CHANNEL_KEYS) == {name for row in table(document, "key") for name in code(row[0])}


NOW = datetime(2021, 9, 15, 13, tzinfo=UTC)
CALENDAR = Calendar("sco-watch", Text((("en", "SCO watch"),)), "Asia/Dushanbe")


def carried(tmp_path: Path) -> list[Message]:
    """One message of each kind that webhooks carry, about an event at an hour."""
    (tmp_path / "events.yaml").write_text(
        "version: 1\ncalendar: {id: a, name: A, timezone: Asia/Dushanbe}\nevents:\n"
        "  - {id: summit, title: Summit, when: 2021-09-16 10:00, source: {title: News, url: https://example.org/, "
        "published: 2021-06-24, quote: then, grade: reported}}\n"
    )
    event = registry.read(tmp_path / "events.yaml").events[0]
    version = Version(event, "summit@sco-watch", 0, NOW, NOW)
    old = EventState(when.parse("2021-09-16 11:00", ZoneInfo("UTC")), event.status, "Dushanbe")
    new = EventState(event.when, event.status, "Dushanbe")
    lead = leads.parse("1 day before")
    assert not isinstance(lead, leads.NoticeKind)
    context = MessageContext(CALENDAR, NOW)
    return [
        messages.reminder_message(context, Occurrence(event, "", event.when, event.status), version, lead, due_at=NOW),
        messages.change_message(context, [MessageLine("Summit", old, new, version)]),
        messages.alarm_message(context, "dead", "1: 550", NOW, False),
        messages.todo_message(
            context, todo_rules.list_todos(Edition(1, "", NOW, CALENDAR, (version,), None), NOW.date(), {})
        ),
        messages.channel_test_message(context, "press-desk"),
    ]


def names(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        yield from data
        for each in data.values():
            yield from names(each)
    elif isinstance(data, list):
        for each in data:
            yield from names(each)


def test_web_hooks_are_described_with_every_name_that_they_carry(tmp_path: Path) -> None:
    document = read("webhooks.md")
    for message in carried(tmp_path):
        data = messages.address_message(message, "k-1.0", "").data
        common, own = table(document, "in all"), table(document, f"in an `{message.kind}`")
        own = own or table(document, f"in a `{message.kind}`")
        rows = common + own + (table(document, "in `event`") if "event" in data else [])
        assert set(names(data)) <= {each for row in rows for each in code(" ".join(row))}, message.kind


def run_python_block(beginning: str) -> dict[str, Any]:
    """What the document's own lines define, of the block that has *beginning* in it."""
    (block,) = (block.values[0] for block in blocks("python") if beginning in block.values[0])
    names: dict[str, Any] = {}
    exec(block, names)
    return names


def test_the_lines_that_read_every_page_of_the_events_read_every_event() -> None:
    registry = factories.edition(*(factories.event(f"event-{number}", "2021-09") for number in range(7)))
    names = run_python_block("def all_events")

    def answer(address: str) -> io.BytesIO:
        query = filters.parse_query(urlsplit(address).query, allowed=feeds.accepted_parameters("/events.json"))
        page = feeds.render_path("/events.json", registry, (), factories.TODAY, query, page_size=3)
        assert page is not None
        return io.BytesIO(page.body)

    names["urlopen"] = answer
    events = list(names["all_events"]("https://example.org/events.json"))

    assert [event["id"] for event in events] == [f"event-{number}" for number in range(7)]


@pytest.mark.parametrize("secret", ["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "any-text"])
def test_the_lines_that_verify_a_signature_take_ours_and_no_other(secret: str) -> None:
    found = run_python_block("def genuine")
    now = datetime.fromtimestamp(int(time.time()), UTC)
    message = Message(key="k-1.0", kind="test", address="", subject="", text="", send_time=now)
    body = b'{"id":"k-1.0"}'
    headers = WebhookChannel("https://example.org/hook", secret)._signature_headers(message, body)
    old = {**headers, "webhook-timestamp": str(int((now - timedelta(hours=1)).timestamp()))}

    assert found["genuine"](secret, headers, body)
    assert not found["genuine"](secret, headers, body + b" ")
    assert not found["genuine"]("another", headers, body)
    assert not found["genuine"](secret, old, body)


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as Git hosts make them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    prose = BLOCK.sub("", document.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if "://" not in link:
            path, _, anchor = link.partition("#")
            target = (document.parent / path) if path else document
            assert target.exists(), f"{document.name}: {link}"
            assert not anchor or anchor in anchors(target), f"{document.name}: {link}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_files_that_a_document_names_exist(document: Path) -> None:
    named = re.findall(
        r"`((?:eventcal|tests|benchmarks|deploy|docs|tools)/[\w./-]+)`", document.read_text(encoding="utf-8")
    )

    assert [] == [path for path in named if not re.search(r"NNNN|LANG", path) and not (ROOT / path).exists()]


def test_the_index_names_every_document() -> None:
    index = read("README.md") + read("decisions/README.md")
    documents = {path.name for path in (ROOT / "docs").rglob("*.md")} - {"README.md"}

    assert {name for name in documents if f"{name})" not in index} == set()


def test_the_glossary_is_in_order_and_names_a_source_for_every_term() -> None:
    rows = table(read("glossary.md"), "term")

    assert len(rows) >= 25
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), key=str.casefold)
    assert all(row[2] for row in rows)


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    named = set(re.findall(r"(?:`|^|\$ )make ([a-z]+)", text, re.MULTILINE))

    assert named - targets == set()


def test_every_test_that_the_table_of_attacks_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", read("security.md")))
    there = {
        name for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }  # fmt: skip

    assert len(named) > 30
    assert named <= there
