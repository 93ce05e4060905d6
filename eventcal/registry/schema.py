"""The registry's shape as models: which keys there are, and what kind of value each takes. The text below a key explains it in editors.

What a text means (a date, a rule, a lead) is read elsewhere.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from . import limits

EVENT_ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,62}$"
CALENDAR_ID_PATTERN = r"^[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?$"
TAG_PATTERN = r"^[^\s,/#?&%\x22'-][^,/#?&%\x22\n]{0,62}$"
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
SOURCE_KEY_PATTERN = r"^[^\s:/,]{1,100}$"
UID_PATTERN = r"^[^\x00-\x20\x7f](?:[^\x00-\x1f\x7f]{0,998}[^\x00-\x20\x7f])?$"
SEQUENCE_PATTERN = r"^(0|[1-9][0-9]{0,8})$"
EXTRA_KEY_PATTERN = r"^x-[a-z0-9][a-z0-9-]{0,60}$"
LENGTH_PATTERN = r"^([1-9][0-9]{0,3} (minutes?|hours?|days?))( [1-9][0-9]? minutes?)?$"
LINK_NAME_PATTERN = r"^[^\s:][^:\n]{0,62}$"
LANGUAGE_TAG_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?$"

_DAY, _MONTH, _TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{4}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?"
_WHEN_PATTERN = (
    rf"^(TBD|none|past|(~|(from|by) )?({_DAY}( {_TIME})?(/(({_DAY} )?{_TIME}|{_DAY}|([0-9]{{2}}-)?[0-9]{{2}}))?"
    rf"|{_DAY}\.\.({_DAY}|([0-9]{{2}}-)?[0-9]{{2}})|\[{_DAY}\.\.{_DAY}\]|(early|mid|late) [0-9]{{4}}(-[0-9]{{2}})?"
    r"|((northern|southern) )?(spring|summer|autumn|fall|winter) [0-9]{4}(/[0-9]{2}([0-9]{2})?)?"
    r"|[0-9]{4}-(W[0-9]{2}|H[12]|2[1-9]|3[0-9]|4[01])|[0-9]{3}(0s|X)"
    rf"|{_MONTH}(-XX)?(/([0-9]{{4}}-)?[0-9]{{2}}(-XX)?)?|[0-9]{{4}}-Q[1-4]|[0-9]{{4}}(/[0-9]{{4}})?)(/\.\.)?[?~%]?|\[(\.\.[0-9-]+|[0-9-]+\.\.)\]"
    r"|([0-9]+ (minutes?|hours?|days?|weeks?|months?|years?)|the day) (before|after) (start|end)( at [0-9]{2}:[0-9]{2})?)$"
)
_LEAD_PATTERN = (
    r"^([0-9]+ (seconds?|minutes?|hours?) before|[0-9]+ (days?|weeks?|months?) before( at [0-9]{2}:[0-9]{2})?"
    r"|(the day before|on the day) at [0-9]{2}:[0-9]{2}|on (change|day known|cancel))$"
)

# A tag of a union is no part of a problem's path; no key of a file can begin like this.
UNION_TAG_PREFIX = "\x00"


def _union_tag(value: Any) -> str:
    return UNION_TAG_PREFIX + type(value).__name__


def _source_union_tag(value: Any) -> str:
    if isinstance(value, dict) and len(value) == 1 and not value.keys() & SourceShape.model_fields.keys():
        return UNION_TAG_PREFIX + "quote"
    return _union_tag(value)


def _text_or_types(pattern: str, *json_types: str, max_length: int | None = None) -> WithJsonSchema:
    """Describes text of a pattern, which an editor may see as another type when it stands without quotes: 2021 is a number there."""
    text: dict[str, Any] = {"type": "string", "pattern": pattern}
    if max_length is not None:
        text["maxLength"] = max_length
    return WithJsonSchema({"anyOf": [text, *({"type": json_type} for json_type in json_types)]})


LanguageTag = Annotated[str, Field(pattern=LANGUAGE_TAG_PATTERN)]
Word = Annotated[str, Field(pattern=r"\S", max_length=limits.MAX_WORD_LENGTH)]
OneLineText = Annotated[str, Field(pattern=r"\S", max_length=limits.MAX_TITLE_LENGTH)]
Quote = Annotated[str, Field(pattern=r"\S", max_length=limits.MAX_QUOTE_LENGTH)]
Notes = Annotated[str, Field(pattern=r"\S", max_length=limits.MAX_NOTES_LENGTH)]
RuleText = Annotated[str, Field(pattern=r"\S", max_length=limits.MAX_RULE_LENGTH)]
UrlText = Annotated[
    str,
    Field(pattern=r"\S", max_length=limits.MAX_URL_LENGTH),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": limits.MAX_URL_LENGTH}),
]
_Text = TypeVar("_Text")
_Other = TypeVar("_Other")
_AsText = Annotated[_Text, Tag(UNION_TAG_PREFIX + "str")]
_AsMap = Annotated[_Other, Tag(UNION_TAG_PREFIX + "dict")]
_AsList = Annotated[_Other, Tag(UNION_TAG_PREFIX + "list")]
TextOrMap = Annotated[_AsText[_Text] | _AsMap[_Other], Discriminator(_union_tag)]
_ByLanguage = Annotated[dict[LanguageTag, _Text], Field(min_length=1, max_length=limits.MAX_LANGUAGES)]
LocalizedText = TextOrMap[
    Annotated[OneLineText, _text_or_types(r"\S", "number", max_length=limits.MAX_TITLE_LENGTH)],
    _ByLanguage[OneLineText],
]
LocalizedQuote = TextOrMap[
    Annotated[Quote, _text_or_types(r"\S", "number", max_length=limits.MAX_QUOTE_LENGTH)], _ByLanguage[Quote]
]
LocalizedNotes = TextOrMap[
    Annotated[Notes, _text_or_types(r"\S", "number", max_length=limits.MAX_NOTES_LENGTH)], _ByLanguage[Notes]
]
WhenText = Annotated[Word, _text_or_types(_WHEN_PATTERN, "integer")]
LinkName = Annotated[str, Field(pattern=LINK_NAME_PATTERN)]
DayText = Annotated[str, Field(pattern=DAY_PATTERN)]
ReminderText = Annotated[Word, _text_or_types(_LEAD_PATTERN)]
Reminders = Annotated[list[ReminderText], Field(max_length=limits.MAX_REMINDERS)]
Days = Annotated[list[DayText], Field(max_length=limits.MAX_SERIES_DATES)]
TagText = Annotated[str, Field(pattern=TAG_PATTERN), _text_or_types(TAG_PATTERN, "number")]
Tags = Annotated[list[TagText], Field(max_length=limits.MAX_TAGS)]
DegreesText = Annotated[str, Field(pattern=r"^[-+]?[0-9]{1,3}([.][0-9]+)?$")]


class Shape(BaseModel):
    """Keys that are not named here are problems."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class PlaceShape(Shape):
    """Where it happens. Any part may be left out when it is not known."""

    name: LocalizedText | None = None
    """The place as people call it, in one language or several: `Dushanbe`, or `{en: Dushanbe, ru: Душанбе}`."""
    region: LocalizedText | None = None
    """The part of the country."""
    country: Annotated[OneLineText | None, WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})] = None
    """Two letters of ISO 3166-1, such as TJ."""
    lat: Annotated[DegreesText | None, WithJsonSchema({"type": "number", "minimum": -90, "maximum": 90})] = None
    """Latitude in degrees, north positive. Together with `lon`."""
    lon: Annotated[DegreesText | None, WithJsonSchema({"type": "number", "minimum": -180, "maximum": 180})] = None
    """Longitude in degrees, east positive. Together with `lat`."""


