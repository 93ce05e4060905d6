"""A short form of `make fuzz`, with the same examples in every run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz import seeds
from tests.fuzz.requests import PARAMETERS, SETTINGS, FuzzRequest, check_request, send
from tests.fuzz.targets import targets

TARGETS = targets()
SHORT = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.hypothesis
@pytest.mark.parametrize("name", TARGETS)
def test_hostile_input_is_taken_or_refused_as_documented(name: str) -> None:
    strategy, check = TARGETS[name]
    SHORT(given(strategy)(lambda example: check(example)))()


SEEDS = {
    "when": seeds.WHEN, "rule": seeds.RULES, "lead": seeds.LEADS, "filter": seeds.FILTERS, "small grammars": seeds.ADDRESSES,
    "registry": (seeds.REGISTRY,), "settings": (seeds.SETTINGS,), "variables": seeds.VARIABLES,
    **{f"import {name}": (text,) for name, text in seeds.IMPORTS.items()},
}  # fmt: skip


def with_unusual_numbers(texts: tuple[str, ...]) -> Iterator[str]:
    """Each number of *texts* in turn as digits that `int` refuses: more than 4,300 of them, and a superscript."""
    for text in texts:
        for number in re.finditer(r"[0-9]+", text):
            for unusual in ("9" * 5_000, "²"):
                yield text[: number.start()] + unusual + text[number.end() :]


@pytest.mark.parametrize("name", SEEDS)
def test_digits_that_are_no_usual_number_are_taken_or_refused_in_every_place_of_a_number(name: str) -> None:
    _, check = TARGETS[name]
    for text in with_unusual_numbers(SEEDS[name]):
        check(text)


@pytest.mark.parametrize(
    "address", ["/embed?view=list&count=", "/agenda?skip=", "/events.json?limit=", "/month/", "/year/"]
)
def test_an_address_with_five_thousand_digits_is_answered(address: str) -> None:
    path, _, query = address.partition("?")
    digits = "9" * 5_000

    response = send(FuzzRequest("GET", path if query else path + digits, query + digits if query else ""))

    assert response.status in (200, 400, 404)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("path", ["/operations", "/agenda", "/events.json"])
def test_nul_in_any_parameter_is_answered(path: str, database: str) -> None:
    token = {"Authorization": f"Bearer {SETTINGS.operator_token}"}
    for name in PARAMETERS:
        check_request(FuzzRequest("GET", path, f"{name}=a%00b", token), database)


def test_the_server_answers_as_its_own_document_says() -> None:
    pytest.importorskip("schemathesis")
    from tests.fuzz.schemas import schema_targets

    strategy, check = schema_targets()["api"]

    SHORT(given(strategy)(check))()
