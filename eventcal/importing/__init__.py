"""Other people's calendars become entries of a registry, and what could not be carried is named.

values              what an import reads, and what it loses
ics                 iCalendar: a whole file
calendar_reader     iCalendar: one VCALENDAR, and one VEVENT
calendar_dates      iCalendar: the start, the end and the zone of one VEVENT
series, rules       iCalendar: the VEVENTs of one UID, a rule
revisions           the newest copy of an event among several
numbered_titles     the years that the titles of a series count
zones, dates, texts what all formats share
table_columns       tables: what people call the columns
table_rows          tables: a row
date_columns        tables: what the dates of a column show together
table_dates         tables: the date of a row
csv_table           tables: CSV
data_list           tables: lists in YAML and JSON
dated_parts         tables: the dates that an item of a list has in maps
statuses            the words for an event that is off
records             what the formats of tables and lists share
event_lists         yaml2ics, and meetings in TOML
deadlines           conferences and their deadlines
releases            releases of products, and the end of their support
markdown_files      tables: Markdown files with front matter
page_texts          Markdown of a site as notes
known_events        which event of a registry an imported one is
event_changes       what a newer copy of an event changes
merge               imported events beside those of a registry
target_files        entries into the texts of its files
formats             which format a source has
"""

from .formats import detect_format, guess_zone, read_source
from .markdown_files import MAX_PAGE_OCTETS, is_page, read_markdown
from .merge import Merge, plan_merge
from .target_files import Target
from .values import ImportContext, ImportingError, Loss, count_losses
