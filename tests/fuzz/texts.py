"""Strategies: valid texts that are cut, doubled and mixed, so that most come past the first check of a parser."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

NASTY_CHARACTERS = (
    "\x00", "\t", "\r\n", "\x0b", "\x85", "\xa0", "\xad", "\u0661", "\u200b", "\u2028", "\u202e", "\ufeff", "\U0001f600", "é", "Я", "日", "'", '"', "\\",
    "%", "%00", "%zz", "&", "+", ";", "#", "<script>", "{nth}", "{0}", "${x}", "../", "//", "[", "]", "]]>", "-", "?", "~", "/",
)  # fmt: skip
NUMBERS = (
    "0",
    "1",
    "-1",
    "00",
    "007",
    "9999",
    "10000",
    "99999999999999999999",
    "1e9",
    "0x1f",
    "٣",
    "²",
    "9" * 5_000,
)  # int() refuses the last


def mixed(words: Sequence[str], max_parts: int = 8) -> st.SearchStrategy[str]:
    """Texts of a grammar's own *words*, numbers and nasty characters, joined in every way."""
    part = st.one_of(
        st.sampled_from(words), st.sampled_from(NUMBERS), st.sampled_from(NASTY_CHARACTERS), st.text(max_size=4)
    )
    joiner = st.sampled_from((" ", "", "  ", ", ", "/", "-"))
    return st.builds(lambda parts, by: by.join(parts), st.lists(part, max_size=max_parts), joiner)


@st.composite
def mutated(draw: st.DrawFn, seeds: Sequence[str], words: Sequence[str] = ()) -> str:
    """One of *seeds* with up to six places cut out, doubled, replaced or filled."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 6))):
        first = draw(st.integers(0, len(text)))
        last = min(len(text), first + draw(st.integers(0, 12)))
        filler = st.one_of(st.sampled_from(("", *words, *NUMBERS, *NASTY_CHARACTERS)), st.just(text[first:last] * 2))
        text = text[:first] + draw(filler) + text[last:]
    return text


def of_grammar(seeds: Sequence[str], words: Sequence[str]) -> st.SearchStrategy[str]:
    """Texts near the valid *seeds*, or of the grammar's *words* in any order."""
    return st.one_of(mutated(seeds, words), mixed(words), st.text(max_size=30))
