"""Foreign texts become the registry's: ids, tags, one-line titles, plain text and HTML as Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence
from html.parser import HTMLParser
from itertools import chain, count

from anyascii import anyascii

from ..registry.characters import remove_forbidden

MAX_ID, MAX_TAG = 63, 63


def slug(text: str, longest: int = MAX_ID) -> str:
    """Returns an id for *text*: its letters in Latin, from any script, and digits, with hyphens; "" without any."""
    words = re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower().replace("'", "")).strip("-")
    if len(words) <= longest:
        return words
    # A cut at a word is easier to read; one long word is cut anywhere.
    cut = words[: longest + 1].rpartition("-")[0]
    return (cut if len(cut) > longest // 2 else words[:longest]).strip("-")


def free_id(base: str, taken: Collection[str]) -> str:
    """Returns *base*, or where that is among *taken* the first free id that is *base* with a number: "summit-2"."""
    names = chain([base], (f"{id_stem(base)}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def id_stem(base: str) -> str:
    """Returns what stands before the number of an id that is *base* with one, "summit" of "summit-2"."""
    return base[: MAX_ID - 6].rstrip("-")


def one_line(text: str) -> str:
    """Returns *text* without line breaks, control characters and doubled spaces."""
    return " ".join(clean(text).split())


def without_entities(text: str) -> str:
    """Returns *text*, which is no HTML, with the signs that entities in it stand for: programs of sites leave them in titles."""
    return re.sub(r"&#?\w{1,31};", lambda match: html.unescape(match[0]), text)


def clean(text: str) -> str:
    """Returns *text* without what the registry refuses: control characters, and the line breaks that no editor counts."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.replace("\t", " ").replace("\x0b", "\n").replace("\x0c", "\n").replace("\x85", "\n")
    return remove_forbidden(text.replace("\ufffd", ""))


_TAG_FORBIDDEN = re.compile(r"\s*[,/#?&%\"'\n\\]+\s*")


def tag(text: str) -> str:
    """Returns the tag that is nearest to *text*, "" where nothing of it can be one, as with an address."""
    if re.match(r"[a-z][a-z0-9+.-]*://", text.strip(), re.IGNORECASE):
        return ""
    plain = _TAG_FORBIDDEN.sub("-", one_line(text)).strip(" -")
    return re.sub(r"\s*-\s*-+\s*", "-", plain)[:MAX_TAG].strip(" -")


# Markdown

_INLINE = re.compile(r"([\\`*_\[\]<>|~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=](?=\s|$)|[-=]+:?(?=\s*$)|:(?=-)|~{3,})")
_NUMBERED = re.compile(r"^([0-9]{1,9})([.)])(?=\s|$)")
_ADDRESS = re.compile(r"\b(?:https?://|mailto:)[^\s<>\"]+")


def plain_to_markdown(text: str) -> str:
    """Returns *text* as Markdown that shows the same words and the same lines.

    A line break becomes a hard one (a backslash at the line's end, CommonMark 6.7); addresses become links.
    """
    return _join_lines([_escape_start(_escape_words(line.strip())) for line in clean(text).strip().split("\n")])


def _join_lines(lines: Sequence[str]) -> str:
    """Joins *lines* of Markdown, with hard breaks between those of a paragraph; of several empty ones one is left."""
    result: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        is_hard_break = line and following and not line.startswith("- ") and not following.startswith("- ")
        if line or (result and result[-1]):
            result.append(line + ("\\" if is_hard_break else ""))
    return "\n".join(result)


def _escape_words(text: str) -> str:
    """Escapes marks within a line; addresses become links."""
    parts, position = [], 0
    for address in _ADDRESS.finditer(text):
        bare = address[0].rstrip(".,;:!?)'")
        parts += [_escape(text[position : address.start()]), f"<{bare}>"]
        position = address.start() + len(bare)
    parts.append(_escape(text[position:]))
    return "".join(parts)


def _escape_start(line: str) -> str:
    """Escapes what begins a heading, a list or a table at the start of a line."""
    return _LINE_START.sub(r"\\\1", _NUMBERED.sub(r"\1\\\2", line))


def _escape(text: str) -> str:
    return _ENTITY.sub(r"\\&", _INLINE.sub(r"\\\1", text))


