"""One entry of the registry becomes an Event, its file's defaults applied; what cannot be meant becomes faults. Knows no file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from .. import leads, repeat, when
from ..errors import GrammarError
from ..events import Event, Override, Source, Status
from ..leads import Elapsed, Lead, Notice
from ..repeat import Rule
from ..when import AllDay, Period, Timed, When
from .details import address, one_line, place_of, text_of, words
from .findings import event_faults
from .names import did_you_mean
from .nodes import Fault, Path, Plain
from .sources import sources_of

_ORDINAL = re.compile(r"\{(nth|n)\}")
_BRACES = re.compile(r"\{(\w{1,12})\}")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an event takes from outside its own entry. *zone* and *language* are the calendar's or the defaults'."""

    zone: ZoneInfo
    language: str
    tags: tuple[str, ...] = ()
    reminders: tuple[Lead | Notice, ...] = ()
    sources: tuple[Source, ...] = ()
    known: Mapping[str, Source] | None = None


def event_of(
    value: Plain, around: Surroundings, broken: frozenset[str | int] = frozenset()
) -> tuple[Event | None, list[Fault]]:
    """The event that *value* says, or None, and everything that is wrong with it. *broken* keys had faults as YAML already."""
    faults = event_faults(value)
    if not isinstance(value, dict):
        return None, faults
    if broken:
        faults = [each for each in faults if not (each.path and each.path[0] in broken)]
    good = {key: each for key, each in value.items() if key not in broken}
    for each in faults:
        if each.path:
            good = _without(good, each.path if len(each.path) < 3 or each.at_key else each.path[:-1])
    entry = _Entry(value, good, around, faults)
    event = entry.event()
    return (event if event and not broken and not any(not each.warning for each in faults) else None), faults


def _without(value: Any, path: Path) -> Any:
    """A copy of *value* that lacks the part at *path*: no key any more, or None in a list, whose other places stay."""
    part, *rest = path
    if isinstance(value, dict) and part in value:
        kept = {part: _without(value[part], tuple(rest))} if rest else {}
        return {key: each for key, each in value.items() if key != part} | kept
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return [*value[:part], _without(value[part], tuple(rest)) if rest else None, *value[part + 1 :]]
    return value


