"""Dates, distances and places in the reader's language. The only room that knows Babel and gettext.

Knows nothing of the present: the caller says what time it is. Import it late, Babel is not free.
"""

from .date_phrases import format_distance, format_expected, format_local_time, format_period_title
from .dates import (
    append_remark,
    format_day,
    format_day_title,
    format_deadline,
    format_event_date,
    format_hours,
    format_moment,
    format_month_name,
    format_month_title,
    format_months,
    format_time,
    format_title_marker,
    format_vague,
    format_when,
    format_written_day,
    format_year,
    format_zone_name,
)
from .language import (
    LANGUAGES,
    Style,
    fill_sentence,
    format_change,
    format_change_kind,
    format_grade,
    format_kind_prefix,
    format_languages,
    format_online,
    format_part_of,
    format_place,
    format_places,
    format_recorded_places,
    format_status,
    format_status_prefix,
    get_translations,
    join_clauses,
    join_list,
    join_phrases,
    join_sentences,
    list_languages,
    phrase_separator,
    quote,
    resolve_language,
    text_direction,
    week_start,
    weekday_names,
)
from .rules import format_rule, format_rule_text
