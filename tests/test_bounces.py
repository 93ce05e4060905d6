"""Mail that comes back: whom it is counted against, and how a subscription comes back."""

from __future__ import annotations

import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner

from eventcal import tokens
from eventcal.channels import ChannelSettings, Permanent, Sent
from eventcal.channels.bounce_mailbox import MailboxError, read_unseen
from eventcal.cli import cli
from eventcal.deliveries.returned_mail import BounceCounter, record_bounces
from eventcal.errors import SettingsError
from eventcal.planning import alarms
from eventcal.planning.bounces import BouncePolicy
from eventcal.run.bounce_reader import READ_INTERVAL, BounceReader
from eventcal.run.worker import build_sender
from eventcal.settings import load
from eventcal.store import processes, recipients, signing_keys
from eventcal.store.ledger import health

from .certificates import trusted_server
from .serve_process import wait_until
from .subscriber_world import SETTINGS, SubscriberWorld
from .test_bounce_mail import BOUNCES, dsn, report
from .world import utc

NOW = utc(2021, 9, 1)
DAY = timedelta(days=1)
EVENTS = "\n".join(
    f"- {{id: e{day}, title: Event {day}, when: 2021-09-{day:02}, reminders: [the day before at 09:00]}}"
    for day in range(3, 20)
)
GONE = Permanent("RCPT: 550 5.1.1 no such user", is_address_unknown=True)


# what bounces end


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SubscriberWorld]:
    if request.param == "postgresql":
        monkeypatch.setattr("tests.world.DEFAULT_STORE_URL", request.getfixturevalue("postgres").database())
    here = SubscriberWorld(tmp_path, NOW)
    here.publish(EVENTS, NOW)
    yield here
    here.store.close()


def test_bounces_of_one_day_count_once_and_those_of_three_days_end_a_subscription(world: SubscriberWorld) -> None:
    world.sign_up()
    world.mail.outcomes = [GONE]
    for days in (1, 2):
        world.advance_to(NOW + days * DAY + timedelta(hours=12))
        assert [each.state for each in world.subscribers()] == ["active"]

    world.advance_to(NOW + 3 * DAY + timedelta(hours=12))
    (ended,) = world.subscribers()
    assert (ended.state, ended.reason_text) == ("off", "bounced: RCPT: 550 5.1.1 no such user")


def test_what_is_accepted_or_refused_for_its_content_is_no_bounce(world: SubscriberWorld) -> None:
    reader = world.sign_up()
    world.mail.outcomes = [Sent(), Permanent("552 5.3.4 too large")]
    world.advance_to(NOW + 4 * DAY)
    with world.store.read() as conn:
        assert [score.score for score in recipients.bounce_scores(conn, [reader.id])] == [0]


def test_a_bounce_after_a_long_pause_begins_anew(world: SubscriberWorld) -> None:
    reader = world.sign_up()
    policy = BouncePolicy(threshold=2, stale_days=7)
    with world.store.write() as conn:
        for days, ended in ((0, 0), (8, 0), (8.5, 0), (15.5, 1)):
            assert record_bounces(conn, {reader.id: "550"}, policy, NOW + timedelta(days=days)) == ended


def test_a_day_counts_once_though_the_clock_goes_back_in_between(world: SubscriberWorld) -> None:
    reader = world.sign_up()
    policy = BouncePolicy(threshold=2)
    with world.store.write() as conn:
        for days in (1, 0, 1, 0, 1):
            assert record_bounces(conn, {reader.id: "550"}, policy, NOW + days * DAY) == 0


