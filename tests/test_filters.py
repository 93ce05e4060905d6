from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import filters, occurrences
from eventcal.errors import GrammarError
from eventcal.events import Occurrence, Override, Place, Source, Status, Text
from eventcal.filters import (
    Filter,
    canonical_query,
    fold_for_search,
    is_in_window,
    keeps_event,
    matches_event,
    matches_occurrence,
    parse,
    parse_query,
)
from tests.factories import count_calls, event

SUMMIT = event(
    "summit-2021",
    "2021-09-16/17",
    title=Text((("en", "Council of Heads of State"), ("ru", "Совет глав государств — ШОС"))),
    tags=("sco", "summit"),
    place=Place(Text.plain("Dushanbé", "en"), country="TJ"),
    sources=(Source(title="The Gazette", quote="scheduled for September"),),
)
EXERCISE = event("exercise", "2021-09", title="“Pabby – Antiterror – 2021”", tags=("sco", "exercise"))


def test_several_tags_keep_what_carries_any_of_them():
    query = parse_query("tag=summit&tag=other")

    assert matches_event(query, SUMMIT)
    assert not matches_event(query, EXERCISE)


@pytest.mark.parametrize("text", ["-tag=exercise", "tag=-exercise", "tag=sco&-tag=exercise"])
def test_a_tag_with_a_minus_drops_what_carries_it(text):
    query = parse_query(text)

    assert matches_event(query, SUMMIT)
    assert not matches_event(query, EXERCISE)


@pytest.mark.parametrize(
    "words", ["council heads", "СОВЕТ Глав", "шос", "dushanbe", "gazette", "summit", "september scheduled", "Dushanbé"]
)
def test_words_are_found_in_any_language_without_case_and_accents(words):
    assert matches_event(Filter(q=words), SUMMIT)


def test_ids_keep_those_events_alone_also_by_an_id_that_one_had():
    renamed = event("assembly", "2021-09-16", formerly=("council",))
    query = parse_query("id=council&id=exercise")

    assert [matches_event(query, candidate) for candidate in (renamed, EXERCISE, SUMMIT)] == [True, True, False]


@pytest.mark.parametrize(("name", "most"), [("id", 64), ("tag", 32), ("-tag", 32)])
def test_more_ids_or_tags_than_an_address_holds_are_refused_and_one_given_twice_is_one(name, most):
    query = "&".join(f"{name}=event-{number}" for number in range(most))

    assert parse_query(f"{name}=a&{name}=b&{name}=a") == parse_query(f"{name}=a&{name}=b")
    for one_more in (f"{name}=event-{most}", f"{name}=event-0"):  # JSON Schema's maxItems counts both
        with pytest.raises(GrammarError, match=f"at most {most} "):
            parse_query(f"{query}&{one_more}")


@pytest.mark.parametrize("name", ["PyConf Zürich", "pyconf  zurich", "PYCONF%20ZÜRICH"])
def test_a_series_is_chosen_by_the_name_that_its_editions_share(name):
    first, other = event("pyconf-2026", "2026", series="PyConf Zürich"), event("pyconf-bonn", "2027", series="PyConf")
    query = parse_query(f"series={name}")

    assert [matches_event(query, candidate) for candidate in (first, other, SUMMIT)] == [True, False, False]
    assert parse_query(canonical_query(query)) == query


def test_all_the_words_must_be_found():
    assert not matches_event(Filter(q="council exercise"), SUMMIT)


def test_a_search_finds_the_words_of_notes_that_are_escaped() -> None:
    assert matches_event(Filter(q="snake_case"), replace(SUMMIT, notes=Text.plain("see snake\\_case", "en")))


def test_dashes_and_quotes_are_all_alike():
    assert matches_event(Filter(q='"Pabby - Antiterror - 2021"'), EXERCISE)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Ёлка", "елка"), ("上海合作组织", "上海合作组织"), ("مُحَمَّد", "محمد"), ("STRASSE", "straße"), ("ﬁnal", "FINAL")],
)
def test_folding_makes_alike_what_people_type_differently_in_every_script(typed, written):
    assert fold_for_search(typed) == fold_for_search(written)


@pytest.mark.parametrize(("place", "kept"), [("dushanbe", True), ("tj", True), ("TJ", True), ("Almaty", False)])
def test_place_is_words_or_a_country_code(place, kept):
    assert matches_event(Filter(place=place), SUMMIT) is kept


@pytest.mark.parametrize(
    ("window", "touched"),
    [
        ("from=2021-09-17", True),
        ("from=2021-09-18", False),
        ("to=2021-09-16", True),
        ("to=2021-09-15", False),
        ("from=2021-09-01&to=2021-09-30", True),
        ("from=2021-09&to=2021-09", True),
        ("from=2020&to=2020", False),
        ("to=9999", True),
    ],
)
def test_both_ends_of_a_window_count_and_what_touches_it_stays_whole(window, touched):
    assert is_in_window(parse_query(window), SUMMIT) is touched


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("from=2021&to=2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("from=2024-02&to=2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("from=2021-09-16&to=2021-09-16", date(2021, 9, 16), date(2021, 9, 16)),
    ],
)
def test_a_month_or_a_year_is_all_its_days(query, start, end):
    parsed = parse_query(query)

    assert (parsed.start, parsed.end) == (start, end)


