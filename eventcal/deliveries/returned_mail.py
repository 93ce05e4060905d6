"""Counts mails that came back against the deliveries that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .. import tokens
from ..channels.bounce_mail import ReturnedMail, ReturnKind, read_returned_mail
from ..planning.bounces import BouncePolicy
from ..states import Reason
from ..store import Connection, Store, recipients

_COUNTED = (ReturnKind.BOUNCE, ReturnKind.FAILURE, ReturnKind.COMPLAINT)


def record_bounces(conn: Connection, details: Mapping[int, str], policy: BouncePolicy, now: datetime) -> int:
    """Counts a bounce for the sign-ups among *details* and ends those with enough; returns how many ended."""
    ended = 0
    for previous in recipients.bounce_scores(conn, details):
        score = policy.count(previous, now)
        recipients.save_bounce_score(conn, score)
        if score.score >= policy.threshold:
            recipients.end(conn, [score.subscription], Reason.BOUNCED, now, details[score.subscription][:300])
            ended += 1
    return ended


@dataclass(frozen=True)
class BounceCounter:
    """Counts returned mails in *store*. *bounces* is the envelope sender with `{id}`, *keys* sign the ids in it."""

    store: Store
    bounces: str
    keys: tuple[str, ...] = field(repr=False)
    policy: BouncePolicy

    def count(self, data: bytes, now: datetime, recipient: str = "") -> str:
        """Counts the mail *data* and returns what followed, in words. *recipient* is whom it was delivered to.

        A mail that is counted again does no harm: one bounce a day counts.
        """
        returned = read_returned_mail(data, self.bounces, recipient)
        if returned.kind not in _COUNTED:
            return f"ignored: {returned.kind.value}"
        delivery_id = self._find_delivery(returned.ids)
        if delivery_id is None:
            return f"ignored: {returned.kind.value} without a delivery id"
        with self.store.write() as conn:
            subscription = recipients.record_returned_mail(conn, delivery_id, returned.detail, now)
            if subscription is None:
                outcome = "no subscription to count it against"
            else:
                outcome = self._apply(conn, subscription, returned, now)
        return f"{returned.kind.value}: {outcome}"

    def _apply(self, conn: Connection, subscription: int, returned: ReturnedMail, now: datetime) -> str:
        """Ends a sign-up for a complaint or for enough bounces, and returns what followed; other failures are noted alone."""
        is_sign_up = bool(recipients.bounce_scores(conn, [subscription]))
        if not is_sign_up or returned.kind is ReturnKind.FAILURE:
            return "noted"
        if returned.kind is ReturnKind.COMPLAINT:
            detail = returned.detail.removeprefix("complaint: ")
            recipients.end(conn, [subscription], Reason.COMPLAINT, now, detail)
            return "subscription ended"
        is_ended = record_bounces(conn, {subscription: returned.detail.removeprefix("bounced: ")}, self.policy, now)
        return "subscription ended" if is_ended else "counted"

    def _find_delivery(self, ids: tuple[str, ...]) -> int | None:
        for text in ids:
            try:
                return tokens.read_bounce_id(self.keys, text)
            except tokens.TokenError:
                continue
        return None
