"""The picture that a link to an event is shared with: date, title and place. The only module that imports Pillow.

Pillow is optional (`pip install eventcal[pictures]`); without it, or without a font for a text, there is no picture.
"""

from __future__ import annotations

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from .event_page import DateBlock

WIDTH: Final = 1200
HEIGHT: Final = 630
"""The size that services crop least (1.91:1)."""
_MARGIN: Final = 70
_LEAF_WIDTH: Final = 220
_MAX_TITLE_LINES: Final = 3
_MAX_TEXT_LENGTH: Final = 300
_MAX_PICTURES: Final = 64
_COLORS: Final = 64
_ACCENT, _TEXT, _MUTED, _SOFT, _RULE = "#0b5fa5", "#1b1f24", "#56606b", "#f4f6f8", "#dce1e6"
_FONT_FOLDERS: Final = tuple(
    Path(folder)
    for folder in (
        "/usr/share/fonts/truetype/dejavu",
        "/usr/share/fonts/opentype/noto",
        "/usr/share/fonts/truetype/noto",
        "/usr/share/fonts/truetype/liberation",
        "/System/Library/Fonts/Supplemental",
        "C:/Windows/Fonts",
    )
)
_FONT_NAMES: Final = (
    ("DejaVuSans-Bold.ttf", "DejaVuSans.ttf"),
    ("LiberationSans-Bold.ttf", "LiberationSans-Regular.ttf"),
    ("NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc"),
    ("Arial Unicode.ttf", "Arial Unicode.ttf"),
    ("arialbd.ttf", "arial.ttf"),
)
"""Fonts to look for, as (bold, regular), those with the most scripts first."""


@dataclass(frozen=True, slots=True)
class PictureText:
    """Everything that a picture says; equal texts give equal bytes."""

    title: str
    when: str
    place: str
    calendar: str
    block: DateBlock | None = None

    @property
    def everything(self) -> str:
        leaf = (self.block.month, self.block.day, self.block.weekday) if self.block else ()
        return " ".join((self.title, self.when, self.place, self.calendar, *leaf))


def is_available(text: PictureText) -> bool:
    """Tells whether a picture of *text* can be drawn: Pillow is installed, and a font has all its letters."""
    return _find_fonts("".join(sorted(set(text.everything)))) is not None


class DrawingBusy(Exception):
    """Another picture is being drawn."""


_drawing = threading.Lock()
_pictures: OrderedDict[PictureText, bytes | None] = OrderedDict()


def find_picture(text: PictureText) -> bytes | None:
    """Returns *text* as PNG octets; None where `is_available` is false. The last 64 pictures stay in memory.

    Raises DrawingBusy while another is drawn: one at a time takes a third of a second of the processor, and no more.
    """
    if (octets := _pictures.get(text, b"")) != b"":
        return octets
    if not _drawing.acquire(blocking=False):
        raise DrawingBusy
    try:
        _pictures[text] = octets = _draw_picture(text)
        while len(_pictures) > _MAX_PICTURES:
            _pictures.popitem(last=False)
    finally:
        _drawing.release()
    return octets


def _draw_picture(text: PictureText) -> bytes | None:
    fonts = _find_fonts("".join(sorted(set(text.everything))))
    if fonts is None:
        return None
    from PIL import Image, ImageDraw, ImageFont

    bold, regular = (partial(ImageFont.truetype, path) for path in fonts)
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#fff")
    canvas = ImageDraw.Draw(picture)
    canvas.rectangle((0, HEIGHT - 14, WIDTH, HEIGHT), fill=_ACCENT)
    left = _MARGIN
    if text.block is not None:
        _draw_leaf(canvas, text.block, bold, regular)
        left += _LEAF_WIDTH + 60
    room = WIDTH - left - _MARGIN
    top = _MARGIN - 10
    size = 64 if len(text.title) < 60 else 52
    for line in _wrap(text.title[:_MAX_TEXT_LENGTH], bold(size), room, _MAX_TITLE_LINES):
        canvas.text((left, top), line, font=bold(size), fill=_TEXT)
        top += round(size * 1.25)
    top += 14
    for line, color, lines in ((text.when, _TEXT, 2), (text.place, _MUTED, 1)):
        for part in _wrap(line[:_MAX_TEXT_LENGTH], regular(34), room, lines):
            canvas.text((left, top), part, font=regular(34), fill=color)
            top += 46
    [name] = _wrap(text.calendar[:_MAX_TEXT_LENGTH], regular(30), WIDTH - 2 * _MARGIN, 1) or [""]
    canvas.text((_MARGIN, HEIGHT - 80), name, font=regular(30), fill=_MUTED)
    octets = BytesIO()
    # letters and a few even areas: 64 colours hold them, in a third of the octets
    picture.quantize(_COLORS).save(octets, "PNG")
    return octets.getvalue()


Font = Callable[[int], Any]


def _draw_leaf(canvas: Any, block: DateBlock, bold: Font, regular: Font) -> None:
    """Draws a leaf of a calendar at the left margin: month, day, weekday."""
    left, top, right = _MARGIN, _MARGIN, _MARGIN + _LEAF_WIDTH
    middle = (left + right) // 2
    bottom = top + (260 if block.day else 140)
    canvas.rounded_rectangle((left, top, right, bottom), 24, fill="#fff", outline=_RULE, width=3)
    canvas.rounded_rectangle((left, top, right, top + 70), 24, fill=_SOFT, outline=_RULE, width=3)
    canvas.text((middle, top + 36), block.month, font=regular(34), fill=_MUTED, anchor="mm")
    if block.day:
        canvas.text((middle, top + 140), block.day, font=bold(104), fill=_TEXT, anchor="mm")
    canvas.text((middle, bottom - 34), block.weekday, font=regular(34), fill=_MUTED, anchor="mm")


def _wrap(text: str, font: Any, room: int, max_lines: int) -> list[str]:
    """Breaks *text* at spaces, or anywhere where one word is too wide; the last line ends in an ellipsis where text is left."""
    lines: list[str] = []
    line = ""
    for char in " ".join(text.split()):
        if font.getlength(line + char) <= room:
            line += char
            continue
        head, _, tail = line.rpartition(" ")
        lines.append(head or line)
        line = (tail if head else "") + char
        if len(lines) == max_lines:
            return [*lines[:-1], _shorten(f"{lines[-1]}…", font, room)]
    return [*lines, line.strip()] if line.strip() else lines


def _shorten(text: str, font: Any, room: int) -> str:
    while font.getlength(text) > room and len(text) > 1:
        text = f"{text[:-2]}…"
    return text


@lru_cache(maxsize=512)
def _find_fonts(letters: str) -> tuple[str, str] | None:
    """Returns the files (bold, regular) of the first font that has all *letters*; None without one, or without Pillow."""
    try:
        from PIL import ImageFont, features
    except ImportError:
        return None
    if any(unicodedata.bidirectional(char) in ("R", "AL") for char in letters) and not features.check("raqm"):
        return None  # nothing here joins Arabic letters or turns their order
    for bold_name, regular_name in _FONT_NAMES:
        for folder in _FONT_FOLDERS:
            bold, regular = folder / bold_name, folder / regular_name
            if bold.is_file() and regular.is_file() and _has_letters(ImageFont.truetype(str(bold), 20), letters):
                return str(bold), str(regular)
    return None


def _has_letters(font: Any, letters: str) -> bool:
    """Tells whether *font* draws none of *letters* as the box that stands for a missing one."""
    missing = bytes(font.getmask("\U0010ffff"))
    return all(char.isspace() or bytes(font.getmask(char)) != missing for char in letters)
