"""Fits a text to a service: shortened at the end of a sentence, with the link last and whole; nobody notified by it. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable

from ..markup import closing_fence

Size = Callable[[str], int]

_SENTENCE_END_PATTERN = re.compile(r"((?<!\d)\.|[!?…])['\"»”’)\]]*(?=\s)|[。！？]['\"»”’）]*|(?=\n)")
_SIGNATURE_MARK = "\n-- \n"  # RFC 3676 4.3
_ELLIPSIS = " …"
_ZERO_WIDTH_JOINER, _WORD_JOINER = "\u200d", "\u2060"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_MAX_CLUSTER_LENGTH = 20
_MENTION_PATTERN = re.compile(r"(?<!\w)@(?=(?:all|channel|everyone|here|room)\b)|<(?=[!@#])", re.IGNORECASE)


def size_in_bytes(text: str) -> int:
    """Returns the length of *text* in UTF-8."""
    return len(text.encode())


def size_in_json(text: str) -> int:
    """Returns the length of *text* in UTF-8 as a JSON string, in which quotation marks and line breaks are two bytes."""
    return size_in_bytes(json.dumps(text, ensure_ascii=False))


def size_in_utf16(text: str) -> int:
    """Characters as Telegram and JavaScript count them: one beyond the basic plane is two."""
    return len(text.encode("utf-16-le")) // 2


def break_mentions(text: str) -> str:
    """Returns *text* with an invisible character in what a chat would take as a call to everyone, or to one of its users."""
    return _MENTION_PATTERN.sub(rf"\g<0>{_WORD_JOINER}", text)


def shorten(text: str, link: str, limit: int, size: Size) -> str:
    """Returns *text* without its mail signature, at most *limit* by *size*, and *link* as its last line, if it fits."""
    text = text.partition(_SIGNATURE_MARK)[0].strip().removesuffix(link).rstrip()
    tail = f"\n\n{link}" if link else ""
    if min(size(text + tail), size(_ELLIPSIS + tail)) > limit:
        tail = ""
    if size(text + tail) <= limit:
        return (text + tail).strip()
    room = limit - size(_ELLIPSIS + tail)
    start = _cut(text, room, size)
    # a link in a code block could not be followed
    while (fence := closing_fence(start + _ELLIPSIS)) and size(start + fence) > room:
        start = _cut(text, room - size(fence), size)
    return (start + _ELLIPSIS + fence + tail).strip()


def _cut(text: str, limit: int, size: Size) -> str:
    return _cut_at_sentence(text[: _longest_prefix(text, limit, size)])


def _longest_prefix(text: str, limit: int, size: Size) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= limit else (low, middle - 1)
    for end in range(low, max(low - _MAX_CLUSTER_LENGTH, 0), -1):
        if not _is_joined(text, end):
            return end
    return low


def _is_joined(text: str, index: int) -> bool:
    """Tells whether the characters before and at *index* are one for a reader: a mark on a letter, a composed emoji."""
    if not 0 < index < len(text):
        return False
    char = text[index]
    return (
        unicodedata.category(char)[0] == "M"
        or char in _SKIN_TONES + _ZERO_WIDTH_JOINER
        or text[index - 1] == _ZERO_WIDTH_JOINER
    )


def _cut_at_sentence(start: str) -> str:
    """Returns *start* up to the last end of a sentence in its second half, else of a word, else as it is."""
    ends = [match.end() for match in _SENTENCE_END_PATTERN.finditer(start) if match.end() > len(start) // 2]
    if ends:
        return start[: ends[-1]].rstrip()
    word_end = max(start.rfind(" "), start.rfind("\n"))
    return start[:word_end].rstrip() if word_end > len(start) // 2 else start
