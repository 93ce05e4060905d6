"""A text about events becomes entries to be reviewed, each date exactly as precise as the words that give it.

articles                        the words of a page, a post or a text
programmes, no_events           lines below a date; dates on which nothing happens
proposals, review, drafts       titles and places; what the registry has already; YAML with comments
answers                         the same task for a language model, and the check of its answer
"""

from .answers import build_prompt, check_answer
from .articles import read_article
from .drafts import Entry, TextSource, entries_of, to_yaml
from .proposals import Proposals, propose
from .review import ReviewResult, Standing, review_all
