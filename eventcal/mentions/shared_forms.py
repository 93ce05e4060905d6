"""Forms of dates that languages share, once their words for months, numbers and years are told apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .. import when
from ..errors import shorten
from ..when.english_words import ENGLISH_WEEKDAYS
from ..when.values import nth_weekday
from . import dates
from .grammar import Reading, Scope, Tense

Match = re.Match[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateForms:
    """Reads the named groups of a pattern: its functions tell what a language's words say.

    *month*, *number*, *weekday*, 0 for Monday, and *ordinal*, -1 for the last, give numbers; *step* says how many years or months
    "next" and such words come after that of publication; *part_word* and *season_word* give the registry's words. *digits* finds a
    number, and with *year_first* the year of a span stands before it.
    """

    month: Callable[[str], int]
    number: Callable[[str], int]
    weekday: Callable[[str], int]
    ordinal: Callable[[str], int]
    step: Callable[[str], int]
    part_word: Callable[[str], str]
    season_word: Callable[[str], str]
    digits: re.Pattern[str] = re.compile(r"\d+")
    year_first: bool = False

    def in_year(
        self, match: Match, scope: Scope, month: int, number: int | None, build: Callable[[int], Reading]
    ) -> Reading:
        """Builds a date in the year that the text says, or that follows from the publication; else says why there is none."""
        groups = match.groupdict()
        if not 1 <= month <= 12:
            return Reading(reason=f"there is no month {month}")
        if groups.get("year"):
            year = self.number(groups["year"])
            return (
                build(year) if when.FIRST_YEAR <= year < when.LAST_YEAR else Reading(reason=f"there is no year {year}")
            )
        year, source = self._unsaid_year(scope, month, number, groups.get("which") or "")
        if not year:
            return Reading(reason=source)
        reading = build(year)
        return dates.inferred(reading, source) if reading.when else reading

    def _unsaid_year(self, scope: Scope, month: int, number: int | None, which: str) -> tuple[int, str]:
        """Returns the year of a date without one and what it follows from, or 0 and why there is none.

        Words that hold, such as the name of a column, come before the publication and the tense; a label of another year, and where
        the tense is open a heading, leaves it open.
        """
        published, heading = scope.published, scope.heading
        if which:
            year = published.year + self.step(which) if published else 0
            return year, f"the publication on {published}" if published else dates.NO_YEAR
        name = repr(shorten(heading.text)) if heading else ""
        if heading and (heading.is_close or not (published or heading.day or heading.last_year)):
            return heading.year, name
        counted_from = published or (heading.day if heading else None)
        if counted_from is None:
            return 0, dates.NO_YEAR
        year, reason = dates.with_year(counted_from, scope.tense, month, number)
        reason = reason or (f"the publication on {published}" if published else name)
        if published is None or heading is None or heading.day:
            return year, reason
        is_open, is_near = scope.tense is Tense.OPEN, abs(heading.year - published.year) <= 1
        is_over = is_open and (year, month, number or 31) < (published.year, published.month, published.day)
        if heading.last_year and (year < heading.year or is_over):
            return 0, f"no year is said, and it could be of another than {name}" if year else reason
        if heading.last_year or not (heading.is_label or (is_open and is_near)):
            return year, reason
        is_unsaid = year == 0 and scope.tense is not Tense.TOLD
        if is_near and (is_unsaid or year == heading.year or (is_over and year < heading.year)):
            return heading.year, name
        years = sorted((year, heading.year))
        return 0, f"no year is said, and it could be {years[0]} or {years[1]}" if year else reason

    def day(self, match: Match, scope: Scope) -> Reading:
        """Reads `day` and `month`; where the year is open, `weekday` decides between those around publication.

        Another day with a weekday that is not its own is doubtful.
        """
        month, number, said = self.month(match["month"]), self.number(match["day"]), match.groupdict().get("weekday")
        reading = self.in_year(match, scope, month, number, lambda year: dates.day(year, month, number))
        weekday = self.weekday(said) if said else -1
        its = date.fromisoformat(reading.when).weekday() if reading.when else -1
        if not said or its == weekday:
            return reading
        if scope.published and not match["year"]:
            around = [dates.day(scope.published.year + step, month, number) for step in (-1, 0, 1)]
            fitting = [day for day in around if day.when and date.fromisoformat(day.when).weekday() == weekday]
            is_headed = scope.heading is not None and scope.heading.is_close
            if len(fitting) == 1 and not is_headed and (not reading.when or scope.tense is Tense.OPEN):
                return dates.inferred(fitting[0], "the weekday")
        if not reading.when:
            return reading
        note = f"the text says {said}, and {reading.when} is a {ENGLISH_WEEKDAYS[its]}"
        return replace(reading, when=f"{reading.when}?", note=note)

    def night(self, match: Match, scope: Scope) -> Reading:
        """Reads the night to a day, which begins on the day before it."""
        last = self.day(match, scope)
        if len(last.when) != 10:
            return last
        end = date.fromisoformat(last.when)
        return replace(last, when=str(when.When(when.AllDay(end - timedelta(days=1), end))))

    def nth_weekday(self, match: Match, scope: Scope) -> Reading:
        """Reads the `nth` `name` of a month: "the first Monday in May"."""
        month, nth, weekday = self.month(match["month"]), self.ordinal(match["nth"]), self.weekday(match["name"])

        def build(year: int) -> Reading:
            first = dates.day(year, month, 1)
            if not first.when:
                return first
            day = nth_weekday(date.fromisoformat(first.when), nth, weekday)
            assert day is not None  # the fourth is in every month
            is_over = not match["year"] and scope.tense is Tense.AHEAD and scope.published and day < scope.published
            return build(year + 1) if is_over else Reading(f"{day}")

        return self.in_year(match, scope, month, None, build)

    def day_of_month_beside(self, match: Match, scope: Scope) -> Reading:
        """Reads `day` of the month of publication, or of the one before or after it that `which` names."""
        return dates.day_of_shifted_month(scope.published, self.step(match["which"]), self.number(match["day"]))

    def days_of_month(self, match: Match, scope: Scope) -> Reading:
        """Reads `first` to `last` of `month`."""
        month, first, last = self.month(match["month"]), self.number(match["first"]), self.number(match["last"])
        return self.in_year(
            match, scope, month, first, lambda year: dates.days((year, month, first), (year, month, last))
        )

    def _from_to(
        self,
        match: Match,
        scope: Scope,
        first: tuple[int, int],
        last: tuple[int, int],
        build: Callable[[int, int], Reading],
    ) -> Reading:
        """Builds what begins in *first* and ends in *last*, each a month and a day, 0 for none, from the years of both.

        The year that the text says is the last one's, `y1` then the first one's; with *year_first* the first one's, and `y2` the
        last one's.
        """
        groups, is_over = match.groupdict(), first > last
        is_said = groups.get("year") or groups.get("which")
        is_of_last = not self.year_first if is_said else not (first[1] or is_over)

        def of_year(year: int) -> Reading:
            if is_of_last:
                return build(int(groups.get("y1") or year - is_over), year)
            return build(year, self.number(groups["y2"]) if groups.get("y2") else year + is_over)

        month, day = last if is_of_last else first
        return self.in_year(match, scope, month, day or None, of_year)

    def _two_months_and_days(self, match: Match) -> tuple[tuple[int, int], tuple[int, int]]:
        first, last = (self.month(match[name] or match["m1"]) for name in ("m1", "m2"))
        return (first, self.number(match["d1"])), (last, self.number(match["d2"]))

    def days_of_two_months(self, match: Match, scope: Scope) -> Reading:
        """Reads `d1` of `m1` to `d2` of `m2`."""
        first, last = self._two_months_and_days(match)
        return self._from_to(match, scope, first, last, lambda begin, end: dates.days((begin, *first), (end, *last)))

    def one_of_days(self, match: Match, scope: Scope) -> Reading:
        """Reads two days of which it is one, as the days from the first to the last."""
        reading = (self.days_of_two_months if "m1" in match.groupdict() else self.days_of_month)(match, scope)
        return replace(reading, when=reading.when.replace("/", ".."))

    def two_days(self, match: Match, scope: Scope) -> list[Reading]:
        """Reads `d1` of `m1` and `d2` of `m2`."""
        first, last = self._two_months_and_days(match)
        builds = (lambda begin, _: dates.day(begin, *first)), (lambda _, end: dates.day(end, *last))
        return [self._from_to(match, scope, first, last, build) for build in builds]

    def listed_days(self, match: Match, scope: Scope) -> Reading | list[Reading]:
        """Reads several `days` of `month`: one span where they follow each other."""
        month, numbers = self.month(match["month"]), [self.number(text) for text in self.digits.findall(match["days"])]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            spans = [(numbers[0], numbers[-1])]
        else:
            spans = [(number, number) for number in numbers]

        def read(first: int, last: int) -> Reading:
            def build(year: int) -> Reading:
                return dates.days((year, month, first), (year, month, last))

            return self.in_year(match, scope, month, numbers[0], build)

        readings = [read(*span) for span in spans]
        return readings if any(reading.when for reading in readings) else readings[0]

    def one_month(self, match: Match, scope: Scope) -> Reading:
        """Reads `month`, or the `part` of it that the text says."""
        month = self.month(match["month"])
        return self.part(match, self.in_year(match, scope, month, None, lambda year: dates.month(year, month)))

    def two_months(self, match: Match, scope: Scope) -> Reading:
        """Reads `m1` to `m2`."""
        first, last = self.month(match["m1"]), self.month(match["m2"])

        def build(begin: int, end: int) -> Reading:
            return dates.months((begin, first), (end, last))

        return self._from_to(match, scope, (first, 0), (last, 0), build)

    def parts_of_two_months(self, match: Match, scope: Scope) -> Reading:
        """Reads the part `p1` of `m1` to the part `p2` of `m2`."""
        first, last = self.month(match["m1"]), self.month(match["m2"])
        parts = [self.part_word(match[name]) for name in ("p1", "p2")]

        def build(begin: int, end: int) -> Reading:
            months = dates.month(begin, first), dates.month(end, last)
            return dates.one_of(*(dates.part(month, word) for month, word in zip(months, parts, strict=True)))

        return self._from_to(match, scope, (first, 0), (last, 0), build)

    def half_month(self, match: Match, scope: Scope) -> Reading:
        """Reads the half `second`, or the first one, of `month`."""
        month = self.month(match["month"])
        return self.in_year(
            match, scope, month, None, lambda year: dates.half_month(year, month, bool(match["second"]))
        )

    def part(self, match: Match, reading: Reading) -> Reading:
        """Returns the part of a month or year that the text says in the group `part`; all of it where it says none."""
        words = match.groupdict().get("part")
        return dates.part(reading, self.part_word(words)) if words else reading

    def within_year(self, match: Match, scope: Scope, build: Callable[[int], Reading]) -> Reading:
        """Reads a part of a year, or the year, as *build* makes it, and the `part` of it that the text says."""
        return self.part(match, self.in_year(match, scope, 1, None, build))

    def quarter(self, match: Match, scope: Scope) -> Reading:
        """Reads the quarter `nth` of a year."""
        number = self.ordinal(match["nth"])
        return self.within_year(match, scope, lambda year: dates.quarter(year, 4 if number < 0 else number))

    def half(self, match: Match, scope: Scope) -> Reading:
        """Reads the half `second`, or the first one, of a year."""
        return self.within_year(match, scope, lambda year: dates.half(year, 2 if match["second"] else 1))

    def season(self, match: Match, scope: Scope) -> Reading:
        """Reads a season of a year."""
        return self.within_year(match, scope, lambda year: dates.season(year, self.season_word(match["season"])))

    def whole_year(self, match: Match, scope: Scope) -> Reading:
        """Reads a year, or the `part` of it that the text says."""
        return self.within_year(match, scope, dates.year)


def iso_week(match: Match, scope: Scope) -> Reading:
    """Reads some time in a week of which the text says the number and the year."""
    year, number = int(match["year"]), int(match["number"])
    try:
        date.fromisocalendar(year, number, 1)
    except ValueError:
        return Reading(reason=f"{year} has no week {number}")
    return Reading(f"{year:04}-W{number:02}")


_DAY_IN_DIGITS = r"(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<year>(?:19|20|21|٢٠)\d{2})(?!\d|\.\d)"
DOTTED_DAYS = (
    r"(?<![\w./:-])(?P<d1>\d{1,2})\.?(?:(?<=\.)(?P<m1>\d{1,2})\.?(?:(?<=\.)(?P<y1>(?:19|20|21)\d{2}))?)?<<TO>>"
    + _DAY_IN_DIGITS
)
"""The first and the last day of a span in digits: "30.4. - 2.5.2027", "03.-05.09.2027". A language says what <<TO>> is."""
SLASHED_DAYS = DOTTED_DAYS.replace(r"\.?", "/?").replace(r"\.", "/")
"""The same with slashes, for languages in which the day stands first."""


def numeric_days(match: Match, scope: Scope) -> Reading:
    """Reads `d1` to `d2` of `m2` and `year`, where the first day has the month and the year that it says, or those of the last."""
    year, month, last = (int(match[name]) for name in ("year", "m2", "d2"))
    first = int(match["m1"] or month), int(match["d1"])
    return dates.days((int(match["y1"] or year - (first > (month, last))), *first), (year, month, last))


def decade(match: Match, scope: Scope) -> Reading:
    """Reads a decade, of which the text says the first year in digits."""
    return dates.decade(int(match["year"]))


def weekday_alone(match: Match, scope: Scope) -> Reading:
    """Leaves a weekday without a date out."""
    return Reading(reason="a weekday alone could be two days")


def first_number(text: str) -> int:
    """Returns the first number in *text*, in digits of any script."""
    match = re.search(r"\d+", text)
    assert match is not None
    return int(match[0])