_HTML = re.compile(
    r"</?(?:br|p|div|span|a|ul|ol|li|b|i|u|em|strong|html|body|table|tr|td|h[1-6]|font|pre)\b[^<>]{0,500}>", re.I
)

_HTML_BLOCK = re.compile(r"<(?:br|p|div|ul|ol|li|table|tr|h[1-6]|pre|html|body)\b", re.I)


def is_html(text: str) -> bool:
    """Tells whether *text* is HTML, and not a sentence with a < in it."""
    return bool(_HTML.search(text))


def html_to_markdown(text: str) -> str:
    """Returns HTML as Markdown of the same words, lines and links; other marks are dropped.

    Where no mark begins a line, line breaks do: programs put marks of letters alone into plain text.
    """
    reader = _HtmlReader()
    text = clean(text)
    reader.read(text if _HTML_BLOCK.search(text) else text.replace("\n", "<br>"))
    return reader.markdown()


def html_to_text(text: str) -> str:
    """Returns the words of an HTML page, a line for each block, without links, marks and what is struck through."""
    reader = _HtmlReader(is_markdown=False)
    reader.read(clean(text))
    return "\n\n".join(line for line in (line.strip() for line in reader.lines) if line)


class _HtmlReader(HTMLParser):
    """Collects the words of an HTML text, line by line, each escaped for Markdown if that is wanted."""

    _BLOCKS = frozenset([
        "p", "div", "ul", "ol", "li", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section",
        "article", "header", "footer", "main", "aside", "nav", "address", "caption", "figcaption", "dl", "dt", "dd",
    ])  # fmt: skip
    _SILENT = frozenset(("script", "style", "head", "title"))
    _STRUCK = frozenset(("s", "del", "strike"))

    def __init__(self, is_markdown: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self._is_markdown = is_markdown
        self.lines: list[str] = [""]
        self._links: list[tuple[str, int]] = []
        self._silent = 0
        self._struck = 0  # within words that hold no more; they end with their block, whatever closes them

    def read(self, text: str) -> None:
        """Reads all of *text*. What has no end begins no tag or comment: the parser would look for it from each beginning."""
        for beginning, end in (("<!--", "-->"), ("<", ">")):
            tail = text.rfind(end) + 1
            text = text[:tail] + text[tail:].replace(beginning, f"&lt;{beginning[1:]}")
        self.feed(text)
        self.close()

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        if name in self._SILENT:
            self._silent += 1
        elif name in self._STRUCK and not self._is_markdown:
            self._struck += 1
        elif name == "br" or name in self._BLOCKS:
            self._break("- " if name == "li" else "", keep=name == "br")
        elif name in ("td", "th") and self.lines[-1].strip():
            self.lines[-1] += " | "
        elif name == "a" and self._is_markdown:
            self._links.append((dict(attributes).get("href") or "", len(self.lines[-1])))

    def handle_endtag(self, name: str) -> None:
        if name in self._SILENT:
            self._silent = max(0, self._silent - 1)
        elif name in self._STRUCK:
            self._struck = max(0, self._struck - 1)
        elif name in self._BLOCKS:
            self._struck = 0
            self._break("", keep=name == "p")
        elif name == "a" and self._links:
            self._close_link(*self._links.pop())

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._struck:
            words = re.sub(r"\s+", " ", data)
            escape = _escape if self._links else _escape_words  # no link is within a link
            self.lines[-1] += escape(words) if self._is_markdown else words

    def _close_link(self, address: str, start: int) -> None:
        label = self.lines[-1][start:].strip()
        if not re.match(r"https?://|mailto:", address, re.IGNORECASE) or not label:
            return
        target = re.sub(r"[\s<>]", "", address)
        shown = re.sub(r"\\(.)", r"\1", label)
        link = f"<{target}>" if shown.rstrip("/") == target.rstrip("/") else f"[{label}](<{target}>)"
        self.lines[-1] = self.lines[-1][:start] + link

    def _break(self, prefix: str, keep: bool) -> None:
        self._links.clear()
        if self.lines[-1].strip() or keep:
            self.lines.append(prefix)
        elif prefix:
            self.lines[-1] = prefix

    def markdown(self) -> str:
        """Returns the text so far, with hard line breaks between the lines of a paragraph."""
        lines = (line.strip() for line in self.lines)
        return _join_lines([line if line.startswith("- ") else _escape_start(line) for line in lines]).strip()
