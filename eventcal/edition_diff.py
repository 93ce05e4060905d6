"""Two registries become what an edit changes for readers: each key, the feed's SEQUENCE, what leaves the default feed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from . import history, ical, words
from .events import Calendar, Event, Override, Source, Text
from .history import Change, ChangeKind
from .ical import RenderOptions
from .leads import lead_text
from .when import ANYWHERE_ON_EARTH, FLOATING, Timed
from .when.zones import AOE


@dataclass(frozen=True, slots=True)
class KeyDifference:
    """One key before and after, in words for people; "" where there is none."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EventDifference:
    """The effect of an edit on one event. *kinds* are what readers would be told, *labels* the same in words.

    *raises_sequence*: calendar apps update it. *feed* says where the default feed gains or loses it, "" where it does neither.
    """

    event_id: str
    title: str
    kinds: tuple[ChangeKind, ...]
    labels: tuple[str, ...]
    keys: tuple[KeyDifference, ...]
    raises_sequence: bool = False
    feed: str = ""


def compare_registries(
    old: tuple[Calendar, Iterable[Event]], new: tuple[Calendar, Iterable[Event]], now: datetime
) -> list[EventDifference]:
    """Returns the events that differ, in the order of *new*, those that are gone last. Raises UidConflictError."""
    before, _ = history.build_edition(None, {}, old[0], tuple(old[1]), "old", now)
    after, changes = history.build_edition(before, {}, new[0], tuple(new[1]), "new", now)
    changes_by_uid: dict[str, list[Change]] = {}
    for change in changes:
        changes_by_uid.setdefault(change.uid, []).append(change)
    language = new[0].language
    olds = {version.uid: version for version in before.versions}
    result = []
    for version in after.versions:
        known = olds.pop(version.uid, None)
        keys = _key_differences(known.event if known else None, version.event, language)
        if known is not None and not keys:
            continue
        told = changes_by_uid.get(version.uid, ())
        result.append(
            EventDifference(
                version.event.id,
                version.event.title.in_language(language),
                tuple(dict.fromkeys(change.kind for change in told)),
                tuple(dict.fromkeys(words.format_change(change, version, "en") for change in told)),
                keys,
                known is not None and version.sequence > known.sequence,
                _feed_change(known.event if known else None, version.event, language),
            )
        )
    for version in olds.values():
        keys = _key_differences(version.event, None, language)
        title, label = version.event.title.in_language(language), words.format_change_kind(ChangeKind.VANISHED, "en")
        result.append(EventDifference(version.event.id, title, (ChangeKind.VANISHED,), (label,), keys))
    return result


def _feed_change(old: Event | None, new: Event, language: str) -> str:
    """Says in words that a date too vague for the default feed came or went; "" where none did."""
    options = RenderOptions(language)
    is_left_out = ical.is_omitted_as_imprecise(new.when, options)
    was_left_out = old is not None and ical.is_omitted_as_imprecise(old.when, options)
    if is_left_out and not was_left_out:
        return "not in the default feed: too little of its date is known"
    return "enters the default feed" if was_left_out and not is_left_out else ""


def _key_differences(old: Event | None, new: Event | None, language: str) -> tuple[KeyDifference, ...]:
    """Returns the keys whose words differ; of an event that is new or gone only what says which it is."""
    if old is None or new is None:
        event = new or old
        assert event is not None
        text = words.format_when(event.when, "en", event.timezone)
        return (KeyDifference("when", "" if old is None else text, "" if new is None else text),)
    result = []
    for key, describe in _KEYS.items():
        before, after = _describe_differing(describe(old, language), describe(new, language))
        # with an hour that comes or goes, `when` says its zone
        if before != after and (key != "timezone" or (before and after)):
            result.append(KeyDifference(key, before, after))
    return tuple(result)


def _describe_differing(before: str | tuple[str, ...], after: str | tuple[str, ...]) -> tuple[str, str]:
    """Returns both values in words: of the dates of a series, of which it may have hundreds, those that only one has."""
    if isinstance(before, str) or isinstance(after, str):
        return str(before), str(after)
    only_before = [item for item in before if item not in after]
    only_after = [item for item in after if item not in before]
    return "; ".join(only_before), "; ".join(only_after)


def _text(text: Text | None) -> str:
    if text is None:
        return ""
    pairs = text.translations
    return pairs[0][1] if len(pairs) == 1 else "; ".join(f"{tag}: {words}" for tag, words in pairs)


def _source(source: Source) -> str:
    quote = f"“{source.quote}”" if source.quote else ""
    facts = [quote, source.title, source.published, str(source.grade or ""), source.url]
    return " ".join(fact for fact in facts if fact)


def _timezone(event: Event) -> str:
    """Returns the zone of an event as the registry writes it."""
    if event.floating:
        return FLOATING
    return AOE if event.timezone == ANYWHERE_ON_EARTH else event.timezone


def _exceptions(event: Event, language: str) -> tuple[str, ...]:
    return tuple(f"{override.date}: {', '.join(_override_parts(override, language))}" for override in event.overrides)


def _override_parts(override: Override, language: str) -> list[str]:
    facts = (
        str(override.when or ""),
        str(override.status or ""),
        _text(override.title),
        words.format_place(override.place, language),
        _text(override.notes),
        override.url,
    )
    return [fact for fact in facts if fact]


def _organizer(event: Event, _language: str) -> str:
    return f"{_text(event.organizer.name)} {event.organizer.url}".strip() if event.organizer else ""


_KEYS: dict[str, Callable[[Event, str], str | tuple[str, ...]]] = {
    "id": lambda event, language: event.id,
    "title": lambda event, language: _text(event.title),
    "when": lambda event, language: words.format_when(event.when, "en", event.timezone),
    "timezone": lambda event, language: _timezone(event) if isinstance(event.when.span, Timed) else "",
    "status": lambda event, language: event.status.value,
    "was": lambda event, language: words.format_when(event.was, "en", event.timezone) if event.was else "",
    "repeat": lambda event, language: str(event.rule) if event.rule else "",
    "except": lambda event, language: tuple(map(str, event.exdates)),
    "also": lambda event, language: tuple(map(str, event.also)),
    "exceptions": _exceptions,
    "place": lambda event, language: words.format_places(event.places, language),
    "kind": lambda event, language: event.kind.value,
    "part_of": lambda event, language: event.part_of,
    "continues": lambda event, language: next(iter(event.continues), ""),
    "series": lambda event, language: event.series,
    "organizer": _organizer,
    "online": lambda event, language: event.online,
    "language": lambda event, language: ", ".join(event.languages),
    "image": lambda event, language: event.image,
    "links": lambda event, language: ", ".join(f"{link.name}: {link.url}" for link in event.links),
    "x-": lambda event, language: ", ".join(f"{key}: {text}" for key, text in event.extra),
    "tags": lambda event, language: ", ".join(event.tags),
    "notes": lambda event, language: _text(event.notes),
    "url": lambda event, language: event.url,
    "source": lambda event, language: "; ".join(map(_source, event.sources)),
    "reminders": lambda event, language: ", ".join(lead_text(reminder) for reminder in (*event.leads, *event.notices)),
    "busy": lambda event, language: "busy" if event.busy else "",
    "uid": lambda event, language: event.uid,
}