class SourceShape(Shape):
    """Where a date was read."""

    title: OneLineText | None = None
    """What the source is called."""
    url: UrlText | None = None
    """Its address: https, http or mailto."""
    published: Annotated[OneLineText | None, _text_or_types(r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", "integer")] = None
    """The day on which it was published: 2021-06-24, 2021-06 or 2021."""
    seen: Annotated[OneLineText | None, _text_or_types(r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", "integer")] = None
    """The day on which it was last checked."""
    quote: Quote | None = None
    """Its own words."""
    grade: Literal["official", "reported", "inferred"] | None = None
    """How far it can be relied on: official (those who decide say so), reported, or inferred from it."""


SourceText = Annotated[
    str, Field(pattern=r"\S", max_length=limits.MAX_URL_LENGTH), Field(description="A key of `sources`, or an address.")
]
SourceQuote = Annotated[
    dict[str, Quote],
    Field(min_length=1, max_length=1, description='A key of `sources` and the words read there: {article: "..."}'),
]
_SourceItem = _AsText[SourceText] | Annotated[SourceQuote, Tag(UNION_TAG_PREFIX + "quote")] | _AsMap[SourceShape]
SourceItem = Annotated[_SourceItem, Discriminator(_source_union_tag)]
SourceValue = Annotated[
    _SourceItem | _AsList[Annotated[list[SourceItem], Field(max_length=limits.MAX_SOURCES)]],
    Discriminator(_source_union_tag),
]
PlaceValue = TextOrMap[OneLineText, PlaceShape]
_OneOrMore = Field(min_length=1, max_length=limits.MAX_PLACES)
Places = Annotated[
    _AsText[OneLineText] | _AsMap[PlaceShape] | _AsList[Annotated[list[PlaceValue], _OneOrMore]],
    Discriminator(_union_tag),
]
SpokenLanguages = Annotated[
    _AsText[LanguageTag] | _AsList[Annotated[list[LanguageTag], _OneOrMore]], Discriminator(_union_tag)
]
LengthText = Annotated[str, Field(pattern=LENGTH_PATTERN)]


class ExceptionShape(Shape):
    """Overrides of one occurrence of a series."""

    when: WhenText | None = None
    """Where it moves to, as precisely as it is known."""
    status: Literal["confirmed", "tentative", "cancelled", "postponed"] | None = None
    """`cancelled` calls it off; a `postponed` one has a new `when`, or TBD."""
    title: LocalizedText | None = None
    """The title of this one."""
    place: PlaceValue | None = None
    """Where this one happens."""
    notes: LocalizedNotes | None = None
    """The notes of this one."""
    url: UrlText | None = None
    """The page of this one."""


class OrganizerShape(Shape):
    """The organizer of an event."""

    name: LocalizedText
    """The organizer's name, in one language or several."""
    url: UrlText | None = None
    """The organizer's address: https, http or mailto."""


class EventShape(Shape):
    """One event. Keys that begin with `x-` are the registry's own: text, passed through to JSON."""

    model_config = ConfigDict(
        json_schema_extra={"patternProperties": {EXTRA_KEY_PATTERN: {"type": ["string", "number", "boolean"]}}}
    )

    id: Annotated[str, Field(pattern=EVENT_ID_PATTERN)]
    """Its name for ever, unique: small letters, digits and hyphens. Subscribers' calendars know the event by it."""
    title: LocalizedText
    """What it is, in one language or several: `SCO summit`, or `{en: ..., ru: ...}`. `{nth}` (20th) and `{n}` (20) count a yearly event."""
    when: WhenText
    """As precise as it is known: 2021-09-16, 2021-09-16/17, 2021-09-16 10:00/12:30, 2021-09, early 2021-09, 2021-Q3, 2021, TBD; `?` at the end for doubtful. `6 weeks before start` counts from the event that it belongs to."""
    timezone: Word | None = None
    """IANA name of the zone of its hours, when it is not the calendar's."""
    repeat: RuleText | None = None
    """every [N] day|week|month|year [on Tue, Thu | on the last Fri] [until 2022-06-30 | 10 times]"""
    rrule: RuleText | None = None
    """A rule of RFC 5545 as it stands, for what `repeat` cannot say."""
    except_: Annotated[Days | None, Field(alias="except")] = None
    """Dates of the rule on which it does not happen."""
    also: Days | None = None
    """Further dates, which the rule does not make."""
    exceptions: Annotated[dict[DayText, ExceptionShape], Field(max_length=limits.MAX_SERIES_DATES)] | None = None
    """Occurrences that move or are called off, by the date that the rule makes: {2021-10-12: {when: 2021-10-13 18:00}}"""
    length: LengthText | None = None
    """How long it takes, where `when` has an hour and no end: 90 minutes, 2 hours."""
    place: Places | None = None
    """Where: text, or name, region, country, lat, lon, or a list of these, the main one first."""
    tags: Tags | None = None
    """Added to the tags under `defaults`."""
    status: Literal["confirmed", "tentative", "cancelled", "postponed"] | None = None
    """A postponed event names its old date in `was`, and has a new `when` or TBD."""
    was: WhenText | None = None
    """The date that a postponed event had, or a deadline before it was extended."""
    kind: Literal["event", "deadline"] | None = None
    """`deadline` for a moment until which something can be done; its `when` has no end."""
    notes: LocalizedNotes | None = None
    """Words for readers, in Markdown, in one language or several."""
    url: UrlText | None = None
    """Its own page: https, http or mailto."""
    part_of: Annotated[str | None, Field(pattern=EVENT_ID_PATTERN)] = None
    """The id of the event that it belongs to: a deadline, session or round of it."""
    continues: Annotated[str | None, Field(pattern=EVENT_ID_PATTERN)] = None
    """The id of the series that goes on in this one, with another rule, hour or place: it has ended when this one begins."""
    series: OneLineText | None = None
    """The name that editions of different years have in common."""
    links: Annotated[dict[LinkName, UrlText], Field(min_length=1, max_length=limits.MAX_LINKS)] | None = None
    """Further addresses by name: {programme: https://example.org/programme, registration: https://example.org/register}"""
    organizer: TextOrMap[OneLineText, OrganizerShape] | None = None
    """Who holds it: text, or its name and url."""
    online: UrlText | None = None
    """The address at which it takes place online; with a `place` beside it, it takes place at both."""
    language: SpokenLanguages | None = None
    """The language in which it is held, or a list of them: en, [de, fr]."""
    image: UrlText | None = None
    """The address of an image: https or http."""
    source: SourceValue | None = None
    """Where the date was read: a key of `sources`, an address, `{key: quote}`, its title, url, ..., or a list of these. Replaces the default; [] for none."""
    reminders: Reminders | None = None
    """Replace the defaults'; [] for none. `1 week before at 09:00`, `the day before at 18:00`, `30 minutes before`, `on change`, `on day known`, `on cancel`."""
    formerly: (
        Annotated[list[Annotated[str, Field(pattern=EVENT_ID_PATTERN)]], Field(max_length=limits.MAX_FORMER_IDS)] | None
    ) = None
    """Ids that it had before, the first one first."""
    busy: Annotated[Literal["true", "false"] | None, WithJsonSchema({"type": "boolean"})] = None
    """Whether it takes up its reader's time; otherwise it is shown as free."""
    uid: Annotated[str | None, Field(pattern=UID_PATTERN)] = None
    """The UID under which another calendar published it before. Calendar apps then take it for the same event."""
    sequence: Annotated[
        str | None, Field(pattern=SEQUENCE_PATTERN), WithJsonSchema({"type": "integer", "minimum": 0})
    ] = None
    """The SEQUENCE that it had there: its own goes on from it."""
    milestones: Annotated[list[EventShape], Field(min_length=1, max_length=limits.MAX_MILESTONES)] | None = None
    """Events that belong to it, each with its own id, title and when; they take its timezone, tags, source and reminders."""


class DefaultsShape(Shape):
    """Defaults for events that do not override them."""

    tags: Tags | None = None
    """Every event has these, beside its own."""
    source: SourceValue | None = None
    """The source of every event that names none."""
    reminders: Reminders | None = None
    """The reminders of every event that names none."""
    timezone: Word | None = None
    """The zone of every event that names none, when it is not the calendar's."""
    length: LengthText | None = None
    """How long an event takes whose `when` has an hour and no end, deadlines aside."""


class CalendarShape(Shape):
    """The calendar's head."""

    id: Annotated[str, Field(pattern=CALENDAR_ID_PATTERN)]
    """Part of every event's identity, for ever: small letters, digits, dots and hyphens, such as a domain name."""
    name: LocalizedText
    """What the calendar is called, in one language or several."""
    timezone: Word
    """IANA name of the zone of every hour that names no other, such as Asia/Dushanbe."""
    description: LocalizedQuote | None = None
    """What it is about."""
    language: LanguageTag | None = None
    """The language of plain texts, and of words that are added: en, ru, zh, ... Default: en."""
    color: OneLineText | None = None
    """A colour's CSS name, such as steelblue."""
    url: UrlText | None = None
    """The calendar's own page."""
    contact: OneLineText | None = None
    """Whom to ask."""


class TagShape(Shape):
    """The name and colour of a tag."""

    name: LocalizedText | None = None
    """The tag for readers, in one language or several: `Exams`, or `{en: Exams, ru: Экзамены}`."""
    color: Literal["blue", "orange", "green", "purple", "teal", "pink", "olive", "red", "gray"] | None = None
    """Its colour on pages: blue, orange, green, purple, teal, pink, olive, red or gray."""


_SourceTable = dict[Annotated[str, Field(pattern=SOURCE_KEY_PATTERN)], SourceShape]


class IncludedShape(Shape):
    """A file that another one includes."""

    defaults: DefaultsShape | None = None
    """Over the main file's, for this file's events."""
    sources: _SourceTable | None = None
    """Sources by a short key. Every file sees those of all files."""
    # each an EventShape, and checked as one by itself: here it would be built a second time
    events: list[Any] | None = None
    """The events, in the order in which they are to stand."""


class RegistryShape(IncludedShape):
    """The main file."""

    version: Annotated[Literal["1"], WithJsonSchema({"enum": [1, "1"]})]
    """The version of this format: 1."""
    calendar: CalendarShape
    """The calendar's head."""
    tags: (
        Annotated[dict[Annotated[str, Field(pattern=TAG_PATTERN)], TagShape], Field(max_length=limits.MAX_TAG_STYLES)]
        | None
    ) = None
    """Names and colours of tags: {exam: {name: {en: Exams, ru: Экзамены}, color: teal}}"""
    include: Annotated[list[Word], Field(max_length=limits.MAX_INCLUDE_PATTERNS)] | None = None
    """Further files, as patterns below this file's folder: [partners/*.yaml]"""
