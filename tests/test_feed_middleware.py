from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eventcal import when
from eventcal.events import Status
from eventcal.feeds import NOTHING_REMOVED, Removed, collect_removed
from eventcal.history import Change, ChangeKind, EventState
from eventcal.web.app import FeedMiddleware
from eventcal.web.feeds import responder
from eventcal.web.feeds.responder import FeedResponder
from eventcal.web.http import file_headers
from tests.factories import MODIFIED, edition, event, fail_to_draw

NOON = datetime(2021, 8, 20, 12, 0, tzinfo=UTC)
_CONFIRMED = EventState(when.parse("2021-09-20", ZoneInfo("UTC")), Status.CONFIRMED)
LAST_MODIFIED = format_datetime(MODIFIED, usegmt=True)


@dataclass(frozen=True)
class Held:
    edition: Any = None
    changes: tuple[Any, ...] = ()
    degraded: tuple[str, ...] = ()
    removed: Removed = NOTHING_REMOVED


@dataclass
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Client:
    """The WSGI layer with its clock in our hands, and a Flask that says it was reached."""

    held: Held
    now: datetime = NOON
    asked_flask: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.use(FeedResponder(lambda: self.held, clock=lambda: self.now.timestamp()))

    def use(self, responder: FeedResponder) -> None:
        self.responder = responder
        self.middleware = FeedMiddleware(self._flask, responder)

    def _flask(self, environ: Any, start_response: Any) -> list[bytes]:
        self.asked_flask.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [b"flask"]

    def get(self, address: str = "/calendar.ics", method: str = "GET", **headers: str) -> Answer:
        path, _, query = address.partition("?")
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query}
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        answer: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            assert len({name for name, _ in headers}) == len(headers)
            answer.update(status=status[:3], headers=dict(headers))

        body = b"".join(self.middleware(environ, start_response))
        return Answer(**answer, body=body)


@pytest.fixture
def client():
    return Client(Held(edition(event("summit", "2021-09-16/17", tags=("sco", "учения")), event("old", "2020-01-01"))))


@pytest.fixture
def big():
    return Client(Held(edition(*(event(f"event-{number}", "2021-09-16") for number in range(40)))))


def test_the_feed_comes_with_all_that_a_cache_needs_and_no_cookie(client):
    answer = client.get()

    assert answer.status == "200"
    assert answer.body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert answer.headers == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Length": str(len(answer.body)),
        "ETag": answer.headers["ETag"],
        "Last-Modified": LAST_MODIFIED,
        "Cache-Control": "public, max-age=900, stale-while-revalidate=86400",
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        **file_headers(""),
    }
    assert answer.headers["ETag"].startswith('"')


def test_head_is_get_without_a_body(client):
    assert client.get(method="HEAD") == replace(client.get(), body=b"")


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', 'W/"other" , W/{}', "*", " {} "])
def test_an_etag_that_matches_is_answered_304_with_the_headers_that_a_304_repeats(client, form):
    etag = client.get().headers["ETag"]

    answer = client.get(if_none_match=form.format(etag))

    assert (answer.status, answer.body) == ("304", b"")
    assert answer.headers == {
        "ETag": etag,
        "Cache-Control": responder.CACHE_CONTROL,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        **file_headers(""),
    }


@pytest.mark.parametrize("form", ['"other"', "", "garbage", 'W/"{}"'])
def test_another_etag_is_answered_in_full(client, form):
    assert client.get(if_none_match=form).status == "200"