class _Entry:
    """One entry while it is read: what was *typed*, what of it has the right shape (*good*), and the faults so far."""

    def __init__(
        self, typed: dict[str, Plain], good: dict[str, Plain], around: Surroundings, faults: list[Fault]
    ) -> None:
        self.typed, self.around, self.faults = typed, around, faults
        # Shapes were checked: a key that is here has the kind of value that the models give it.
        self.good: dict[str, Any] = cast("dict[str, Any]", good)

    def fault(self, path: Path | str, message: str, at_key: bool = False, warning: bool = False) -> None:
        self.faults.append(Fault((path,) if isinstance(path, str) else path, message, at_key, warning))

    def event(self) -> Event | None:
        good, around = self.good, self.around
        zone = self.zone()
        date_of_it = self.date_of("when", zone)
        status = Status(good.get("status", "confirmed"))
        was = self.was(status, date_of_it, zone)
        rule = self.rule(date_of_it)
        title = words(good.get("title"), around.language, ("title",), self.faults)
        if title is not None:
            self.ordinals(rule)
        place = place_of(good.get("place"), self.typed.get("place"), around.language, self.faults)
        notes = text_of(good.get("notes"), around.language, ("notes",), self.faults)
        url = address(good["url"], ("url",), self.faults) if "url" in good else ""
        sources = around.sources
        if "source" in good:
            sources = sources_of(good["source"], around.known or {}, ("source",), self.faults)
        spoken = self.reminders(date_of_it)
        exdates, also, overrides = self.dates(rule, date_of_it, zone)
        formerly = tuple(good.get("formerly", ()))
        for position, name in enumerate(formerly):
            if name is None:
                continue
            if name == good.get("id") or name in formerly[:position]:
                self.fault(
                    ("formerly", position),
                    f"'{name}' is {'its id now' if name == good.get('id') else 'given twice'}: remove it",
                )
        if title is None or date_of_it is None or "id" not in good:
            return None
        return Event(
            id=good["id"],
            title=title,
            when=date_of_it,
            timezone=zone.key,
            status=status,
            was=was,
            place=place,
            tags=tuple(dict.fromkeys((*around.tags, *(one_line(each) for each in good.get("tags", ()) if each)))),
            notes=notes,
            url=url,
            sources=sources,
            rule=rule,
            exdates=exdates,
            also=also,
            overrides=overrides,
            leads=tuple(each for each in spoken if not isinstance(each, Notice)),
            notices=tuple(each for each in spoken if isinstance(each, Notice)),
            formerly=formerly,
            busy=good.get("busy") == "true",
        )

    def zone(self) -> ZoneInfo:
        if "timezone" not in self.good:
            return self.around.zone
        return zone_of(self.good["timezone"], ("timezone",), self.faults) or self.around.zone

    def date_of(self, key: str, zone: ZoneInfo, path: Path = (), text: str | None = None) -> When | None:
        text = self.good.get(key) if text is None else text
        if text is None:
            return None
        try:
            return when.parse(text, zone)
        except GrammarError as error:
            self.fault((*path, key), f"{key} {error}")
            return None

    def was(self, status: Status, new: When | None, zone: ZoneInfo) -> When | None:
        """The old date of what is postponed. Nothing else has one."""
        old = self.date_of("was", zone)
        if "status" in self.typed and "status" not in self.good:
            return old
        if status is Status.POSTPONED:
            if "was" not in self.typed:
                self.fault(
                    "status", "a postponed event names its old date, as was: 2021-09-16, and has a new when or TBD"
                )
            elif old is not None and isinstance(old.span, when.Undated):
                self.fault("was", "was is the date that it had: TBD is none")
            elif old is not None and old == new:
                self.fault(
                    "when", "a postponed event has a new date, and this is the old one: write the new one, or TBD"
                )
        elif "was" in self.typed:
            self.fault(
                "was", "only a postponed event has an old date: write status: postponed, or remove was", at_key=True
            )
        return old

    def rule(self, first: When | None) -> Rule | None:
        good = self.good
        if "repeat" in self.typed and "rrule" in self.typed:
            self.fault("rrule", "either repeat or rrule, never both: remove one", at_key=True)
            return None
        key = "repeat" if "repeat" in good else "rrule"
        if key not in good or first is None:
            return None
        if not isinstance(first.span, AllDay | Timed):
            self.fault(
                key,
                f"only a known date repeats, and when is '{first.text}': write its first day, or remove {key}",
                at_key=True,
            )
            return None
        try:
            rule = repeat.parse(good[key], first) if key == "repeat" else repeat.parse_rrule(good[key], first)
        except GrammarError as error:
            self.fault(key, f"{key} {error}")
            return None
        for each in repeat.check(rule, first):
            self.fault(key, each, warning=True)
        return rule

    def ordinals(self, rule: Rule | None) -> None:
        """`{nth}` and `{n}` count years; any other braces are words, unless they look like these."""
        typed = self.good["title"]
        texts: dict[str, str] = typed if isinstance(typed, dict) else {"": typed}
        unread = ("repeat" in self.typed or "rrule" in self.typed) and rule is None
        for language, text in texts.items():
            path: Path = ("title", language) if language else ("title",)
            if (found := _ORDINAL.search(text)) and not unread and (rule is None or rule.freq != "YEARLY"):
                self.fault(
                    path,
                    f"{found[0]} counts years, and this event is not yearly: write the number, or repeat: every year",
                )
            for other in _BRACES.findall(text):
                if other not in ("n", "nth") and (meant := did_you_mean(f"{{{other}}}", ("{nth}",), 0.7)):
                    self.fault(path, f"{{{other}}} stays as it is in the title{meant}", warning=True)

    def reminders(self, date_of_it: When | None) -> tuple[Lead | Notice, ...]:
        timed = date_of_it is None or isinstance(date_of_it.span, Timed)
        if "reminders" not in self.good:
            if "reminders" in self.typed:
                return ()
            return tuple(each for each in self.around.reminders if timed or not isinstance(each, Elapsed))
        found = reminders_of(self.good["reminders"], ("reminders",), self.faults)
        if not timed:
            for position, each in found:
                if isinstance(each, Elapsed):
                    self.fault(
                        ("reminders", position),
                        f"'{leads.text_of(each)}' needs an hour, and when has none: write 1 day before at 09:00",
                    )
        return tuple(each for _, each in found)

    def dates(
        self, rule: Rule | None, first: When | None, zone: ZoneInfo
    ) -> tuple[tuple[date, ...], tuple[date, ...], tuple[Override, ...]]:
        """What differs from the rule: dates left out, dates added, occurrences of their own kind."""
        good = self.good
        unread = first is None or (("repeat" in self.typed or "rrule" in self.typed) and rule is None)
        made = None if unread or first is None or rule is None else (rule, repeat.first_of(first))
        if rule is None and not unread:
            for key in ("except",) if "also" in self.typed else ("except", "exceptions"):
                if key in good:
                    told = f"'{key}' is about the dates of a rule: write repeat or rrule, or remove it"
                    self.fault(key, told, at_key=True)
            if "also" in good and first is not None and not isinstance(first.span, AllDay | Timed):
                self.fault("also", f"only a known date has further ones, and when is '{first.text}'", at_key=True)
        exdates = self.days("except")
        for position, day in exdates:
            if made and not repeat.makes(*made, day):
                self.fault(("except", position), _no_date(made, day))
        also = self.days("also")
        taken = {day for _, day in exdates}
        # The first date that is kept ends the look: an endless rule costs no more than its list.
        if made and taken and not also and all(day in taken for day in repeat.days(*made, made[1], date.max)):
            told = (
                "except leaves out every date that the rule makes, so nothing is shown: keep one, or remove the event"
            )
            self.fault("except", told, at_key=True, warning=True)
        for position, day in also:
            if day in taken:
                self.fault(("also", position), f"{day} stands under except too: keep one of them")
            elif (made and repeat.makes(*made, day)) or (not unread and first is not None and first.first_day == day):
                self.fault(("also", position), f"{day} is one of its dates already: remove it")
        overrides = []
        for typed, own in good.get("exceptions", {}).items():
            path = ("exceptions", typed)
            if (override := self.override(typed, own, zone)) is None:
                continue
            if override.date in taken:
                self.fault(path, f"{override.date} stands under except too: keep one of them", at_key=True)
            elif not any(override.date == day for _, day in also):
                if made and not repeat.makes(*made, override.date):
                    self.fault(path, _no_date(made, override.date), at_key=True)
                elif rule is None and not unread and "also" in self.typed:
                    self.fault(path, f"{override.date} is none of the dates under also: remove it", at_key=True)
            overrides.append(override)
        return tuple(day for _, day in exdates), tuple(day for _, day in also), tuple(overrides)

    def days(self, key: str) -> list[tuple[int, date]]:
        found: list[tuple[int, date]] = []
        for position, text in enumerate(self.good.get(key, ())):
            if text is None:
                continue
            day = day_of(text, (key, position), self.faults)
            if day is not None and day in (each for _, each in found):
                self.fault((key, position), f"{day} is given twice: remove one")
            elif day is not None:
                found.append((position, day))
        return found

    def override(self, typed: str, own: dict[str, str], zone: ZoneInfo) -> Override | None:
        path = ("exceptions", typed)
        day = day_of(typed, path, self.faults, at_key=True)
        if not own:
            self.fault(path, "say what is different, as {when: 2021-10-13 18:00} or {status: cancelled}")
        moved = self.date_of("when", zone, path, own["when"]) if "when" in own else None
        if moved is not None and isinstance(moved.span, Period):
            self.fault((*path, "when"), "one occurrence moves to a known date: write the day, or TBD")
        if own.get("status") == "postponed" and "when" not in own:
            self.fault(
                (*path, "status"), "a postponed occurrence has a new date: write it as when: 2021-11-02, or when: TBD"
            )
        return None if day is None else Override(day, moved, Status(own["status"]) if "status" in own else None)


