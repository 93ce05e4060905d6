"""What readers are told over any history of edits and failures, against a model so plain that it can be seen to be right.

A reader knows what the last message told them. Whom no message told anything knows what they signed up to, if they ask for every
change. What they know changes when a message arrives, and by nothing else: not by one that waits, is refused, or has become
needless. A message tells of a difference from what its reader knows, and after the last one there is none.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from eventcal.channels import Ambiguous, Outcome, Permanent, Recheck, Retry, Sent, no_recheck
from eventcal.messages import Message
from eventcal.store.ledger import health, reminder_rows, stats
from eventcal.store.tables import subscription

from .world import World, utc

NOW = utc(2021, 9, 1, 12)
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
WAITS = [20 * SECOND, 2 * MINUTE, 6 * MINUTE, 20 * MINUTE, 3 * HOUR, DAY]

PLANNED, LATER, VAGUE = "2021-09-20 10:00", "2021-09-22 10:00", "2021-10"
ELSEWHERE, OFF, GONE = f"{PLANNED} Osh", "off", "gone"
STATES = [PLANNED, PLANNED, PLANNED, LATER, ELSEWHERE, VAGUE, OFF, OFF, GONE]
"""What an event is to its readers. Whatever it was before it was called off, it is off."""

EVENTS = "ef"
CHANGES = ["on change"]
KINDS = {
    "on change": {"moved", "day known", "vague", "place", "cancelled", "back on"},
    "on cancel": {"cancelled"},
    "on day known": {"day known"},
}
LEADS = ["2 weeks before at 09:00", "11 days before at 09:00"]
ANSWERS = [["refused"], ["no answer"], ["no answer"] * 2, ["killed"], ["later"], ["later"] * 3]


def kind_of(old: str, new: str) -> str:
    """What has changed from *old* to *new*, "" for nothing that is told."""
    if old in (new, GONE) or {old, new} == {OFF, GONE}:
        return ""
    if new in (OFF, GONE):
        return "cancelled"
    if old == OFF:
        return "back on"
    if old[:10] == new[:10]:
        return "place"
    return "day known" if old == VAGUE else "vague" if new == VAGUE else "moved"


@dataclass
class Reader:
    """One address and one event. *asked* is what each of its subscriptions asks to be told of.

    *known* are the states that they may know: one, or more where nobody could see whether a message arrived. *public* are all
    that there were since they signed up; who asks for some changes only may be told of these from any.
    """

    asked: list[list[str]]
    known: set[str]
    public: set[str]
    is_told: bool = False
    is_owed: bool = True  # nothing was given up since the last edit
    copies: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def follows(self) -> bool:
        return self.is_told or CHANGES in self.asked

    def check_change(self, key: str, old: str, new: str) -> None:
        earlier_copy = self.copies.get(key, ("", ""))
        if earlier_copy == (old, new):
            return
        kind, is_known = kind_of(old, new), old in {*self.known, earlier_copy[1]}
        is_asked = any(kind in KINDS[name] for asked in self.asked for name in asked)
        is_selective = any(asked not in ([], CHANGES) for asked in self.asked)
        assert kind
        assert is_known or (not self.is_told and is_asked and is_selective and old in self.public)
        assert self.is_told or is_known or is_asked

    def check_reminder(self, key: str, new: str) -> None:
        """It tells of no change: whoever was told of the event knows it so."""
        if self.is_told and self.copies.get(key) != ("", new):
            assert any(not kind_of(known, new) for known in self.known)

    def learn(self, key: str, old: str, new: str, has_arrived: bool) -> None:
        told = {OFF if new == GONE else new}
        self.known = told if has_arrived else self.known | told
        self.is_told |= has_arrived
        self.copies[key] = old, new


class Killed(BaseException):
    """Ends the process while a message is being sent."""


@dataclass
class Sink:
    """A channel that shows each message to its reader; it answers as *answers* says for the address, else that it was sent."""

    readers: dict[tuple[str, str], Reader] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=lambda: dict.fromkeys(EVENTS, GONE))
    answers: dict[str, list[str]] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    destination: str = "test:sink"
    wants_calendar: bool = False

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        answers = self.answers.get(message.address)
        answer = answers.pop(0) if answers else "sent"
        self.log.append(f"{message.send_time} {message.address} {answer}: {message.kind} {message.subject}")
        # of two copies one is taken to have arrived
        has_arrived = answer == "sent" or (answer == "no answer" and message.key in self.unanswered)
        if answer == "no answer":
            self.unanswered.add(message.key)
        for event, old, new in lines_of(message):
            reader = self.readers[message.address, event]
            try:
                assert new == self.events[event]
                reader.check_change(message.key, old, new) if old else reader.check_reminder(message.key, new)
            except AssertionError as fault:
                self.faults.append(f"{message.address} {event}: {old!r} to {new!r}, {reader} {fault}")
            if has_arrived or answer in ("no answer", "killed"):
                reader.learn(message.key, old, new, has_arrived)
            if answer == "refused":
                reader.is_owed = False
        if answer == "killed":
            raise Killed
        outcomes = {"refused": Permanent("550"), "later": Retry("450"), "no answer": Ambiguous("closed")}
        return outcomes.get(answer, Sent())


def lines_of(message: Message) -> Iterator[tuple[str, str, str]]:
    """Which events a message tells of: what they were, "" where it does not say, and what they are."""
    data: Any = message.data
    if message.kind == "reminder":
        yield data["event"]["id"], state_of(data["old"]) if data["old"] else "", state_of(data["event"])
        return
    for line in data["changes"]:
        yield line["id"], state_of(line["old"]), state_of(line["new"])
    for line in data.get("events", []):
        yield line["id"], "", state_of(line)


def state_of(data: Any) -> str:
    if data is None:
        return GONE
    return OFF if data["status"] == "cancelled" else f"{data['when']} {data['place'] or ''}".strip()


class History:
    """A random history of two events and their readers, who all are one channel's."""

    def __init__(self, folder: Path, url: str, seed: int) -> None:
        self.random, self.now, self.is_paused = random.Random(seed), NOW, False
        self.sink = Sink()
        self.log = self.sink.log
        self.world = World(folder, (), url)
        self.world.channels = {"email": self.sink}

    def play(self) -> None:
        self.sink.events = {event: self.random.choice(STATES[:-1]) for event in EVENTS}
        self.publish()
        for _ in range(3):
            self.sign_up()
        acts = [self.edit] * 4 + [self.wait] * 4 + [self.answer] * 2 + [self.pause, self.sign_up]
        for _ in range(self.random.randint(4, 16)):
            self.now += SECOND
            self.random.choice(acts)()
        self.sink.answers.clear()
        self.pause(False)
        self.edit()
        self.wait(3 * DAY)
        for (address, event), reader in self.sink.readers.items():
            if reader.follows and reader.is_owed:
                assert not any(kind_of(known, self.sink.events[event]) for known in reader.known), (address, event)
        assert self.world.is_balanced()

    def edit(self) -> None:
        event, state = self.random.choice(EVENTS), self.random.choice(STATES)
        readers = [reader for (_, of), reader in self.sink.readers.items() if of == event]
        if state == GONE and any(OFF in reader.known for reader in readers):
            return  # it is no news, and when it is back nobody knows what it was last
        if state != self.sink.events[event]:
            self.sink.events[event] = state
            self.publish()
            for reader in readers:
                reader.public.add(state)
                reader.is_owed = True

    def publish(self) -> None:
        self.log.append(f"{self.now} {self.sink.events}")
        lines = []
        for event, state in self.sink.events.items():
            when, place = state.removesuffix(" Osh"), ", place: Osh" if state == ELSEWHERE else ""
            if state == OFF:
                when = f"{self.random.choice([PLANNED, LATER])}, status: cancelled"
            if state != GONE:
                lines.append(f"- {{id: {event}, title: {event}, reminders: [], when: {when}{place}}}")
        self.world.publish("\n".join(lines), self.now)

    def sign_up(self) -> None:
        """Somebody signs up, some of them twice with one address."""
        if GONE in self.sink.events.values():
            return
        address, asked = f"{len(self.sink.readers)}@example.org", list[list[str]]()
        with self.world.store.write() as conn:
            for query in self.random.choice([[""], [""], ["", "q=e"]]):
                asked.append(self.random.choice([CHANGES, CHANGES, ["on cancel"], ["on cancel"], ["on day known"], []]))
                leads, digest = self.random.choice([[], [], LEADS]), self.random.choice(["", "", "daily"])
                self.log.append(f"{self.now} {address} signs up: {query} {asked[-1]} {leads} {digest}")
                values = {
                    "origin": "people", "channel": "email", "address": address, "language": "", "zone": "", "filter": query,
                    "leads": json.dumps(leads), "change_kinds": json.dumps(asked[-1]), "digest": digest, "state": "active",
                    "reason": "", "link_version": 0, "created_at": self.now, "confirmed_at": self.now,
                }  # fmt: skip
                conn.execute(insert(subscription).values(values))
            reminder_rows.mark_preferences_changed(conn)
        for event, state in self.sink.events.items():
            asked_of = asked if event == "e" else asked[:1]
            known = {state} if CHANGES in asked_of else set()
            self.sink.readers[address, event] = Reader(asked_of, known, {state})

    def answer(self) -> None:
        address = self.random.choice(list(self.sink.readers))[0] if self.sink.readers else ""
        self.sink.answers.setdefault(address, []).extend(self.random.choice(ANSWERS))

    def pause(self, is_paused: bool | None = None) -> None:
        self.is_paused = not self.is_paused if is_paused is None else is_paused
        with self.world.store.write() as conn:
            (health.pause if self.is_paused else health.resume)(conn, "email")

    def wait(self, duration: timedelta | None = None) -> None:
        """Makes a pass at each moment at which there is anything to do; while nothing may leave, once an hour."""
        end = self.now + (duration or self.random.choice(WAITS))
        while True:
            try:
                self.world.tick(self.now)
            except Killed:
                self.now += MINUTE  # longer than a lease
                end = max(end, self.now)
                self.world.start(self.now)
            if self.now == end:
                break
            with self.world.store.read() as conn:
                due = stats.next_pass_due(conn)
            self.now = min(end, max(due or end, self.now + (HOUR if self.is_paused else SECOND)))
        assert not self.sink.faults, self.sink.faults


@contextmanager
def history(folder: Path, url: str, seed: int) -> Iterator[History]:
    """A history, printed where it fails."""
    played = History(folder, url, seed)
    try:
        yield played
    except AssertionError:
        print(*played.log, sep="\n")
        raise
    finally:
        played.world.store.close()


@pytest.mark.parametrize(
    ("database", "seed"), [("sqlite", seed) for seed in range(40)] + [("postgresql", seed) for seed in range(40, 44)]
)
def test_over_any_history_readers_are_told_what_the_plain_model_says(
    request: pytest.FixtureRequest, tmp_path: Path, database: str, seed: int
) -> None:
    url = "sqlite://" if database == "sqlite" else request.getfixturevalue("postgres").database()
    with history(tmp_path, url, seed) as played:
        played.play()
