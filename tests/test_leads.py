"""Leads: what is read, how it prints, and the instant that it means."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal.errors import GrammarError
from eventcal.lead_advice import is_lead_like, suggest_length
from eventcal.leads import (
    Elapsed,
    NoticeKind,
    WallClock,
    lead_text,
    leads_of,
    longest_lead,
    notices_of,
    parse,
    resolve,
)
from eventcal.when import find_zone
from eventcal.when import parse as parse_when
from tests.factories import utc

BERLIN = find_zone("Europe/Berlin")
DUSHANBE = find_zone("Asia/Dushanbe")
LORD_HOWE = find_zone("Australia/Lord_Howe")

hours = st.times().map(lambda at: at.replace(second=0, microsecond=0))
leads = st.one_of(
    st.builds(WallClock, days=st.integers(1, 3660), at=st.none() | hours),
    st.builds(WallClock, months=st.integers(1, 118), at=st.none() | hours),
    st.builds(WallClock, at=hours),
    st.builds(Elapsed, st.integers(1, 3660 * 86400).map(lambda seconds: timedelta(seconds=seconds))),
    st.sampled_from(NoticeKind),
)


def due(lead: str, when: str, where=BERLIN, reader=None):
    found = parse(lead)
    assert not isinstance(found, NoticeKind)
    return resolve(found, parse_when(when, where), reader or where)


@given(leads)
def test_what_is_printed_reads_back_as_the_same_lead(lead):
    assert lead == parse(lead_text(lead))


@given(
    st.text(max_size=30)
    | st.lists(
        st.sampled_from(["1", "a", "week", "s", "before", "at", "09:00", "9am", "on", "the", "day", "change", "-"])
    ).map(" ".join)
)
def test_any_text_is_a_lead_or_an_answer(text):
    try:
        assert parse(text) == parse(lead_text(parse(text)))
    except GrammarError as refused:
        assert ": " in str(refused)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("7 days before", "1 week before"),
        ("1 weeks before", "1 week before"),
        ("10 days before at 09:00", "10 days before at 09:00"),
        ("1 day before at 18:00", "the day before at 18:00"),
        ("1 Day  before", "1 day before"),
        ("120 minutes before", "2 hours before"),
        ("24 hours before", "24 hours before"),  # a day of the clock is not always as long
        ("90 seconds before", "90 seconds before"),
        ("12 months before", "12 months before"),
        ("on the day at 00:00", "on the day at 00:00"),
        ("On day known", "on day known"),
    ],
)
def test_one_value_has_one_text(text, canonical):
    assert canonical == lead_text(parse(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a lead is missing"),
        ("1 week", "did you mean 1 week before?"),
        ("1 Woche vorher", "did you mean 1 week before?"),
        ("am Vortag um 18 Uhr", "did you mean the day before at 18:00?"),
        ("2 heures avant", "did you mean 2 hours before?"),
        ("1 semana antes a las 9:00", "did you mean 1 week before at 09:00?"),
        ("за 2 часа", "did you mean 2 hours before?"),
        ("за неделю в 9:00", "did you mean 1 week before at 09:00?"),
        ("提前3天", "did you mean 3 days before?"),
        ("提前两天上午9点", "did you mean 2 days before at 09:00?"),
        ("提前两天晚上8点", "did you mean 2 days before at 20:00?"),
        ("提前一天晚上12点", "there is no 24:00"),
        ("the evening before at 8", "did you mean the day before at 20:00?"),
        ("the evening before at 8:30", "did you mean the day before at 20:30?"),
        ("the evening before at 19:00", "did you mean the day before at 19:00?"),
        ("前一天18:00", "did you mean the day before at 18:00?"),
        ("当天早上8点", "did you mean on the day at 08:00?"),
        ("提前半小时", "did you mean 30 minutes before?"),
        ("有变更时", "did you mean on change?"),
        ("قبل أسبوع", "did you mean 1 week before?"),
        ("قبل يومين في الساعة 9:00", "did you mean 2 days before at 09:00?"),
        ("قبل 3 أيام", "did you mean 3 days before?"),
        ("قبل ساعة واحدة", "did you mean 1 hour before?"),
        ("في نفس اليوم في الساعة 8:00", "did you mean on the day at 08:00?"),
        ("عند الإلغاء", "did you mean on cancel?"),
        ("за полчаса", "did you mean 30 minutes before?"),
        ("накануне вечером", "did you mean the day before at 18:00?"),
        ("bei Absage", "did you mean on cancel?"),
        ("an hour before", "did you mean 1 hour before?"),
        ("15min before", "did you mean 15 minutes before?"),
        ("2 dyas before", "did you mean 2 days before?"),
        ("1 week before at 9am", "did you mean 1 week before at 09:00?"),
        ("1 week before at 21:00pm", "did you mean 1 week before at 21:00?"),
        ("the day before", "did you mean the day before at 09:00?"),
        ("day before at 18:00", "did you mean the day before at 18:00?"),
        ("on the day", "did you mean on the day at 09:00?"),
        ("1 year before", "did you mean 12 months before?"),
        ("on chnage", "did you mean on change?"),
        ("when cancelled", "did you mean on cancel?"),
        ("0 days before", "on the day at 09:00"),
        ("2 hours before at 09:00", "take no `at`; write 2 hours before"),
        ("1 week before at 25:00", "there is no 25:00"),
        ("1 week before at 24:00", "there is no 24:00"),
        ("1 week before at 23:60", "there is no 23:60"),
        ("1 week before at 9:30pm", "did you mean 1 week before at 21:30?"),
        ("1 week before at 12pm", "did you mean 1 week before at 12:00?"),
        ("1 week before at 12am", "did you mean 1 week before at 00:00?"),
        ("1 week before at 13am", "did you mean 1 week before at 13:00?"),
        ("a dozen before", "not a lead"),
        ("two days before", "did you mean 2 days before?"),
        ("3 months earlier", "did you mean 3 months before?"),
        ("5000 days before", "ten years at most"),
        ("5000 dyas before", "ten years at most"),
        ("1 day after", "nothing is sent after the date"),
        ("-P1D", "did you mean 1 day before?"),
        ("-PT15M", "did you mean 15 minutes before?"),
        ("day before", "did you mean 1 day before?"),
        ("a fortnight before", "did you mean 2 weeks before?"),
        ("3 days before 9:00", "did you mean 3 days before at 09:00?"),
        ("1 week and 1 day before", "did you mean 8 days before?"),
        ("1 hour 30 minutes before", "did you mean 90 minutes before?"),
        ("1 week 1 hour before", "not a lead; write 1 week before at 09:00"),
        ("the evening before", "did you mean the day before at 18:00?"),
        ("the night before at 9pm", "did you mean the day before at 21:00?"),
        ("in the morning", "did you mean on the day at 09:00?"),
        ("day of, 8am", "did you mean on the day at 08:00?"),
        ("one day before at noon", "did you mean the day before at 12:00?"),
        ("3 days before, 9:00", "did you mean 3 days before at 09:00?"),
        ("the week before", "did you mean 1 week before?"),
        ("30 min before start", "did you mean 30 minutes before?"),
        ("at 18:00 the day before", "did you mean the day before at 18:00?"),
        ("the day before, in the evening", "did you mean the day before at 18:00?"),
        ("1.5 hours before", "did you mean 90 minutes before?"),
        ("an hour and a half before", "did you mean 90 minutes before?"),
        ("half an hour before", "did you mean 30 minutes before?"),
        ("half a day before", "did you mean 12 hours before?"),
        ("a quarter of an hour before", "did you mean 15 minutes before?"),
        ("1 day 2 hours before", "did you mean 26 hours before?"),
        ("-1d", "did you mean 1 day before?"),
        ("D-1 18:00", "did you mean the day before at 18:00?"),
        ("if moved", "did you mean on change?"),
        ("once the date is confirmed", "did you mean on day known?"),
        ("1 week, 1 day", "an entry of its own; write [1 week before, 1 day before]"),
        ("1 week before and on the day at 8:00", "an entry of its own; write [1 week before, on the day at 08:00]"),
        ("every day", "an entry of its own"),
        ("at start", "a reminder comes before the start; write 1 minute before"),
        ("0 minutes before", "write 1 minute before"),
        ("3 business days before", "days of the calendar are counted"),
        ("the Friday before at 17:00", "days are counted back from the date"),
        ("none", "for none, write reminders: []"),
    ],
)
def test_a_wrong_lead_is_answered_with_the_right_form(text, said):
    with pytest.raises(GrammarError) as refused:
        parse(text)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90 Minuten", "90 minutes"),
        ("1 week", "7 days"),
        ("2 weeks", "14 days"),
        ("1 h", "1 hour"),
        ("1 hour 30 minutes", "90 minutes"),
        ("5 hours 5", "5 hours 5 minutes"),
        ("1.5 hours", "90 minutes"),
        ("half a day", "12 hours"),
        ("0.5 weeks", ""),
        ("1.3 days", ""),
        ("2 days 3", ""),
        ("0 days", ""),
        ("long", ""),
    ],
)
def test_a_length_in_other_words_is_answered_with_its_form(text, length):
    assert suggest_length(text) == length


@pytest.mark.parametrize(
    ("lead", "when", "expected"),
    [
        ("1 week before", "2021-09-16 10:00", utc(2021, 9, 9, 8)),
        ("1 week before at 09:00", "2021-09-16 10:00", utc(2021, 9, 9, 7)),
        ("the day before at 18:00", "2021-09-16/17", utc(2021, 9, 15, 16)),
        ("1 day before", "2021-09-16/17", utc(2021, 9, 15, 7)),
        ("on the day at 08:00", "2021-09-16", utc(2021, 9, 16, 6)),
        ("2 weeks before at 09:00", "2021-09", utc(2021, 8, 18, 7)),
        ("1 month before", "2021-Q3", utc(2021, 6, 1, 7)),
        ("1 month before", "2021-03-31", utc(2021, 2, 28, 8)),
        ("1 month before", "2024-03-31", utc(2024, 2, 29, 8)),
        ("12 months before", "2024-02-29", utc(2023, 2, 28, 8)),
        ("3 months before", "2021-01-31", utc(2020, 10, 31, 8)),
        ("1 day before", "2024-03-01", utc(2024, 2, 29, 8)),
        ("90 minutes before", "2021-01-01 01:00", utc(2020, 12, 31, 22, 30)),
    ],
)
def test_a_lead_means_this_instant(lead, when, expected):
    assert expected == due(lead, when)


def test_days_are_wall_clock_and_hours_elapse_when_summer_time_begins():
    assert utc(2021, 3, 27, 17) == due("1 day before", "2021-03-28 18:00")
    assert utc(2021, 3, 27, 16) == due("24 hours before", "2021-03-28 18:00")


def test_a_reminder_in_a_gap_takes_the_offset_from_before_it():
    assert utc(2021, 3, 28, 1, 30) == due("1 week before", "2021-04-04 02:30")
    assert utc(2021, 10, 2, 15, 45) == due("1 day before", "2021-10-04 02:15", LORD_HOWE)


@pytest.mark.parametrize(
    ("zone", "lead", "when", "expected"),
    [
        ("Europe/Berlin", "on the day at 02:30", "2027-03-28 03:15", utc(2027, 3, 28, 0, 30)),
        ("Europe/Berlin", "on the day at 02:00", "2027-03-28 03:00", utc(2027, 3, 28)),
        ("Europe/Berlin", "on the day at 02:00", "2027-03-28 03:01", utc(2027, 3, 28, 1)),
        ("Australia/Lord_Howe", "on the day at 02:20", "2027-10-03 02:45", utc(2027, 10, 2, 15, 20)),
        ("Antarctica/Troll", "on the day at 02:30", "2027-03-28 03:30", utc(2027, 3, 28, 0, 30)),
        # a day that the islands left out, west and east of the date line
        ("Pacific/Apia", "1 day before", "2011-12-31 10:00", utc(2011, 12, 29, 20)),
        ("Pacific/Apia", "the day before at 18:00", "2011-12-31 10:00", utc(2011, 12, 30, 4)),
        ("Pacific/Apia", "1 day before at 09:00", "2011-12-31", utc(2011, 12, 29, 19)),
        ("Pacific/Apia", "on the day at 09:00", "2011-12-31", utc(2011, 12, 30, 19)),
    ],
)
def test_a_reminder_in_a_gap_comes_before_the_start(zone, lead, when, expected):
    assert expected == due(lead, when, find_zone(zone))


def test_a_reminder_in_a_repeated_hour_goes_out_in_its_first_pass():
    assert utc(2021, 10, 31, 0, 30) == due("1 week before", "2021-11-07 02:30")


def test_a_readers_own_zone_moves_the_morning_but_not_the_start():
    assert utc(2021, 9, 15, 4) == due("1 day before", "2021-09-16", BERLIN, DUSHANBE)
    assert utc(2021, 9, 15, 8) == due("1 day before", "2021-09-16 10:00", BERLIN, DUSHANBE)
    assert utc(2021, 9, 16, 4) == due("on the day at 09:00", "2021-09-15 23:00", BERLIN, DUSHANBE)


@pytest.mark.parametrize("when", ["2021-09-16", "2021-09", "TBD"])
def test_elapsed_time_needs_an_hour_to_count_from(when):
    assert due("2 hours before", when) is None


@pytest.mark.parametrize(
    ("texts", "longest"),
    [
        (["1 day before", "1 week before", "on the day at 08:00"], "1 week before"),
        (["1 month before", "30 days before"], "1 month before"),
        (["1 month before", "32 days before"], "32 days before"),
        (["1 week before at 09:30", "1 week before at 09:10"], "1 week before at 09:10"),
        (["1 week before at 10:00", "1 week before"], "1 week before"),
        (["1 week before at 08:00", "1 week before"], "1 week before at 08:00"),
        (["2 hours before"], None),
        ([], None),
    ],
)
def test_the_longest_lead_is_the_one_that_speaks_first_of_a_date_without_an_hour(texts, longest):
    assert longest_lead(parse(text) for text in texts) == (parse(longest) if longest else None)


@pytest.mark.parametrize(
    ("text", "is_lead"),
    [("1 week before", True), ("a fortnight before", True), ("on cancel", True), ("3 days", True),
     ("1 day after 2021-09-16", False), ("2021-09-16", False), ("September", False)],
)  # fmt: skip
def test_a_text_that_counts_units_is_meant_as_a_lead_and_a_date_is_not(text, is_lead):
    assert is_lead is is_lead_like(text)


@pytest.mark.parametrize(
    ("longest", "too_long"),
    [
        ("3660 days", "3661 days"),
        ("522 weeks", "523 weeks"),
        ("118 months", "119 months"),
        ("87840 hours", "87841 hours"),
    ],
)
def test_a_lead_reaches_back_ten_years_and_no_further(longest, too_long):
    assert f"{longest} before" == lead_text(parse(f"{longest} before"))
    with pytest.raises(GrammarError, match="ten years at most"):
        parse(f"{too_long} before")


def test_no_lead_comes_before_a_date_that_is_not_known_at_all():
    assert due("1 week before", "TBD") is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: WallClock(),
        lambda: WallClock(days=1, months=1),
        lambda: WallClock(days=-1),
        lambda: WallClock(months=-1),
        lambda: WallClock(at=time(9, 0, 0, 1)),
        lambda: WallClock(at=time(9, tzinfo=BERLIN)),
        lambda: WallClock(at=time(9, 0, 1)),
        lambda: Elapsed(timedelta(0)),
        lambda: Elapsed(timedelta(seconds=1.5)),
    ],
)
def test_a_lead_cannot_be_half_right(wrong):
    with pytest.raises(ValueError):
        wrong()


def test_the_entries_of_reminders_are_leads_or_notices() -> None:
    week, change = parse("1 week before at 09:00"), parse("on change")

    assert leads_of((change, week)) == (week,)
    assert notices_of((change, week)) == (change,)
