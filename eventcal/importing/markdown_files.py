"""Markdown files with front matter, as sites of Jekyll, Hugo, Eleventy and Astro keep events, become events: each file a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from .data_list import text_of
from .date_columns import has_year
from .page_texts import page_to_markdown
from .records import decode_text, load_toml, load_yaml
from .table_columns import NO_WORDS, is_named
from .table_rows import read_rows
from .texts import clean, one_line
from .values import Carried, ImportContext, ImportedCalendar, ImportingError, Loss

ENDINGS = (".md", ".markdown", ".mdx")
MAX_PAGE_OCTETS = 512 * 1024
MAX_VALUES, MAX_KEYS = 20_000, 1_000
"""Values in the front matter of one file, an alias being all those that it stands for, and different keys of a folder."""
_MAX_FRONT_MATTER = 256 * 1024
"""Characters of the front matter of one file."""

_FENCE = re.compile(r"\s*^(---|\+\+\+)[ \t]*$", re.MULTILINE)
_DATED_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])[-_ ]*")
# How the site makes its pages, which file is which, and when each was written.
_NOT_NEEDED = frozenset((
    "layout", "permalink", "aliases", "redirectfrom", "outputs", "template", "weight", "menu", "cascade", "build", "sitemap",
    "lastmod", "modified", "updated", "publishdate", "pubdate", "pubdatetime", "expirydate", "featured", "comments", "share",
    "id", "slug", "toc", "showtableofcontents", "lang",
))  # fmt: skip
# Where Hugo, and Zola, keep keys that their own program does not know.
_KEYS_OF_PAGE = frozenset(("params", "extra", "taxonomies"))
_PUBLISHED = frozenset(("published", "ispublished", "publish"))


@dataclass(frozen=True, slots=True)
class _PageRow:
    """A file as a row: its cells by column, what it lost, and the keys that no import needs."""

    cells: Mapping[str, str]
    losses: tuple[Loss, ...]
    passed_over: tuple[str, ...]


def is_page(name: str) -> bool:
    """Tells whether a file called *name* may be an event: Markdown, and not the page that lists them, or explains the folder."""
    return name.lower().endswith(ENDINGS) and _stem(name).lower() not in ("_index", "readme")


def read_markdown(files: Mapping[str, bytes], context: ImportContext) -> ImportedCalendar:
    """Reads *files*, by their paths within a folder with slashes; a path without its ending is the id of its event.

    A file that cannot be read, or has no date, is left out and named. Raises ImportingError, which names the source, where none is left.
    """
    losses: list[Loss] = []
    pages: dict[str, _PageRow] = {}
    for path, data in files.items():
        try:
            pages[path] = _read_page(path, data, context)
        except ImportingError as error:
            losses.append(Loss(0, "", "file", f"{error}; left out", path=path))
    if not pages:
        if not files:
            raise ImportingError(
                f"{context.source}: there is no Markdown file in it; import an .ics or a table by its own name"
            )
        raise ImportingError(f"{context.source}: no Markdown file in it is an event; the first, {losses[0]}")
    header = list(dict.fromkeys(["title", "date", *(key for page in pages.values() for key in page.cells)]))
    if len(header) > MAX_KEYS:
        raise ImportingError(
            f"{context.source}: its files have {len(header)} different keys, {MAX_KEYS} at most are read"
        )
    rows = [(line, [page.cells.get(key, "") for key in header]) for line, page in enumerate(pages.values(), start=1)]
    imported, paths = read_rows(header, rows, context, clean), ["", *pages]
    return replace(
        imported,
        events=tuple(replace(event, line=0, path=paths[event.line]) for event in imported.events),
        losses=(
            *losses,
            *(loss for page in pages.values() for loss in page.losses),
            *(_loss_of_file(loss, paths) for loss in imported.losses),
        ),
        passed_over=Counter(key for page in pages.values() for key in page.passed_over),
    )


def read_markdown_file(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads one file, the source. Raises ImportingError where it is no event."""
    parts = PurePosixPath(re.sub(r"[?#].*", "", context.source)).parts
    is_bundle = bool(parts) and _stem(parts[-1]) == "index"  # Hugo keeps a page with its pictures in a folder
    path = "/".join(parts[-2:] if is_bundle else parts[-1:])
    _read_page(path, data, context)  # says in its own words what keeps the only file from being read
    imported = read_markdown({path: data}, context)
    losses = tuple(replace(loss, path="") for loss in imported.losses)
    return replace(imported, events=tuple(replace(event, path="") for event in imported.events), losses=losses)


def _loss_of_file(loss: Loss, paths: list[str]) -> Loss:
    """Returns *loss* of a row as that of its file; what is said of a column, or of all hours, is about all files."""
    is_of_all = loss.what.startswith("column ") or (loss.what == "time zone" and not loss.subject)
    detail = loss.detail.replace("the row", "the file")
    return replace(loss, line=0, detail=detail, path="" if is_of_all else paths[loss.line])