def test_if_none_match_wins_over_if_modified_since(client):
    later = format_datetime(NOON, usegmt=True)

    assert client.get(if_none_match='"other"', if_modified_since=later).status == "200"
    assert client.get(if_none_match=client.get().headers["ETag"], if_modified_since="junk").status == "304"


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (LAST_MODIFIED, "304"),
        (format_datetime(MODIFIED + timedelta(seconds=1), usegmt=True), "304"),
        (format_datetime(MODIFIED - timedelta(seconds=1), usegmt=True), "200"),
        ("Thursday, 01-Jul-21 12:00:00 GMT", "304"),
        ("Thu Jul  1 12:00:00 2021", "304"),
        ("Thu Jul  1 11:59:59 2021", "200"),
        ("yesterday", "200"),
        ("", "200"),
        ("0", "200"),
        ("Thu, 99 Jul 2021 12:00:00 GMT", "200"),
        ("Thu, 01 Jul 99999999999 12:00:00 GMT", "200"),
    ],
)
def test_if_modified_since_counts_to_the_second_and_a_malformed_date_does_not_count(client, since, status):
    assert client.get(if_modified_since=since).status == status


@pytest.mark.parametrize(
    "accepted", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "GZIP;q=1", "GZip", "x-gzip"]
)
def test_who_asks_for_gzip_gets_it_with_an_etag_of_its_own(big, accepted):
    plain, packed = big.get(), big.get(accept_encoding=accepted)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Content-Length"] == str(len(packed.body))
    assert big.get(accept_encoding=accepted, if_none_match=packed.headers["ETag"]).status == "304"
    assert big.get(if_none_match=packed.headers["ETag"]).status == "200"


@pytest.mark.parametrize(
    "accepted", ["", "identity", "br", "gzip;q=0", "gzip;q=0.000, br", "*", "gzip;q=x", "GZIP;Q=0, br", "notgzip"]
)
def test_who_does_not_ask_for_gzip_gets_the_plain_bytes(big, accepted):
    assert "Content-Encoding" not in big.get(accept_encoding=accepted).headers


def test_a_small_feed_is_never_packed(client):
    assert client.get(accept_encoding="gzip") == client.get()


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"if_match": "{etag}"}, "200"),
        ({"if_match": '"other", {etag}'}, "200"),
        ({"if_match": "*"}, "200"),
        ({"if_match": '"other"'}, "412"),
        ({"if_match": "W/{etag}"}, "412"),
        ({"if_match": '"other"', "if_none_match": "{etag}"}, "412"),
        ({"if_match": "{etag}", "if_none_match": "{etag}"}, "304"),
        ({"if_match": "{etag}", "if_unmodified_since": "Thu, 01 Jan 1970 00:00:00 GMT"}, "200"),
        ({"if_unmodified_since": LAST_MODIFIED}, "200"),
        ({"if_unmodified_since": format_datetime(MODIFIED - timedelta(seconds=1), usegmt=True)}, "412"),
        ({"if_unmodified_since": "yesterday"}, "200"),
    ],
)
def test_who_asks_for_one_version_alone_gets_no_other(client, condition, status):
    etag = client.get().headers["ETag"]

    answer = client.get(**{name: value.format(etag=etag) for name, value in condition.items()})

    assert answer.status == status


def test_a_condition_on_a_version_is_not_looked_at_where_there_is_no_feed(client):
    assert client.get("/events/nothing.ics", if_match='"other"').status == "404"
    assert client.get(method="POST", if_match='"other"').status == "405"