def test_a_complaint_ends_a_sign_up_at_once_a_bounce_is_counted_and_another_failure_noted(
    world: SubscriberWorld,
) -> None:
    world.sign_up()
    keys = signing_keys.keys(world.store, "")
    counter = BounceCounter(world.store, BOUNCES, keys, BouncePolicy(threshold=2))
    with world.store.read() as conn:
        id = conn.exec_driver_sql("SELECT max(id) FROM delivery").scalar_one()
    to, nobody = (BOUNCES.format(id=tokens.bounce_id(keys, number)) for number in (id, id + 1))
    abuse = report(f"Feedback-Type: abuse\nVersion: 1\nOriginal-Mail-From: <{to}>", "message/feedback-report")
    unknown = "550 5.1.1 unknown"
    mails = [
        dsn("failed", "5.1.1", unknown, nobody),
        dsn("failed", "5.7.1", "550 5.7.1 policy", to),
        dsn("failed", "5.1.1", unknown, to),
        abuse,
        dsn("failed", "5.1.1", unknown, to),
    ]

    assert [counter.count(mail, NOW) for mail in mails] == [
        "bounce: no subscription to count it against",
        "failure: noted",
        "bounce: counted",
        "complaint: subscription ended",
        "bounce: noted",
    ]


def test_a_mail_to_a_configured_recipient_that_comes_back_is_a_dead_letter(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW, (ChannelSettings("email", "email", to=("desk@example.org",)),))
    world.publish(EVENTS, NOW)
    world.advance_to(NOW + 2 * DAY)
    keys = signing_keys.keys(world.store, "")
    counter = BounceCounter(world.store, BOUNCES, keys, BouncePolicy())
    with world.store.read() as conn:
        [id] = conn.exec_driver_sql("SELECT id FROM delivery").scalars()
    mail = dsn("failed", "5.1.1", "550 5.1.1 unknown", BOUNCES.format(id=tokens.bounce_id(keys, id)))

    assert ["bounce: noted"] * 2 == [counter.count(mail, world.now) for _ in range(2)]

    with world.store.read() as conn:
        active = alarms.active_alarms(health.alarm_evidence(conn, world.now - alarms.RECENT_FAILURE))
    assert {"dead email 550 5.1.1": "1: bounced: 550 5.1.1 unknown"} == {
        name: alarm.detail for name, alarm in active.items()
    }
    assert world.is_balanced()


def test_what_bounces_ended_comes_back_with_what_was_missed_and_is_still_of_use(world: SubscriberWorld) -> None:
    reader = world.sign_up()
    world.advance_to(NOW + timedelta(hours=1))
    with world.store.write() as conn:
        record_bounces(conn, {reader.id: "550 5.1.1"}, BouncePolicy(threshold=1), world.now)
    world.mail.outcomes = [Sent()]
    world.advance_to(NOW + 3 * DAY + timedelta(hours=12))
    assert world.notifications == []

    with world.store.write() as conn:
        ids = recipients.list_bounced(conn, "ANNA@example.org")
        assert recipients.restore(conn, ids, world.now) == 1
        assert recipients.list_bounced(conn) == []
    world.advance_to(world.now + timedelta(minutes=1))
    assert ["Event 4" in each.subject or "Event 5" in each.subject for each in world.notifications] == [True, True]
    assert world.is_balanced()


def test_what_changed_meanwhile_is_told_to_those_who_come_back_and_to_nobody_twice(world: SubscriberWorld) -> None:
    asking = EVENTS.replace("[the day before at 09:00]", "[the day before at 09:00, on change]")
    world.publish(asking, NOW)
    reader = world.sign_up()
    world.sign_up("other@example.org")
    world.advance_to(NOW + timedelta(hours=1))
    with world.store.write() as conn:
        record_bounces(conn, {reader.id: "550 5.1.1"}, BouncePolicy(threshold=1), world.now)
    world.publish(asking.replace("2021-09-19", "2021-09-20"), world.now + timedelta(minutes=1))
    world.advance_to(world.now + timedelta(hours=1))
    assert [message.address for message in world.notifications] == ["other@example.org"]

    with world.store.write() as conn:
        recipients.restore(conn, recipients.list_bounced(conn), world.now)
    world.advance_to(world.now + timedelta(minutes=1))
    assert [message.address for message in world.notifications] == ["other@example.org", "anna@example.org"]
    assert world.notifications[-1].subject == "Moved to Mon 20 Sep: Event 19"
    assert world.is_balanced()


