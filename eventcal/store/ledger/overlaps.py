"""Finds what other subscriptions of the same address bring, so that one person gets one copy.

Deliveries of one message to several subscriptions share the first 33 characters of their keys; an address is one
mailbox however it is typed. The expressions below are of the rows `d` (delivery) and `s` (its subscription).
"""

from __future__ import annotations

from ..recipients import DIGEST_CHANNEL

# By the index of addresses alone, and by nothing where nobody signed up: the others match every sign-up, or every channel.
_SAME_PERSON = (
    "lower(t.address) = CASE WHEN s.origin = 'people' THEN lower(s.address) END AND t.id <> s.id "
    "AND t.origin || '' = 'people' AND t.channel || '' = s.channel"
)
_SIBLINGS = f"subscription AS t WHERE {_SAME_PERSON}"
_TWINS = f"subscription AS t JOIN delivery AS o ON o.key = substr(d.key, 1, 33) || t.id WHERE {_SAME_PERSON}"
# a digest is built in the transaction that skips what it says
_DIGEST_OF_TWIN = (
    "SELECT 1 FROM delivery AS g WHERE o.reason = 'digest' AND g.subscription_id = t.id AND g.kind = 'digest' "
    "AND g.created_at = o.settled_at"
)

HAS_SIBLINGS = f"EXISTS (SELECT 1 FROM {_SIBLINGS} AND t.state = 'active')"
"""Whether the same address has another subscription that stands."""

IS_TOLD = f"EXISTS (SELECT 1 FROM {_TWINS} AND (o.state = 'sent' OR EXISTS ({_DIGEST_OF_TWIN} AND g.state = 'sent')))"
"""Whether another subscription of the same address brought this message already, by itself or in a digest."""

TWIN_DUE_AT = (
    f"(SELECT max(o.not_before) FROM {_TWINS} AND ((t.id < s.id AND o.state IN ('queued', 'sending', 'retry') "
    f"AND o.channel <> '{DIGEST_CHANNEL}' AND o.due_at <= :now) "
    f"OR EXISTS ({_DIGEST_OF_TWIN} AND g.state IN ('queued', 'sending', 'retry'))))"
)
"""When another subscription of the same address tries next to bring this message; NULL: none does. The older one goes first."""
