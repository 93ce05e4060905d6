"""Decisions how a date and a status appear in a calendar app: days, STATUS, a prefix of the title.

Pure; writes no content lines of RFC 5545.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from .. import words
from ..events import Status
from ..when import AllDay, Limit, Period, Timed, Undated, Unit, When

# The longest quarter. What is known less finely is left out of the default feed: a bar over a whole year hides more
# than it says.
_MAX_SPAN_LENGTH = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Options that a reader chooses for the rendering of events: values of `filters.Filter`, and the base URL of pages.

    *language* says our own words and picks among translations. *base_url* "" writes no link to our own pages.
    """

    language: str
    imprecise: str = "span"
    cancelled: str = "struck"
    alarms: bool = False
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Presentation:
    """The appearance of one VEVENT: *prefix* precedes the title, *remarks* are the description's first lines.

    *status* is STATUS, "" for none. *is_imprecise*: the day is not known. *is_firm*: the event takes place on this
    day; only then may it have an alarm or block time.
    """

    span: AllDay | Timed
    status: str
    prefix: str = ""
    remarks: tuple[str, ...] = ()
    edtf: str = ""
    is_imprecise: bool = False
    is_firm: bool = True


def present(when: When, status: Status, old_when: When | None, options: RenderOptions) -> Presentation | None:
    """Returns the appearance of an event with this date and status; None without a date to show it on, or if *options* omit it."""
    if status is Status.CANCELLED and options.cancelled == "omit":
        return None
    is_undated = isinstance(when.span, Undated)
    shown_when = old_when if is_undated and old_when is not None else when
    if isinstance(shown_when.span, Undated):
        return None
    span = _shown_span(shown_when, options)
    if span is None:
        return None
    is_imprecise = isinstance(shown_when.span, Period)
    is_certain = not (is_imprecise or shown_when.uncertain or is_undated)
    return Presentation(
        span=span,
        status=_ical_status(status, is_certain, options),
        prefix=_title_prefix(shown_when, status, is_undated, options),
        remarks=_remarks(shown_when, status, old_when, is_undated, options),
        edtf=shown_when.edtf if is_imprecise or shown_when.uncertain else "",
        is_imprecise=is_imprecise,
        is_firm=is_certain and status in (Status.CONFIRMED, Status.TENTATIVE, Status.POSTPONED),
    )


def is_omitted_as_imprecise(when: When, options: RenderOptions) -> bool:
    """Tells whether *options* omit a date because it is too imprecise. TBD does not count."""
    return isinstance(when.span, Period) and _shown_span(when, options) is None


def _shown_span(when: When, options: RenderOptions) -> AllDay | Timed | None:
    match when.span:
        case AllDay() | Timed() as span:
            return span
        case Period(first, last, _):
            if options.imprecise == "omit":
                return None
            if options.imprecise == "marker":
                return AllDay(first, first)
            if options.imprecise == "all" or last - first < _MAX_SPAN_LENGTH:
                return AllDay(first, last)
    return None


def _ical_status(status: Status, is_certain: bool, options: RenderOptions) -> str:
    if status is Status.CANCELLED:
        # some apps hide what is cancelled; a reader who wants to see it there asks for words alone
        return "CANCELLED" if options.cancelled == "struck" else ""
    return "CONFIRMED" if is_certain and status in (Status.CONFIRMED, Status.POSTPONED) else "TENTATIVE"


def _title_prefix(shown_when: When, status: Status, is_undated: bool, options: RenderOptions) -> str:
    """Markers come first in the title, since phones cut its end; they stay true when the time has passed."""
    prefix = words.format_status_prefix(status, options.language, has_date=not is_undated)
    if shown_when.uncertain:
        first_day = shown_when.first_day
        assert first_day is not None
        prefix += words.format_title_marker(When(AllDay(first_day, first_day), uncertain=True), options.language) + " "
    if isinstance(shown_when.span, Period):
        prefix += words.format_title_marker(replace(shown_when, uncertain=False), options.language) + " "
    return prefix


def _remarks(
    shown_when: When, status: Status, old_when: When | None, is_undated: bool, options: RenderOptions
) -> tuple[str, ...]:
    _ = words.get_translations(options.language).gettext
    remarks = []
    old_date = words.format_when(old_when, options.language) if old_when else ""
    if status is Status.CANCELLED:
        remarks.append(_("Cancelled. The date shown is the original one."))
    elif is_undated:
        remarks.append(_("Postponed, new date not announced. The date shown is the original one."))
    elif status is Status.POSTPONED and old_date:
        remarks.append(words.fill_sentence(_("Postponed. Original date: {when}."), when=old_date))
    elif old_date:
        remarks.append(words.fill_sentence(_("Extended. Original date: {when}."), when=old_date))
    if isinstance(shown_when.span, Period):
        remarks.append(_period_remark(shown_when, shown_when.span, options))
    if shown_when.limit is Limit.OPEN_END:
        remarks.append(_("The end date is to be confirmed."))
    if shown_when.uncertain:
        remarks.append(_("This date is not confirmed."))
    return tuple(remarks)


def _period_remark(when: When, period: Period, options: RenderOptions) -> str:
    _ = words.get_translations(options.language).gettext
    period_text = words.format_vague(when, options.language, style="short")
    if options.imprecise == "marker":
        return words.fill_sentence(
            _("Only the period is known: {period}. The event is shown on its first day."), period=period_text
        )
    if when.limit is not None or period.first == period.last:  # the event may last longer than what is shown
        return words.fill_sentence(_("Only the period is known: {period}."), period=period_text)
    is_month = period.unit is Unit.MONTH and (period.last - period.first).days < 31
    if is_month and not when.approximate:
        return _("Only the month is known; the event does not last all month.")
    return words.fill_sentence(
        _("Only the period is known: {period}. The event does not last that long."), period=period_text
    )
