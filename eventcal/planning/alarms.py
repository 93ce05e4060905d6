"""Decides which alarms the operator's channels get: one when something needs a person, one when it no longer does. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..ledger_rows import FAILURES_TO_OPEN, AlarmEvidence, NewDelivery, Operator, StoredAlarm, message_key
from ..mail_address import mask_addresses
from ..states import DeliveryKind

RECENT_FAILURE = timedelta(days=1)
"""Time for which a failure counts towards an alarm. Older ones are listed, and raise none."""

ALARM_DELAY = timedelta(minutes=1)
"""A condition that ends within this time raises no alarm."""

ALARM_LIFETIME = timedelta(days=1)
"""Time after which a message about an alarm is of no use any more."""

REPEAT_INTERVAL = timedelta(hours=1)
"""Time between two messages about an alarm whose cause changes while it lasts."""

MAILBOX_FAILURES_TO_ALARM = 3
"""A mailbox that cannot be read alarms after so many failures in a row: about ten minutes."""

MAX_DEAD_LETTER_ALARMS = 10
"""Number of alarms about dead letters, one for each channel and cause; those with the most are chosen."""

_CODE_PATTERN = re.compile(r"\b([345]\d\d)(?: ([45]\.\d{1,3}\.\d{1,3}))?(?=\b|$)")
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs a person, or no longer does (*is_over*). *detail* is what a machine said of it.

    *name* is its kind and what it concerns: `dead CHANNEL CAUSE`, `destination NAME`, `bounced`, `gone CHANNEL`,
    `mailbox HOST`, `registry`, `feed` or `stopped`. *level* is the order of magnitude of what is counted.
    """

    name: str
    detail: str
    since: datetime
    is_over: bool = False
    level: int = 0


@dataclass(frozen=True, slots=True)
class ActiveAlarm:
    """A condition that needs a person now: *detail* is for the message, *count* how much it concerns, *cause* its kind."""

    detail: str
    count: int = 1
    cause: str = ""

    @property
    def level(self) -> int:
        """0 below ten, 1 below a hundred, and so on."""
        return len(str(self.count)) - 1


@dataclass(frozen=True, slots=True)
class AlarmDiff:
    """Writes that bring the stored alarms up to date: rows to *save*, names that *end*; and the *messages* to queue."""

    save: tuple[StoredAlarm, ...] = ()
    end: tuple[str, ...] = ()
    messages: tuple[Alarm, ...] = ()


def active_alarms(evidence: AlarmEvidence) -> dict[str, ActiveAlarm]:
    """Returns what needs a person, by the alarm's name."""
    active = _dead_letters(evidence)
    if evidence.bounced:
        count = sum(row.count for row in evidence.bounced)
        active["bounced"] = ActiveAlarm(f"{count}: {mask_addresses(evidence.bounced[0].text)}", count)
    if (problems := evidence.registry_problems) is not None:
        active["registry"] = ActiveAlarm(problems, cause=problems)
    if evidence.feed_conditions:
        active["feed"] = ActiveAlarm("\n".join(evidence.feed_conditions))
    for breaker in evidence.breakers:
        if breaker.is_open and breaker.failures >= FAILURES_TO_OPEN:
            detail = mask_addresses(breaker.detail)
            active[f"destination {breaker.name}"] = ActiveAlarm(detail, cause=find_cause(detail))
        if breaker.pause_detail:
            active[f"gone {breaker.name}"] = ActiveAlarm(breaker.pause_detail)
    failure = evidence.mailbox
    if failure is not None and failure.count >= MAILBOX_FAILURES_TO_ALARM:
        active[f"mailbox {failure.host}"] = ActiveAlarm(failure.detail)
    return active


def _dead_letters(evidence: AlarmEvidence) -> dict[str, ActiveAlarm]:
    """Groups dead letters by channel and cause, each with the commonest text as its example."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for row in evidence.dead_letters:
        text = mask_addresses(row.text)
        key = (row.channel, find_cause(text))
        counts[key] += row.count
        examples.setdefault(key, text)
    return {
        f"dead {channel} {cause}": ActiveAlarm(f"{count}: {examples[channel, cause]}", count)
        for (channel, cause), count in counts.most_common(MAX_DEAD_LETTER_ALARMS)
    }


def find_cause(reason: str) -> str:
    """Returns the part of *reason* that others of its kind share: an SMTP or HTTP code, else its first words."""
    if match := _CODE_PATTERN.search(reason):
        return " ".join(filter(None, match.groups()))
    return re.split("[:;]", reason, maxsplit=1)[0][:40]


def diff_alarms(current: Mapping[str, ActiveAlarm], known: Mapping[str, StoredAlarm], now: datetime) -> AlarmDiff:
    """Compares what needs a person with the stored alarms; empty when there is nothing to write.

    A message is due for an alarm that lasted, grew or changed its cause, and for the end of one that was told.
    """
    save: list[StoredAlarm] = []
    messages: list[Alarm] = []
    for name, active in current.items():
        stored = known.get(name)
        if stored is None:
            save.append(StoredAlarm(name, active.detail, now))
        elif _is_due(stored, active, now):
            save.append(StoredAlarm(name, active.detail, stored.since, now, active.level))
            messages.append(Alarm(name, active.detail, stored.since, level=active.level))
    ended = [stored for name, stored in known.items() if name not in current]
    messages += [
        Alarm(row.name, row.detail, row.since, is_over=True, level=row.level) for row in ended if row.notified_at
    ]
    return AlarmDiff(tuple(save), tuple(row.name for row in ended), tuple(messages))


def _is_due(stored: StoredAlarm, active: ActiveAlarm, now: datetime) -> bool:
    """Tells whether a message is due: the alarm has lasted, it grew by an order of magnitude, or its cause changed."""
    if stored.notified_at is None:
        return now - stored.since >= ALARM_DELAY
    if active.level > stored.level:
        return True
    is_other_cause = bool(active.cause) and active.cause not in (stored.detail, find_cause(stored.detail))
    return is_other_cause and now - stored.notified_at >= REPEAT_INTERVAL


def alarm_deliveries(alarms: Iterable[Alarm], operators: Iterable[Operator], now: datetime) -> list[NewDelivery]:
    """Returns the messages of *alarms* to all *operators*."""
    operators = list(operators)
    return [
        NewDelivery(
            message_key=_message_key(alarm),
            kind=DeliveryKind.ALARM,
            subscription=operator.subscription,
            channel=operator.channel,
            address=operator.address,
            due_at=now,
            expires_at=now + ALARM_LIFETIME,
            payload=_payload_json(alarm),
            is_urgent=True,
        )
        for alarm in alarms
        for operator in operators
    ]


def _message_key(alarm: Alarm) -> str:
    """Returns the key of a message: processes that notice the same beginning, or end, queue one message together."""
    parts = ["alarm", alarm.name, str((alarm.since - _EPOCH) // _MILLISECOND), str(alarm.is_over)]
    if not alarm.is_over:
        parts += [str(alarm.level), alarm.detail if alarm.name == "registry" else find_cause(alarm.detail)]
    return message_key(*parts)


def _payload_json(alarm: Alarm) -> str:
    since = (alarm.since - _EPOCH) // _MILLISECOND
    fields = {"name": alarm.name, "detail": alarm.detail, "since": since, "over": alarm.is_over}
    return json.dumps(fields, ensure_ascii=False)


def parse_alarm(payload: str) -> Alarm:
    """Reads the `payload` of an alarm's delivery."""
    fields = json.loads(payload)
    return Alarm(fields["name"], fields["detail"], _EPOCH + fields["since"] * _MILLISECOND, fields["over"])
