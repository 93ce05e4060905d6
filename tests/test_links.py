from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from eventcal import links
from eventcal.events import Place, Status, Text
from eventcal.when import parse
from tests import factories
from tests.sample import FOUNDING, SUMMIT, event

SITE = "https://example.org/cal"


def test_addresses_are_absolute_only_under_a_base() -> None:
    assert links.event_url(SITE, "summit-2021") == "https://example.org/cal/events/summit-2021"
    assert links.event_url("", "summit-2021") == "/events/summit-2021"
    assert links.base_path(SITE) == "/cal"
    assert links.base_path("https://example.org/") == ""


def test_what_has_no_value_is_left_out_of_an_address() -> None:
    assert links.site_url("", "/", [("q", ""), ("tag", "a&b"), ("tag", "ш")]) == "/?tag=a%26b&tag=%D1%88"


def test_each_calendar_is_handed_the_scheme_that_it_takes() -> None:
    address = links.site_url(SITE, "/calendar.ics", [("tag", "summit")])
    assert links.webcal_url(address) == "webcal://example.org/cal/calendar.ics?tag=summit"
    google = parse_qs(urlsplit(links.google_subscribe_url(address)).query)
    assert google["cid"] == ["webcal://example.org/cal/calendar.ics?tag=summit"]
    outlook = parse_qs(urlsplit(links.outlook_subscribe_url(address, "SCO watch")).query)
    assert outlook == {"url": [address], "name": ["SCO watch"]}


def test_whole_days_end_on_the_day_after_elsewhere() -> None:
    google = parse_qs(urlsplit(links.google_event_url(SUMMIT, SUMMIT.when, "Summit", "Dushanbe", "")).query)
    assert google["dates"] == ["20210916/20210918"]
    outlook = parse_qs(urlsplit(links.outlook_event_url(SUMMIT, SUMMIT.when, "Summit", "Dushanbe", "")).query)
    assert [outlook["startdt"], outlook["enddt"]] == [["2021-09-16"], ["2021-09-18"]]


def test_an_hour_is_handed_over_in_utc() -> None:
    timed = event("x", "X", "2021-09-16 10:00/12:00")
    google = parse_qs(urlsplit(links.google_event_url(timed, timed.when, "X", "", "")).query)
    assert google["dates"] == ["20210916T050000Z/20210916T070000Z"]


def test_a_series_keeps_its_rule_where_the_other_calendar_knows_rules() -> None:
    google = parse_qs(urlsplit(links.google_event_url(FOUNDING, FOUNDING.when, "Day", "", "")).query)
    assert google["recur"][0].startswith("RRULE:FREQ=YEARLY")
    assert links.outlook_event_url(FOUNDING, FOUNDING.when, "Day", "", "") == ""


def test_a_series_is_handed_over_to_its_last_date_and_not_with_dates_that_it_does_not_have() -> None:
    training = factories.event("training", "2027-01-05 19:00", repeat="every week on Tue 10 times")
    third = parse("2027-01-19 19:00", ZoneInfo("Asia/Dushanbe"))
    google = parse_qs(urlsplit(links.google_event_url(training, third, "Training", "", "")).query)
    assert google["dates"] == ["20270119T190000/20270119T190000"]
    assert google["recur"] == ["RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270309T185959Z"]
    for change in (
        {"exceptions": {"2027-01-12": Status.CANCELLED}},
        {"exdates": ["2027-01-12"]},
        {"also": ["2027-01-13"]},
    ):
        differing = factories.event("training", "2027-01-05 19:00", repeat="every week on Tue 10 times", **change)
        assert links.google_event_url(differing, third, "Training", "", "") == ""


def test_no_day_is_invented_for_a_calendar_that_cannot_hold_a_month() -> None:
    vague = parse("2021-09", ZoneInfo("Asia/Dushanbe"))
    assert (
        links.google_event_url(SUMMIT, vague, "x", "", "") == links.outlook_event_url(SUMMIT, vague, "x", "", "") == ""
    )


def test_a_map_shows_the_point_or_looks_for_the_words() -> None:
    words = "Dushanbe, Tajikistan"
    assert links.map_url(Place(Text.plain("Dushanbe", "en")), words).endswith("/search?query=Dushanbe%2C+Tajikistan")
    assert "mlat=38.56&mlon=68.78" in links.map_url(Place(latitude=38.56, longitude=68.78), words)
