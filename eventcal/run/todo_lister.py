"""Keeps the list of events that need a look in the store, and queues it for operators whose channel has a digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from .. import deliveries, link_check
from ..deliveries import EditionSource
from ..digest_schedule import next_digest_at
from ..ledger_rows import NewDelivery, Operator, message_key
from ..states import DeliveryKind
from ..store import Store, edition_store
from ..store.ledger import delivery_rows, health
from ..store.tables import MetaKey
from ..todo_rules import list_todos
from ..todos import TodoList, parse_todo_list

INTERVAL = timedelta(minutes=1)
"""How soon after a new edition, or midnight, the list is made anew."""
MESSAGE_LIFETIME = timedelta(days=1)
"""How late a message may still be sent: after an outage too."""


class TodoLister:
    """Makes the list once for each edition and day, on the calendar's clock. *links_file* holds what `check --links` found."""

    def __init__(self, store: Store, links_file: Path, edition_source: EditionSource | None = None) -> None:
        self._store = store
        self._links_file = links_file
        self._edition_source = edition_source or deliveries.newest_edition()
        self._checked_at: datetime | None = None

    def __call__(self, now: datetime) -> None:
        """Brings the list up to date, and queues the messages whose time came since the last call."""
        with self._store.read() as conn:
            edition = self._edition_source(conn)
            stored = edition_store.read_meta(conn, MetaKey.TODOS)
            operators = [operator for operator in health.list_operators(conn) if operator.digest]
        if edition is None:
            return
        zone, day = edition.calendar.zone, edition.calendar.day_at(now)
        todo_list = parse_todo_list(stored) if stored else None
        if todo_list is None or (todo_list.edition, todo_list.day) != (edition.number, day):
            dead_links = link_check.dead_links(link_check.read_statuses(self._links_file))
            todo_list = list_todos(edition, day, dead_links)
            with self._store.write() as conn:
                edition_store.write_meta(conn, MetaKey.TODOS, todo_list.to_json())
        since = max(self._checked_at or now - MESSAGE_LIFETIME, now - MESSAGE_LIFETIME)
        messages = list(due_messages(todo_list, operators, zone, since, now))
        if messages:
            with self._store.write() as conn:
                delivery_rows.insert_deliveries(conn, messages, now)
        self._checked_at = now


def due_messages(
    todo_list: TodoList, recipients: Iterable[Operator], zone: ZoneInfo, since: datetime, now: datetime
) -> Iterator[NewDelivery]:
    """Yields the message to each recipient whose digest falls after *since* and not after *now*; none for an empty list.

    A message has the same key whoever queues it, so that it is sent once.
    """
    for recipient in recipients if todo_list.count else ():
        begin = max(since, recipient.confirmed_at or since)
        moment = next_digest_at(recipient.digest, zone, begin + timedelta(microseconds=1))
        if moment > now:
            continue
        yield NewDelivery(
            message_key=message_key("todo", str(moment.timestamp())),
            kind=DeliveryKind.TODO,
            subscription=recipient.subscription,
            channel=recipient.channel,
            address=recipient.address,
            due_at=moment,
            expires_at=moment + MESSAGE_LIFETIME,
            payload=todo_list.to_json(),
        )
