"""`events.yaml` becomes events, or problems that each have a place in it. The only room that knows YAML and pydantic.

yaml_nodes, yaml_errors     text -> plain values with their places; a syntax error in our words
characters, limits          what text may hold, and how much of it
schema, validation          the keys and their kinds; pydantic's errors as findings
editor_schema               the same as JSON Schema, for editors
suggestions                 the words that people type for other words
entries, recurrence         an entry whose shape was checked -> Event, its series
fields                      their parts: texts, places, addresses, Source; the sections above the events -> Calendar, defaults
git_revision                the registry as git has it at a revision
files, load                 the files of a registry, their entries, their ids each used once -> Registry
edit, write_event           one entry in the text of its file; a new or changed event in the registry
reformat                    a file in canonical order and style
report                      problems as text, JSON or GitHub's commands
"""

from .load import Registry, ValidRegistry, has_changed, paused_collector, read
from .report import problems_as_github, problems_as_json, problems_as_text, summarize