def zone_of(name: str, path: Path, faults: list[Fault]) -> ZoneInfo | None:
    """The zone called *name*; a fault at *path* for none."""
    try:
        return when.zone(name.strip())
    except GrammarError as error:
        faults.append(Fault(path, f"timezone {error}"))
        return None


def reminders_of(texts: list[str | None], path: Path, faults: list[Fault]) -> list[tuple[int, Lead | Notice]]:
    """The leads and notices of a list of `reminders`, each with its position in it."""
    found: list[tuple[int, Lead | Notice]] = []
    for position, text in enumerate(texts):
        if text is None:
            continue
        try:
            lead = leads.parse(text)
        except GrammarError as error:
            faults.append(Fault((*path, position), f"reminder {error}"))
            continue
        if any(lead == other for _, other in found):
            faults.append(Fault((*path, position), f"'{leads.text_of(lead)}' is given twice", warning=True))
        else:
            found.append((position, lead))
    return found


def _no_date(made: tuple[Rule, date], day: date) -> str:
    """That the rule makes no date on *day*, with the nearest one that it does make."""
    low, high = max(1, day.toordinal() - 400), min(date.max.toordinal(), day.toordinal() + 400)
    around = repeat.days(*made, date.fromordinal(low), date.fromordinal(high))
    nearest = min(around, key=lambda each: abs(each - day), default=None)
    return f"the rule makes no date on {day}{f': its nearest is {nearest}' if nearest else ': remove it'}"


def day_of(text: str, path: Path, faults: list[Fault], at_key: bool = False) -> date | None:
    """A day written as 2021-10-12."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.append(Fault(path, f"'{text}': there is no such day", at_key))
        return None
