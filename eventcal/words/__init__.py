"""Dates, distances and places in the reader's language. The only room that knows Babel and gettext.

Knows nothing of the present: the caller says what time it is. Import it late, Babel is not free.
"""

from .dates import (
    LONGEST_NIGHT,
    append_remark,
    format_day,
    format_day_title,
    format_deadline,
    format_event_date,
    format_expected,
    format_hours,
    format_moment,
    format_month_name,
    format_month_title,
    format_period_title,
    format_time,
    format_title_marker,
    format_vague,
    format_when,
    format_written_day,
    format_year,
    format_zone_name,
)
from .distances import format_distance
from .labels import (
    fill_sentence,
    format_change_kind,
    format_grade,
    format_kind_prefix,
    format_languages,
    format_place,
    format_places,
    format_status,
    format_status_prefix,
    join_clauses,
    join_list,
    join_phrases,
    join_sentences,
    quote,
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
from .patterns import format_months
from .rules import format_rule
