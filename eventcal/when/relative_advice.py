"""A date counted from another event's, in other words, becomes the form that it may mean."""

from __future__ import annotations

import re
from collections.abc import Callable

from .english_words import NUMBERS

# Spellings of one thing, made one in this order.
_SPELLINGS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"^within |\bcalendar (?=days?\b)|,", ""),
    (rf"^(?:{'|'.join(NUMBERS)}) ", lambda match: f"{NUMBERS[match[0].strip()]} "),
    (r"^(?:the )?(?:evening|night|eve) (before)\b(.*)$", r"the day \1\2 at 18:00"),
    (r"^(?:at|on) (?:the )?(?:start|(?:opening|first) day|opening)(?= |$)", "on the first day"),
    (r"^(?:at|on) (?:the )?(?:end|(?:closing|last) day|closing)(?= |$)", "on the last day"),
    (r"\b(before|after) (?:the |its )?(?:(?:last|final|closing) day|closing)\b", r"\1 end"),
    (r"\b(before|after) (?:the |its )?(?:(?:first|opening) day|opening)\b", r"\1 start"),
    (r"\bbefore(?: the| its)?(?: (?!at\b|start\b|end\b)[a-z]+)*(?: start\b)?(?! end)", "before start"),
    (r"\bafter(?: the| its)?(?: (?!at\b|start\b|end\b)[a-z]+)*(?: end\b)?(?! start)", "after end"),
    (r"\b(?:12(?::00)? ?)?(?:noon|midday)\b", "12:00"),
    (r"(?<=start|. end|. day) (?=[0-9])", " at "),
    (r"\bat ([0-9])(?=:)", r"at 0\1"),
    (r"( at [0-9:]+) at 18:00$", r"\1"),
)


def respell_relative(text: str) -> str:
    """Returns *text* with each word that people write for "start", "end" or an hour in the form of the grammar."""
    form = " ".join(text.lower().split())
    for pattern, replacement in _SPELLINGS:
        form = re.sub(pattern, replacement, form).strip()
    return form
