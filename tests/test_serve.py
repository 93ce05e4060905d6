"""`eventcal serve` as its user starts it: real processes, killed in the middle; a real relay and a real web hook."""

from __future__ import annotations

import email
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eventcal.cli.serve import print_line
from eventcal.registry import Registry
from eventcal.run.registry_watcher import FirstCheck, RegistryWatcher
from eventcal.run.serve import print_summary
from eventcal.settings import Settings
from eventcal.store import edition_store, open_store
from eventcal.store.ledger import stats
from eventcal.store.tables import MetaKey

from .serve_process import WAIT_SECONDS, WebhookCollector, collect_webhooks, running_server, wait_until
from .smtp_ports import AnyPort
from .world import World, utc

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.process
HEAD = "version: 1\ncalendar: {id: test, name: Test, timezone: UTC}\nevents:\n"


def soon(event_id: str, seconds: int) -> tuple[str, datetime]:
    """An event on a full minute whose reminder is due in about *seconds*, and the moment when it is.

    It starts ten minutes after that at the soonest: however busy the machine, the reminder is still worth saying.
    """
    start = (datetime.now(UTC) + timedelta(seconds=seconds + 660)).replace(second=0, microsecond=0)
    lead = int((start - datetime.now(UTC)).total_seconds()) - seconds
    due = start - timedelta(seconds=lead)
    entry = (
        f"  - {{id: {event_id}, title: Briefing, when: {start:%Y-%m-%d %H:%M}, reminders: [{lead} seconds before]}}\n"
    )
    return entry, due


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "events.yaml").write_text(HEAD + "  - {id: far, title: Far, when: 2099-09}\n", encoding="utf-8")
    return tmp_path


def hook(folder: Path, collector: WebhookCollector) -> None:
    (folder / "eventcal.toml").write_text(
        f'[[channels]]\nname = "hook"\ntype = "webhook"\nurl = "{collector.url}"\nallow_private = true\n'
        '[[channels]]\nname = "screen"\ntype = "log"\n',
        encoding="utf-8",
    )


def is_retention_recorded(folder: Path) -> bool:
    with closing(open_store(f"sqlite:///{folder / '.eventcal' / 'eventcal.db'}")) as store, store.read() as conn:
        return edition_store.read_meta(conn, MetaKey.RETENTION_AT) is not None


def sent_to(folder: Path, channel: str) -> list[stats.DeliveryRecord]:
    with closing(open_store(f"sqlite:///{folder / '.eventcal' / 'eventcal.db'}")) as store, store.read() as conn:
        return stats.list_deliveries(conn, state="sent", channel=channel)


def append(folder: Path, entry: str) -> None:
    with (folder / "events.yaml").open("a", encoding="utf-8") as file:
        file.write(entry)


def test_an_event_saved_while_it_runs_is_in_the_feed_and_announced_on_time_once(folder: Path) -> None:
    with collect_webhooks() as collector:
        hook(folder, collector)
        with running_server(folder) as server:
            entry, due = soon("briefing", 5)
            append(folder, entry)
            wait_until(lambda: b"UID:briefing@test" in server.get("/calendar.ics")[1], "the feed has the new event")
            wait_until(lambda: collector.calls, "the web hook is called")
            wait_until(lambda: "Briefing" in server.output, "the terminal says it")
            wait_until(lambda: is_retention_recorded(folder), "what is kept no longer was deleted")
            assert 0 == server.stop()

    ((moment, _, data),) = collector.calls
    assert "briefing" == data["event"]["id"]  # type: ignore[index]
    assert moment >= due.timestamp()
    assert 1 == sum("Briefing" in line and "->" not in line for line in server.output.splitlines())


@pytest.mark.parametrize("group", [True, False], ids=["the group", "the supervisor alone"])
def test_a_reminder_that_falls_due_while_it_is_dead_comes_once_when_it_is_back(folder: Path, group: bool) -> None:
    with collect_webhooks() as collector:
        hook(folder, collector)
        entry, due = soon("briefing", 4)
        append(folder, entry)
        collector.status = 503  # a machine so slow that the reminder is due while the server still lives
        with running_server(folder) as server:
            server.kill(group)
            wait_until(lambda: not server.group_pids(), "no orphan is left")
            assert 0 == server.get("/healthz")[0], "nobody keeps the port"
            collector.calls.clear()
            collector.status = 204
            wait_until(lambda: datetime.now(UTC) > due, "the reminder is due")
            server.start().wait_ready()
            # killed between the call and the record of it, it would rightly call again
            wait_until(lambda: sent_to(folder, "hook"), "the web hook is called, and that is written down")
            server.kill(group)
            wait_until(lambda: not server.group_pids(), "no orphan is left")
            server.start().wait_ready()
            assert 0 == server.stop()

    assert 1 == len(collector.calls)


