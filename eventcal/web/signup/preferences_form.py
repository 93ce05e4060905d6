"""Parses the preferences form and puts preferences into words. No HTML."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from ... import filters, leads, mail_address, words
from ...digest_schedule import DIGEST_TIME, WEEKDAYS, canonical_digest, parse_digest
from ...errors import GrammarError
from ...filters import Filter
from ...leads import NoticeKind
from ...occurrences import title_without_number
from ...store.subscribers import SubscriptionPreferences, json_list
from ...when import find_zone
from ...words.preferences import (
    format_digest,
    format_filter,
    format_lead,
    format_notice_kind,
    list_zone_cities,
)
from ..edition_index import EditionIndex

LEAD_CHOICES = (
    "2 weeks before at 09:00", "1 week before at 09:00", "the day before at 08:00", "the day before at 18:00",
    "on the day at 08:00", "1 hour before", "15 minutes before",
)  # fmt: skip
"""The leads that the form offers."""

FIELD_NAMES = ("zone", "language", "which", "lead", "notice", "digest", "digest_day", "digest_time")
"""The choices that a form sends beside the address; those of LIST_NAMES several times."""
LIST_NAMES = ("lead", "notice")

NOTICE_CHOICES = tuple(notice.value for notice in NoticeKind)


@dataclass(frozen=True, slots=True)
class PreferencesForm:
    """The values of the form, as sent or as stored. `errors` names the fields that cannot be used."""

    address: str = ""
    language: str = "en"
    zone: str = ""
    uses_calendar_defaults: bool = True
    leads: tuple[str, ...] = ("1 week before at 09:00", "the day before at 18:00")
    notices: tuple[str, ...] = NOTICE_CHOICES
    digest: str = ""
    errors: tuple[str, ...] = ()

    @property
    def lead_choices(self) -> tuple[str, ...]:
        """The leads to choose among, with those of the subscription that the form does not offer itself."""
        return tuple(dict.fromkeys((*LEAD_CHOICES, *self.leads)))

    @property
    def digest_frequency(self) -> str:
        """ "daily", "weekly" or "": right away."""
        schedule = parse_digest(self.digest)
        return schedule.frequency if schedule else ""

    @property
    def digest_weekday(self) -> str:
        """The day of a weekly digest."""
        schedule = parse_digest(self.digest)
        return WEEKDAYS[(schedule.weekday if schedule else None) or 0]

    @property
    def digest_time(self) -> str:
        schedule = parse_digest(self.digest)
        return f"{schedule.at if schedule else DIGEST_TIME:%H:%M}"

    @property
    def digest_times(self) -> tuple[str, ...]:
        """Every full hour, and the time that somebody has from elsewhere."""
        return tuple(sorted({f"{hour:02}:00" for hour in range(24)} | {self.digest_time}))

    def to_preferences(self, query: Filter) -> SubscriptionPreferences:
        """Returns the preferences that the form asks for, for the events of *query*."""
        return SubscriptionPreferences(
            filter=filters.canonical_query(query),
            language=self.language,
            zone=self.zone,
            leads="" if self.uses_calendar_defaults else json_list(self.leads),
            notices="" if self.uses_calendar_defaults else json_list(self.notices),
            digest=self.digest,
        )


def parse(submitted: MultiDict[str, str], needs_address: bool) -> PreferencesForm:
    """Parses a submitted form; with *needs_address* a missing or malformed address is an error."""
    errors: list[str] = []
    address_text = submitted.get("address", "") if needs_address else ""
    if needs_address:
        try:
            address_text = mail_address.parse(address_text)
        except GrammarError:
            errors.append("address")
    zone_name = submitted.get("zone", "")
    try:
        zone_name = find_zone(zone_name).key if zone_name else ""
    except GrammarError:
        errors.append("zone")
    lead_texts = _parse_leads(submitted.getlist("lead"))
    notices = tuple(notice for notice in NOTICE_CHOICES if notice in submitted.getlist("notice"))
    uses_calendar_defaults = submitted.get("which", "own") == "own"
    if not uses_calendar_defaults and not lead_texts and not notices:
        errors.append("which")
    language = submitted.get("language", "")
    return PreferencesForm(
        address=address_text[:320],
        language=language if language in words.LANGUAGES else words.LANGUAGES[0],
        zone=zone_name[:64],
        uses_calendar_defaults=uses_calendar_defaults,
        leads=lead_texts,
        notices=notices,
        digest=_parse_digest(submitted),
        errors=tuple(errors),
    )


def _parse_digest(submitted: MultiDict[str, str]) -> str:
    """Reads how often, on which day and at which hour; a day or hour that is none is the usual one."""
    days = {"daily": "daily", "weekly": submitted.get("digest_day", WEEKDAYS[0])}
    day = days.get(submitted.get("digest", ""), "")
    if not day:
        return ""
    try:
        return canonical_digest(f"{day} {submitted.get('digest_time', f'{DIGEST_TIME:%H:%M}')}")
    except GrammarError:
        return submitted["digest"]


def _parse_leads(texts: list[str]) -> tuple[str, ...]:
    """Returns the texts that are leads, in canonical form; a few more than the form offers at most."""
    parsed = []
    for text in texts[: len(LEAD_CHOICES) + 5]:
        try:
            lead = leads.parse(text)
        except GrammarError:
            continue
        if not isinstance(lead, NoticeKind):
            parsed.append(leads.lead_text(lead))
    return tuple(dict.fromkeys(parsed))


def fill_form(preferences: SubscriptionPreferences, address: str) -> PreferencesForm:
    """Returns the form as a subscriber last sent it."""
    defaults = PreferencesForm()
    return PreferencesForm(
        address=address,
        language=preferences.language,
        zone=preferences.zone,
        uses_calendar_defaults=not preferences.leads and not preferences.notices,
        leads=preferences.lead_texts if preferences.leads else defaults.leads,
        notices=preferences.notice_texts if preferences.notices else defaults.notices,
        digest=preferences.digest,
    )


@dataclass(frozen=True, slots=True)
class PreferencesSummary:
    """Preferences in words."""

    subject: str
    triggers: tuple[str, ...]
    digest: str
    zone: str


def summarise(preferences: SubscriptionPreferences, index: EditionIndex, language: str) -> PreferencesSummary:
    """Puts *preferences* into words; `triggers` is empty where each event's own reminders apply."""
    query = parse_filter(preferences.filter)
    notices = (notice for notice in NOTICE_CHOICES if notice in preferences.notice_texts)
    chosen = [*preferences.lead_texts, *notices]
    cities = dict(list_zone_cities(language))
    return PreferencesSummary(
        subject=format_filter(
            query, language, lambda event_id: event_title(index, event_id, language), index.tag_styles
        ),
        triggers=tuple(lead_label(text, language) for text in chosen),
        digest=format_digest(parse_digest(preferences.digest), language),
        zone=cities.get(preferences.zone, preferences.zone),
    )


def parse_filter(text: str) -> Filter:
    """Parses a subscription's filter; what is not understood any more is ignored."""
    return filters.parse_query(text, strict=False, allowed=filters.REMINDER_PARAMETERS)


def event_title(index: EditionIndex, event_id: str, language: str) -> str:
    """Returns the title of an event by an id that it has or had; "" where there is none."""
    version = index.find(event_id)
    return title_without_number(version.event, language) if version else ""


# for the templates


def lead_label(text: str, language: str) -> str:
    """Names a lead or notice by its canonical text."""
    lead = leads.parse(text)
    return format_notice_kind(lead, language) if isinstance(lead, NoticeKind) else format_lead(lead, language)


def digest_frequency_label(frequency: str, language: str) -> str:
    """Names one of DIGEST_FREQUENCIES, or "": no digest."""
    _ = words.get_translations(language).gettext
    return {"": _("right away"), "daily": _("daily digest"), "weekly": _("weekly digest")}[frequency]


def weekday_choices(language: str) -> list[tuple[str, str]]:
    """Returns (value, name) of the days on which a weekly digest may come."""
    return list(zip(WEEKDAYS, words.weekday_names(language, "long"), strict=True))