def test_the_order_of_parameters_does_not_change_the_bytes(client):
    one, other = client.get("/calendar.ics?tag=sco&lang=en"), client.get("/calendar.ics?lang=en&tag=sco")

    assert one == other
    assert client.get("/calendar.ics?imprecise=span") == client.get()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (
            "/calendar.ics?tags=sco",
            "'tags' is not a parameter; did you mean tag? Valid ones: tag, -tag, id, series, q,",
        ),
        ("/calendar.ics?from=soon", "from: 'soon' is not a date"),
        ("/calendar.ics?utm_source=x", "'utm_source' is not a parameter"),
        ("/tags/sco.ics?tag=x", "'tag' is not a parameter"),
        ("/events.json?alarms=1", "'alarms' is not a parameter"),
        ("/events/summit.ics?from=2021", "'from' is not a parameter"),
        ("/events.json?limit=1001", "limit: '1001' is not a size of a page; write a number from 1 to 1000"),
        ("/events.json?limit=0", "limit: '0' is not"),
        ("/events.json?limit=%D9%A1", "limit: '١' is not"),
        ("/events.json?after=A", "after: 'A' is not an id"),
        ("/calendar.ics?limit=5", "'limit' is not a parameter"),
        ("/calendar.ics?q=%FF", "the query is not UTF-8"),
        ("/calendar.ics?q=" + "x" * 5000, "longer than 4500"),
        ("/openapi.json?v=1", "'v' is not a parameter. Valid ones: none"),
    ],
)
def test_a_parameter_that_is_not_understood_is_a_400_that_names_it(client, address, says):
    answer = client.get(address)

    assert answer.status == "400"
    assert says in answer.body.decode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_of_events_json_links_to_the_next_one(big):
    first = big.get("/events.json?limit=30")
    following = first.headers["Link"].removesuffix('>; rel="next"').removeprefix("<")
    last = big.get(f"/events.json{following}")

    assert following == json.loads(first.body)["next"] == "?limit=30&after=event-35"
    assert first.headers["Access-Control-Expose-Headers"] == "Link"
    assert len(json.loads(last.body)["events"]) == 10
    assert "Link" not in last.headers and json.loads(last.body)["next"] is None


def test_events_json_comes_by_pages_unless_it_is_a_file(big):
    big.use(FeedResponder(lambda: big.held, clock=NOON.timestamp, page_size=30))
    assert len(json.loads(big.get("/events.json").body)["events"]) == 30
    big.use(FeedResponder(lambda: big.held, clock=NOON.timestamp, page_size=0))
    assert len(json.loads(big.get("/events.json").body)["events"]) == 40


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/tags/sco.ics", "text/calendar"),
        ("/tags/учения.ics", "text/calendar"),
        ("/events/summit.ics", "text/calendar"),
        ("/events.json", "application/json"),
        ("/openapi.json", "application/json"),
        ("/upcoming.atom", "application/atom+xml"),
        ("/changes.atom", "application/atom+xml"),
        ("/robots.txt", "text/plain"),
    ],
)
def test_every_address_for_programs_is_answered_before_flask(client, address, kind):
    answer = client.get(address)

    assert answer.status == "200"
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert not client.asked_flask


@pytest.mark.parametrize(
    "address", ["/", "/events/summit", "/month/2021-09", "/tags/sco", "/events/a/b.ics", "/feed.ics"]
)
def test_pages_are_left_to_flask(client, address):
    assert client.get(address).body == b"flask"


def test_who_follows_what_was_removed_sees_it_cancelled_and_not_a_stale_copy(client):
    [call] = edition(event("call", "2021-09-20", tags=("press",))).versions
    gone_at = MODIFIED + timedelta(days=2)
    after = edition(event("summit", "2021-09-18"), modified=MODIFIED)
    client.held = Held(after, removed=collect_removed(after, [(call, gone_at)]))

    body = client.get("/events/call.ics").body.decode()
    assert "STATUS:CANCELLED" in body
    assert f"SEQUENCE:{call.sequence + 1}" in body
    assert f"LAST-MODIFIED:{gone_at:%Y%m%dT%H%M%SZ}" in body
    tagged = client.get("/tags/press.ics")
    assert (tagged.status, b"VEVENT" in tagged.body) == ("200", False)
    assert client.get("/tags/never.ics").status == "404"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/calendar.ics", "UID:call@test-calendar"),
        ("/events.json", '"uid":"call@test-calendar"'),
        ("/changes.atom", "Removed: Call"),
    ],
)
def test_a_feed_of_chosen_events_shows_a_removed_one_as_cancelled(client, path, shown):
    [call] = edition(event("call", "2021-09-20", formerly=("rally",))).versions
    after = edition(event("summit", "2021-09-18"))
    told = Change(ChangeKind.VANISHED, "call", call.uid, "", "Call", _CONFIRMED, None, MODIFIED)
    client.held = Held(after, (told,), removed=collect_removed(after, [(call, MODIFIED + timedelta(days=2))]))

    for query in ("?id=call", "?id=rally&id=summit"):
        assert shown in client.get(path + query).body.decode()
    assert call.uid not in client.get("/calendar.ics?id=summit").body.decode()
    assert call.uid not in client.get("/calendar.ics").body.decode()
    assert "STATUS:CANCELLED" in client.get("/calendar.ics?id=call").body.decode()


