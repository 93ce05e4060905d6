"""Dates, distances and places in the reader's language. The only room that knows Babel and gettext.

Knows nothing of the present: the caller says what time it is. Import it late, Babel is not free.
"""

from .dates import (
    LONGEST_NIGHT,
    append_remark,
    format_day,
    format_day_title,
    format_event_date,
    format_hours,
    format_moment,
    format_month_name,
    format_month_title,
    format_time,
    format_title_marker,
    format_vague,
    format_when,
    format_written_day,
    format_year,
    format_zone,
    format_zone_name,
)
from .distances import format_distance
from .labels import (
    format_change_kind,
    format_kind_prefix,
    format_languages,
    format_place,
    format_places,
    format_status,
    format_status_prefix,
)
from .language import (
    LANGUAGES,
    Style,
    get_translations,
    list_languages,
    resolve_language,
    text_direction,
    week_start,
    weekday_names,
)
from .phrases import format_expected, format_period_title
from .preferences import format_digest, format_filter, format_lead, format_notice_kind
from .punctuation import fill_sentence, join_clauses, join_list, join_phrases, join_sentences, mark_doubtful
from .rules import format_rule

__all__ = [
    "LANGUAGES",
    "LONGEST_NIGHT",
    "Style",
    "append_remark",
    "fill_sentence",
    "format_change_kind",
    "format_day",
    "format_day_title",
    "format_digest",
    "format_distance",
    "format_event_date",
    "format_expected",
    "format_filter",
    "format_hours",
    "format_kind_prefix",
    "format_languages",
    "format_lead",
    "format_moment",
    "format_month_name",
    "format_month_title",
    "format_notice_kind",
    "format_period_title",
    "format_place",
    "format_places",
    "format_rule",
    "format_status",
    "format_status_prefix",
    "format_time",
    "format_title_marker",
    "format_vague",
    "format_when",
    "format_written_day",
    "format_year",
    "format_zone",
    "format_zone_name",
    "get_translations",
    "join_clauses",
    "join_list",
    "join_phrases",
    "join_sentences",
    "list_languages",
    "mark_doubtful",
    "resolve_language",
    "text_direction",
    "week_start",
    "weekday_names",
]
