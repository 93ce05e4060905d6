"""What a person has to look at becomes a message to the operator's channels: once when it begins, once when it is over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text

from ..database import instant, ms
from ..edition_store import read_registry_check
from ..json_rows import packed, rows_of
from ..tables import alarm
from .breakers import FAILURES_TO_OPEN, list_breakers
from .change_notices import count_deliveries

RECENT_FAILURE = timedelta(days=1)
"""Dead letters alarm for so long; what is older is listed, and told no more."""

ALARM_DELAY = timedelta(minutes=1)
"""What passes by itself sooner than this is not told."""

ALARM_LIFETIME = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs a person, or no longer does (*over*). *detail* is what a machine said of it."""

    name: str
    detail: str
    since: datetime
    over: bool = False


def active_alarms(conn: Connection, now: datetime) -> dict[str, str]:
    """What needs a person at *now*: dead | registry | destination NAME, each with a detail."""
    found: dict[str, str] = {}
    dead = conn.execute(
        text(
            "SELECT count(*) AS n, (SELECT reason FROM delivery WHERE state = 'dead' AND kind <> 'test' AND settled_at > :since "
            "ORDER BY settled_at DESC LIMIT 1) AS last FROM delivery WHERE state = 'dead' AND kind <> 'test' AND settled_at > :since"
        ),
        {"since": ms(now - RECENT_FAILURE)},
    ).one()
    if dead.n:
        found["dead"] = f"{dead.n}: {dead.last}"
    intake = read_registry_check(conn)
    if intake is not None and intake.outcome in ("problems", "held"):
        found["registry"] = "\n".join(str(each) for each in intake.problems if not each.warning)
    for each in list_breakers(conn).values():
        if each.is_open and each.failures >= FAILURES_TO_OPEN:
            found[f"destination {each.name}"] = each.detail
    return found


@dataclass(frozen=True, slots=True)
class _StoredAlarm:
    alarm: Alarm
    is_notified: bool


def _stored_alarms(conn: Connection) -> dict[str, _StoredAlarm]:
    """What was noticed and is not over yet."""
    return {
        row.name: _StoredAlarm(Alarm(row.name, row.detail, instant(row.since_at)), row.notified_at is not None)
        for row in conn.execute(select(alarm))
    }


def needs_alarm_update(conn: Connection, now: datetime) -> bool:
    """Whether `raise_alarms` has anything to do."""
    present, known = active_alarms(conn, now), _stored_alarms(conn)
    return present.keys() != known.keys() or any(_is_due(each, now) for each in known.values())


def raise_alarms(conn: Connection, now: datetime) -> int:
    """Note what began, tell what has lasted for a minute, and what was told and is over; the deliveries made."""
    present, known = active_alarms(conn, now), _stored_alarms(conn)
    told: list[Alarm] = []
    for name, detail in present.items():
        if name not in known:
            conn.execute(alarm.insert().values(name=name, detail=detail, since_at=ms(now), notified_at=None))
        elif _is_due(known[name], now):
            conn.execute(alarm.update().where(alarm.c.name == name).values(detail=detail, notified_at=ms(now)))
            told.append(Alarm(name, detail, known[name].alarm.since))
    for name, each in known.items():
        if name not in present:
            conn.execute(alarm.delete().where(alarm.c.name == name))
            told += [replace(each.alarm, over=True)] if each.is_notified else []
    return _insert(conn, told, now) if told else 0


def record_outage(conn: Connection, since: datetime, now: datetime) -> int:
    """Tell that nothing was sent from *since* until *now*: it could not be told while it was so."""
    return _insert(conn, [Alarm("stopped", "", since, over=True)], now)


def _is_due(each: _StoredAlarm, now: datetime) -> bool:
    return not each.is_notified and now - each.alarm.since >= ALARM_DELAY


def _insert(conn: Connection, told: list[Alarm], now: datetime) -> int:
    table = rows_of(conn, "rows", name="text", payload="text")
    made = conn.execute(
        text(
            "INSERT INTO delivery (key, kind, subscription_id, payload, channel, address, state, reason, priority, due_at, "
            "not_before, expires_at, attempts, resend_count, fencing_token, owner, created_at) "
            "SELECT r.name || '-' || s.id, 'alarm', s.id, r.payload, s.channel, s.address, 'queued', '', 0, :now, :now, "
            f":until, 0, 0, 0, '', :now FROM {table} AS r CROSS JOIN subscription AS s "
            "WHERE s.state = 'active' AND s.origin = 'operator' ON CONFLICT (key) DO NOTHING"
        ),
        {
            "now": ms(now),
            "until": ms(now + ALARM_LIFETIME),
            "rows": packed([_key(each), _lines(each)] for each in told),
        },
    ).rowcount
    if made:
        count_deliveries(conn, "alarm", made)
    return made


def _key(each: Alarm) -> str:
    """The same for the same beginning, or end, of the same thing: whoever notices it, it is told once."""
    what = f"alarm\0{each.name}\0{ms(each.since)}\0{each.over}"
    return hashlib.blake2b(what.encode(), digest_size=16).hexdigest()


def _lines(each: Alarm) -> str:
    found: Mapping[str, object] = {
        "name": each.name, "detail": each.detail, "since": ms(each.since), "over": each.over
    }  # fmt: skip
    return json.dumps(found, ensure_ascii=False)


def parse_alarm(payload: str) -> Alarm:
    """What `payload` of an alarm's delivery holds."""
    found = json.loads(payload)
    return Alarm(found["name"], found["detail"], instant(found["since"]), found["over"])