def _read_page(path: str, data: bytes, context: ImportContext) -> _PageRow:
    """Returns a file as a row. Raises ImportingError where it cannot be read, or has no date."""
    if len(data) > MAX_PAGE_OCTETS:
        raise ImportingError(f"it is larger than {MAX_PAGE_OCTETS // 1024} KB")
    try:
        values, body = split_front_matter(decode_text(data).replace("\r\n", "\n"))
        cells, passed_over = _cells(values, context.language)
    except RecursionError as error:
        raise ImportingError("its front matter is nested too deep") from error
    identity = _stem(path).removesuffix("/index")
    name = identity.rpartition("/")[2]
    dated, remarks = _DATED_NAME.match(name), []
    if not any(text and is_named(key, "title") and key.lower() != "summary" for key, text in cells.items()):
        words = name[dated.end() if dated else 0 :].replace("-", " ").replace("_", " ").strip() or name
        cells["title"] = words[:1].upper() + words[1:]
        remarks.append(("title", "there is none; it was made of the name of the file"))
    if not any(_says_day(key, text, context) for key, text in cells.items()):
        if dated is None:
            raise ImportingError("neither its front matter nor its name has a date")
        cells["date"] = dated[1]
    markdown, lost = page_to_markdown(_without_modules(body) if path.lower().endswith(".mdx") else body)
    if lost:
        remarks.append(("notes", f"without its {', '.join(lost)}"))
    title = one_line(cells.get("title", ""))[:60]
    losses = tuple(Loss(0, title, what, detail, Carried.CHANGED, path) for what, detail in remarks)
    return _PageRow(cells | {"id": identity} | ({"body": markdown} if markdown else {}), losses, passed_over)


def _without_modules(text: str) -> str:
    """Returns the text of an .mdx file without the lines by which it imports components, or exports values."""
    return re.sub(r"^(?:import|export)\s.*(?:\n|\Z)", "", text, flags=re.MULTILINE)


def split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """Returns the keys of the front matter of *text*, and the text below it. Raises ImportingError, with the line."""
    start = _FENCE.match(text)
    if start is None:
        raise ImportingError("it has no front matter, which begins with a line of three hyphens")
    # "..." ends a document of YAML, and Jekyll's front matter
    fence = r"\+\+\+" if start[1] == "+++" else r"(?:---|\.\.\.)"
    end = re.compile(rf"^{fence}[ \t]*$", re.MULTILINE).search(text, start.end())
    if end is None or end.start() - start.end() > _MAX_FRONT_MATTER:
        raise ImportingError(f"no line {start[1]} ends its front matter within {_MAX_FRONT_MATTER // 1024} KB")
    # as long as before, so that a parser tells the lines of the file
    front_matter = "\n" * text.count("\n", 0, start.end()) + text[start.end() : end.start()]
    values = load_toml(front_matter) if start[1] == "+++" else load_yaml(front_matter, MAX_VALUES)
    if not isinstance(values, Mapping):
        raise ImportingError("its front matter is no map of keys and values")
    return values, text[end.end() :]


def _cells(values: Mapping[str, Any], language: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Returns the texts of the front matter by column, and the keys that no import needs."""
    cells: dict[str, str] = {}
    passed_over: list[str] = []
    for column, value in _without_nesting(values).items():
        text = text_of(value, language).strip()
        plain = re.sub(r"[\s_-]+", "", column.lower())
        if plain in _NOT_NEEDED:
            passed_over.append(column)
        elif plain in _PUBLISHED:
            cells |= {"draft": "true"} if text and text.lower() in NO_WORDS else {}
        elif plain != "draft" or text.lower() not in NO_WORDS:  # it may be published: false
            cells[column] = text
    return cells, tuple(passed_over)


def _without_nesting(values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns *values* by column, those in the map of a page's own keys, or of its event, beside the others, which count first."""
    outer: dict[str, Any] = {}
    inner: dict[str, Any] = {}
    for key, value in values.items():
        column = one_line(key)
        parts = {one_line(name): part for name, part in value.items()} if isinstance(value, Mapping) else {}
        if column.lower() in _KEYS_OF_PAGE and parts:
            inner |= parts
        elif column.lower() == "event" and any(is_named(f"event {name}", "when", "start-time") for name in parts):
            inner |= {f"event {name}": part for name, part in parts.items()}
        else:
            outer[column] = value
    return inner | outer


def _says_day(key: str, text: str, context: ImportContext) -> bool:
    """Tells whether *text* is there to say the day of the event; in a column of hours it needs a year for that."""
    is_of_hours = is_named(key, "start-time") and not has_year(text)
    return (
        bool(text) and not is_of_hours and (is_named(key, "when", "start-time") or key == context.columns.get("when"))
    )


def _stem(name: str) -> str:
    return name.rpartition(".")[0] if name.lower().endswith(ENDINGS) else name
