"""Sends a test message through one channel, as `eventcal send-test` asks for it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from ..channels import Channel, ChannelSettings, Outcome, Sent
from ..errors import StoreError
from ..events import Calendar
from ..messages import Message, MessageContext, address_message, channel_test_message
from ..states import DeliveryState
from ..store import Store, devices, ms
from ..store.ledger import delivery_rows

log = logging.getLogger(__name__)

TEST_LIFETIME = timedelta(hours=1)
"""How long a push service keeps a test for a device that is off."""


def send_test(
    channel: Channel,
    settings: ChannelSettings,
    calendar: Calendar,
    now: datetime,
    to: str = "",
    base_url: str = "",
    store: Store | None = None,
) -> list[tuple[str, Outcome]]:
    """Sends a test through *channel*, to *to* or to all whom its settings name; returns (recipient, outcome) of each.

    It is recorded in *store*, if there is one; a store that cannot be written now changes nothing of the answer.
    """
    message = channel_test_message(MessageContext(calendar, now, base_url=base_url), settings.name)
    addresses = (to,) if to else tuple(dict.fromkeys(settings.to)) or ("",)
    keys = [f"test-{ms(now)}-{number}" for number in range(len(addresses))]
    outcomes = [
        channel.send(_with_device(address_message(message, f"{key}.0", address), store))
        for key, address in zip(keys, addresses, strict=True)
    ]
    if store is not None:
        try:
            with store.write() as conn:
                for key, address, outcome in zip(keys, addresses, outcomes, strict=True):
                    state = DeliveryState.SENT if isinstance(outcome, Sent) else DeliveryState.DEAD
                    delivery_rows.record_test(conn, key, settings.name, address, state, outcome.detail, now)
        except StoreError as error:
            log.warning("test message sent but not recorded: %s", error)
    return [(address or settings.name, outcome) for address, outcome in zip(addresses, outcomes, strict=True)]


def _with_device(message: Message, store: Store | None) -> Message:
    """Adds to a test where its recipient is reached, if that is a device."""
    if store is None or not message.address:
        return message
    with store.read() as conn:
        device = devices.find_device(conn, message.address)
    if device is None:
        return message
    return replace(message, device=device.endpoint, expires_at=message.send_time + TEST_LIFETIME)
