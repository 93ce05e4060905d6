"""Names the single facts that a store keeps about itself, in the table `meta`."""

from __future__ import annotations

from enum import StrEnum


class MetaKey(StrEnum):
    """A key of `meta`: what the store is, what the operator said, how far a job came, what is counted."""

    # identity
    CALENDAR_ID = "calendar_id"  # the calendar whose UIDs were promised
    SECRET_KEY = "secret_key"  # signs links when no setting gives a key
    EARLIER_SECRET_KEYS = "earlier_secret_keys"  # JSON: [key, milliseconds] of keys whose links are accepted until then
    VAPID_KEYS = "vapid_keys"  # JSON: [public, private] of each key for push services, the newest first
    MOVED = "moved"  # where this store was moved to: nothing is sent from here
    MOVING = "moving"  # a transfer is under way, under this name
    MOVED_FROM = "moved_from"  # the transfer that this store came from
    COPIED_AT = "copied_at"  # when the copy was made that this store was restored from, in milliseconds
    RESTORED_AT = "restored_at"  # when it was restored, in milliseconds
    # the operator's word
    ACCEPT = "accept"  # digest of a held edition that is meant
    # progress of jobs
    PLANNED_EDITION = "planned_edition"  # number of the newest edition that is planned
    PLANNED_TO = "planned_to"  # end of the horizon, in milliseconds
    TZDATA = "tzdata"  # version of the zone data that plans were made with
    PREFERENCES_VERSION = "wishes"  # counts changes of what subscriptions ask for
    PREFERENCES_PLANNED = "wishes_planned"  # the version that plans were made for
    AUDIENCES = "readers"  # JSON: the pairs of leads and zone that plans were made for
    NOTICES_CURSOR = "notices"  # JSON: changes being notified, and the last subscription done
    RETENTION_AT = "swept_at"  # when the last retention run finished, in milliseconds
    TICK_AT = "ticked_at"  # when a tick last ran, in milliseconds
    MAILBOX_READ_AT = "mailbox_read_at"  # when the mailbox of bounces was read last, in milliseconds
    MAILBOX_FAILURE = "mailbox_failure"  # JSON: [host, detail, how often in a row] while it cannot be read
    LAST_DELETED_ID = "last_erased"  # highest subscription ever deleted: SQLite would give its number again
    TODOS = "todos"  # JSON: the events that a person has to look at (todos.TodoList)
    # counters
    SUPPRESSED = "suppressed"  # settlements by a sender that another had replaced
