"""Who is told: the channels of eventcal.toml and the people who signed up, as rows of one table."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text

from ..errors import GrammarError
from ..reminders import ReminderAudience, leads_from_texts
from ..when import find_zone
from .database import ms
from .edition_store import read_meta
from .json_rows import ids_of, packed
from .tables import subscription

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConfiguredRecipient:
    """A recipient that the configuration names. *origin* config: reminders and notices; operator: failures only."""

    origin: str
    channel: str
    address: str
    filter: str = ""


EMAIL_CHANNEL = "email"
"""The channel of those who signed up."""

DIGEST_CHANNEL = "email+digest"
"""Where deliveries wait for a digest: a channel that nothing is sent through."""


@dataclass(frozen=True, slots=True)
class SubscriptionGroup:
    """Subscriptions that ask for the same: *leads* is a JSON list, "" for the event's own; *digest* "" | daily | weekly."""

    filter: str
    leads: str
    zone: str
    digest: str = ""

    @property
    def reader(self) -> ReminderAudience:
        return ReminderAudience(self.zone, leads_from_texts(json.loads(self.leads)) if self.leads else None)


def sync_configured(conn: Connection, wanted: Iterable[ConfiguredRecipient], now: datetime) -> None:
    """Make the configured subscriptions those that are *wanted*: new ones from now on, missing ones off.

    A recipient is known by its channel's name and its address; its filter may change under it.
    """
    rows = conn.execute(select(subscription).where(subscription.c.origin.in_(("config", "operator"))))
    known = {(each.origin, each.channel, each.address): each for each in rows}
    for each in wanted:
        found = known.pop((each.origin, each.channel, each.address), None)
        if found is None:
            conn.execute(subscription.insert().values(_row(each, now)))
        elif found.state != "active" or found.filter != each.filter:
            changed: dict[str, object] = {"filter": each.filter, "state": "active", "reason": "", "ended_at": None}
            if found.state != "active":
                changed["confirmed_at"] = ms(now)  # what fell due meanwhile is not made up for
            conn.execute(subscription.update().where(subscription.c.id == found.id).values(changed))
    end(conn, [each.id for each in known.values() if each.state == "active"], "not in eventcal.toml", now)
    _reset_unknown_zones(conn)


def zone_or_default(name: str) -> str:
    """*name*; "", which is each event's own, where newer zone data have lost it."""
    try:
        return find_zone(name).key if name else ""
    except GrammarError:
        return ""


def _reset_unknown_zones(conn: Connection) -> None:
    """Whoever lives in a zone that newer zone data have lost is told by each event's own, like those who named none."""
    for name in conn.execute(select(subscription.c.zone).distinct()).scalars().all():
        if zone_or_default(name) != name:
            moved = conn.execute(subscription.update().where(subscription.c.zone == name).values(zone="")).rowcount
            log.warning("there is no time zone %s any more: %d who chose it read each event's own", name, moved)
            mark_preferences_changed(conn)


def end(conn: Connection, ids: Iterable[int], reason: str, now: datetime) -> None:
    """No more for these subscriptions, and why; what is queued for them is skipped."""
    parameters = {"ids": packed(ids), "reason": reason, "now": ms(now)}
    among = ids_of(conn, "ids")
    conn.execute(
        text(f"UPDATE subscription SET state = 'off', reason = :reason, ended_at = :now WHERE id IN {among}"),
        parameters,
    )
    conn.execute(
        text(
            "UPDATE delivery SET state = 'skipped', reason = 'unsubscribed', settled_at = :now "
            f"WHERE subscription_id IN {among} AND state IN ('queued', 'retry')"
        ),
        parameters,
    )


def end_bounced(conn: Connection, ids: Iterable[int], now: datetime) -> int:
    """End the sign-ups among *ids* whose last two messages were refused as to no such address; their number.

    Configured recipients stay: who wrote them there is told of dead letters.
    """
    rows = conn.execute(
        text(
            f"SELECT s.id FROM subscription AS s WHERE s.id IN {ids_of(conn, 'ids')} AND s.origin = 'people' "
            "AND s.state = 'active' AND 2 = (SELECT count(*) FROM (SELECT d.state, d.reason FROM delivery AS d "
            "WHERE d.subscription_id = s.id AND d.state IN ('sent', 'dead') ORDER BY d.settled_at DESC, d.id DESC LIMIT 2) "
            "AS last WHERE last.state = 'dead' AND last.reason LIKE 'gone: %')"
        ),
        {"ids": packed(ids)},
    )
    found = list(rows.scalars())
    if found:
        end(conn, found, "bounced", now)
    return len(found)


def channels(conn: Connection) -> list[str]:
    """The channels that anybody is told through."""
    return list(conn.execute(text("SELECT DISTINCT channel FROM subscription ORDER BY channel")).scalars())


_PREFERENCES_KEY = ("filter", "leads", "zone", "digest")


def _next(same: int) -> str:
    """The first subscription whose wishes follow those of `asked` and share the first *same* of them."""
    shared = "".join(f" AND n.{each} = asked.{each}" for each in _PREFERENCES_KEY[:same])
    order = ", ".join(f"n.{each}" for each in _PREFERENCES_KEY[same:])
    return (
        f"(SELECT n.id FROM subscription AS n WHERE n.state = 'active' AND n.origin <> 'operator'{shared} "
        f"AND n.{_PREFERENCES_KEY[same]} > asked.{_PREFERENCES_KEY[same]} ORDER BY {order} LIMIT 1)"
    )


# From each to the next by an index, however many ask for the same: DISTINCT would read them all.
_GROUPS = text(
    "WITH RECURSIVE asked (filter, leads, zone, digest) AS (SELECT * FROM (SELECT filter, leads, zone, digest "
    "FROM subscription WHERE state = 'active' AND origin <> 'operator' ORDER BY filter, leads, zone, digest LIMIT 1) "
    "AS first UNION ALL SELECT s.filter, s.leads, s.zone, s.digest FROM asked JOIN subscription AS s "
    f"ON s.id = coalesce({', '.join(map(_next, (3, 2, 1, 0)))})) SELECT * FROM asked ORDER BY filter, leads, zone, digest"
)


def groups(conn: Connection) -> list[SubscriptionGroup]:
    """What is asked for at all, each once. As quick as these are few, however many ask."""
    return [SubscriptionGroup(*row) for row in conn.execute(_GROUPS)]


def mark_preferences_changed(conn: Connection) -> None:
    """The next pass looks whether what is asked for is planned."""
    conn.execute(
        text(
            "INSERT INTO meta (key, value) VALUES ('wishes', '1') ON CONFLICT (key) "
            "DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT)"
        )
    )


def preferences_version(conn: Connection) -> str:
    """A mark that is another whenever somebody asks for anything new."""
    return read_meta(conn, "wishes") or ""


def audiences(conn: Connection) -> list[ReminderAudience]:
    """Whom plans are made for: the registry's own leads in its own zone always, and what is asked for beside them."""
    asked = dict.fromkeys(SubscriptionGroup("", each.leads, each.zone) for each in groups(conn))
    return [each.reader for each in dict.fromkeys([SubscriptionGroup("", "", ""), *asked])]


def _row(each: ConfiguredRecipient, now: datetime) -> dict[str, object]:
    return {
        "origin": each.origin,
        "channel": each.channel,
        "address": each.address,
        "language": "",
        "zone": "",
        "filter": each.filter,
        "leads": "",
        "change_kinds": "",
        "digest": "",
        "state": "active",
        "reason": "",
        "link_version": 0,
        "created_at": ms(now),
        "confirmed_at": ms(now),
        "ended_at": None,
    }
