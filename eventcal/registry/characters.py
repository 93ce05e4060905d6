"""Characters that must not reach a feed or a page: controls, unbalanced text direction, invisible text.

The set follows RFC 9839 (Unicode Assignables) and, for format characters, UTS 55 and UAX 31: what shapes a script
(joiners, direction marks, soft hyphens) may stay, what only hides or reorders text may not.
"""

from __future__ import annotations

import re

# Control characters, line breaks that no editor counts, and noncharacters of every plane (RFC 9839 section 4.3).
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
_NEVER_ALLOWED = rf"\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff{_NONCHARACTERS}"
FORBIDDEN_IN_FILE = re.compile(rf"[\x00-\x08{_NEVER_ALLOWED}]")
FORBIDDEN_IN_VALUE = re.compile(rf"[\x00-\x09{_NEVER_ALLOWED}]")

# Format characters (category Cf) without a use in plain text, direction overrides among them. A zero width space
# separates words of Thai, Khmer and their neighbours; tag characters spell the flag before them.
_SOUTH_EAST_ASIAN = "\u0e00-\u109f\u1780-\u17ff"
_FORBIDDEN_FORMAT = re.compile(
    "[\u180e\u202d\u202e\u2060-\u2065\u206a-\u206f\ufff9-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001]"
    f"|(?<![{_SOUTH_EAST_ASIAN}])\u200b(?![{_SOUTH_EAST_ASIAN}])"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+"
)
_DIRECTION_CONTROL = re.compile("[\u202a-\u202c\u2066-\u2069]")
_CLOSED_BY = {"\u202a": "\u202c", "\u202b": "\u202c", "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]*"
)


def text_problem(text: str) -> str | None:
    """Returns what is wrong with the characters of *text*, a value or a key of the registry; None if nothing is."""
    if match := FORBIDDEN_IN_VALUE.search(text):
        return f"a control character (U+{ord(match[0]):04X}), written as an escape: remove it"
    if text.isascii():
        return None
    if match := _FORBIDDEN_FORMAT.search(text):
        return f"an invisible character (U+{ord(match[0][0]):04X}) that hides or reorders text: remove it"
    if _DIRECTION_CONTROL.search(text) and (character := _unclosed_direction(text)):
        return (
            f"a text direction (U+{ord(character):04X}) without its counterpart on the same line: "
            "remove it, or close it where it ends"
        )
    if text and not text.isspace() and _INVISIBLE.fullmatch(text):
        return "this text has only invisible characters: write something, or leave the key out"
    return None


def remove_forbidden(text: str) -> str:
    """Returns *text* without the characters that `text_problem` refuses, and without any control of its direction."""
    return _DIRECTION_CONTROL.sub("", _FORBIDDEN_FORMAT.sub("", FORBIDDEN_IN_VALUE.sub("", text)))


def _unclosed_direction(text: str) -> str | None:
    """Returns the first embedding or isolate that its line does not close, or an end without a start (UAX 9, BD 9 to 13)."""
    for line in text.split("\n"):
        open_controls: list[str] = []
        for control in _DIRECTION_CONTROL.findall(line):
            if control in _CLOSED_BY:
                open_controls.append(control)
            elif not open_controls or _CLOSED_BY[open_controls.pop()] != control:
                return str(control)
        if open_controls:
            return open_controls[0]
    return None


def escape_unprintable(text: str) -> str:
    """Returns *text* on one line, safe for a terminal or a log: characters that do not print are written as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in "\u200c\u200d"
        else character.encode("unicode_escape").decode()
        for character in text
    )
