"""The dates that a text in English, Russian, Chinese, German, Spanish or Arabic mentions, each exactly as precise as its words.

grammar, dates                  what a text says, by patterns in order; parts of a date
shared_forms                    what the words of a pattern mean, in every language
english, chinese                the patterns of two languages
table_forms, word_tables        the patterns of Russian, German, Spanish and Arabic, which differ in their words alone
languages, sentences            a text split into sentences, each in its language
clauses                         whether a date lies ahead, is over, or depends on a condition, by the words of its clause
said_years                      the year of a date without one, from a label, a column or the end of a list
reader, datelines               the dates of each sentence; the day on which a text was written
"""

from .datelines import dateline
from .grammar import Mention, Reading, Sentence
from .languages import LANGUAGES
from .reader import read_mentions
