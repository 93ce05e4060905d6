"""All targets by name: a strategy, and what must hold of each example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from .grammars import GRAMMARS
from .requests import request_targets

FuzzTarget = tuple[st.SearchStrategy[Any], Callable[[Any], None]]


def targets() -> dict[str, FuzzTarget]:
    """Returns every target."""
    return {**GRAMMARS, **request_targets()}