def test_the_operator_is_told_how_many_ended_and_why(world: SubscriberWorld) -> None:
    readers = [world.sign_up(f"r{number}@example.org") for number in range(3)]
    with world.store.write() as conn:
        details = {reader.id: "RCPT: 550 5.1.1 no such user" for reader in readers}
        record_bounces(conn, details, BouncePolicy(threshold=1), NOW)
        active = alarms.active_alarms(health.alarm_evidence(conn, NOW - alarms.RECENT_FAILURE))
    assert active["bounced"].detail == "3: RCPT: 550 5.1.1 no such user"


def test_an_address_is_one_mailbox_however_it_is_typed_and_is_sent_to_as_typed(world: SubscriberWorld) -> None:
    world.sign_up("Anna.UPPER@example.org")
    assert world.mail.received[-1].address == "Anna.UPPER@example.org"
    world.request_signup("anna.upper@example.org")

    assert len(world.subscribers("ANNA.upper@example.org")) == 1


def test_an_address_beyond_ascii_is_signed_up_and_found_again(world: SubscriberWorld) -> None:
    world.sign_up("JÖrg.Ä@xn--mller-kva.example")
    assert world.mail.received[-1].address == "JÖrg.Ä@xn--mller-kva.example"
    world.request_signup("jÖRG.Ä@müller.example")

    assert len(world.subscribers("jÖrg.Ä@xn--mller-kva.example")) == 1


# the command


