"""What is known of a date, and its status, become what a calendar app is shown: days, a status, words before the title.

Decides, writes nothing: knows no line of RFC 5545.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from .. import words
from ..events import Status
from ..when import AllDay, Period, Timed, Undated, Unit, When

# The longest quarter. What is known less finely is left out of the default feed: a bar over a whole year hides more
# than it says.
_LONGEST_SPAN = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Look:
    """How events are drawn, as far as a reader may choose it: the values of `filters.Filter`, and where our pages are.

    *language* says our own words and picks among translations. *base_url* "" writes no link to our own pages.
    """

    language: str
    imprecise: str = "span"
    cancelled: str = "struck"
    alarms: bool = False
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Appearance:
    """How one VEVENT looks: *prefix* stands before the title, *remarks* are the description's first lines.

    *status* is STATUS, "" for none. *imprecise* says that the day is not known, *firm* that it happens on this day:
    only then may it ring or make busy.
    """

    span: AllDay | Timed
    status: str
    prefix: str = ""
    remarks: tuple[str, ...] = ()
    edtf: str = ""
    imprecise: bool = False
    firm: bool = True


def appear(when: When, status: Status, was: When | None, look: Look) -> Appearance | None:
    """How an event with this date and status looks; None where there is nothing to show it on, or *look* leaves it out."""
    if status is Status.CANCELLED and look.cancelled == "omit":
        return None
    lost = isinstance(when.span, Undated)
    shown = was if lost and was is not None else when
    if isinstance(shown.span, Undated):
        return None
    span = _span(shown, look)
    if span is None:
        return None
    vague = isinstance(shown.span, Period)
    certain = not (vague or shown.uncertain or lost)
    return Appearance(
        span=span,
        status=_status(status, certain, look),
        prefix=_prefix(shown, status, lost, look),
        remarks=_remarks(shown, status, was, lost, look),
        edtf=shown.edtf if vague or shown.uncertain else "",
        imprecise=vague,
        firm=certain and status in (Status.CONFIRMED, Status.TENTATIVE, Status.POSTPONED),
    )


def omitted_as_imprecise(when: When, look: Look) -> bool:
    """Whether *look* leaves a date out because too little of it is known. TBD does not count."""
    return isinstance(when.span, Period) and _span(when, look) is None


def _span(when: When, look: Look) -> AllDay | Timed | None:
    match when.span:
        case AllDay() | Timed() as span:
            return span
        case Period(first, last, _):
            if look.imprecise == "omit":
                return None
            if look.imprecise == "marker":
                return AllDay(first, first)
            if look.imprecise == "all" or last - first < _LONGEST_SPAN:
                return AllDay(first, last)
    return None


def _status(status: Status, certain: bool, look: Look) -> str:
    if status is Status.CANCELLED:
        # some apps hide what is cancelled; a reader who wants to see it there asks for words alone
        return "CANCELLED" if look.cancelled == "struck" else ""
    return "CONFIRMED" if certain and status is Status.CONFIRMED else "TENTATIVE"


def _prefix(shown: When, status: Status, lost: bool, look: Look) -> str:
    """Markers come first in the title, since phones cut its end; they stay true when the time has passed."""
    found = ""
    if status is Status.CANCELLED or (status is Status.POSTPONED and lost):
        found = words.status_prefix(status, look.language)
    if shown.uncertain:
        first = shown.first_day
        assert first is not None
        found += words.marker(When(AllDay(first, first), uncertain=True), look.language) + " "
    if isinstance(shown.span, Period):
        found += words.marker(replace(shown, uncertain=False), look.language) + " "
    return found


def _remarks(shown: When, status: Status, was: When | None, lost: bool, look: Look) -> tuple[str, ...]:
    _ = words.gettext(look.language).gettext
    found = []
    if status is Status.CANCELLED:
        found.append(_("Cancelled; this is the date that it had."))
    elif lost:
        found.append(_("Postponed, no new date is known; this is the old date."))
    elif status is Status.POSTPONED and was is not None:
        found.append(_("Postponed from {when}.").format(when=words.when_words(was, look.language)))
    if isinstance(shown.span, Period):
        found.append(_vague(shown.span, look))
    if shown.uncertain:
        found.append(_("This date is reported, not confirmed."))
    return tuple(found)


def _vague(period: Period, look: Look) -> str:
    _ = words.gettext(look.language).gettext
    said = words.when_words(When(period), look.language, style="short")
    if look.imprecise == "marker":
        return _("Only the period is known: {period}. It stands on that period's first day to be seen.").format(
            period=said
        )
    if period.unit is Unit.MONTH and (period.last - period.first).days < 31:
        return _("Only the month is known. This is not a month-long event.")
    return _("Only the period is known: {period}. The event does not last that long.").format(period=said)
