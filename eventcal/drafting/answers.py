"""The same task for a language model of the user's choice, and a check of any such answer against the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from .. import when
from ..errors import GrammarError
from ..mentions import Mention, read_mentions
from ..registry.entries import parse_event
from ..registry.fields import EventDefaults
from ..registry.foreign_yaml import load_foreign_yaml
from ..registry.yaml_format import to_plain
from ..when import Undated, When
from .drafts import DraftError
from .proposals import read_publication

_PROMPT = """\
Read the text below and list every dated event in it, as YAML and nothing else.

Each entry has these keys:
- id: small letters, digits and hyphens, at most 63
  title: what happens, in a few words of the text's own language
  when: the date, never more precise than the words
  status: tentative
  place: where, only if the text says so
  source: {{title: "{name}", quote: "the exact words of the text that give the date"}}

Forms of `when`: 2021-09-16 (a day), 2021-09-16/17 (both days count), 2021-09-16 10:00/12:30 (hours), 2021-09 (some time
in that month), 2021-09/10, 2021-Q3, 2021, TBD (no date is said). A ? at the end marks a date that the text doubts.

Rules:
- "September 2021" is 2021-09. Never write a day that the words do not say.
- A date without a year, or one such as "next month", counts from {published}. If that leaves it open, leave it out.
- The quote is copied letter by letter. An entry whose quote is not in the text, or does not give its date, is refused.
- Leave out what lies long before the text, and repeat nothing.

Text:
{text}
"""


@dataclass(frozen=True, slots=True)
class AnswerVerdict:
    """One entry of an answer: accepted, or refused with the reason."""

    name: str
    reason: str = ""


def build_prompt(text: str, name: str, published: date | None) -> str:
    """Returns the task as a prompt; no model is asked."""
    published, _ = read_publication(text, published)
    day = published or "the day of publication, which is not known"
    return _PROMPT.format(text=text.strip(), name=name, published=day)


def check_answer(text: str, answer: str, published: date | None) -> list[AnswerVerdict]:
    """Holds each entry of *answer* against *text*. Raises DraftError where the answer is not a list of entries."""
    fenced = re.search(r"```(?:ya?ml)?[^\S\n]*\n(.*?)```", answer, re.DOTALL)
    try:
        value = load_foreign_yaml(fenced[1] if fenced else answer)
    except GrammarError as error:
        raise DraftError(f"the answer is not YAML: {error}") from error
    if isinstance(value, Mapping):
        value = value.get("events")
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise DraftError("the answer is not a list of entries: each begins with - id:")
    published, _ = read_publication(text, published)
    mentions = [mention for _, in_sentence in read_mentions(text, published) for mention in in_sentence]
    return [_judge(entry, text, mentions) for entry in value]


def _judge(entry: Mapping[str, Any], text: str, mentions: list[Mention]) -> AnswerVerdict:
    name = str(entry.get("id") or entry.get("title") or "an entry without an id")
    return AnswerVerdict(name, _refusal(entry, text, mentions))


def _refusal(entry: Mapping[str, Any], text: str, mentions: list[Mention]) -> str:
    """Returns why *entry* is refused, "" where its quote, which stands in *text*, gives its date."""
    _event, findings = parse_event(to_plain(entry), EventDefaults(ZoneInfo("UTC"), "en"))
    errors = [finding.message for finding in findings if not finding.warning]
    if errors:
        return "; ".join(errors[:3])
    quote = _quote_of(entry.get("source"))
    if not quote:
        return "it has no quote: write source: {title: ..., quote: ...}"
    places = [match.span() for match in re.finditer(r"\s+".join(map(re.escape, quote.split())), text)]
    if not places:
        return "the text does not have the quote"
    known = when.parse(str(entry["when"]), ZoneInfo("UTC"))
    if isinstance(known.span, Undated):
        return ""
    said = [
        mention.reading.when
        for mention in mentions
        for start, end in places
        if start <= mention.start and mention.end <= end and mention.reading.when
    ]
    if not said:
        return "the quote gives no date"
    if not any(_is_given(known, when.parse(item, ZoneInfo("UTC"))) for item in said):
        return f"the quote does not give {entry['when']}: it says {', '.join(dict.fromkeys(said))}"
    return ""


def _quote_of(source: object) -> str:
    if isinstance(source, list):
        return next((quote for item in source if (quote := _quote_of(item))), "")
    if not isinstance(source, Mapping):
        return ""
    if "quote" in source:
        return str(source["quote"])
    # {key: quote}, and not one of a source's own keys alone
    return (
        str(next(iter(source.values())))
        if len(source) == 1 and not source.keys() & {"title", "url", "published"}
        else ""
    )


def _is_given(known: When, said: When) -> bool:
    """Tells whether *said* gives *known*: the same date, or a finer one of which *known* leaves more open."""
    if (known.first_day, known.last_day, known.is_day_known) == (said.first_day, said.last_day, said.is_day_known):
        # Hours have to be said, too.
        return " " not in str(known) or str(known).rstrip("?") == str(said).rstrip("?")
    return not known.is_day_known and known.covers(said)
