"""The dates that a text in English, Russian, Chinese, German, Spanish or Arabic mentions, each exactly as precise as its words.

grammar, dates                  what a text says, by patterns in order; parts of a date
shared_forms                    what the words of a pattern mean, in every language
english, chinese                the patterns of two languages
table_forms, word_tables        the patterns of Russian, German, Spanish and Arabic, which differ in their words alone
sentences                       sentences, and the dates in them
"""

from .grammar import Mention, Reading, Sentence
from .sentences import LANGUAGES, dateline, read_mentions
