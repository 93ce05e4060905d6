"""Markdown becomes HTML that is safe to put on a page, or plain text. The only room that knows markdown-it and nh3.

Knows nothing of events: its input is untrusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from textwrap import indent
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

# No images: a page must not make the reader's browser call on a stranger's server.
_ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "ul",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ALLOWED_SCHEMES = {"http", "https", "mailto"}
# The highest heading of a note stands below the page's own first two levels; those below it leave out no level.
_TOP_HEADING = 3


@lru_cache(maxsize=1)
def _markdown_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # here: feeds of notes without marks need neither this nor nh3

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def closing_fence(markdown: str) -> str:
    """Returns the line that ends the code block in which *markdown* ends (CommonMark 4.5), "" if it ends in none."""
    if "```" not in markdown and "~~~" not in markdown:
        return ""
    last = next(reversed(_markdown_parser().parse(markdown)), None)
    if last is None or last.type != "fence" or last.map is None:  # one in a list or a quote ends with that
        return ""
    first_line, end = last.map
    final_line = _LINE_END.split(markdown)[end - 1]
    is_closed = end - first_line > 1 and re.fullmatch(rf" {{0,3}}{last.markup}{last.markup[0]}*\s*", final_line)
    return "" if is_closed else f"\n{last.markup}"


def to_html(markdown: str) -> str:
    """Renders CommonMark with tables, without HTML and images; links go to http, https and mailto only, and give no weight."""
    import nh3

    parser = _markdown_parser()
    tokens = parser.parse(markdown)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    written_tags = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(6, _TOP_HEADING + written_tags.index(token.tag))}"
    html = str(parser.renderer.render(tokens, parser.options, {}))
    return nh3.clean(
        html,
        tags=_ALLOWED_TAGS,
        # "14. September 2027" at the head of a line is a list that begins with 14, and must not show 1
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=_ALLOWED_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    ).strip()


_LINE_END = re.compile(r"\r\n?|\n")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~]|\n)")  # CommonMark 2.4, 6.7
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^\s<>]*)>")
_MARK = re.compile(r"[\\`*_\[\]<>&#~|]|^ {4}", re.MULTILINE)


def unescape(markdown: str) -> str:
    """Returns CommonMark without its backslashes, and otherwise as written: the words that a search compares."""
    return _ESCAPE.sub(r"\1", markdown)


@lru_cache(maxsize=4096)
def to_text(markdown: str) -> str:
    """Returns CommonMark as text for a reader who sees no HTML: without marks, a link's address behind its words."""
    if not _MARK.search(_ESCAPE.sub("", markdown)):  # most notes have escapes at most, and lists that stay as they are
        return unescape(markdown)
    from markdown_it.tree import SyntaxTreeNode

    return _join_blocks(SyntaxTreeNode(_markdown_parser().parse(markdown)).children)


@lru_cache(maxsize=256)
def added_blocks(old: str, new: str) -> str:
    """Returns the paragraphs, lists and other blocks of *new* that *old* does not have, as written; "" for none.

    The definitions of links, `[1]: https://...`, are no blocks: they come along, so that links lead where they led.
    """
    if old == new:
        return ""
    known_blocks = set(_top_blocks(old)[0])
    blocks, definitions = _top_blocks(new)
    added = [block for block in blocks if block not in known_blocks]
    return "\n\n".join([*added, *definitions]) if added else ""


def _top_blocks(markdown: str) -> tuple[list[str], list[str]]:
    """Returns the blocks of *markdown*, as written, and its definitions of links."""
    env: dict[str, Any] = {}
    lines, tokens = _LINE_END.split(markdown), _markdown_parser().parse(markdown, env)
    line_ranges = [token.map for token in tokens if token.level == 0 and token.map]
    definitions = [f"[{label}]: <{link['href']}>" for label, link in env.get("references", {}).items()]
    return ["\n".join(lines[first:end]).rstrip() for first, end in line_ranges], definitions


def has_marks(markdown: str) -> bool:
    """Tells whether `to_text` loses more than escapes and the brackets of addresses, which an import of the text writes again."""
    return to_text(markdown) != unescape(_AUTOLINK.sub(r"\1", markdown))


def _join_blocks(blocks: Iterable[SyntaxTreeNode], separator: str = "\n\n") -> str:
    return separator.join(map(_block_to_text, blocks))


def _block_to_text(block: SyntaxTreeNode) -> str:
    match block.type:
        case "bullet_list" | "ordered_list":
            return _list_to_text(block)
        case "blockquote":
            return indent(_join_blocks(block.children), "> ", lambda _: True)
        case "fence" | "code_block":
            return block.content.rstrip("\n")
        case "hr":
            return "---"
        case "table" | "thead" | "tbody":
            return _join_blocks(block.children, "\n")
        case "tr":
            return _join_blocks(block.children, " | ")
        case _:  # a paragraph, a heading, a cell
            return "".join(_inline_to_text(node) for inline in block.children for node in inline.children)


def _list_to_text(block: SyntaxTreeNode) -> str:
    """Renders a list with its own signs; ordered ones count on from their first number, as in HTML."""
    is_tight = all(child.hidden for item in block.children for child in item.children if child.type == "paragraph")
    separator, start = ("\n" if is_tight else "\n\n"), int(block.attrs.get("start", 1))
    items = []
    for number, item in enumerate(block.children, start):
        sign = f"{number if block.type == 'ordered_list' else ''}{item.markup} "
        items.append((sign + indent(_join_blocks(item.children, separator), " " * len(sign)).lstrip()).rstrip())
    return separator.join(items)


def _inline_to_text(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "link":
            return _link_to_text(node)
        case _ if node.children:  # emphasis
            return "".join(map(_inline_to_text, node.children))
        case _:
            return node.content


def _link_to_text(link: SyntaxTreeNode) -> str:
    label, address = "".join(map(_inline_to_text, link.children)), str(link.attrs["href"])
    scheme, _, mail_address = address.partition(":")
    if scheme.lower() == "mailto":
        return label if link.markup == "autolink" or label == mail_address else f"{label} ({mail_address})".lstrip()
    if scheme.lower() not in _ALLOWED_SCHEMES:
        return label
    return address if link.markup == "autolink" or label in ("", address) else f"{label} ({address})"
