"""An OpenAPI document of what no document of the server describes: pages, forms, devices, health, the operator's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eventcal import words
from eventcal.digest_schedule import WEEKDAYS
from eventcal.web.signup.preferences_form import LEAD_CHOICES, NOTICE_CHOICES
from tests.push_service import subscription

Json = dict[str, Any]

HTML, JSON, TEXT, FORM = "text/html", "application/json", "text/plain", "application/x-www-form-urlencoded"
ANY_TEXT: Json = {"type": "string"}
ANY_NUMBER: Json = {"type": "integer"}


def one_of(*values: str) -> Json:
    """One of *values*; other texts come with the requests that break the document."""
    return {"type": "string", "enum": [*dict.fromkeys((*values, "other"))]}


DAY = one_of("2021-09-16", "2021-09", "2021", "0001-01-01", "9999-12-31")
MONTH = one_of("2021-09", "0001-01", "9999-12")
FILTER: Json = {
    "tag": one_of("sco", "summit", "-sco"),
    "-tag": one_of("exercise"),
    "id": one_of("summit-2021"),
    "series": ANY_TEXT,
    "q": one_of("council", "Душанбе"),
    "place": one_of("Dushanbe", "TJ"),
    "from": DAY,
    "to": DAY,
    "lang": one_of("en", "ru", "ar", "zh-Hant"),
    "tz": one_of("Europe/Berlin", "UTC"),
    "imprecise": one_of("span", "all", "marker", "omit"),
    "cancelled": one_of("struck", "title", "omit"),
}
PREFERENCES: Json = {
    "language": one_of(*words.LANGUAGES),
    "zone": one_of("", "Europe/Berlin"),
    "which": one_of("own", "chosen"),
    "lead": {"type": "array", "items": one_of(*LEAD_CHOICES)},
    "notice": {"type": "array", "items": one_of(*NOTICE_CHOICES)},
    "digest": one_of("", "daily", "weekly"),
    "digest_day": one_of(*WEEKDAYS),
    "digest_time": one_of("08:00", "23:59"),
}
DEVICE: Json = {
    "enum": [
        subscription("https://push.example.org/p/1"),
        subscription("https://push.example.org/p/2"),
        {},
        None,
        "other",
    ]
}
ADDRESS = one_of("reader@example.org", "имя@пример.рф")
TAG, EVENT_ID = one_of("sco", "summit"), one_of("summit-2021")
ACTIONS = ("save", "delete", "leave", "return", "renew", "unmute")
OPERATIONS = ("pause", "resume", "retry", "retry all", "accept")


def parameters(place: str, schemas: Mapping[str, Json]) -> list[Json]:
    return [
        {"name": name, "in": place, "required": place == "path", "schema": schema} for name, schema in schemas.items()
    ]


def responses(statuses: Iterable[int], media_types: Iterable[str]) -> Json:
    """Every one has the headers that keep a browser from guessing, framing and running; a redirection says whither."""
    documented = {}
    for status in statuses:
        names = ["X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy"]
        names += ["Location"] if status in (301, 302, 303, 308) else []
        names += ["Retry-After"] if status in (429, 503) else []
        headers = {name: {"required": True, "schema": ANY_TEXT} for name in names}
        # an error of the framework, such as 404, is a page everywhere
        types = [] if status == 303 else [*media_types, *([HTML] if status >= 300 else [])]
        documented[str(status)] = {"description": "", "headers": headers, "content": {name: {} for name in types}}
    return documented


def operation(
    statuses: Sequence[int], *media_types: str, query: Json | None = None, path: Json | None = None, body: Json | None = None,
    body_type: str = FORM, headers: Json | None = None,
) -> Json:  # fmt: skip
    described = {
        "parameters": [
            *parameters("path", path or {}),
            *parameters("query", query or {}),
            *parameters("header", headers or {}),
        ],
        "responses": responses(statuses, media_types or (HTML,)),
    }
    schema = {"type": "object", "properties": body or {}, "additionalProperties": False}
    return described | ({"requestBody": {"content": {body_type: {"schema": schema}}}} if body is not None else {})


def page_document(tokens: Mapping[str, Sequence[str]], authorization: str, proof: str) -> Json:
    """Returns the document; *tokens* are valid ones by purpose, *authorization* and *proof* are the operator's."""
    page = {"get": operation([200], query=FILTER)}

    def personal(purpose: str) -> Json:
        return {"token": one_of(*tokens[purpose])}

    json_body = {"body_type": JSON, "query": FILTER}
    chosen = PREFERENCES | {"subscription": DEVICE, "replaces": DEVICE}
    paths: Json = {
        **dict.fromkeys(("/", "/follow", "/changes"), page),
        "/agenda": {"get": operation([200], query=FILTER | {"skip": ANY_NUMBER})},
        "/past": {"get": operation([200], query=FILTER | {"before": DAY})},
        "/month": {"get": operation([303], query=FILTER | {"month": MONTH})},
        "/month/{text}": {"get": operation([200, 404], query=FILTER, path={"text": MONTH})},
        "/year": {"get": operation([303], query=FILTER)},
        "/year/{text}": {"get": operation([200, 404], query=FILTER, path={"text": one_of("2021", "0001", "9999")})},
        "/events/{id}": {"get": operation([200, 301, 404], query=FILTER | {"on": DAY}, path={"id": EVENT_ID})},
        "/events/{id}/share.png": {
            "get": operation([200, 404, 503], "image/png", query={"on": DAY, "lang": ANY_TEXT}, path={"id": EVENT_ID})
        },
        "/tags/{tag}": {"get": operation([200, 404], query=FILTER, path={"tag": TAG})},
        "/embed": {
            "get": operation(
                [200],
                query=FILTER
                | {"view": one_of("month", "list", "year"), "start": DAY, "count": ANY_NUMBER}
                | {"scheme": one_of("light", "dark"), "size": one_of("small", "large"), "accent": one_of("teal")},
            )
        },
        "/embed/{text}": {"get": operation([200, 404], query=FILTER, path={"text": MONTH})},
        "/sitemap.xml": {"get": operation([200], "application/xml")},
        "/static/{name}": {"get": operation([200, 404], "text/css", query={"v": ANY_TEXT}, path={"name": one_of("eventcal.css")})},
        "/favicon.ico": {"get": operation([200], "image/svg+xml")},
        "/manifest.webmanifest": {"get": operation([200], "application/manifest+json", query=FILTER)},
        "/push-worker.js": {"get": operation([200], "text/javascript")},
        "/healthz": {"get": operation([200], JSON)},
        "/readyz": {"get": operation([200], JSON)},
        "/metrics": {"get": operation([200], TEXT)},
        "/push/key": {"get": operation([200], JSON)},
        "/push/subscribe": {"post": operation([201, 400, 404, 415, 429], JSON, body=chosen, **json_body)},
        "/push/renew": {"post": operation([200, 400, 404, 415, 429], JSON, body={"subscription": DEVICE, "old": DEVICE}, **json_body)},
        "/push/links": {"post": operation([200, 400, 404, 415, 429], JSON, body={"endpoint": ANY_TEXT, "keys": DEVICE}, **json_body)},
        "/subscribe": {
            "get": operation([200, 404], query=FILTER | {"event": EVENT_ID}),
            "post": operation([303, 400, 404, 415, 429], query=FILTER | {"event": EVENT_ID}, body=PREFERENCES | {"address": ADDRESS}),
        },
        "/subscribe/check": page,
        "/preferences": page,
        "/confirm/{token}": dict.fromkeys(("get", "post"), operation([200, 404, 410], path=personal("confirm"))),
        "/preferences/{token}": {
            "get": operation([200, 404, 410], HTML, JSON, query={"done": one_of(*ACTIONS), "export": ANY_TEXT}, path=personal("preferences")),
            "post": operation(
                [200, 303, 400, 404, 410, 415],
                path=personal("preferences"),
                body=PREFERENCES | {"action": one_of(*ACTIONS), "event": ANY_TEXT},
            ),
        },
        "/unsubscribe/{token}": {
            "get": operation([200, 404, 410], query={"event": EVENT_ID}, path=personal("unsubscribe")),
            "post": operation([200, 404, 410, 415], query={"event": EVENT_ID}, path=personal("unsubscribe"), body={"all": ANY_TEXT}),
        },
        "/operations": {
            "get": operation(
                [200, 401, 429],
                headers={"Authorization": one_of(authorization)},
                query={"state": one_of("sent", "open", "dead"), "kind": one_of("reminder"), "channel": ANY_TEXT, "event": ANY_TEXT, "done": one_of(*OPERATIONS)},
            ),
            "post": operation(
                [303, 400, 401, 403, 415, 429],
                headers={"Authorization": one_of(authorization)},
                body={"action": one_of(*OPERATIONS), "channel": one_of("email"), "id": {"type": "array", "items": one_of("1", "99")}, "digest": ANY_TEXT, "proof": one_of(proof)},
            ),
        },
    }  # fmt: skip
    return {"openapi": "3.1.0", "info": {"title": "Pages", "version": "1"}, "paths": paths}
