"""Schemathesis over the server's OpenAPI document and over that of its pages: every answer is as documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any

from hypothesis import strategies as st
from schemathesis import BaseSchema, Case, GenerationMode, openapi
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from eventcal import tokens
from eventcal.tokens import TokenPayload, TokenPurpose

from .page_document import page_document
from .requests import SETTINGS, FuzzRequest, send, server

Target = tuple[st.SearchStrategy[Case], Any]

OPERATOR = {"Authorization": f"Bearer {SETTINGS.operator_token}"}
VISITORS = count(1)
KNOWN = {"tag": "sco", "id": "summit-2021"}


@cache
def documents() -> dict[str, BaseSchema]:
    """The documents by name. That of the pages knows links of subscribers of each state and the token of the operator's forms."""
    application, people = server()
    signed = {
        purpose.value: [
            tokens.sign([SETTINGS.secret_key], purpose, TokenPayload(one.id, one.link_version)) for one in people
        ]
        for purpose in TokenPurpose
    }
    form = re.search(rb'name="proof" value="([^"]+)"', send(FuzzRequest("GET", "/operations", "", OPERATOR)).body)
    assert form
    pages = openapi.from_dict(page_document(signed, OPERATOR["Authorization"], form[1].decode()))
    pages.app = application
    return {"api": openapi.from_wsgi("/openapi.json", application), "pages": pages}


def check_api(case: Case) -> None:
    """A 400 answers what the document does not allow, and nothing else; every answer is a documented one."""
    # The document can say what a day is, and not that one of two may not lie before the other.
    is_window = {"from", "to"} <= {*(case.query or ())}
    validate(case, [positive_data_acceptance] if is_window else [])


def check_page(case: Case) -> None:
    """Every answer is a documented one: a page takes what it understands and ignores the rest."""
    validate(case, [negative_data_rejection, positive_data_acceptance])


def validate(case: Case, excluded_checks: list[Any]) -> None:
    number = next(VISITORS)
    visitor = f"10.{number // 250 % 250}.{number % 250}.1"
    case.call_and_validate(
        headers={"Accept-Encoding": "identity", "X-Forwarded-For": visitor}, excluded_checks=excluded_checks
    )


def requests_of(document: BaseSchema) -> Iterator[st.SearchStrategy[Case]]:
    """Requests that *document* allows and others, for each operation; also of the tag and the event that there are."""
    for result in document.get_all_operations():
        operation = result.ok()
        names = {parameter.name for parameter in operation.path_parameters}
        for mode in GenerationMode:
            yield operation.as_strategy(generation_mode=mode)
            if names and names <= {*KNOWN}:
                yield operation.as_strategy(generation_mode=mode, path_parameters={name: KNOWN[name] for name in names})


def schema_targets() -> dict[str, Target]:
    """A target for each document."""
    return {
        "api": (st.one_of([*requests_of(documents()["api"])]), check_api),
        "pages as described": (st.one_of([*requests_of(documents()["pages"])]), check_page),
    }