def test_a_worker_that_is_killed_is_started_again_while_the_scheduler_goes_on(folder: Path) -> None:
    with running_server(folder) as server:
        assert server.process is not None
        for _ in range(3):
            (worker,) = server.worker_pids()
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda old=worker: set(server.worker_pids()) - {old}, "another worker")
            server.wait_ready()

        assert server.process.poll() is None
        assert 0 == server.stop()


def test_a_store_that_is_replaced_ends_the_process_and_the_next_one_goes_on_with_that(folder: Path) -> None:
    with running_server(folder) as server:
        assert server.process is not None
        wait_until(lambda: "1 event" in server.output, "the registry is published")
        copy = folder / "copy.db"
        subprocess.run([sys.executable, "-m", "eventcal", "backup", str(copy)], cwd=folder, check=True)
        copy.replace(folder / ".eventcal" / "eventcal.db")
        assert 75 == server.process.wait(WAIT_SECONDS)
        wait_until(lambda: not server.group_pids(), "no orphan is left")
        server.start().wait_ready()
        assert b'"edition":1' in server.get("/readyz")[1]
        assert 0 == server.stop()

    assert "eventcal.db was replaced by another file" in server.output


def test_two_processes_serve(folder: Path) -> None:
    with running_server(folder) as server:
        assert server.process is not None
        assert set(server.group_pids()) == {server.process.pid, *server.worker_pids()}


def test_a_mail_of_a_real_relay_brings_the_event_along(folder: Path) -> None:
    mails: list[bytes] = []

    class Relay:
        async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
            mails.append(envelope.content)  # type: ignore[attr-defined]
            return "250 OK"

    relay = AnyPort(Relay(), hostname="127.0.0.1", port=0)
    relay.start()
    try:
        (folder / "eventcal.toml").write_text(
            f'smtp_url = "smtp://127.0.0.1:{relay.port}?starttls=never"\nmail_from = "calendar@example.org"\n'
            '[[channels]]\nname = "desk"\ntype = "email"\nto = ["a@example.org", "b@example.org"]\n',
            encoding="utf-8",
        )
        append(folder, soon("briefing", 4)[0])
        with running_server(folder):
            wait_until(lambda: len(mails) == 2, "both are told")
    finally:
        relay.stop()

    found = [email.message_from_bytes(each) for each in mails]
    assert {"a@example.org", "b@example.org"} == {each["To"] for each in found}
    kinds = [part.get_content_type() for part in found[0].walk() if not part.is_multipart()]
    assert ["text/plain", "text/html", "text/calendar"] == kinds


def test_it_says_what_the_readme_shows(tmp_path: Path) -> None:
    shutil.copy(ROOT / "events.yaml", tmp_path)
    shown = re.search(
        r"^```text\n(events\.yaml: .*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S
    )
    assert shown is not None
    with running_server(tmp_path) as server:
        # the last line goes with the season
        lasting = [line.replace("8000", str(server.port)) for line in shown[1].splitlines()[:3]]
        wait_until(lambda: lasting == [line for line in server.output.splitlines() if line in lasting], "it says so")


def test_every_line_of_a_server_has_its_time_and_is_json_on_request(folder: Path) -> None:
    with collect_webhooks() as collector:
        hook(folder, collector)
        variables = {"EVENTCAL_LOG": "json", "EVENTCAL_HOST": "localhost", "EVENTCAL_BASEURL": "https://example.org"}
        with running_server(folder, **variables) as server:
            (worker,) = server.worker_pids()
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: "Unexpected exit from worker" in server.output, "the web server says so")
            append(folder, soon("briefing", 1)[0])
            wait_until(lambda: "screen  " in server.output, "the log channel prints the reminder")
            append(folder, "  - {id: far, tittle: Twice, when: 2099-13}\n")
            wait_until(lambda: "did you mean 'title'?" in server.output, "the problem is said")
            assert 0 == server.stop()

    lines = [json.loads(line) for line in server.output.splitlines()]
    assert all(datetime.fromisoformat(line["time"]).tzinfo for line in lines)
    messages = [line["message"] for line in lines]
    assert messages.count("EVENTCAL_BASEURL is no setting and is ignored, did you mean EVENTCAL_BASE_URL?") == 1
    assert f"Feed  http://localhost:{server.port}/calendar.ics" in messages
    said = [(line["level"], line["message"]) for line in lines if line["logger"] == "eventcal.run.serve"]
    assert any(level == "info" and message.startswith("edition 1 published: ") for level, message in said)
    assert any(level == "warning" and "did you mean 'title'?" in message for level, message in said)


