"""Renders the content of a message as plain text, Markdown and HTML, in the reader's language. Knows no event."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from .. import markup, words
from ..events import Source

_CONTROL_PATTERN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """Returns *text* as one line, as a header needs it, without control characters."""
    if not text.isprintable():
        text = _CONTROL_PATTERN.sub(" ", text)
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Body:
    """The content of a message before it is text or HTML.

    *old_text* and *new_text* are what changed, struck and bold where possible. *advice* is for the operator, its
    commands in backticks. *action_link* is the one thing to do, as (label, address). *footer_reason* says why the
    recipient gets it; *footer_links* change that, as (label, address).
    """

    language: str
    title: str
    old_text: str = ""
    new_text: str = ""
    facts: tuple[str, ...] = ()
    advice: str = ""
    action_link: tuple[str, str] | None = None
    notes: str = ""
    sources: tuple[Source, ...] = ()
    page_url: str = ""
    event_url: str = ""
    footer: str = ""
    footer_reason: str = ""
    footer_links: tuple[tuple[str, str], ...] = ()


def to_text(body: Body) -> str:
    """Renders the body as plain text, its footer behind a signature separator (RFC 3676 4.3)."""
    parts = ["\n".join(line for line in (body.title, body.old_text, body.new_text, *body.facts, body.advice) if line)]
    if body.action_link:
        parts.append("\n".join(body.action_link))
    if body.notes:
        parts.append(markup.to_text(body.notes.strip()))
    parts += ["\n".join(_source_lines(source, body.language)) for source in body.sources]
    parts += [url for url in (body.event_url, body.page_url) if url]
    if body.footer:
        # RFC 3676 4.3: what a reply leaves out
        template = words.get_translations(body.language).gettext("{label}: {address}")
        link_lines = [template.format(label=label, address=address) for label, address in body.footer_links]
        parts.append(
            "\n".join(["-- ", body.footer, *([body.footer_reason] if body.footer_reason else []), *link_lines])
        )
    return "\n\n".join(parts) + "\n"


# What of an address is no mark: services that make a link of it take a backslash for a part of it.
_ADDRESS = r"(?P<address>(?:https?://|mailto:)(?:(?!&#?\w+;)[^\s<>\"'*\[\]`|\\_~]|(?<=\w)_(?=\w)|~(?!~))+)"
# emphasis, links, HTML, headings, character references anywhere; at the start of a line what begins a list or underlines a heading
_MARKDOWN_SPECIAL = r"[\\`*_\[\]<>#|~]|&(?=#?\w+;)|^[-+](?=\s)|^[-=](?=[-=]*\s*$)"
_MARKDOWN_SPECIAL_PATTERN = re.compile(f"{_ADDRESS}|{_MARKDOWN_SPECIAL}", re.MULTILINE)
_LIST_NUMBER_PATTERN = re.compile(r"^(\d{1,9})([.)])(?=\s)", re.MULTILINE)


def to_markdown(*bodies: Body) -> str:
    """Returns the text as CommonMark, without a footer: what is new in bold, what was so before struck through."""
    return "\n\n".join(_render_markdown_part(body) for body in bodies) + "\n"


def _render_markdown_part(body: Body) -> str:
    lines = [f"**{_escape_markdown(body.title)}**"]
    lines += [f"~~{_escape_markdown(body.old_text)}~~"] if body.old_text else []
    lines += [f"**{_escape_markdown(body.new_text)}**"] if body.new_text else []
    lines += [_escape_markdown(fact) for fact in body.facts]
    if body.advice:  # CommonMark 6.1: nothing within a code span is escaped
        spans = _COMMAND_PATTERN.split(body.advice)
        lines.append("".join(f"`{span}`" if index % 2 else _escape_markdown(span) for index, span in enumerate(spans)))
    parts = ["  \n".join(lines)]  # two spaces make a line break
    if notes := body.notes.strip():
        parts.append(notes + markup.closing_fence(notes))  # what follows is no code
    for source in body.sources:
        parts.append("  \n".join(map(_escape_markdown, _source_lines(source, body.language))))
    parts += [url for url in (body.event_url, body.page_url) if url]
    return "\n\n".join(parts)


def _escape_markdown(text: str) -> str:
    escaped = _MARKDOWN_SPECIAL_PATTERN.sub(lambda match: match["address"] or f"\\{match[0]}", text)
    return _LIST_NUMBER_PATTERN.sub(r"\1\\\2", escaped)


def _source_lines(source: Source, language: str) -> list[str]:
    """Returns "Source: Decision of the Senate (official, 12 May 2026)", the quote, and the address, as far as known."""
    _ = words.get_translations(language).gettext
    lines = [_("Source: {source}").format(source=_source_name(source) + _describe_source(source, language))]
    if source.quote:
        lines.append(words.quote(one_line(source.quote), language))
    if source.url and source.url != _source_name(source):
        lines.append(source.url)
    return lines


def _source_name(source: Source) -> str:
    return one_line(source.title) or source.url or source.key


def _describe_source(source: Source, language: str) -> str:
    """Returns grade and date of a source in parentheses, with a space in front; "" if neither is known."""
    facts = [words.format_grade(source.grade, language)] if source.grade else []
    facts += [words.format_written_day(source.published, language)] if source.published else []
    return words.append_remark("", words.join_phrases(facts, language), language) if facts else ""


_COMMAND_PATTERN = re.compile(r"`([^`]+)`")

# In HTML that is escaped already; a full stop or bracket at the end belongs to the sentence.
_ADDRESS_PATTERN = re.compile(
    r"https?://(?:(?!&quot;|&lt;|&gt;)[^\s<>\"'])*(?:(?!&quot;|&lt;|&gt;)[^\s<>\"'.,;:!?)\]])"
)

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{background:#fff;color:#1b1f24;font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:34em;padding:1em}"
    "h1{font-size:1.25em;line-height:1.3;margin:0 0 .5em}p{margin:.5em 0}*+h1{margin-top:1.4em}"
    "blockquote{border-inline-start:3px solid #8888;margin:.5em 0;padding-inline-start:.8em}"
    "a{color:#0b5fa5}pre,table{max-width:100%;overflow-x:auto;white-space:pre-wrap}"
    "table{display:block;overflow-wrap:break-word}th{text-align:start}"
    ".do{background:#0b5fa5;border-radius:.5em;color:#fff;display:inline-block;padding:.5em 1em;text-decoration:none}"
    "footer{border-top:1px solid #8888;color:#595959;font-size:.85em;margin-top:1.5em;padding-top:.5em}"
    "@media(prefers-color-scheme:dark){body{background:#15181c;color:#e7eaee}a{color:#86c3ff}footer{color:#b3b3b3}"
    ".do{background:#86c3ff;color:#10202e}}"
)


def to_html(*bodies: Body) -> str:
    """Renders the bodies as one small HTML document, with no image or style sheet that would have to be fetched."""
    language = bodies[0].language
    return (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{words.text_direction(language)}"><head>'
        '<meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(bodies[0].title)}</title><style>{_STYLE}</style></head>\n"
        # also where a mail program drops the style sheet: no long address may make a phone scroll sideways
        '<body style="overflow-wrap:anywhere">\n'
        + "\n".join(_render_html_part(body) for body in bodies)
        + "\n</body></html>\n"
    )


def _render_html_part(body: Body) -> str:
    title = escape(body.title)
    # the calendar's own words may be in a script of the other direction: they begin where the rest of the mail does
    parts = [f"<h1><bdi>{_render_anchor(body.page_url, title)}</bdi></h1>"]
    parts += [f"<p><s>{escape(body.old_text)}</s></p>"] if body.old_text else []
    parts += [f"<p><strong>{escape(body.new_text)}</strong></p>"] if body.new_text else []
    parts += [f"<p>{_link_addresses(escape(fact))}</p>" for fact in body.facts]
    parts += [_COMMAND_PATTERN.sub(r"<code>\1</code>", f"<p>{escape(body.advice)}</p>")] if body.advice else []
    if body.action_link:
        parts.append(f'<p><a class="do" href="{escape(body.action_link[1])}">{escape(body.action_link[0])}</a></p>')
    if body.notes:
        parts.append(f'<div dir="auto">{_link_addresses(markup.to_html(body.notes))}</div>')
    for source in body.sources:
        parts.append(_render_source(source, body.language))
    if body.event_url:
        parts.append(f"<p>{_render_anchor(body.event_url, escape(body.event_url))}</p>")
    if body.footer:
        links_html = " · ".join(
            f'<a href="{escape(address)}">{escape(label)}</a>' for label, address in body.footer_links
        )
        footer_lines = [escape(line) for line in (body.footer, body.footer_reason) if line]
        parts.append(f"<footer>{'<br>'.join([*footer_lines, *([links_html] if links_html else [])])}</footer>")
    return "\n".join(parts)


def _render_source(source: Source, language: str) -> str:
    """Renders a source, its title as the link, and its quote."""
    _ = words.get_translations(language).gettext
    name = escape(_source_name(source))
    linked = _render_anchor(source.url, name) + escape(_describe_source(source, language))
    quote = escape(words.quote(one_line(source.quote), language)) if source.quote else ""
    quote = quote and f'<blockquote dir="auto">{quote}</blockquote>'
    return f"<p>{escape(_('Source: {source}')).format(source=linked)}</p>{quote}"


def _link_addresses(html: str) -> str:
    """Returns *html* with each web address in its text made a link, unless it stands in a link or in code already."""
    parts, open_tags = re.split(r"(<[^>]+>)", html), 0
    for index, part in enumerate(parts):
        if re.match(r"<(a|code|pre)\b", part):
            open_tags += 1
        elif re.match(r"</(a|code|pre)>", part):
            open_tags -= 1
        elif not open_tags and not part.startswith("<"):
            parts[index] = _ADDRESS_PATTERN.sub(r'<a href="\g<0>" rel="nofollow noopener noreferrer">\g<0></a>', part)
    return "".join(parts)


def _render_anchor(url: str, html: str) -> str:
    """Returns a link, to the web alone."""
    if not url.startswith(("https://", "http://")):
        return html
    return f'<a href="{escape(url)}">{html}</a>'
