"""The Markdown of a page becomes that of notes, without what only its own site can show."""

from __future__ import annotations

import re

_CODE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
# What a site's program replaces, and what no page shows; the text between two shortcodes stays.
_ENCLOSED = (
    ("<!--", "-->", ""), ("<script", "</script>", "scripts"), ("<style", "</style>", ""),
    ("{{<", ">}}", "templates"), ("{{%", "%}}", "templates"), ("{{", "}}", "templates"), ("{%", "%}", "templates"),
)  # fmt: skip
_ATTRIBUTES = re.compile(r"\{:[^{}\n]*\}")
_IMAGE = re.compile(r"!\[[^\[\]]{0,500}\](?:\([^()\s]{0,2000}(?:\s[^()\n]{0,500})?\)|\[[^\[\]]{0,200}\])")
_SITE_LINK = re.compile(r"\[([^\[\]]{1,500})\]\((?!https?:|mailto:)[^()\s]{0,2000}(?:\s[^()\n]{0,500})?\)")
_ANCHOR = re.compile(
    r"<a\s[^<>]{0,500}?href=[\"']?((?:https?|mailto):[^\"'<>\s]{1,2000})[^<>]{0,500}>([^<>]{1,500})</a>", re.I
)
_BREAK = re.compile(r"<br\s*/?>[ \t]*\n?", re.I)
_TAG = re.compile(r"</?[a-z][a-z0-9-]{0,20}(?:\s[^<>]{0,2000})?/?>", re.I)


def page_to_markdown(text: str) -> tuple[str, list[str]]:
    """Returns the Markdown of a page for notes, and what it lost: images, templates, links within the site, marks of HTML.

    Takes time in proportion to *text*.
    """
    lost: dict[str, None] = {}
    parts = [part if number % 2 else _without_site(part, lost) for number, part in enumerate(_CODE.split(text))]
    return re.sub(r"\n[ \t]*\n[ \t]*(?:\n[ \t]*)+", "\n\n", "".join(parts)).strip(), list(lost)


def _without_site(text: str, lost: dict[str, None]) -> str:
    for start, end, what in _ENCLOSED:
        head, *parts = text.split(start)
        if what and any(end in part for part in parts):
            lost[what] = None
        text = head + "".join(part.partition(end)[2] if end in part else start + part for part in parts)
    for pattern, replacement, what in (
        (_ATTRIBUTES, "", ""),
        (_IMAGE, "", "images"),
        (_SITE_LINK, r"\1", "links within the site"),
        (_ANCHOR, r"[\2](<\1>)", ""),
        (_BREAK, "\\\\\n", ""),
        (_TAG, "", "marks of HTML"),
    ):
        text, count = pattern.subn(replacement, text)
        if count and what:
            lost[what] = None
    return text