def test_a_broken_edit_changes_nothing_but_what_the_terminal_says(folder: Path) -> None:
    with running_server(folder) as server:
        feed = server.get("/calendar.ics")
        append(folder, "  - {id: far, tittle: Twice, when: 2099-13}\n")
        wait_until(lambda: "did you mean 'title'?" in server.output, "the problem is said")

        wait_until(lambda: b"degraded" in server.get("/readyz")[1], "the pages know of it")
        assert 200 == server.get("/readyz")[0]
        assert feed == server.get("/calendar.ics")


def test_a_registry_that_was_never_good_is_answered_with_503(tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text("version: 1\nevents: nonsense\n", encoding="utf-8")
    with running_server(tmp_path) as server:
        assert [503, 503, 503] == [server.get(path)[0] for path in ("/calendar.ics", "/", "/readyz")]

        (tmp_path / "events.yaml").write_text(HEAD + "  - {id: a, title: A, when: 2099}\n", encoding="utf-8")
        wait_until(lambda: server.get("/calendar.ics")[0] == 200, "the mended registry is served")


def test_a_second_one_on_the_same_registry_says_in_its_log_who_holds_it(folder: Path) -> None:
    with running_server(folder) as server:
        second = subprocess.run(
            [sys.executable, "-m", "eventcal", "serve"],
            cwd=folder, capture_output=True, text=True, timeout=240,
            env={**os.environ, "PYTHONPATH": str(ROOT), "EVENTCAL_LOG": "json"},
        )  # fmt: skip

        assert server.process is not None
        assert 1 == second.returncode
        (line,) = second.stderr.splitlines()
        assert f"process {server.process.pid} (eventcal serve" in json.loads(line)["message"]


def test_a_registry_that_is_missing_at_the_start_is_a_line_of_the_log(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eventcal", "serve"],
        cwd=tmp_path, capture_output=True, text=True, timeout=240,
        env={**os.environ, "PYTHONPATH": str(ROOT), "EVENTCAL_LOG": "json"},
    )  # fmt: skip

    assert json.loads(done.stderr)["message"].startswith("events.yaml: no such file")


def test_a_taken_port_is_said_before_anything_is_published(folder: Path, tmp_path: Path) -> None:
    with running_server(folder) as server:
        other = tmp_path / "other"
        other.mkdir()
        (other / "events.yaml").write_text((folder / "events.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        second = subprocess.run(
            [sys.executable, "-m", "eventcal", "serve", "--port", str(server.port)],
            cwd=other, capture_output=True, text=True, timeout=240,
        )  # fmt: skip

        assert 1 == second.returncode
        assert f"cannot listen on 127.0.0.1:{server.port}" in second.stderr
        assert "choose another with --port" in second.stderr


def test_after_a_restart_the_port_opens_before_a_slow_registry_has_been_read(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'eventcal.db'}")
    store.upgrade()
    read = threading.Event()
    looks: list[datetime] = []

    class SlowWatcher(RegistryWatcher):
        def __call__(self, now: datetime) -> Registry:
            looks.append(now)
            assert read.wait(WAIT_SECONDS)
            return super().__call__(now)

    registry_file = tmp_path / "events.yaml"
    registry_file.write_text("version: 1\ncalendar: {id: a.example.org, name: A, timezone: UTC}\nevents: []\n")
    lines: list[str] = []
    settings = Settings(registry=registry_file)
    first_check = FirstCheck(
        SlowWatcher(store, settings, lambda result: lines.append(str(result))), settings, lines.append
    )
    sent = first_check.before(lambda now: "sent")

    looking = threading.Thread(target=first_check, args=(store.now(),))
    looking.start()
    assert sent(store.now()) is None
    read.set()
    looking.join(WAIT_SECONDS)

    assert sent(store.now()) == "sent"
    assert lines[-1].endswith("events.yaml: 0 events, no problems")


def test_what_standard_output_does_not_take_is_logged_and_stops_no_server(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    stream = full.open("w")
    monkeypatch.setattr(sys, "stdout", stream)

    print_line("  Page  http://127.0.0.1:8000/")
    monkeypatch.undo()
    with pytest.raises(OSError, match="No space left"):
        stream.close()

    assert caplog.messages == ["standard output: No space left on device:   Page  http://127.0.0.1:8000/"]


@pytest.mark.parametrize(
    ("year", "shown"), [(2021, "; next now"), (2099, "; next Wed 2099-09-09 09:00 (Asia/Dushanbe)")]
)
def test_the_summary_says_now_of_what_is_due_already(tmp_path: Path, year: int, shown: str) -> None:
    world = World(tmp_path)
    world.publish(f"- {{id: a, title: A, when: {year}-09-16, reminders: [1 week before at 09:00]}}", utc(year, 9, 1))
    lines: list[str] = []

    print_summary(world.store, Settings(), lines.append, "scheduler")

    assert lines[-1].endswith(shown)
