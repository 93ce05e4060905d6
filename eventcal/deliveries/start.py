"""Prepares the ledger before the first pass: configured channels become subscriptions, interrupted deliveries are requeued."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl

from .. import filters
from ..channels import ChannelSettings
from ..errors import GrammarError, SettingsError
from ..store import Store, recipients
from ..store.ledger import delivery_queue
from ..store.recipients import ConfiguredRecipient


def sync_and_recover(store: Store, settings: Iterable[ChannelSettings], now: datetime) -> int:
    """Makes the configured recipients those of *settings*, requeues interrupted deliveries, and returns their number.

    Called once, by the process that holds the store's lock.
    """
    configured = configured_recipients(settings)
    with store.write() as conn:
        recipients.sync_configured(conn, configured, now)
        return delivery_queue.recover(conn, now)


def configured_recipients(settings: Iterable[ChannelSettings]) -> list[ConfiguredRecipient]:
    """Returns the recipients that *settings* name: for mail each address, else the channel itself."""
    configured = []
    for channel in settings:
        origin = "operator" if channel.audience == "operator" else "config"
        for address in dict.fromkeys(channel.to) or ("",):
            configured.append(
                ConfiguredRecipient(origin, channel.name, address, _canonical_filter(channel), channel.digest)
            )
    return configured


def _canonical_filter(channel: ChannelSettings) -> str:
    try:
        return filters.canonical_query(filters.parse(parse_qsl(channel.filter, keep_blank_values=True), strict=True))
    except GrammarError as error:
        raise SettingsError(f"channel {channel.name!r}: filter: {error}") from error
