"""The colours and names of an edition's tags: declared ones as the registry has them, the others by how frequent they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..events import TagColor, TagStyle, Text

AUTOMATIC_COLORS: Final = tuple(color for color in TagColor if color is not TagColor.GRAY)
"""The colours given to tags without one, in this order: neighbours differ in hue and in lightness."""


@dataclass(frozen=True, slots=True)
class TagPalette:
    """Colours and names by tag; *declared* are the tags whose colour the registry names."""

    colors: Mapping[str, TagColor] = field(default_factory=dict)
    names: Mapping[str, Text] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()

    def leading_tag(self, tags: Sequence[str]) -> str:
        """Returns the tag that gives an event its colour, "" where none has one.

        It is the last one with a declared colour, else the last one with any: the first are often the whole calendar's.
        """
        colored = [tag for tag in tags if tag in self.colors]
        return next((tag for tag in reversed(colored) if tag in self.declared), colored[-1] if colored else "")

    def css_class(self, tag: str) -> str:
        """Returns the class of the style sheet that sets the colour of *tag*, "hue-none" for a tag without one."""
        color = self.colors.get(tag)
        return f"hue-{color}" if color else "hue-none"

    def name(self, tag: str, language: str) -> str:
        """Returns the name of *tag* for a reader of *language*; the tag itself where the registry names it nowhere."""
        return self.names[tag].in_language(language) if tag in self.names else tag


def build_palette(styles: Iterable[TagStyle], frequent_tags: Iterable[str]) -> TagPalette:
    """Gives each of *frequent_tags*, the most frequent first, a colour that no other tag has, as long as there are any."""
    declared = {style.tag: style for style in styles}
    colors = {tag: style.color for tag, style in declared.items() if style.color is not None}
    declared_tags = frozenset(colors)
    free_colors = [color for color in AUTOMATIC_COLORS if color not in colors.values()]
    for tag in frequent_tags:
        if tag not in colors:
            colors[tag] = free_colors.pop(0) if free_colors else TagColor.GRAY
    names = {tag: style.name for tag, style in declared.items() if style.name is not None}
    return TagPalette(colors, names, declared_tags)
