"""What holds of every grammar: a text is taken, and then written and read again it is the same, or refused in a sentence."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from eventcal import (
    digest_schedule,
    feeds,
    filters,
    importing,
    leads,
    mail_address,
    registry,
    repeat,
    settings,
    urls,
    when,
)
from eventcal.errors import GrammarError, RegistryError, SettingsError
from eventcal.history import build_edition
from eventcal.importing import ImportContext, ImportingError, Target
from eventcal.web.app import create_app
from eventcal.web.snapshots import Snapshot
from tests.factories import NEW_YEAR

from . import seeds
from .texts import mutated, of_grammar

ZONE = ZoneInfo("Europe/Berlin")
TextTarget = tuple[st.SearchStrategy[str], Callable[[str], None]]


def check_when(text: str) -> None:
    try:
        parsed = when.parse(text, ZONE)
    except GrammarError as error:
        assert str(error)
        return
    assert when.parse(str(parsed), ZONE).span == parsed.span


def check_rule(text: str) -> None:
    first = when.parse("2027-01-29 10:00", ZONE)
    for parse in (repeat.parse, repeat.parse_rrule):
        try:
            rule = parse(text, first)
        except GrammarError as error:
            assert str(error)
            continue
        assert repeat.parse(rule.text, first).rrule == rule.rrule if parse is repeat.parse else rule.rrule


def check_lead(text: str) -> None:
    try:
        lead = leads.parse(text)
    except GrammarError as error:
        assert str(error)
        return
    assert leads.parse(leads.lead_text(lead)) == lead


def check_filter(text: str) -> None:
    try:
        query = filters.parse_query(text, allowed=(*filters.FILTER_PARAMETERS, *filters.PAGE_PARAMETERS))
    except GrammarError as error:
        assert str(error)
    except ValueError as error:  # what `parse_qsl` says of more than a hundred fields
        assert "fields" in str(error)
    else:
        allowed = (*filters.FILTER_PARAMETERS, *filters.PAGE_PARAMETERS)
        assert filters.parse_query(filters.canonical_query(query), allowed=allowed) == query


def check_small_grammars(text: str) -> None:
    urls.split_url(text, "http", "https")
    for parse in (mail_address.parse, mail_address.parse_recipient, digest_schedule.parse_digest):
        try:
            parse(text)
        except GrammarError as error:
            assert str(error)


def check_registry(text: str) -> None:
    """What passes is drawn in every feed and on every page, what does not is a problem with its line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        loaded = registry.read(path)
    assert all(str(problem) for problem in loaded.problems)
    if loaded.calendar is None or any(not problem.warning for problem in loaded.problems):
        assert loaded.problems
        return
    edition, _ = build_edition(None, {}, loaded.calendar, loaded.events, loaded.digest, NEW_YEAR)
    assert feeds.find_undrawable(edition, edition.versions, date(2027, 1, 1)) == []
    served = Snapshot.of(edition)
    client = create_app(lambda: served, settings.Settings(), clock=lambda: NEW_YEAR.astimezone(UTC)).test_client()
    for path_name in ("/", "/agenda", *(f"/events/{event.id}" for event in loaded.events[:2])):
        assert client.get(path_name).status_code == 200, path_name


def check_settings(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "eventcal.toml"
        config.write_bytes(text.encode("utf-8", "surrogatepass"))
        environ = {"EVENTCAL_CONFIG": str(config), "EVENTCAL_REGISTRY": str(Path(folder) / "events.yaml")}
        try:
            loaded = settings.load(environ)
        except SettingsError as error:
            assert str(error)
            return
    assert settings.describe(loaded)


def check_variable(text: str) -> None:
    name, _, value = text.partition("=")
    environ = {f"EVENTCAL_{name}": value, "EVENTCAL_REGISTRY": "nowhere/events.yaml"}
    try:
        settings.describe(settings.load(environ))
    except SettingsError as error:
        assert str(error)


def import_check(source_format: str) -> Callable[[str], None]:
    """Returns a check that what is read as *source_format* is a registry that passes, or is refused in a sentence."""

    def check(text: str) -> None:
        context = ImportContext("Europe/Berlin")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "events.yaml"
            try:
                imported = importing.read_source(text.encode("utf-8", "replace"), "source", source_format, context)
                merge = importing.plan_merge(imported, Target(path, path), context)
            except (ImportingError, RegistryError) as error:
                assert str(error)
                return
            for file, content in merge.files.items():
                file.write_text(content, encoding="utf-8")
            if merge.files:
                assert [] == [str(problem) for problem in registry.read(path).problems if not problem.warning]

    return check


GRAMMARS: dict[str, TextTarget] = {
    "when": (of_grammar(seeds.WHEN, seeds.WHEN_WORDS), check_when),
    "rule": (of_grammar(seeds.RULES, seeds.RULE_WORDS), check_rule),
    "lead": (of_grammar(seeds.LEADS, seeds.LEAD_WORDS), check_lead),
    "filter": (of_grammar(seeds.FILTERS, seeds.FILTER_WORDS), check_filter),
    "small grammars": (of_grammar(seeds.ADDRESSES, seeds.ADDRESS_WORDS), check_small_grammars),
    "registry": (mutated((seeds.REGISTRY,), seeds.REGISTRY_WORDS), check_registry),
    "settings": (mutated((seeds.SETTINGS,), seeds.SETTINGS_WORDS), check_settings),
    "variables": (mutated(seeds.VARIABLES), check_variable),
    **{
        f"import {name}": (mutated((text,), seeds.IMPORT_WORDS), import_check(name))
        for name, text in seeds.IMPORTS.items()
    },
}
