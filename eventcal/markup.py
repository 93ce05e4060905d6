"""Markdown becomes HTML that is safe to put on a page. The only room that knows markdown-it and nh3.

Knows nothing of events: its input is untrusted.
"""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

# No images: a page must not make the reader's browser call on a stranger's server.
_ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "ul",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ALLOWED_SCHEMES = {"http", "https", "mailto"}
# A heading in a note stands below the page's own first two levels.
_HEADING_OFFSET = 2


@lru_cache(maxsize=1)
def _markdown_parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def closing_fence(markdown: str) -> str:
    """Returns the line that ends the code block in which *markdown* ends (CommonMark 4.5), "" if it ends in none."""
    if "```" not in markdown and "~~~" not in markdown:
        return ""
    last = next(reversed(_markdown_parser().parse(markdown)), None)
    if last is None or last.type != "fence" or last.map is None:  # one in a list or a quote ends with that
        return ""
    first_line, end = last.map
    final_line = re.split(r"\r\n?|\n", markdown)[end - 1]
    is_closed = end - first_line > 1 and re.fullmatch(rf" {{0,3}}{last.markup}{last.markup[0]}*\s*", final_line)
    return "" if is_closed else f"\n{last.markup}"


def to_html(markdown: str) -> str:
    """Renders CommonMark with tables, without HTML and images; links go to http, https and mailto only, and give no weight."""
    parser = _markdown_parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1:]) + _HEADING_OFFSET)}"
    html = str(parser.renderer.render(tokens, parser.options, {}))
    return nh3.clean(
        html,
        tags=_ALLOWED_TAGS,
        # "14. September 2027" at the head of a line is a list that begins with 14, and must not show 1
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=_ALLOWED_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    ).strip()
