"""The dates that a text in English, Russian or Chinese mentions, each exactly as precise as its words.

values, dates, grammar          what a text says; parts of a date; patterns in order
english, russian, chinese       the words of dates in three languages; shared_forms reads what these find
sentences                       sentences, and the dates in them
"""

from .sentences import LANGUAGES, dateline, read_mentions
from .values import Mention, Reading, Sentence, TextContext
