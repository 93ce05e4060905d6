"""Settings of rendering: a recipient's own signed links, and the calendar file of one event to attach."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from .. import feeds, links, messages, tokens
from ..filters import Filter
from ..history import Edition, Version
from ..ledger_rows import Claim
from ..messages import Message
from ..planning.bounces import BouncePolicy
from ..states import DeliveryKind, SubscriptionOrigin
from ..tokens import TokenPayload, TokenPurpose

# What makes a calendar of a file (RFC 7986 5.1, 5.7, 5.8, and older names): an attachment is one event to keep.
_FEED_PROPERTIES = (
    b"NAME", b"X-WR-CALNAME", b"X-WR-CALDESC", b"DESCRIPTION", b"SOURCE", b"REFRESH-INTERVAL", b"X-PUBLISHED-TTL",
)  # fmt: skip


IcsBuilder = Callable[[Version, str], bytes]
"""Draws the calendar file of one event in a language, "" for the calendar's own; b"" for none."""


@dataclass(frozen=True, slots=True)
class RenderContext:
    """The settings of messages: *base_url* "" writes no link to our pages, *build_ics* draws an event to attach.

    *load_signing_keys* gives the keys that sign the links of those who signed up; without any, or without *base_url*,
    they get none. *bounce_policy* says when bounces end a subscription, *is_bounce_id_used* whether mails have an
    envelope sender of their own, by which they are known when they bounce.
    """

    base_url: str = ""
    build_ics: IcsBuilder = lambda version, language: b""
    load_signing_keys: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False)
    bounce_policy: BouncePolicy = field(default_factory=BouncePolicy)
    is_bounce_id_used: bool = False

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """The keys that sign links now; empty where nobody signs up."""
        return self.load_signing_keys()

    def personalise(self, message: Message, claim: Claim) -> Message:
        """Returns *message* for the recipient of *claim*, with the links that are theirs alone."""
        if claim.device is not None:
            message = replace(message, device=claim.device, expires_at=claim.expires_at)
        if self.is_bounce_id_used and self.signing_keys:
            message = replace(message, bounce_id=tokens.bounce_id(self.signing_keys, claim.id))
        if not self.has_signed_links(claim):
            return messages.address_message(message, claim.public_id, claim.address)
        ticket = TokenPayload(claim.subscription, claim.link_version)
        unsubscribe_url = self._signed_link("unsubscribe", TokenPurpose.UNSUBSCRIBE, ticket)
        preferences_url = self._signed_link("preferences", TokenPurpose.PREFERENCES, ticket)
        replacements = [
            (messages.UNSUBSCRIBE_PLACEHOLDER, unsubscribe_url),
            (messages.PREFERENCES_PLACEHOLDER, preferences_url),
        ]
        if claim.kind is DeliveryKind.CONFIRMATION:
            ticket = TokenPayload(claim.subscription, claim.link_version, claim.expires_at)
            confirm_url = self._signed_link("confirm", TokenPurpose.CONFIRM, ticket)
            replacements.append((messages.CONFIRM_PLACEHOLDER, confirm_url))
        # RFC 8058: the reader's own program can end it, with one POST and no question
        headers = [("List-Unsubscribe", f"<{unsubscribe_url}>")]
        if self.base_url.startswith("https://"):  # RFC 8058 3.1
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        return messages.address_message(message, claim.public_id, claim.address, tuple(headers), tuple(replacements))

    def has_signed_links(self, claim: Claim) -> bool:
        """Returns whether *claim* is of a person who signed up, and can be given links."""
        return claim.origin is SubscriptionOrigin.PEOPLE and bool(self.base_url and self.signing_keys)

    def _signed_link(self, path: str, purpose: TokenPurpose, ticket: TokenPayload) -> str:
        return links.site_url(self.base_url, f"/{path}/{tokens.sign(self.signing_keys, purpose, ticket)}")


def ics_builder(
    current_edition: Callable[[], Edition | None], base_url: str, clock: Callable[[], datetime]
) -> IcsBuilder:
    """Builds the calendar file of one event in a language: as `/events/ID.ics?lang=` gives it, without a feed's marks."""

    def build_ics(version: Version, language: str) -> bytes:
        edition = current_edition()
        if edition is None:
            return b""
        today = edition.calendar.day_at(clock())
        feed = feeds.render_event_ics(edition, version, today, Filter(language=language), base_url)
        return drop_feed_marks(feed)

    return build_ics


def drop_feed_marks(feed: bytes) -> bytes:
    """Returns *feed* without the properties that make a calendar to subscribe to of it."""
    names = b"|".join(map(re.escape, _FEED_PROPERTIES))
    header, begin, components = feed.partition(b"\r\nBEGIN:V")
    header, calendar_begin, properties = header.partition(b"BEGIN:VCALENDAR\r\n")
    if not calendar_begin:
        return feed
    remaining = re.sub(rb"(?m)^(?:" + names + rb")[;:].*\r\n(?:[ \t].*\r\n)*", b"", properties + b"\r\n")
    return header + calendar_begin + remaining.removesuffix(b"\r\n") + begin + components