def test_a_bounce_from_standard_input_is_counted_against_its_subscription(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVENTCAL_MAIL_BOUNCES", BOUNCES)
    monkeypatch.setenv("EVENTCAL_BOUNCE_THRESHOLD", "1")
    (tmp_path / "events.yaml").write_text(
        "version: 1\ncalendar: {id: test, name: Test, timezone: Asia/Dushanbe}\nevents: []\n"
    )
    (tmp_path / "people.csv").write_text("address,confirmed,proof\nanna@example.net,2021-04-30,form\n")

    def run(*words: str, given: bytes = b"") -> str:
        return CliRunner().invoke(cli, list(words), input=given).output

    run("publish")
    run("subscribers", "import", "people.csv")
    from eventcal.store import open_store

    store = open_store(f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    with store.write() as conn:
        conn.exec_driver_sql(
            "INSERT INTO delivery (key, kind, subscription_id, payload, channel, address, state, reason, priority, due_at, "
            "not_before, expires_at, attempts, resend_count, fencing_token, owner, created_at) SELECT 'k', 'reminder', id, '', "
            "'email', address, 'sent', '', 1, 0, 0, 0, 1, 0, 0, '', 0 FROM subscription"
        )
    text = tokens.bounce_id(signing_keys.keys(store, ""), 1)
    store.close()

    unknown = "550 5.1.1 unknown"
    assert run("bounce", given=dsn("failed", "5.1.1", unknown)) == "ignored: bounce without a delivery id\n"
    assert run("bounce", given=b"Auto-Submitted: auto-replied\n\naway\n") == "ignored: autoreply\n"
    mail = dsn("failed", "5.1.1", unknown, f"bounces+{text}@example.org")
    assert run("bounce", given=mail) == "bounce: subscription ended\n"
    assert "off (bounced: 550 5.1.1 unknown)" in run("subscribers")
    assert run("subscribers", "restore") == "1 restored\n"
    assert "active" in run("subscribers")


def test_a_piped_bounce_that_cannot_be_counted_now_is_to_be_tried_again_by_the_mail_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    unset = CliRunner().invoke(cli, ["bounce"], input=b"")
    monkeypatch.setenv("EVENTCAL_MAIL_BOUNCES", BOUNCES)
    no_store = CliRunner().invoke(cli, ["bounce"], input=dsn("failed", "5.1.1", "550 5.1.1 unknown"))

    assert (unset.exit_code, no_store.exit_code) == (75, 75)
    assert "set EVENTCAL_MAIL_BOUNCES" in unset.output + unset.stderr


# a mailbox


class ImapServer(socketserver.StreamRequestHandler):
    """As much of an IMAP server as `eventcal bounce --mailbox` speaks to: one folder, one account."""

    mails: ClassVar[dict[str, bytes]] = {}
    seen: ClassVar[set[str]] = set()
    commands: ClassVar[list[str]] = []
    tls: ClassVar[ssl.SSLContext | None] = None

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.commands.append(command)
            words = command.removeprefix("UID ").split()
            if words[0] == "AUTHENTICATE":
                self.wfile.write(b"+ \r\n")
                self.commands.append(b64decode(self.rfile.readline()).decode())
            is_refused = (words[0] == "LOGIN" and words[2].strip('"') != "secret") or words[0:2] == [
                "SELECT",
                '"Nowhere"',
            ]
            status = f"NO refused {command}" if is_refused else "OK done"
            self.wfile.write(self.answer(words) + f"{tag} {status}\r\n".encode())
            if words[0] == "STARTTLS" and self.tls:
                with suppress(ssl.SSLError):
                    self.request = self.tls.wrap_socket(self.request, server_side=True)
                    self.setup()
            if words[0] == "LOGOUT":
                return

    def answer(self, words: list[str]) -> bytes:
        match words:
            case ["CAPABILITY"]:
                return b"* CAPABILITY IMAP4rev1 STARTTLS\r\n"
            case ["SELECT", _]:
                return f"* {len(self.mails)} EXISTS\r\n".encode()
            case ["SEARCH", "UNSEEN"]:
                # some servers leave out the line where they find nothing
                unseen = sorted(self.mails.keys() - self.seen)
                return f"* SEARCH {' '.join(unseen)}\r\n".encode() if unseen else b""
            case ["FETCH", uid, _]:
                data = self.mails[uid]
                return f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(data)}}}\r\n".encode() + data + b")\r\n"
            case ["STORE", uid, "+FLAGS", _]:
                self.seen.add(uid)
        return b""


def test_unseen_mails_of_a_mailbox_are_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVENTCAL_MAIL_BOUNCES", BOUNCES)
    (tmp_path / "events.yaml").write_text(
        "version: 1\ncalendar: {id: test, name: Test, timezone: Asia/Dushanbe}\nevents: []\n"
    )
    CliRunner().invoke(cli, ["publish"])
    mails = {"7": dsn("failed", "5.1.1", "550 5.1.1 unknown"), "9": b"Auto-Submitted: auto-replied\n\naway\n"}
    with imap_server(mails) as address:
        monkeypatch.setenv("BOX", f"imap://bounces:secret@{address}")
        read = [CliRunner().invoke(cli, ["bounce", "--mailbox", "env:BOX"]) for _ in range(2)]
        refused = CliRunner().invoke(cli, ["bounce", "--mailbox", f"imap://bounces:wrong@{address}"])

    assert read[0].output == "ignored: bounce without a delivery id\nignored: autoreply\n"
    assert (read[1].output, ImapServer.seen) == ("no new mail\n", {"7", "9"})
    assert refused.exit_code == 1
    # a server that repeats what it refuses gives no password away
    assert refused.stderr == (
        'eventcal: the mailbox at 127.0.0.1 cannot be read: refused LOGIN bounces "********"; the next run tries again\n'
    )


