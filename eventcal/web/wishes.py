"""A form becomes wishes, or what is wrong with it; and wishes become words. No HTML."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import chain

from werkzeug.datastructures import MultiDict

from .. import filters, leads, mailbox, words
from ..digests import DIGESTS
from ..errors import GrammarError
from ..filters import Filter
from ..leads import Notice
from ..store.subscribers import Wishes, json_list
from ..when import zone
from ..words.places import zone_cities
from ..words.wishes import digest_words, filter_words, lead_words, notice_words
from .index import Index

LEADS = (
    "2 weeks before at 09:00", "1 week before at 09:00", "the day before at 08:00", "the day before at 18:00",
    "on the day at 08:00", "1 hour before", "15 minutes before",
)  # fmt: skip
"""The short list: leads that most people would choose among."""

NOTICES = tuple(each.value for each in Notice)


@dataclass(frozen=True, slots=True)
class Form:
    """What a form shows: as it was sent, or as it stands for somebody. *wrong* says by a field's name what is wrong with it."""

    address: str = ""
    language: str = "en"
    zone: str = ""
    own: bool = True
    leads: tuple[str, ...] = ("1 week before at 09:00", "the day before at 18:00")
    notices: tuple[str, ...] = NOTICES
    digest: str = ""
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def offered(self) -> tuple[str, ...]:
        """The leads to choose among; one that somebody has from elsewhere is among them."""
        return tuple(dict.fromkeys((*LEADS, *self.leads)))

    def wishes(self, query: Filter) -> Wishes:
        """What it asks for, of *query*."""
        return Wishes(
            filter=filters.canonical(query),
            language=self.language,
            zone=self.zone,
            leads="" if self.own else json_list(self.leads),
            notices="" if self.own else json_list(self.notices),
            digest=self.digest,
        )


def read(sent: MultiDict[str, str], address: bool) -> Form:
    """What was *sent*; *address* when one is asked for."""
    wrong: dict[str, str] = {}
    found = sent.get("address", "")
    if address:
        try:
            found = mailbox.parse(found)
        except GrammarError:
            wrong["address"] = "address"
    zone_name = sent.get("zone", "")
    try:
        zone_name = zone(zone_name).key if zone_name else ""
    except GrammarError:
        wrong["zone"] = "zone"
    chosen = _leads(sent.getlist("lead"))
    notices = tuple(each for each in NOTICES if each in sent.getlist("notice"))
    own = sent.get("which", "own") == "own"
    if not own and not chosen and not notices:
        wrong["which"] = "which"
    language, digest = sent.get("language", ""), sent.get("digest", "")
    return Form(
        address=found[:320],
        language=language if language in words.LANGUAGES else words.LANGUAGES[0],
        zone=zone_name[:64],
        own=own,
        leads=chosen,
        notices=notices,
        digest=digest if digest in DIGESTS else "",
        wrong=wrong,
    )


def _leads(texts: list[str]) -> tuple[str, ...]:
    """Those of *texts* that are leads, at most as many as there are to choose from."""
    found = []
    for text in texts[: len(LEADS) + 5]:
        try:
            lead = leads.parse(text)
        except GrammarError:
            continue
        if not isinstance(lead, Notice):
            found.append(leads.text_of(lead))
    return tuple(dict.fromkeys(found))


def shown(wishes: Wishes, address: str) -> Form:
    """The form of what somebody has."""
    form = Form()
    return Form(
        address=address,
        language=wishes.language,
        zone=wishes.zone,
        own=not wishes.leads and not wishes.notices,
        leads=tuple(json.loads(wishes.leads)) if wishes.leads else form.leads,
        notices=tuple(json.loads(wishes.notices)) if wishes.notices else form.notices,
        digest=wishes.digest,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """Wishes in words."""

    what: str
    when: tuple[str, ...]
    how: str
    zone: str


def said(wishes: Wishes, index: Index, language: str) -> Said:
    """*wishes* as a page names them. *when* is empty where the calendar decides, event by event."""
    query = read_filter(wishes.filter)
    chosen = chain(
        (
            lead_words(each, language)
            for text in _list(wishes.leads)
            if not isinstance(each := leads.parse(text), Notice)
        ),
        (notice_words(Notice(each), language) for each in NOTICES if each in _list(wishes.notices)),
    )
    cities = dict(zone_cities(language))
    return Said(
        what=filter_words(query, language, lambda id: title_of(index, id, language)),
        when=tuple(chosen),
        how=digest_words(wishes.digest, language),
        zone=cities.get(wishes.zone, wishes.zone),
    )


def _list(text: str) -> list[str]:
    found: list[str] = json.loads(text) if text else []
    return found


def read_filter(text: str) -> Filter:
    return filters.parse_query(text, strict=False, names=filters.ASKED_BY)


def title_of(index: Index, event_id: str, language: str) -> str:
    version = index.version(index.renamed(event_id) or event_id)
    return version.event.title.say(language) if version else ""


# for the templates


def words_of_lead(text: str, language: str) -> str:
    found = leads.parse(text)
    return notice_words(found, language) if isinstance(found, Notice) else lead_words(found, language)


def words_of_notice(text: str, language: str) -> str:
    return notice_words(Notice(text), language)


def words_of_digest(text: str, language: str) -> str:
    return digest_words(text, language)
