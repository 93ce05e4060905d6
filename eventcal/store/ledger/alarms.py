"""Tells the operator's channels of what needs a person: once when it begins, once when it is over."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from ...ledger_rows import NewDelivery
from ...states import DeliveryKind, Reason, SubscriptionState, reason_text
from ..database import instant, ms
from ..edition_store import read_registry_check
from ..mailbox_reads import find_failure
from ..tables import IS_DEAD, alarm, delivery, subscription
from .breakers import FAILURES_TO_OPEN, list_breakers
from .delivery_rows import insert_deliveries

RECENT_FAILURE = timedelta(days=1)
"""Dead letters alarm for so long; what is older is listed, and told no more."""

ALARM_DELAY = timedelta(minutes=1)
"""What passes by itself sooner than this is not told."""

ALARM_LIFETIME = timedelta(days=1)

REPEAT_INTERVAL = timedelta(hours=1)
"""A standing alarm with another cause is told again, and not more often than this."""

MAILBOX_FAILURES_TO_ALARM = 3
"""A mailbox that cannot be read alarms after so many failures in a row: about ten minutes."""

MAX_DEAD_LETTER_ALARMS = 10
"""So many pairs of channel and cause are told, those with the most dead letters."""

_CODE_PATTERN = re.compile(r"\b([345]\d\d)(?: ([45]\.\d{1,3}\.\d{1,3}))?(?=\b|$)")


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs a person, or no longer does (*over*). *detail* is what a machine said of it.

    *name* is its kind and what it concerns: `dead CHANNEL CAUSE`, `destination NAME`, `bounced`, `gone CHANNEL`,
    `mailbox HOST`, `registry` or `stopped`. *level* is the order of magnitude of what is counted.
    """

    name: str
    detail: str
    since: datetime
    over: bool = False
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


def active_alarms(conn: Connection, now: datetime) -> dict[str, ActiveAlarm]:
    """Reads what needs a person at *now*, by the alarm's name."""
    active = _dead_letters(conn, now) | _ended_subscriptions(conn, now)
    registry_check = read_registry_check(conn)
    if registry_check is not None and registry_check.outcome in ("problems", "held"):
        problems = "\n".join(str(problem) for problem in registry_check.problems if not problem.warning)
        active["registry"] = ActiveAlarm(problems, cause=problems)
    for breaker in list_breakers(conn).values():
        if breaker.is_open and breaker.failures >= FAILURES_TO_OPEN:
            active[f"destination {breaker.name}"] = ActiveAlarm(breaker.detail, cause=find_cause(breaker.detail))
        if breaker.pause_detail:
            active[f"gone {breaker.name}"] = ActiveAlarm(breaker.pause_detail)
    failure = find_failure(conn)
    if failure is not None and failure.count >= MAILBOX_FAILURES_TO_ALARM:
        active[f"mailbox {failure.host}"] = ActiveAlarm(failure.detail)
    return active


def _dead_letters(conn: Connection, now: datetime) -> dict[str, ActiveAlarm]:
    """Dead letters of the last day by channel and cause. An address that a visitor mistyped is no alarm."""
    rows = conn.execute(_DEAD_LETTERS, {"since": ms(now - RECENT_FAILURE)})
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for row in rows:
        said = reason_text(row.reason, row.detail)
        key = (row.channel, find_cause(said))
        counts[key] += row.n
        examples.setdefault(key, said)
    return {
        f"dead {channel} {cause}": ActiveAlarm(f"{count}: {examples[channel, cause]}", count)
        for (channel, cause), count in counts.most_common(MAX_DEAD_LETTER_ALARMS)
    }


def _ended_subscriptions(conn: Connection, now: datetime) -> dict[str, ActiveAlarm]:
    """The sign-ups that bounces ended within the last day, with the commonest reason first."""
    rows = conn.execute(_BOUNCED, {"since": ms(now - RECENT_FAILURE)}).all()
    count = sum(row.n for row in rows)
    return {"bounced": ActiveAlarm(f"{count}: {rows[0].detail}", count)} if rows else {}


_count = func.count().label("n")
_DEAD_LETTERS = (
    select(*delivery.c["channel", "reason", "detail"], _count)
    .where(
        IS_DEAD,
        delivery.c.kind != DeliveryKind.TEST,
        delivery.c.settled_at > bindparam("since"),
        ~((delivery.c.kind == DeliveryKind.CONFIRMATION) & (delivery.c.reason == Reason.GONE)),
    )
    .group_by(*delivery.c["channel", "reason", "detail"])
    .order_by(_count.desc(), *delivery.c["reason", "detail"])
)
_BOUNCED = (
    select(subscription.c.detail, _count)
    .where(
        subscription.c.origin == "people",
        subscription.c.state == SubscriptionState.OFF,
        subscription.c.reason == Reason.BOUNCED,
        subscription.c.ended_at > bindparam("since"),
    )
    .group_by(subscription.c.detail)
    .order_by(_count.desc(), subscription.c.detail)
)