@pytest.mark.parametrize("name", ["localhost", "mail.example.org"])
@pytest.mark.parametrize("scheme", ["imap", "imaps"])
def test_a_mailbox_is_read_by_tls_if_its_servers_certificate_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, name: str
) -> None:
    context = trusted_server(tmp_path, name, monkeypatch)
    monkeypatch.setattr(ImapServer, "tls", context)
    ImapServer.commands.clear()
    with imap_server({}, context if scheme == "imaps" else None) as address:
        url = f"{scheme}://bounces:secret@{address}".replace("127.0.0.1", "localhost").partition("?")[0]
        if name == "localhost":
            assert read_unseen(url, lambda data: None) == 0
        else:
            with pytest.raises(MailboxError, match="certificate verify failed"):
                read_unseen(url, lambda data: None)

    assert any("secret" in command for command in ImapServer.commands) == (name == "localhost")


@pytest.mark.parametrize(
    ("path", "folder"), [("Возвраты%20%26%20%22x%22", r"&BBIEPgQ3BDIEQAQwBEIESw- &- \"x\""), ("", "INBOX")]
)
def test_a_mailbox_beyond_ascii_is_read(path: str, folder: str) -> None:
    ImapServer.commands.clear()
    with imap_server({}) as address:
        assert read_unseen(f"imap://josé:gehéim@{address.replace('INBOX', path)}", lambda data: None) == 0

    sent = [command for command in ImapServer.commands if command != "CAPABILITY"]  # later Pythons ask twice
    assert sent[:3] == ["AUTHENTICATE PLAIN", "\0josé\0gehéim", f'SELECT "{folder}"']


def test_a_folder_that_is_not_there_is_said_in_the_servers_words() -> None:
    with imap_server({}) as address, pytest.raises(MailboxError, match='select Nowhere: NO refused SELECT "Nowhere"'):
        read_unseen(f"imap://bounces:secret@{address.replace('INBOX', 'Nowhere')}", lambda data: None)


@pytest.mark.parametrize(
    ("mailbox", "said"),
    [
        ("env:BOX", "--mailbox env:BOX: the environment has no BOX; set it to the mailbox's URL"),
        ("env:EMPTY", "--mailbox env:EMPTY: the environment has no EMPTY"),
        ("env:", "--mailbox env:: write env: and the variable's name"),
        ("", "write the mailbox as imaps://"),
    ],
)
def test_a_mailbox_that_is_not_set_is_said_and_standard_input_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVENTCAL_MAIL_BOUNCES", BOUNCES)
    monkeypatch.setenv("EMPTY", "")

    refused = CliRunner().invoke(cli, ["bounce", "--mailbox", mailbox], input="Subject: a mail")

    assert refused.exit_code == 2
    assert said in refused.stderr


