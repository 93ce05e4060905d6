"""Dates proposed by people without git: the form that they fill in, the answer to it, and links that open it filled in.

A proposal arrives as the body of an issue, as GitHub writes it from a form: each label as a heading, the answer below it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import links
from .errors import EventcalError, GrammarError
from .events import Event
from .importing.texts import clean, free_id, plain_to_markdown, slug
from .registry.write_event import try_change, try_event
from .registry.yaml_format import format_entry, to_plain

ISSUE_LABEL = "event date"
MAX_BODY_LENGTH = 20_000
MAX_ANSWER_LENGTH = 2_000
MAX_EVENTS_NAMED = 3


@dataclass(frozen=True, slots=True)
class FormField:
    """One question: the registry's *key*, the *label* that becomes the heading, and what stands below it."""

    key: str
    label: str
    description: str
    placeholder: str = ""
    required: bool = False
    multiline: bool = False

    @property
    def form_id(self) -> str:
        """Its id in the form, and the query parameter that fills it in; `title` alone would be the issue's own."""
        return links.FORM_PREFIX + self.key


FORM_FIELDS = (
    FormField("id", "Event", "The id of the event to correct, as in its page's address; leave empty for a new event."),
    FormField("title", "Title", "What it is. Leave empty to keep it.", "SCO summit"),
    FormField(
        "when",
        "When",
        "As precisely as the source says: 2027-09-16, 2027-09-16/17, 2027-09-16 10:00/12:30, 2027-09, early 2027-09, "
        "2027-Q3, 2027; TBD if no date is announced. A question mark at the end marks doubt.",
        "2027-09",
        required=True,
    ),
    FormField("place", "Place", "Where it happens.", "Dushanbe"),
    FormField("url", "Source", "The address at which the date can be read.", "https://example.org/news", required=True),
    FormField("quote", "Quote", "The sentence of the source that gives the date.", multiline=True),
    FormField("notes", "Notes", "What else readers should know.", multiline=True),
)
_EMPTY_ANSWER = "_No response_"


def issue_form(name: str) -> dict[str, Any]:
    """Returns the GitHub issue form of the calendar called *name*, as values for YAML."""
    questions = [
        {
            "type": "textarea" if field.multiline else "input",
            "id": field.form_id,
            "attributes": {"label": field.label, "description": field.description}
            | ({"placeholder": field.placeholder} if field.placeholder else {}),
            "validations": {"required": field.required},
        }
        for field in FORM_FIELDS
    ]
    return {
        "name": "Event date",
        "description": f"Suggest an event for {name}, or report a wrong date",
        "title": "Event date: ",
        "labels": [ISSUE_LABEL],
        "body": questions,
    }


def parse_issue(body: str) -> dict[str, str]:
    """Returns the answers in the *body* of an issue by key; what was left empty is left out.

    Raises GrammarError where the body is not one that the form makes.
    """
    if len(body) > MAX_BODY_LENGTH:
        raise GrammarError(f"the text is longer than {MAX_BODY_LENGTH:,} characters")
    keys = {field.label: field.key for field in FORM_FIELDS}
    answers: dict[str, str] = {}
    # The first heading of a label counts: an answer may hold lines that look like another.
    parts = re.split(r"^### (.+)$", clean(body), flags=re.MULTILINE)
    for label, text in zip(parts[1::2], parts[2::2], strict=True):
        key, answer = keys.get(label.strip()), text.strip()
        if key and key not in answers:
            answers[key] = "" if answer == _EMPTY_ANSWER else answer
    answers = {key: answer for key, answer in answers.items() if answer}
    for field in FORM_FIELDS:
        if len(answers.get(field.key, "")) > MAX_ANSWER_LENGTH:
            raise GrammarError(f"{field.label}: at most {MAX_ANSWER_LENGTH:,} characters")
    if "when" not in answers:
        raise GrammarError("the date is missing: fill in the field When")
    return answers


def answer_proposal(path: Path, answers: Mapping[str, str], events: Sequence[Event]) -> str:
    """Returns the answer to a proposal as Markdown: the entry for the registry at *path*, or what is wrong with it.

    *answers* come from `parse_issue`, *events* are those of the registry. Nothing is written.
    """
    ids = {event_id for event in events for event_id in event.ids}
    try:
        if event_id := answers.get("id"):
            return _answer_correction(path, re.split("[?#]", event_id)[0].strip("/").rpartition("/")[2], answers, ids)
        return _answer_new_event(path, answers, ids) + _name_events_of_title(answers["title"], events)
    except EventcalError as error:
        return f"This cannot be entered as it stands:\n\n{_fenced(str(error), 'text')}\nEdit the issue to try again.\n"


def _answer_correction(path: Path, event_id: str, answers: Mapping[str, str], ids: set[str]) -> str:
    if event_id not in ids:
        guesses = difflib.get_close_matches(event_id, ids, 3)
        raise EventcalError(f"no event has the id '{event_id}'" + (f"; near: {', '.join(guesses)}" if guesses else ""))
    changes = {key: answers[key] for key in ("title", "when", "place") if key in answers} | _source(answers)
    changed, _ = try_change(path, event_id, changes)
    entry = format_entry({"id": event_id} | {key: to_plain(value) for key, value in changes.items()}, 2)
    before, after = changed.before.when, changed.after.when
    verdict = f"The date changes from `{before}` to `{after}`." if before != after else "The date stays the same."
    return f"{verdict} These keys of `{event_id}` in `{changed.path.name}` change:\n\n{_fenced(entry, 'yaml')}"


def _answer_new_event(path: Path, answers: Mapping[str, str], ids: set[str]) -> str:
    if "title" not in answers:
        raise GrammarError("the title of a new event is missing: fill in the field Title, or Event to correct one")
    fields = {key: answers[key] for key in ("title", "when", "place") if key in answers}
    if "notes" in answers:
        fields["notes"] = plain_to_markdown(answers["notes"])
    entry = {"id": free_id(slug(answers["title"]) or "event", ids), **fields, "status": "tentative", **_source(answers)}
    try_event(path, entry)
    block = format_entry({key: to_plain(value) for key, value in entry.items()}, 2)
    return f"Below `events:` in `{path.name}`, after comparing it with the source:\n\n{_fenced(block, 'yaml')}"


def _name_events_of_title(title: str, events: Iterable[Event]) -> str:
    """Returns a paragraph that names the events that have the *title* already, in any language; "" for none."""
    folded = title.casefold()
    same = [event for event in events if folded in {text.casefold() for _, text in event.title.translations}]
    if not same:
        return ""
    known = ", ".join(f"`{event.id}` (`{event.when}`)" for event in same[:MAX_EVENTS_NAMED])
    return (
        f"\nThe calendar has this title already: {known}. To correct its date, fill in the field Event with that id.\n"
    )


def _source(answers: Mapping[str, str]) -> dict[str, Any]:
    source = {key: answers[key] for key in ("url", "quote") if key in answers}
    return {"source": source} if source else {}


def _fenced(text: str, language: str) -> str:
    """Returns *text* as a code block whose fence is longer than any run of backticks in it (CommonMark 4.5)."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"
