"""Writes header lines of a mail: folded, in ASCII but for an address beyond it, with encoded words that every reader joins alike.

The folder of the standard library writes empty encoded words and doubles spaces (RFC 2047 2 asks for at least one
character), so names and subjects are written here. Pure.
"""

from __future__ import annotations

import re
from base64 import b64encode
from email.utils import parseaddr

LINE_LENGTH = 76
_ENCODED_WORD_LENGTH = 60
_MARGIN = len("=?utf-8?b?") + len("?=")
_MAX_WORD_LENGTH = 200  # a longer word is encoded, so that no line passes 998 octets (RFC 5322 2.1.1)
_ATOM_TEXT_PATTERN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_Q_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")  # RFC 2047 5 (3)


def render_text_header(name: str, text: str) -> bytes:
    """The header line of unstructured *text*, which is one line."""
    return _fold(name, _encode_text(text))


def render_address_header(name: str, address: str) -> bytes:
    """The header line of one *address*, with or without a name.

    A local part beyond ASCII stays UTF-8 (RFC 6532 3.2). Raises ValueError where it is no address.
    """
    display_name, mailbox = parseaddr(address)
    if re.search(r"[\x00-\x1f\x7f]", address) or not mailbox or re.search(r"[\x00-\x20\x7f]", mailbox):
        raise ValueError(f"not a mail address: {address!r}")
    return _fold(name, [*_encode_phrase(display_name), f"<{mailbox}>"] if display_name else [mailbox])


def render_list_id(list_id: str, name: str) -> bytes:
    """The List-Id header (RFC 2919 3)."""
    return _fold("List-Id", [*_encode_phrase(name), f"<{list_id}>"])


def _encode_phrase(text: str) -> list[str]:
    if not text.isascii() or "=?" in text:
        return _encode_words(text)
    if _ATOM_TEXT_PATTERN.fullmatch(text):
        return text.split()
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.split(" ")


def _encode_text(text: str) -> list[str]:
    """*text* as tokens between which a space stands: what lies between the first and the last word beyond ASCII is encoded."""
    words = text.split(" ")
    needs_encoding = [not _is_plain(word) for word in words]
    if not any(needs_encoding):
        return words
    first, last = needs_encoding.index(True), len(words) - 1 - needs_encoding[::-1].index(True)
    return [*words[:first], *_encode_words(" ".join(words[first : last + 1])), *words[last + 1 :]]


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isprintable() and "=?" not in word and len(word) <= _MAX_WORD_LENGTH


def _encode_words(text: str) -> list[str]:
    """Encoded words, of whole characters each (RFC 2047 5); the space between two of them is not shown."""
    data = text.encode()
    use_q = sum(byte in _Q_SAFE or byte == 0x20 for byte in data) * 3 > len(data) * 2
    encode, kind = (_encode_q, "q") if use_q else (_encode_b, "b")
    words, start = [], 0
    while start < len(text):
        end = start + 1
        while end < len(text) and len(encode(text[start : end + 1])) <= _ENCODED_WORD_LENGTH - _MARGIN:
            end += 1
        words.append(f"=?utf-8?{kind}?{encode(text[start:end])}?=")
        start = end
    return words


def _encode_b(text: str) -> str:
    return b64encode(text.encode()).decode()


def _encode_q(text: str) -> str:
    return "".join("_" if byte == 0x20 else chr(byte) if byte in _Q_SAFE else f"={byte:02X}" for byte in text.encode())


def _fold(name: str, tokens: list[str]) -> bytes:
    lines, line = [], f"{name}:"
    for token in tokens:
        if len(line) + 1 + len(token) > LINE_LENGTH and line != f"{name}:" and token:
            lines.append(line)
            line = ""
        line += f" {token}"
    return "\r\n".join([*lines, line]).encode() + b"\r\n"
