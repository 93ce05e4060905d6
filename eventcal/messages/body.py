"""What a message says becomes plain text and HTML, in the reader's language. Knows no event."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from .. import markup, words
from ..events import Source, SourceGrade
from .values import one_line


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says, before it is text or HTML.

    *was* and *is_now* are what changed: struck and bold where that can be. *asks* is the one thing to do, as (words,
    address). *why* says why somebody gets it, and *own* are the ways to change that, in pairs as well.
    """

    language: str
    title: str
    was: str = ""
    is_now: str = ""
    facts: tuple[str, ...] = ()
    asks: tuple[str, str] | None = None
    notes: str = ""
    sources: tuple[Source, ...] = ()
    page: str = ""
    link: str = ""
    foot: str = ""
    why: str = ""
    own: tuple[tuple[str, str], ...] = ()


def to_text(body: Body) -> str:
    parts = ["\n".join(each for each in (body.title, body.was, body.is_now, *body.facts) if each)]
    if body.asks:
        parts.append("\n".join(body.asks))
    if body.notes:
        parts.append(body.notes.strip())
    parts += ["\n".join(_source_lines(each, body.language)) for each in body.sources]
    parts += [each for each in (body.link, body.page) if each]
    if body.foot:
        # RFC 3676 4.3: what a reply leaves out
        own = [f"{words}: {address}" for words, address in body.own]
        parts.append("\n".join(["-- ", body.foot, *([body.why] if body.why else []), *own]))
    return "\n\n".join(parts) + "\n"


def _source_lines(source: Source, language: str) -> list[str]:
    _ = words.gettext(language).gettext
    grades = {
        SourceGrade.OFFICIAL: _("official"),
        SourceGrade.REPORTED: _("reported"),
        SourceGrade.INFERRED: _("inferred"),
    }
    named = ", ".join(each for each in (one_line(source.title), source.published) if each)
    graded = f" ({grades[source.grade]})" if source.grade else ""
    lines = [_("Source: {source}").format(source=(named or source.url or source.key) + graded)]
    if source.quote:
        lines.append(_("“{quote}”").format(quote=one_line(source.quote)))
    if source.url and named:
        lines.append(source.url)
    return lines


_STYLE = (
    ":root{color-scheme:light dark}"
    "body{background:#fff;color:#1b1f24;font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:34em;padding:1em}"
    "h1{font-size:1.25em;line-height:1.3;margin:0 0 .5em}p{margin:.5em 0}*+h1{margin-top:1.4em}"
    "blockquote{border-inline-start:3px solid #8888;margin:.5em 0;padding-inline-start:.8em}"
    "a{color:#0b5fa5}"
    ".do{background:#0b5fa5;border-radius:.5em;color:#fff;display:inline-block;padding:.5em 1em;text-decoration:none}"
    "footer{border-top:1px solid #8888;color:#595959;font-size:.85em;margin-top:1.5em;padding-top:.5em}"
    "@media(prefers-color-scheme:dark){body{background:#15181c;color:#e7eaee}a{color:#86c3ff}footer{color:#b3b3b3}"
    ".do{background:#86c3ff;color:#10202e}}"
)


def to_html(*bodies: Body) -> str:
    """Small and alone: no image, no style sheet, nothing that the reader's program would have to ask for."""
    language = bodies[0].language
    return (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{words.direction(language)}"><head>'
        '<meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(bodies[0].title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(_html_part(each) for each in bodies)
        + "\n</body></html>\n"
    )


def _html_part(body: Body) -> str:
    title = escape(body.title)
    parts = [f"<h1>{_anchor(body.page, title) if body.page else title}</h1>"]
    parts += [f"<p><s>{escape(body.was)}</s></p>"] if body.was else []
    parts += [f"<p><strong>{escape(body.is_now)}</strong></p>"] if body.is_now else []
    parts += [f"<p>{escape(each)}</p>" for each in body.facts]
    if body.asks:
        parts.append(f'<p><a class="do" href="{escape(body.asks[1])}">{escape(body.asks[0])}</a></p>')
    if body.notes:
        parts.append(markup.to_html(body.notes))
    for source in body.sources:
        first, *rest = _source_lines(source, body.language)
        named = _anchor(source.url, escape(first)) if source.url else escape(first)
        quote = f"<blockquote>{escape(rest[0])}</blockquote>" if source.quote else ""
        parts.append(f"<p>{named}</p>{quote}")
    if body.link:
        parts.append(f"<p>{_anchor(body.link, escape(body.link))}</p>")
    if body.foot:
        own = " · ".join(f'<a href="{escape(address)}">{escape(words)}</a>' for words, address in body.own)
        said = [escape(each) for each in (body.foot, body.why) if each]
        parts.append(f"<footer>{'<br>'.join([*said, *([own] if own else [])])}</footer>")
    return "\n".join(parts)


def _anchor(url: str, html: str) -> str:
    """A link, to the web alone."""
    if not url.startswith(("https://", "http://")):
        return html
    return f'<a href="{escape(url)}">{html}</a>'


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
