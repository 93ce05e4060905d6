"""Ids, former ids and UIDs of the events of an entry: each is used once in a registry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .header import RegistryFile
from .suggestions import did_you_mean
from .yaml_nodes import EntryText, Finding, KeyPath, ParsedYaml, PlainValue

# What readers would see, by the kind of an id and of the one that has it already.
TAKEN_ID_ADVICE = {
    (
        "formerly",
        "id",
    ): "calendars would show this event in place of that one, so remove it from formerly, or that event",
    ("id", "formerly"): "calendars and links would take this event for that one, so write another id",
    ("formerly", "formerly"): "its page can lead to one event only, so remove it from one of the two",
    ("uid", "uid"): "calendars would show one of the two events, so remove uid from one",
}


@dataclass(slots=True)
class ClaimedId:
    """One id, former id or UID (*kind*), where it stands, and where the event stands that it is of."""

    kind: str
    name: str
    path: KeyPath
    event_path: KeyPath


def entry_ids(event_path: KeyPath, event_id: object, formerly: object, uid: object) -> list[ClaimedId]:
    """All ids of one event, as far as they are texts."""
    former_ids = enumerate(formerly if isinstance(formerly, list | tuple) else ())
    own = [
        ClaimedId(kind, name, (*event_path, kind), event_path)
        for kind, name in (("id", event_id), ("uid", uid))
        if name and isinstance(name, str)
    ]
    former = [
        ClaimedId("formerly", name, (*event_path, "formerly", number), event_path)
        for number, name in former_ids
        if name and isinstance(name, str)
    ]
    return own + former


def ids_of(value: PlainValue, event_path: KeyPath = ()) -> list[ClaimedId]:
    """All ids of an entry, its milestones' included."""
    if not isinstance(value, dict):
        return []
    milestones = value.get("milestones")
    ids = entry_ids(event_path, value.get("id"), value.get("formerly"), value.get("uid"))
    for number, milestone in enumerate(milestones if isinstance(milestones, list) else ()):
        ids += ids_of(milestone, (*event_path, "milestones", number))
    return ids


def find_event_path(value: PlainValue, event_id: str) -> KeyPath:
    """Where in an entry the event *event_id* stands."""
    return next((claim.event_path for claim in ids_of(value) if (claim.kind, claim.name) == ("id", event_id)), ())


@dataclass(slots=True)
class IdOwner:
    """The event that has an id: its entry, and where in that it stands (() or below `milestones`)."""

    file: RegistryFile
    entry: EntryText | ParsedYaml
    event_path: KeyPath
    is_former: bool


class IdRegister:
    """The ids of the entries read so far. *display_path* gives the name of a file as messages show it."""

    def __init__(self, display_path: Callable[[str], str]) -> None:
        self._display_path = display_path
        # An id and a UID may be the same text: they name different things.
        self._owners: dict[tuple[bool, str], IdOwner] = {}

    def claim(self, file: RegistryFile, entry: EntryText | ParsedYaml, ids: Iterable[ClaimedId]) -> list[Finding]:
        """Registers *ids* for events of *entry*; returns a finding for each that another event has."""
        findings = []
        for claim in ids:
            owner = self._owners.setdefault(
                (claim.kind == "uid", claim.name), IdOwner(file, entry, claim.event_path, claim.kind == "formerly")
            )
            if owner.entry is not entry or owner.event_path != claim.event_path:
                findings.append(Finding(claim.path, self._explain_taken(file, claim, owner)))
        return findings

    def _explain_taken(self, file: RegistryFile, claim: ClaimedId, owner: IdOwner) -> str:
        owner_parsed, is_uid = owner.entry.parse(), claim.kind == "uid"
        theirs = next(
            other for other in ids_of(owner_parsed.value) if (other.kind == "uid", other.name) == (is_uid, claim.name)
        )
        line, _ = owner_parsed.locate(Finding(theirs.path, ""))
        place = f"on line {line}" if owner.file is file else f"in {self._display_path(owner.file.name)}:{line}"
        conflict = {"id": "is an event's id already", "uid": "is an event's UID already"}.get(
            theirs.kind, "was an event's id before"
        )
        advice = TAKEN_ID_ADVICE.get((claim.kind, theirs.kind), "an id is never used twice, so write another")
        return f"'{claim.name}' {conflict} ({place}): {advice}"

    def owner_of(self, event_id: str) -> IdOwner:
        """Returns the owner of *event_id*. Raises KeyError where no entry has it."""
        return self._owners[False, event_id]

    def explain_missing(self, event_id: str, is_complete: bool) -> str | None:
        """Says that no event has *event_id*; None if one has it, or not all entries were read (*is_complete* False)."""
        known = self._owners.get((False, event_id))
        if known is not None and known.is_former:
            return f"'{event_id}' is an id that an event had before: write its present one"
        if known is not None or not is_complete:
            return None
        alike = (name for is_uid, name in self._owners if not is_uid and name[:2] == event_id[:2])
        advice = did_you_mean(event_id, alike) or ": write the id of the event that it belongs to"
        return f"no event has the id '{event_id}'{advice}"
