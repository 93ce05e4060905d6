"""Shortens a text to what a service takes: at the end of a sentence, with the link last and whole. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

Size = Callable[[str], int]

_SENTENCE_END_PATTERN = re.compile(r"[.!?…]['\"»”’)\]]*(?=\s)|[。！？]['\"»”’）]*|(?=\n)")
_SIGNATURE_MARK = "\n-- \n"  # RFC 3676 4.3
_ELLIPSIS = " …"


def size_in_bytes(text: str) -> int:
    """Returns the length of *text* in UTF-8."""
    return len(text.encode())


def size_in_utf16(text: str) -> int:
    """Characters as Telegram and JavaScript count them: one beyond the basic plane is two."""
    return len(text.encode("utf-16-le")) // 2


def shorten(text: str, link: str, limit: int, size: Size) -> str:
    """Returns *text* without its mail signature, at most *limit* by *size*, and *link* as its last line."""
    text = text.partition(_SIGNATURE_MARK)[0].strip()
    text = text.removesuffix(link).rstrip() if link else text
    tail = f"\n\n{link}" if link and size(link) + 2 < limit else ""
    if size(text + tail) <= limit:
        return (text + tail).strip()
    start = text[: _longest_prefix(text, limit - size(_ELLIPSIS + tail), size)]
    return (_cut_at_sentence(start) + _ELLIPSIS + tail).strip()


def _longest_prefix(text: str, limit: int, size: Size) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= limit else (low, middle - 1)
    return low


def _cut_at_sentence(start: str) -> str:
    """*start* up to the last end of a sentence in its second half, else of a word, else as it is."""
    ends = [match.end() for match in _SENTENCE_END_PATTERN.finditer(start) if match.end() > len(start) // 2]
    if ends:
        return start[: ends[-1]].rstrip()
    word_end = max(start.rfind(" "), start.rfind("\n"))
    return start[:word_end].rstrip() if word_end > len(start) // 2 else start
