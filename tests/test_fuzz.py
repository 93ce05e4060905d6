"""A short form of `make fuzz`, with the same examples in every run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

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