@pytest.mark.parametrize(
    ("canonical", "kept"),
    [
        ("", True),
        ("tag=summit", True),
        ("tag=none", False),
        ("event=summit-2021", True),
        ("from=2021-09-17&later=1", True),
        ("from=2021-09-18", False),
        ("tag=none&from=2021-09-01", False),
    ],
)
def test_a_subscription_keeps_what_its_filter_and_its_window_do(canonical, kept):
    assert keeps_event(canonical, SUMMIT, ()) is kept


def test_only_a_known_day_is_kept_where_imprecise_dates_are_omitted():
    assert [matches_event(Filter(imprecise="omit"), candidate) for candidate in (SUMMIT, EXERCISE)] == [True, False]


@pytest.mark.parametrize(
    ("window", "touched"),
    [
        ("from=2031-06-10&to=2031-06-20", True),
        ("from=2031-07-01&to=2031-07-31", False),
        ("from=2031-06-15&to=2031-06-15", True),
        ("from=2090", True),
        ("to=2000", False),
    ],
)
def test_a_series_touches_a_window_when_any_occurrence_does(window, touched):
    yearly = event("founding", "2001-06-15", repeat="every year")

    assert is_in_window(parse_query(window), yearly) is touched


@pytest.mark.parametrize(
    ("rare", "window", "touched"),
    [
        ({"repeat": "every 12 years"}, "from=2023", True),
        ({"repeat": "every 12 years"}, "from=2023&to=2033", False),
        ({"repeat": "every 100 years"}, "from=2023&to=2110-04-01", True),
        ({"repeat": "every 12 years"}, "from=9999-12-31", False),
        ({"also": ["2040-01-01"]}, "from=2023", True),
    ],
)
def test_a_date_is_seen_however_many_years_lie_before_it(rare, window, touched):
    assert is_in_window(parse_query(window), event("rare", "2010-04-01", **rare)) is touched


def test_an_event_without_a_date_touches_no_window():
    assert is_in_window(Filter(), event("a", "TBD"))
    assert not is_in_window(parse_query("from=2021"), event("a", "TBD"))
    only_the_zeroth = event("a", "2001-06-15", repeat="every year 1 times", title="{nth} time")
    assert not is_in_window(parse_query("from=2001"), only_the_zeroth)


@pytest.mark.parametrize(
    ("query", "is_taken"),
    [
        ("limit=1", True), ("limit=1000", True), ("limit=1001", False), ("limit=0", False), ("limit=ten", False),
        ("after=summit-2021", True), ("after=-", False), ("event=summit-2021", True), ("event=No", False),
        (f"series={'x' * 300}", True), (f"series={'x' * 301}", False), (f"q={'x' * 200}", True), (f"q={'x' * 201}", False),
    ],
)  # fmt: skip
def test_pages_ids_and_lengths_have_bounds(query, is_taken):
    with contextlib.nullcontext() if is_taken else pytest.raises(GrammarError):
        parse_query(query, allowed=(*filters.PAGE_PARAMETERS, *filters.REMINDER_PARAMETERS))


def test_an_occurrence_is_kept_by_its_own_status_and_days():
    occurrence = Occurrence(SUMMIT, "", SUMMIT.when, Status.CANCELLED)

    assert matches_occurrence(parse_query("tag=summit"), occurrence)
    assert not matches_occurrence(parse_query("cancelled=omit"), occurrence)
    windows = {"from=2021-10": False, "from=2021-09-17": True, "to=2021-09-15": False, "to=2021-09-16": True}
    assert {window: matches_occurrence(parse_query(window), occurrence) for window in windows} == windows
    assert matches_occurrence(parse_query("cancelled=omit"), replace(occurrence, status=Status.CONFIRMED))