def find_cause(reason: str) -> str:
    """Returns the part of *reason* that others of its kind share: an SMTP or HTTP code, else its first words."""
    if match := _CODE_PATTERN.search(reason):
        return " ".join(filter(None, match.groups()))
    return reason.partition(":")[0][:40]


@dataclass(frozen=True, slots=True)
class _StoredAlarm:
    alarm: Alarm
    notified_at: datetime | None


def _stored_alarms(conn: Connection) -> dict[str, _StoredAlarm]:
    """Reads the alarms that began and are not over."""
    return {
        row.name: _StoredAlarm(
            Alarm(row.name, row.detail, instant(row.since_at), level=row.level),
            None if row.notified_at is None else instant(row.notified_at),
        )
        for row in conn.execute(select(alarm))
    }


def needs_alarm_update(conn: Connection, now: datetime) -> bool:
    """Whether `raise_alarms` has anything to do."""
    current, known = active_alarms(conn, now), _stored_alarms(conn)
    return current.keys() != known.keys() or any(_is_due(known[name], active, now) for name, active in current.items())


def raise_alarms(conn: Connection, now: datetime) -> int:
    """Records alarms that began, queues messages for those that lasted, grew, changed their cause or ended; returns how many."""
    current, known = active_alarms(conn, now), _stored_alarms(conn)
    to_notify: list[Alarm] = []
    for name, active in current.items():
        if name not in known:
            conn.execute(
                alarm.insert().values(name=name, detail=active.detail, since_at=ms(now), notified_at=None, level=0)
            )
        elif _is_due(known[name], active, now):
            values = {"detail": active.detail, "notified_at": ms(now), "level": active.level}
            conn.execute(alarm.update().where(alarm.c.name == name).values(values))
            to_notify.append(Alarm(name, active.detail, known[name].alarm.since, level=active.level))
    for name, stored in known.items():
        if name not in current:
            conn.execute(alarm.delete().where(alarm.c.name == name))
            to_notify += [replace(stored.alarm, over=True)] if stored.notified_at else []
    return _insert_deliveries(conn, to_notify, now) if to_notify else 0


def record_outage(conn: Connection, since: datetime, now: datetime) -> int:
    """Tell that nothing was sent from *since* until *now*: it could not be told while it was so."""
    return _insert_deliveries(conn, [Alarm("stopped", "", since, over=True)], now)


def _is_due(stored: _StoredAlarm, active: ActiveAlarm, now: datetime) -> bool:
    """Whether an alarm is to be told: it has lasted, it grew by an order of magnitude, or its cause is another."""
    if stored.notified_at is None:
        return now - stored.alarm.since >= ALARM_DELAY
    if active.level > stored.alarm.level:
        return True
    is_other_cause = bool(active.cause) and active.cause not in (stored.alarm.detail, find_cause(stored.alarm.detail))
    return is_other_cause and now - stored.notified_at >= REPEAT_INTERVAL


def _insert_deliveries(conn: Connection, alarms: list[Alarm], now: datetime) -> int:
    operators = conn.execute(_OPERATORS).all()
    return insert_deliveries(
        conn,
        [
            NewDelivery(
                key=f"{_delivery_key(raised)}-{operator.id}",
                kind=DeliveryKind.ALARM,
                subscription=operator.id,
                channel=operator.channel,
                address=operator.address,
                due_at=now,
                expires_at=now + ALARM_LIFETIME,
                payload=_payload_json(raised),
                is_urgent=True,
            )
            for raised in alarms
            for operator in operators
        ],
        now,
    )


_OPERATORS = select(*subscription.c["id", "channel", "address"]).where(
    subscription.c.state == SubscriptionState.ACTIVE, subscription.c.origin == "operator"
)


def _delivery_key(raised_alarm: Alarm) -> str:
    """The same for the same beginning, or end, of the same thing: whoever notices it, it is told once."""
    hash_input = f"alarm\0{raised_alarm.name}\0{ms(raised_alarm.since)}\0{raised_alarm.over}"
    if not raised_alarm.over:
        hash_input += f"\0{raised_alarm.level}\0{raised_alarm.detail if raised_alarm.name == 'registry' else find_cause(raised_alarm.detail)}"
    return hashlib.blake2b(hash_input.encode(), digest_size=16).hexdigest()


def _payload_json(raised_alarm: Alarm) -> str:
    fields: Mapping[str, object] = {
        "name": raised_alarm.name, "detail": raised_alarm.detail, "since": ms(raised_alarm.since), "over": raised_alarm.over
    }  # fmt: skip
    return json.dumps(fields, ensure_ascii=False)


def parse_alarm(payload: str) -> Alarm:
    """Reads the `payload` of an alarm's delivery."""
    fields = json.loads(payload)
    return Alarm(fields["name"], fields["detail"], instant(fields["since"]), fields["over"])
