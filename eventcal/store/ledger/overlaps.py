"""Finds what other subscriptions of the same address bring, so that one person gets one copy.

Deliveries of one message to several subscriptions share the first 33 characters of their keys, the message's and a
hyphen (`NewDelivery.key`); an address is one mailbox however it is typed. The expressions below are of the rows of
`delivery` and `subscription` in a statement.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, bindparam, case, cast, func, literal, or_, select

from ...states import (
    DIGEST_CHANNEL,
    OPEN_DELIVERY_STATES,
    DeliveryKind,
    DeliveryState,
    Reason,
    SubscriptionOrigin,
    SubscriptionState,
)
from ..database import TEXT
from ..tables import delivery, one_of, subscription

SIBLING = subscription.alias("t")
_twin = delivery.alias("o")
_digest = delivery.alias("g")

MESSAGE_KEY = func.substr(delivery.c.key, 1, 33, type_=TEXT)
"""Identifies the message of a delivery, whichever subscription it is for."""

PERSON = case(
    (subscription.c.origin == SubscriptionOrigin.PEOPLE, func.lower(delivery.c.address)),
    else_=cast(subscription.c.id, TEXT),
)
"""Identifies whom a subscription tells: those of several channels are never the same."""

# By the index of addresses alone, and by nothing where nobody signed up: the others match every sign-up, or every channel.
_IS_SAME_PERSON = and_(
    func.lower(SIBLING.c.address)
    == case((subscription.c.origin == SubscriptionOrigin.PEOPLE, func.lower(subscription.c.address))),
    SIBLING.c.id != subscription.c.id,
    SIBLING.c.origin + "" == SubscriptionOrigin.PEOPLE,
    SIBLING.c.channel + "" == subscription.c.channel,
)
_TWIN_KEY = MESSAGE_KEY + cast(SIBLING.c.id, TEXT)

SIGN_UPS_OF_ADDRESS = (
    select(SIBLING.c.id)
    .join_from(subscription, SIBLING, func.lower(SIBLING.c.address) == func.lower(subscription.c.address))
    .where(subscription.c.origin == SubscriptionOrigin.PEOPLE, SIBLING.c.origin + "" == SubscriptionOrigin.PEOPLE)
)
"""Selects all sign-ups, as `SIBLING`, of the addresses of those chosen among the rows of `subscription`."""


def _twins(*columns: Any) -> Select[Any]:
    return select(*columns).join_from(SIBLING, _twin, _twin.c.key == _TWIN_KEY).where(_IS_SAME_PERSON)


def _digests(column: Any, *states: DeliveryState) -> Select[Any]:
    """Selects *column* of a digest in one of *states* that says a twin: it was built in the transaction that skipped it."""
    return (
        select(column)
        .where(
            _twin.c.reason == Reason.DIGEST,
            _digest.c.subscription_id == SIBLING.c.id,
            _digest.c.kind == DeliveryKind.DIGEST,
            _digest.c.created_at == _twin.c.settled_at,
            one_of(_digest.c.state, *states),
        )
        .correlate(_twin, SIBLING)
    )


HAS_SIBLINGS = (
    select(literal(1))
    .select_from(SIBLING)
    .where(_IS_SAME_PERSON, SIBLING.c.state == SubscriptionState.ACTIVE)
    .correlate(subscription)
    .exists()
)
"""Tells whether the same address has another active subscription."""

IS_TOLD = (
    _twins(literal(1))
    .where(or_(_twin.c.state == DeliveryState.SENT, _digests(literal(1), DeliveryState.SENT).exists()))
    .correlate(delivery, subscription)
    .exists()
)
"""Tells whether another subscription of the same address brought this message already, by itself or in a digest."""

_digest_due_at = _digests(func.max(_digest.c.not_before), *OPEN_DELIVERY_STATES)
TWIN_DUE_AT = (
    _twins(func.max(func.coalesce(_digest_due_at.scalar_subquery(), _twin.c.not_before)))
    .where(
        or_(
            and_(
                SIBLING.c.id < subscription.c.id,
                one_of(_twin.c.state, *OPEN_DELIVERY_STATES),
                _twin.c.channel != DIGEST_CHANNEL,
                _twin.c.due_at <= bindparam("now"),
            ),
            _digests(literal(1), *OPEN_DELIVERY_STATES).exists(),
        )
    )
    .correlate(delivery, subscription)
    .scalar_subquery()
)
"""Selects when another subscription of the same address tries next to bring this message; the older one goes first."""
