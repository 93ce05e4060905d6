"""A world with visitors: the pages over the same store as the passes, and a mailbox for whatever is sent."""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventcal.channels import ChannelSettings
from eventcal.channels.mime import render_mail
from eventcal.deliveries import RenderContext
from eventcal.messages import Message, fill_placeholders
from eventcal.settings import Settings
from eventcal.store import edition_store, signing_keys, subscribers
from eventcal.store.ledger import stats
from eventcal.store.ledger.stats import LedgerBalance
from eventcal.store.subscribers import Subscriber
from eventcal.store.tables import metadata
from eventcal.web.app import create_app
from eventcal.web.snapshots import Snapshot

from .world import ScriptedChannel, World

BASE_URL = "https://cal.example.org"
SENDER = "calendar@example.org"
PROXY = ip_network("127.0.0.1")
SETTINGS = Settings(
    base_url=BASE_URL, smtp_url="smtp://127.0.0.1:1?starttls=never", mail_from=SENDER, trusted_proxies=(PROXY,)
)
LINK_PATTERN = re.compile(r"https://cal\.example\.org(/[a-z]+/\S+)")


class SubscriberWorld(World):
    """*now* is what the pages' clock shows; `tick` and `run` set it."""

    def __init__(
        self, folder: Path, now: datetime, recipients: tuple[ChannelSettings, ...] = (), settings: Settings = SETTINGS
    ) -> None:
        super().__init__(folder, recipients)
        self.now = now
        self._snapshot = Snapshot()
        self.mail = ScriptedChannel("test:mail")
        self.channels["email"] = self.mail
        self.render_context = RenderContext(
            settings.base_url, load_signing_keys=signing_keys.KeyRing(self.store, settings.secret_key)
        )
        self.app = create_app(self.snapshot, settings, clock=lambda: self.now, store=self.store)

    def snapshot(self) -> Snapshot:
        edition = edition_store.newest(self.store, self._snapshot.edition)
        if edition is not None and edition is not self._snapshot.edition:
            self._snapshot = Snapshot.of(edition)
        return self._snapshot

    @property
    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def advance_to(self, now: datetime) -> None:
        """Time goes on to *now*, and everything that was due on the way was done."""
        self.run(self.now, now)
        self.now = now

    # what a visitor does

    def request_signup(self, address: str = "anna@example.org", query: str = "", **fields: object) -> TestResponse:
        form = {"address": address, "language": "en", "zone": "", "which": "own", "digest": "", **fields}
        return self.browser.post(f"/subscribe{query}", data=form)

    def confirm(self, message: Message | None = None) -> TestResponse:
        """Opens the newest mail, follows its link, and presses the button."""
        return self.browser.post(link_path(message or self.mail.received[-1], "confirm"))

    def sign_up(self, address: str = "anna@example.org", query: str = "", **fields: object) -> Subscriber:
        assert self.request_signup(address, query, **fields).status_code == 303
        self.tick(self.now)
        assert self.mail.received[-1].kind == "confirmation"
        assert self.confirm().status_code == 200
        self.tick(self.now)
        with self.store.read() as conn:
            return max(
                subscribers.by_address(conn, address),
                key=lambda subscriber: subscriber.confirmed_at or subscriber.created_at,
            )

    def unsubscribe(self, message: Message | None = None) -> TestResponse:
        """The mail program's one click."""
        headers = dict((message or self.mail.received[-1]).headers)
        path = headers["List-Unsubscribe"].strip("<>").removeprefix(BASE_URL)
        name, text = headers["List-Unsubscribe-Post"].split("=")
        return self.browser.post(path, data={name: text})

    def subscribers(self, address: str = "anna@example.org") -> list[Subscriber]:
        with self.store.read() as conn:
            return subscribers.by_address(conn, address)

    def balances(self) -> list[LedgerBalance]:
        with self.store.read() as conn:
            return stats.balance(conn)

    def dump(self) -> str:
        """Everything that the store holds, as text."""
        with self.store.read() as conn:
            return "\n".join(
                str(tuple(row)) for table in metadata.sorted_tables for row in conn.execute(table.select())
            )

    @property
    def notifications(self) -> list[Message]:
        """What was sent beside the questions."""
        return [message for message in self.mail.received if message.kind != "confirmation"]


def link_path(message: Message, page: str) -> str:
    """The path of a link in a mail, as its reader has it before them."""
    paths = [path for path in LINK_PATTERN.findall(fill_placeholders(message).text) if path.startswith(f"/{page}/")]
    assert len(paths) == 1, fill_placeholders(message).text
    return str(paths[0])


def render_eml(message: Message) -> bytes:
    return render_mail(message, SENDER)