def test_words_are_looked_for_again_only_in_a_date_that_has_its_own():
    hall = Override(date(2021, 9, 14), place=Place(Text.plain("Hall", "en")))
    series = replace(event("club", "2021-09-07", repeat="every week", notes=Text.plain("Osh", "en")), overrides=(hall,))
    plain, own = occurrences.of_event(series, date(2021, 9, 7), date(2021, 9, 14))
    words, nothing = parse_query("q=osh"), Filter()

    assert count_calls(lambda: matches_occurrence(words, plain)) == count_calls(
        lambda: matches_occurrence(nothing, plain)
    )
    assert [matches_occurrence(parse_query(f"place={name}"), own) for name in ("hall", "annex")] == [True, False]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (
            "tags=summit",
            "'tags' is not a parameter; did you mean tag? Valid ones: tag, -tag, id, series, q, place, from",
        ),
        ("utm_source=x", "'utm_source' is not a parameter"),
        ("from=soon", "from: 'soon' is not a date; write the first day"),
        ("from=2021-02-30", "from: '2021-02-30' is not a day of the calendar"),
        ("from=2021-00", "from: '2021-00' is not a day of the calendar"),
        ("to=2021-09-00", "to: '2021-09-00' is not a day of the calendar"),
        ("from=2021-09-02&to=2021-09-01", "to: 2021-09-01 lies before from"),
        ("imprecise=no", "imprecise: 'no' is none of span, all, marker, omit"),
        ("alarms=yes", "alarms: 'yes' is none of 0, 1"),
        ("lang=english!", "lang: 'english!' is not a language"),
        ("q=", "q: a value is missing"),
        ("q=a&q=b", "q: given twice"),
        ("tag=a%2Cb", "tag: 'a,b' is not a tag"),
        ("series=" + "x" * 301, "series: at most 300 characters"),
        ("series=A&series=B", "series: given twice; only tag, -tag and id may be repeated"),
        ("q=" + "x" * 201, "q: at most 200 characters"),
        ("q=a%00", "q: control characters are not text"),
    ],
)
def test_what_a_feed_cannot_understand_is_refused_by_name_and_ignored_by_a_page(query, says):
    with pytest.raises(GrammarError) as refused:
        parse_query(query)

    assert says in str(refused.value)
    assert parse_query(query + "&tag=sco", strict=False).tags == ("sco",)


def test_a_surface_takes_only_the_parameters_that_it_names():
    with pytest.raises(GrammarError, match=r"'alarms' is not a parameter. Valid ones: q, lang"):
        parse([("alarms", "1")], strict=True, allowed=("q", "lang"))


def test_the_order_of_parameters_and_defaults_that_are_spelled_out_do_not_matter():
    one = parse_query("tag=b&q=x&tag=a&imprecise=span&alarms=0&lang=RU&cancelled=struck")
    other = parse_query("lang=ru&tag=a&q=x&tag=b&tag=a")

    assert one == other
    assert canonical_query(one) == "tag=a&tag=b&q=x&lang=ru"


_TAGS = st.lists(st.text("abcыл0-", min_size=1, max_size=5).filter(lambda tag: not tag.startswith("-")), max_size=3)


@given(
    st.builds(
        Filter,
        tags=_TAGS.map(lambda tags: tuple(sorted(set(tags)))),
        excluded_tags=_TAGS.map(lambda tags: tuple(sorted(set(tags)))),
        q=st.text("aЁ上 &=?%+#", max_size=20).map(lambda text: " ".join(text.split())),
        start=st.none() | st.dates(max_value=date(2100, 1, 1)),
        end=st.none() | st.dates(min_value=date(2100, 1, 2)),
        language=st.sampled_from(["", "ru", "zh-Hant", "pt-BR"]),
        imprecise=st.sampled_from(filters.IMPRECISE_MODES),
        cancelled=st.sampled_from(filters.CANCELLED_MODES),
        alarms=st.booleans(),
        event=st.sampled_from(["", "summit-2021"]),
        ids=st.sampled_from([(), ("a", "b")]),
        series=st.sampled_from(["", "PyConf Zürich"]),
        place=st.sampled_from(["", "São Paulo"]),
        parts=st.booleans(),
        limit=st.sampled_from([0, 7]),
        after=st.sampled_from(["", "a"]),
    )
)
def test_the_canonical_query_gives_the_filter_again(query):
    allowed = (*filters.FILTER_PARAMETERS, *filters.PAGE_PARAMETERS, "event", "parts")

    assert parse_query(canonical_query(query), allowed=allowed) == query


@pytest.mark.parametrize("name", ["event", "id"])
def test_an_event_is_chosen_by_each_of_its_ids(name):
    queries = [parse_query(f"{name}={event_id}", allowed=("event", "id")) for event_id in ("new", "old", "other")]
    renamed = event("new", "2021-09-16", formerly=("old",))

    assert [matches_event(query, renamed) for query in queries] == [True, True, False]


@pytest.mark.parametrize(
    ("canonical", "kept"), [("event=conf", False), ("event=conf&parts=1", True), ("parts=1", True)]
)
def test_a_subscription_to_an_event_with_its_parts_keeps_what_belongs_to_it(canonical, kept):
    deadline, other = event("papers", "2027-07-01"), event("other", "2027-07-01")

    assert keeps_event(canonical, deadline, ("track", "conf", "conf-2027")) is kept
    assert keeps_event("event=conf&parts=1", event("conf", "2027-09-16"), ())
    assert not keeps_event("event=conf&parts=1", other, ())


def test_cancelled_events_are_kept_unless_omitted():
    off = event("off", "2021-09-16", status=Status.CANCELLED)

    assert [matches_event(Filter(cancelled=mode), off) for mode in filters.CANCELLED_MODES] == [True, True, False]
    assert matches_event(Filter(cancelled="omit"), SUMMIT)


@given(st.lists(st.tuples(st.sampled_from([*filters.FILTER_PARAMETERS, "other"]), st.text(max_size=8)), max_size=6))
def test_no_input_breaks_either_way_of_reading(pairs):
    parse(pairs, strict=False)
    with contextlib.suppress(GrammarError):
        parse(pairs, strict=True)
