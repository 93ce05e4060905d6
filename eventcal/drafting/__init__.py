"""A text about events becomes entries to be reviewed, each date exactly as precise as the words that give it.

values, dates, grammar          what a text says; parts of a date; patterns in order
english, russian, chinese       the words of dates in three languages
mentions                        sentences, and the dates in them
proposals, review, entries      titles and places; what the registry has already; YAML with comments
answers                         the same task for a language model, and the check of its answer
"""

from .answers import Verdict, build_prompt, check_answer
from .entries import Entry, TextSource, entries_of, to_yaml
from .proposals import Proposals, propose
from .review import Finding, Standing, review
from .values import Draft, DraftError, LeftOut

__all__ = [
    "Draft",
    "DraftError",
    "Entry",
    "Finding",
    "LeftOut",
    "Proposals",
    "Standing",
    "TextSource",
    "Verdict",
    "build_prompt",
    "check_answer",
    "entries_of",
    "propose",
    "review",
    "to_yaml",
]
