"""Rules of recurrence: "every month on the last Fri" and RRULE become one value, are checked, and are expanded.

Knows nothing of events and nothing of the present.
"""

from .expand import has_start_on, iter_days, iter_starts, last_start_day, years_since_first
from .grammar import parse, parse_either, parse_rrule
from .misreadings import Misreading, misreadings
from .other_calendars import calendar_day_of
from .published import compatibility_warnings, published_rule, rrule_for
from .rule import RecurrenceRule, local_dtstart
