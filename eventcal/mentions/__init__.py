"""The dates that a text in English, Russian, Chinese, German, Spanish or Arabic mentions, each exactly as precise as its words.

grammar, dates                  what a text says, by patterns in order; parts of a date
english, russian, chinese       the words of dates in three languages; shared_forms reads what these find
word_tables                     the commonest forms in German, Spanish and Arabic
sentences                       sentences, and the dates in them
"""

from .grammar import Mention, Reading, Sentence
from .sentences import LANGUAGES, dateline, read_mentions