@contextmanager
def imap_server(mails: dict[str, bytes], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serves *mails*, unseen, to the password "secret", by *tls* from the start; gives the address without user."""
    ImapServer.mails, ImapServer.seen = mails, set()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), ImapServer) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}/INBOX?starttls=never"
        server.shutdown()


@pytest.mark.parametrize("bounces", [BOUNCES, ""])
def test_a_mail_has_an_id_to_bounce_by_where_bounces_have_an_address(world: SubscriberWorld, bounces: str) -> None:
    settings = replace(SETTINGS, mail_bounces=bounces)
    world.render_context = build_sender(world.store, world.channels, settings).render_context
    world.request_signup()

    world.tick(NOW)

    keys = signing_keys.keys(world.store, "")
    (confirmation,) = world.mail.received
    assert (tokens.read_bounce_id(keys, confirmation.bounce_id) > 0) if bounces else confirmation.bounce_id == ""


def bounce_reader(world: SubscriberWorld, url: str) -> BounceReader:
    return BounceReader(world.store, replace(SETTINGS, mail_bounces=BOUNCES, bounce_mailbox=url, bounce_threshold=1))


def test_the_mailbox_is_read_every_five_minutes_by_one_process_of_a_store(
    world: SubscriberWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(world.store), "now", lambda store: world.now)
    world.sign_up()
    with world.store.read() as conn:
        delivery_id = conn.exec_driver_sql("SELECT max(id) FROM delivery").scalar_one()
    text = tokens.bounce_id(signing_keys.keys(world.store, ""), delivery_id)
    mail = dsn("failed", "5.1.1", "550 5.1.1 unknown", f"bounces+{text}@example.org")
    with imap_server({"7": mail}) as address:
        readers = [bounce_reader(world, f"imap://bounces:secret@{address}") for _ in range(2)]
        reads = []
        for minutes in (0, 1, 5):
            world.now = NOW + timedelta(minutes=minutes)
            with world.store.write() as conn:
                reads.append([processes.claim_mailbox_turn(conn, READ_INTERVAL, world.now) for _ in readers])
        with world.store.write() as conn:
            processes.extend_mailbox_turn(conn, NOW + timedelta(days=99))  # by a clock that was ahead
            assert processes.claim_mailbox_turn(conn, READ_INTERVAL, world.now)
        world.now += READ_INTERVAL
        readers[0](world.now)
        wait_until(lambda: ImapServer.seen, "the mail is counted and marked")
        readers[0].stop()

    assert reads == [[True, False], [False, False], [True, False]]
    assert [(reader.state, reader.reason_text) for reader in world.subscribers()] == [
        ("off", "bounced: 550 5.1.1 unknown")
    ]
    assert ImapServer.seen == {"7"}


def test_a_mailbox_that_cannot_be_read_is_logged_once_and_becomes_an_alarm_until_it_can(
    world: SubscriberWorld, caplog: pytest.LogCaptureFixture
) -> None:
    def mailbox_alarms() -> list[str]:
        with world.store.read() as conn:
            evidence = health.alarm_evidence(conn, NOW - alarms.RECENT_FAILURE)
        return [name for name in alarms.active_alarms(evidence) if name.startswith("mailbox")]

    raised = []
    with imap_server({}) as address:
        refused = bounce_reader(world, f"imap://bounces:wrong@{address}")
        for _ in range(3):
            raised.append(mailbox_alarms())
            refused.read()
        raised.append(mailbox_alarms())
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        assert "the mailbox at 127.0.0.1 cannot be read: " in caplog.text
        bounce_reader(world, f"imap://bounces:secret@{address}").read()

    assert raised == [[], [], [], ["mailbox 127.0.0.1"]]
    assert "can be read again after 3 failures" in caplog.text
    assert mailbox_alarms() == []


def test_a_mailbox_that_is_no_longer_set_raises_no_alarm(world: SubscriberWorld) -> None:
    with world.store.write() as conn:
        health.record_mailbox_failure(conn, "mail.example.org", "away")
    reader = bounce_reader(world, "")
    reader.start()

    assert reader.jobs == ()
    with world.store.read() as conn:
        assert health.find_mailbox_failure(conn) is None


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ('mail_bounces = "b+{id}@example.org"\nbounce_mailbox = "https://example.org"', "write imaps://user:password@"),
        ('mail_bounces = "b+{id}@example.org"\nbounce_mailbox = "imaps://example.org"', "write imaps://user:password@"),
        ('bounce_mailbox = "imaps://u:p@example.org"', "needs EVENTCAL_MAIL_BOUNCES"),
    ],
)
def test_a_mailbox_of_the_settings_is_checked_when_the_file_is_read(tmp_path: Path, text: str, cause: str) -> None:
    (tmp_path / "eventcal.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"eventcal.toml:[12]: bounce_mailbox.* {cause}"):
        load({}, {"registry": tmp_path / "events.yaml"})


@pytest.mark.parametrize("url", ["https://u:p@example.org", "imaps://:p@example.org", "imaps://u@example.org"])
def test_an_address_of_a_mailbox_that_is_none_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(SettingsError, match=r"imaps://user:password@mail\.example\.org/INBOX"):
        read_unseen(url, lambda mail: None)