def test_an_id_that_another_event_has_now_shows_that_event_alone(client):
    [former] = edition(event("call", "2021-09-20")).versions
    client.held = Held(edition(event("call", "2021-10-01")), removed=Removed((replace(former, uid="former@test"),)))

    assert "former@test" not in client.get("/calendar.ics?id=call").body.decode()


def test_an_unknown_tag_or_event_is_a_404_that_says_which_tags_there_are(client):
    assert client.get("/tags/summitt.ics").status == "404"
    assert client.get("/tags/summitt.ics").body == "No event carries this tag. Tags: sco, учения.\n".encode()
    assert client.get("/events/nothing.ics").status == "404"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_feed_is_only_read(client, method):
    assert client.get(method=method).status == "405"
    assert client.get("/tags/sco.ics?q=x", method=method).headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.get("/robots.txt", method=method).status == "405"


def test_a_browser_may_ask_from_another_site(client):
    answer = client.get(method="OPTIONS")

    assert answer.status == "204"
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"] == "If-None-Match, If-Modified-Since"


def test_without_any_edition_a_reader_is_asked_to_come_back_and_pages_still_work():
    client = Client(Held())

    answer = client.get()

    assert (answer.status, answer.headers["Retry-After"]) == ("503", "30")
    assert client.get("/").body == b"flask"
    client.held = Held(edition(event("a", "2021-09-16")))
    assert client.get().status == "200"


def test_a_new_edition_is_served_at_the_next_request_with_another_etag(client):
    before = client.get()

    client.held = Held(edition(event("summit", "2021-09-18"), modified=MODIFIED + timedelta(days=1)))

    after = client.get()
    assert after.headers["ETag"] != before.headers["ETag"]
    assert client.get(if_none_match=before.headers["ETag"]).status == "200"
    assert client.get(if_modified_since=before.headers["Last-Modified"]).status == "200"


def test_a_held_value_that_changed_in_nothing_a_feed_shows_keeps_what_is_ready(client):
    client.get()
    kept = client.responder.refresh(client.held)

    client.held = replace(client.held)

    client.get()
    assert client.responder.refresh(client.held) is kept


def test_what_leaves_at_midnight_is_gone_at_midnight_and_the_validators_say_so():
    from eventcal.events import Status

    client = Client(Held(edition(event("a", "2021-08-20", status=Status.CANCELLED), event("b", "2021-09-01"))))
    before = client.get()
    assert b"Cancelled: A" in before.body

    client.now = datetime(2021, 8, 20, 18, 59, 59, tzinfo=UTC)
    assert client.get() == before
    client.now = datetime(2021, 8, 20, 19, 0, tzinfo=UTC)  # midnight in Dushanbe
    after = client.get()

    assert b"Cancelled: A" not in after.body
    assert after.headers["Last-Modified"] == "Fri, 20 Aug 2021 19:00:00 GMT"
    assert client.get(if_modified_since=before.headers["Last-Modified"]).status == "200"
    client.now = datetime(2021, 8, 18, 12, tzinfo=UTC)  # the clock was ahead, and is set back
    assert client.get().body == before.body


def test_hostile_variety_does_not_grow_what_is_kept_without_bound(big, monkeypatch):
    monkeypatch.setattr(responder, "MAX_CACHE_BYTES", 100_000)
    for number in range(200):
        assert big.get(f"/calendar.ics?-tag=x{number}").status == "200"

    kept = big.responder.refresh(big.held)
    assert sum(each.size for each in kept._filtered.values()) <= 100_000
    assert kept._size_bytes == sum(each.size for each in kept._filtered.values())
    assert len(kept.by_request) == 1


