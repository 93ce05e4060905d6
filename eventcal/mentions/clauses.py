"""The clauses of a sentence, whose words say whether a date in them lies ahead, and whether on a condition."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left

from .grammar import Language, Tense

_CLAUSE_BREAK = re.compile(
    r"[,，;；:：()—–]|\b(?:and|but|while|that|which|who|where|und|aber|que|y|и|а|но|котор\w+|و)\b"
)


# and not "if you need a lift"
_CONDITION = re.compile(
    r"\b(?:(?:if|unless|provided(?:\s+that)?|si|если|إذا)\b(?!\s+(?:you|your|вы)\b)|in\s+(?:case|the\s+event)\s+of\b|should\s+(?:the|it|there|no|an?)\b"
    r"|falls\s+(?!on\b|in\b|to\b)|sofern\b|bei\s+(?:Regen|schlechte)|en\s+caso\s+de\b|в\s+случае\b|في\s+حال"
    # "rain date: 15 May"
    r"|(?:rain|reserve|back-?up|fall-?back|alternative)\s+(?:date|day)s?\b|(?:ausweich|ersatz)(?:termin|datum)e?\b|(?:резервн|запасн)\w+\s+(?:дат|день|дни)\w*"
    r"|fechas?\s+alternativas?\b)|如果|如遇|若|备用日期",
    re.IGNORECASE,
)
_NEAR = 100
"""Characters between a condition and its date."""
_SINCE = re.compile(r"\b(?:since|seit(?:\s+dem)?|منذ)\s+(?:the\s+)?\Z", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|bis|hasta|до)\b")
# "the deadline of 30 September was missed", and not "will have passed"
_OVER = re.compile(
    r"(?<!will )\b(?:has|have|had)\s+(?:now\s+|already\s+|long\s+)?(?:passed|expired|lapsed|elapsed)\b"
    r"|\b(?:was|were|been)\s+(?:\w+ly\s+)?(?:missed|overrun|exceeded|(?:not|never)\s+(?:met|kept|reached|taken|adopted|held|delivered|finished|completed))\b"
    r"|\b(?:passed|expired|lapsed)\s+(?:without|with\s+no|unnoticed)\b|\b(?:versäumt|verpasst|überschritten|verstrichen|abgelaufen|nicht\s+eingehalten)\b"
    r"|\b(?:пропущен|просрочен|сорван|истек|истёк|ист[её]кл|не\s+соблюд)\w*|\b(?:venció|expiró|ha\s+vencido|ha\s+expirado|incumpl\w+)\b|已过|已逾|错过|逾期",
    re.IGNORECASE,
)
_TENSES = {"ahead": Tense.AHEAD, "past": Tense.PAST, "off": Tense.EITHER, "told": Tense.TOLD, "open": Tense.OPEN}
_WEAKER = {Tense.AHEAD: Tense.EITHER, Tense.PAST: Tense.TOLD, Tense.TOLD: Tense.TOLD, Tense.OPEN: Tense.OPEN}


class Clauses:
    """The clauses of a sentence, and the words in it that say when and whether something happens."""

    def __init__(self, text: str, language: Language) -> None:
        self._text = text
        breaks = [match.span() for match in _CLAUSE_BREAK.finditer(text)]
        self._begins, self._ends = [0, *(stop for _, stop in breaks)], [*(at for at, _ in breaks), len(text)]
        self._words = [(match.start(), _TENSES[match.lastgroup or ""]) for match in language.tense.finditer(text)]
        is_ahead = any(tense is Tense.AHEAD for _, tense in self._words)
        self._overs = [match.start() for match in _OVER.finditer(text)] if is_ahead else []
        self._conditions = [match.start() for match in _CONDITION.finditer(text)]

    def tense_of(self, start: int, end: int) -> Tense:
        """Tells where the date from *start* to *end* lies: by the last word before it in its clause, else the next one, else all words.

        The next one says it of what happens then, "on 3 May it opened", and less of what has its name from then, "the fair of
        3 May opened"; likewise the last one of a date to which something goes on: "jailed until 3 May".
        """
        begin, finish = self._clause(start, end)
        if _SINCE.search(self._text, begin, start) or self._text.startswith("以来", end):
            return Tense.PAST
        if any(end <= at < finish or (at >= end and self._text[end:at].strip() == ",") for at in self._overs):
            return Tense.PAST
        words = self._words_between(begin, finish)
        before, tenses = [tense for at, tense in words if at < start], [tense for _, tense in words]
        if Tense.EITHER in tenses:
            return Tense.EITHER
        if before:
            is_until = before[-1] is Tense.PAST and _UNTIL.search(self._text, begin, start)
            return Tense.TOLD if is_until else before[-1]
        if tenses:
            return tenses[0] if len(self._text[begin:start].split()) <= 1 else _WEAKER[tenses[0]]
        others = {tense for _, tense in self._words_between(*self._part(start, end))}
        return Tense.EITHER if others and others <= {Tense.AHEAD, Tense.EITHER} else Tense.OPEN

    def is_conditional(self, start: int, end: int) -> bool:
        """Tells whether a condition stands before the date from *start* to *end*, or behind it in its clause: "if it rains, on 5 May"."""
        begin, finish = self._part(start, end)[0], self._clause(start, end)[1]
        return any(max(begin, start - _NEAR) <= at < min(finish, end + _NEAR) for at in self._conditions)

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        return self._begins[bisect(self._begins, start) - 1], self._ends[bisect_left(self._ends, end)]

    def _part(self, start: int, end: int) -> tuple[int, int]:
        """Returns the part of the sentence between semicolons."""
        finish = self._text.find(";", end)
        return self._text.rfind(";", 0, start) + 1, finish if finish >= 0 else len(self._text)

    def _words_between(self, begin: int, finish: int) -> list[tuple[int, Tense]]:
        return self._words[bisect_left(self._words, (begin,)) : bisect_left(self._words, (finish,))]
