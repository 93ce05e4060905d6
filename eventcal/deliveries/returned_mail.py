"""Counts mails that came back against the deliveries that they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .. import tokens
from ..channels.bounce_mail import ReturnKind, read_returned_mail
from ..store import Store, recipients
from ..store.recipients import BouncePolicy

_COUNTED = (ReturnKind.BOUNCE, ReturnKind.FAILURE, ReturnKind.COMPLAINT)


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
            outcome = recipients.record_returned_mail(
                conn,
                delivery_id,
                returned.detail,
                self.policy,
                now,
                is_bounce=returned.kind is ReturnKind.BOUNCE,
                is_complaint=returned.kind is ReturnKind.COMPLAINT,
            )
        return f"{returned.kind.value}: {outcome}"

    def _find_delivery(self, ids: tuple[str, ...]) -> int | None:
        for text in ids:
            try:
                return tokens.read_bounce_id(self.keys, text)
            except tokens.TokenError:
                continue
        return None
