"""Ids, former ids and UIDs of the events of an entry: each is used once in a registry."""

from __future__ import annotations

from dataclasses import dataclass

from .yaml_nodes import KeyPath, PlainValue

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