def test_robots_may_read_the_feeds_and_not_the_links_in_mails(client):
    robots = client.get("/robots.txt").body.decode()

    assert "Disallow: /unsubscribe/" in robots
    assert "Disallow: /\n" not in robots
    assert "ics" not in robots


@pytest.mark.parametrize(
    "path", ["/calendar.ics", "/tags/sco.ics", "/events/summit.ics", "/events.json", "/changes.atom"]
)
def test_the_description_says_which_parameters_may_be_empty(client, path):
    document = json.loads(client.get("/openapi.json").body)
    template = path.replace("sco", "{tag}").replace("summit", "{id}")
    operation = document["paths"][template]["get"]

    for reference in operation["parameters"]:
        name = reference.get("$ref", "").rpartition("/")[2]
        parameter = document["components"]["parameters"][name] if name else reference
        if parameter["in"] == "query":
            schema = parameter["schema"].get("items", parameter["schema"])
            may_be_empty = not ({"minLength", "enum", "format", "minimum", "pattern"} & schema.keys())
            assert client.get(f"{path}?{parameter['name']}=").status == ("200" if may_be_empty else "400"), parameter


def test_errors_and_every_other_answer_forbid_browsers_to_guess_or_run_anything(client):
    for address, method in [("/calendar.ics", "GET"), ("/calendar.ics", "POST"), ("/calendar.ics", "OPTIONS"),
                            ("/calendar.ics?x=1", "GET"), ("/events/nothing.ics", "GET"), ("/robots.txt", "GET"),
                            ("/healthz", "GET"), ("/readyz", "HEAD")]:  # fmt: skip
        assert file_headers("").items() <= client.get(address, method).headers.items(), address


def test_browsers_are_held_to_tls_where_the_calendar_is_served_by_it():
    assert "Strict-Transport-Security" in file_headers("https://calendar.example.org")
    assert "Strict-Transport-Security" not in file_headers("http://calendar.example.org")


def test_an_edition_that_cannot_be_rendered_leaves_the_last_feed_and_health_standing(client, monkeypatch, caplog):
    before = client.get()
    attempts = []

    def fail(*arguments):
        attempts.append(arguments)
        raise OverflowError("a bug")

    monkeypatch.setattr(responder.feeds, "render_path", fail)
    client.held = Held(edition(event("summit", "2021-09-18"), modified=MODIFIED + timedelta(days=1)))

    assert [client.get() for _ in range(3)] == [before] * 3
    assert client.get("/healthz").status == "200"
    assert json.loads(client.get("/readyz").body)["degraded"] == ["the feed cannot be rendered"]
    tries = len(attempts)
    client.get()
    assert len(attempts) == tries  # the same edition is not tried again on the same day
    assert "cannot be rendered" in caplog.text

    monkeypatch.undo()
    client.held = Held(edition(event("summit", "2021-09-19"), modified=MODIFIED + timedelta(days=2)))
    assert client.get().headers["ETag"] != before.headers["ETag"]
    assert json.loads(client.get("/readyz").body)["degraded"] == []


def test_health_does_not_wait_for_a_feed_that_was_never_rendered(client, monkeypatch):
    monkeypatch.setattr(responder.feeds, "render_path", lambda *_: pytest.fail("rendered"))

    assert [client.get(path).status for path in ("/healthz", "/readyz", "/robots.txt")] == ["200"] * 3


def test_an_event_that_cannot_be_drawn_is_left_out_alone_and_named(client, monkeypatch, caplog):
    fail_to_draw(monkeypatch, "bad")
    both = replace(edition(event("summit", "2021-09-18"), event("bad", "2021-09-20")), number=9)
    client.held = Held(both)

    body = client.get().body.decode()
    assert ("UID:summit@" in body, "UID:bad@" in body) == (True, False)
    assert "Not in the feed: 1 event that cannot be shown." in body.replace("\r\n ", "")
    assert json.loads(client.get("/readyz").body)["degraded"] == ["events that cannot be drawn are left out: bad"]
    assert "left out of the feeds of edition 9: bad" in caplog.text
