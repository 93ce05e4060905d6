"""Limits of a registry, checked before the work that they bound. docs/registry.md lists every value."""

MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_REGISTRY_BYTES = 64 * 1024 * 1024
MAX_FILES = 1_000
MAX_INCLUDE_PATTERNS = 100
MAX_NESTING_DEPTH = 8
MAX_PROBLEMS = 100  # of one registry: errors, and as many warnings
MAX_MESSAGE_LENGTH = 500

# Characters of a text.
MAX_TITLE_LENGTH = 300  # also of names, places, regions and the title of a source
MAX_NOTES_LENGTH = 20_000
MAX_QUOTE_LENGTH = 2_000  # also of a calendar's description
MAX_URL_LENGTH = 2_000
MAX_RULE_LENGTH = 2_000
MAX_WORD_LENGTH = 100  # dates, zones, reminders, keys of sources and patterns of files

# Entries of a list.
MAX_TAGS = 50
MAX_LANGUAGES = 50
MAX_REMINDERS = 50
MAX_SOURCES = 50
MAX_FORMER_IDS = 50
MAX_LINKS = 50
MAX_PLACES = 50  # also languages in which one event is held
MAX_MILESTONES = 50  # of one event
MAX_EXTRA_KEYS = 50
MAX_TAG_STYLES = 200
MAX_SERIES_DATES = 1_000
