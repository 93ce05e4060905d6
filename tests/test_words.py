from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import eventcal
from eventcal import repeat, when, words
from eventcal.events import Place, Status, TagStyle, Text
from eventcal.filters import Filter
from eventcal.registry.editor_schema import json_schema
from eventcal.words.preferences import format_filter

DUSHANBE = ZoneInfo("Asia/Dushanbe")
TABLED = ("en", "ru", "zh")
"""The languages of the tables of dates; `date_sentences.txt` has every language."""
PACKAGE = Path(eventcal.__file__).parent


def said(text: str, language: str = "en", **how: Any) -> str:
    return words.format_when(when.parse(text, DUSHANBE), language, **how)


def far(target: str, now: str, language: str = "en") -> str:
    return words.format_distance(datetime.fromisoformat(now), when.parse(target, DUSHANBE), language, DUSHANBE)


@pytest.mark.parametrize(
    ("text", "english", "russian", "chinese"),
    [
        ("2021-09-16", "16 September 2021", "16 сентября 2021 г.", "2021年9月16日"),
        ("2021-09-16/17", "16–17 September 2021", "16–17 сентября 2021 г.", "2021年9月16日至17日"),
        (
            "2021-09-30/10-02",
            "30 September – 2 October 2021",
            "30 сентября – 2 октября 2021 г.",
            "2021年9月30日至10月2日",
        ),
        (
            "2021-12-30/2022-01-02",
            "30 December 2021 – 2 January 2022",
            "30 декабря 2021 г. – 2 января 2022 г.",
            "2021年12月30日至2022年1月2日",
        ),
        (
            "2021-09",
            "September 2021 (date to be confirmed)",
            "сентябрь 2021 г. (дата уточняется)",
            "2021年9月（具体日期待定）",
        ),
        (
            "2021-09/10",
            "September – October 2021 (date to be confirmed)",
            "сентябрь – октябрь 2021 г. (дата уточняется)",
            "2021年9月至10月（具体日期待定）",
        ),
        (
            "2021-Q3",
            "the third quarter of 2021 (date to be confirmed)",
            "третий квартал 2021 г. (дата уточняется)",
            "2021年第三季度（具体日期待定）",
        ),
        ("2021", "2021 (date to be confirmed)", "2021 г. (дата уточняется)", "2021年（具体日期待定）"),
        (
            "2021/2022",
            "2021–2022 (date to be confirmed)",
            "2021–2022 гг. (дата уточняется)",
            "2021–2022年（具体日期待定）",
        ),
        (
            "2021-06?",
            "June 2021 (reported, date to be confirmed)",
            "июнь 2021 г. (по сообщениям, дата уточняется)",
            "2021年6月（据报道，具体日期待定）",
        ),
        ("TBD", "no date yet", "даты пока нет", "日期待定"),
        (
            "2021-09-16 10:00/12:30",
            "16 September 2021, 10:00–12:30 (Dushanbe, UTC+5)",
            "16 сентября 2021 г., 10:00–12:30 (Душанбе, UTC+5)",
            "2021年9月16日 10:00–12:30（杜尚别，UTC+5）",
        ),
    ],
)
def test_a_date_is_said_with_the_precision_that_is_known(text: str, english: str, russian: str, chinese: str) -> None:
    assert [english, russian, chinese] == [said(text, each) for each in TABLED]


DATE_ROWS = [
    [cell.strip().strip("`") for cell in line.strip("|").split("|")]
    for line in (PACKAGE.parent / "docs" / "registry.md").read_text(encoding="utf-8").splitlines()
    if re.fullmatch(r"\| `[^`]+` \| (\d{4}-\d\d-\d\d|none) \| (\d{4}-\d\d-\d\d|none) \| .*", line)
]


@pytest.mark.parametrize("row", DATE_ROWS)
def test_a_date_has_the_bounds_the_edtf_and_the_words_of_the_documentation(row: list[str]) -> None:
    text, first, last, form, *in_words = row
    value = when.parse(text, DUSHANBE)

    assert (first, last, form) == (str(value.earliest or "none"), str(value.latest or "none"), value.edtf or "none")
    assert in_words == [words.format_when(value, language, style="short") for language in TABLED]
    assert text == str(value).replace("northern ", "")


@pytest.mark.parametrize("row", DATE_ROWS)
def test_editors_accept_what_the_documentation_lists(row: list[str]) -> None:
    [pattern] = [form["pattern"] for form in json_schema()["$defs"]["EventShape"]["properties"]["when"]["anyOf"][:1]]

    forms = {row[0], row[3], row[0] + "?" * (not row[0].endswith("?") and row[1:3] != ["none", "none"])}
    assert all(re.search(pattern, text) for text in forms)


def test_every_unit_stands_in_the_documentation() -> None:
    spans = [when.parse(row[0], DUSHANBE).span for row in DATE_ROWS]

    assert set(when.Unit) == {span.unit for span in spans if isinstance(span, when.Period)}


@pytest.mark.parametrize(
    ("target", "now", "expected"),
    [
        ("2027-09-14..18", "2027-09-13", "in the coming days"),
        ("2027-09-14..18", "2027-09-16", "could be any day now"),
        ("2027-09-14..18", "2027-09-20", "in the past days"),
        ("2027-W37", "2027-09-14", "expected this week"),
        ("2027-W37", "2027-08-20", "in 3 weeks"),
        ("early 2027-09", "2027-03-01", "in 6 months"),
        ("spring 2027", "2026-12-01", "in 3 months"),
        ("2027-H2", "2027-06-30", "in 1 month"),
        ("2030s", "2026-06-01", "in 4 years"),
        ("2027-Q2", "2026-12-31", "in 4 months"),
        ("2027-01/03", "2026-12-31", "in 1 month"),
        ("2026-08/10", "2026-11-01", "1 month ago"),
        ("2027/2028", "2026-11-01", "in 2 months"),
        ("2024/2025", "2026-11-01", "11 months ago"),
        ("2027-09/..", "2027-08-20", "expected next month"),
        ("2027-09/..", "2027-10-01", "now"),
        ("2027-09-14/..", "2027-09-14", "today"),
        ("2027-09-14/..", "2027-10-14", "now"),
    ],
)
def test_a_distance_to_a_part_of_a_period_names_no_day(target: str, now: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(hour=12, tzinfo=DUSHANBE)

    assert expected == words.format_distance(moment, when.parse(target, DUSHANBE), "en")


def test_a_weekday_is_named_with_each_known_day_and_with_no_other() -> None:
    texts = ["2021-09-16", "2021-09-16/17", "2021-12-30/2022-01-02", "2021-09-16 10:00/12:30", "2021-09"]

    assert [said(text, weekday=True, style="short") for text in texts] == [
        "Thu, 16 Sep 2021",
        "Thu, 16 Sep – Fri, 17 Sep 2021",
        "Thu, 30 Dec 2021 – Sun, 2 Jan 2022",
        "Thu, 16 Sep 2021, 10:00–12:30",
        "Sep 2021",
    ]
    assert [said("2021-09-16/17", language, weekday=True) for language in TABLED] == [
        "Thursday 16 September – Friday 17 September 2021",
        "четверг, 16 – пятница, 17 сентября 2021 г.",
        "2021年9月16日星期四至17日星期五",
    ]


def test_hours_end_on_the_same_day_or_in_the_same_night() -> None:
    spans = [
        when.parse(text, DUSHANBE).span
        for text in ("2021-09-16 10:00/12:30", "2021-09-16 22:00/2021-09-17 02:00", "2021-09-16 10:00/2021-09-18 12:00")
    ]

    assert [words.format_hours(span, "en") for span in spans] == ["10:00–12:30", "22:00–02:00", "10:00"]


def test_a_deadline_is_said_with_its_seconds_and_anywhere_on_earth() -> None:
    value = when.parse("2027-09-16 23:59:59", when.find_zone("AoE"))

    assert "16 September 2027, 23:59:59 (anywhere on Earth)" == words.format_when(value, "en")
    assert "17 September 2027, 16:59:59 (Dushanbe, UTC+5)" == words.format_when(value, "en", "Asia/Dushanbe")


@pytest.mark.parametrize(
    ("text", "english", "russian", "chinese", "marker"),
    [
        ("from 2027-06", "not before June 2027 (date to be confirmed)", "не раньше: июнь 2027 г. (дата уточняется)",
         "不早于2027年6月（具体日期待定）", "[not before Jun 2027, day not known]"),
        ("by 2027-06-30", "by 30 June 2027 (date to be confirmed)", "не позже: 30 июня 2027 г. (дата уточняется)",
         "不晚于2027年6月30日（具体日期待定）", "[by 30 Jun 2027, day not known]"),
        ("2027-06-01/..", "from 1 June 2027", "начало: 1 июня 2027 г.", "自2027年6月1日起", ""),
    ],
)  # fmt: skip
def test_an_open_side_is_said(text: str, english: str, russian: str, chinese: str, marker: str) -> None:
    value = when.parse(text, DUSHANBE)

    assert [english, russian, chinese] == [words.format_when(value, language) for language in TABLED]
    assert marker == words.format_title_marker(value, "en")
    assert (
        words.format_period_title(when.parse("by 2027-06-30", DUSHANBE), "en")
        == "By 30 June 2027 (date to be confirmed)"
    )


def test_what_may_come_at_any_time_from_then_on_is_possible_once_the_period_has_begun() -> None:
    assert ["in 2 months", "could be any day now", "could be any day now"] == [
        far("from 2027-06", day)
        for day in ("2027-04-01T12:00+05:00", "2027-06-10T12:00+05:00", "2027-09-10T12:00+05:00")
    ]
    assert "in 3 days" == far("by 2027-06-30", "2027-06-27T12:00+05:00")


@pytest.mark.parametrize(
    ("text", "german", "spanish"),
    [
        ("from 2027-06-30", "nicht vor dem 30. Juni 2027", "como pronto el 30 de junio de 2027"),
        ("by 2027-06-30", "bis zum 30. Juni 2027", "como tarde el 30 de junio de 2027"),
        ("by 2027-06", "bis Juni 2027", "como tarde junio de 2027"),
    ],
)
def test_a_day_that_bounds_a_date_has_its_article(text: str, german: str, spanish: str) -> None:
    value = when.parse(text, DUSHANBE)

    assert [german, spanish] == [words.format_vague(value, language) for language in ("de", "es")]


@pytest.mark.parametrize("text", ["from 2028", "by 2028", "by 2027-12", "by 2027-06-26"])
def test_a_bound_is_not_said_to_be_when_it_will_happen(text: str) -> None:
    assert "" == far(text, "2027-06-27T12:00+05:00")


def test_no_date_yet_none_ever_and_none_known_are_three_things() -> None:
    assert ["no date yet", "no date, will not take place", "past, exact date unknown"] == [
        said(text) for text in ("TBD", "none", "past")
    ]


def test_about_is_said_in_titles_and_beside_doubt() -> None:
    assert "[about Sep 2027, day not known]" == words.format_title_marker(when.parse("~2027-09", DUSHANBE), "en")
    assert "about early September 2027 (reported, date to be confirmed)" == words.format_when(
        when.parse("~early 2027-09?", DUSHANBE), "en"
    )


def test_what_is_doubtful_is_said_so() -> None:
    assert said("2021-09-16?") == "16 September 2021 (unconfirmed)"
    assert said("2021-09-16?", style="short") == "16 Sep 2021?"


def test_short_words_keep_the_precision() -> None:
    texts = ["2021-09", "2021-Q3", "2021", "2021-09-16/17", "2021-09-16 10:00"]
    assert [said(each, style="short") for each in texts] == [
        "Sep 2021",
        "Q3 2021",
        "2021",
        "16–17 Sep 2021",
        "16 Sep 2021, 10:00",
    ]


def test_an_hour_is_said_on_the_readers_clock_when_one_is_given() -> None:
    assert said("2021-09-16 02:00", zone="Europe/Berlin") == "15 September 2021, 23:00 (Berlin, UTC+2)"
    assert said("2021-09-16 10:00", zone="UTC") == "16 September 2021, 05:00 (UTC)"
    assert said("2021-09-16 10:00", zone="Asia/Kolkata") == "16 September 2021, 10:30 (Kolkata, UTC+5:30)"


def test_hours_between_which_the_clocks_change_have_no_offset() -> None:
    night = "2021-03-27 22:00/2021-03-28 07:00"
    assert said(night) == "27 March 2021, 22:00 – 28 March 2021, 07:00 (Dushanbe, UTC+5)"
    assert said(night, zone="Europe/Berlin") == "27 March 2021, 18:00 – 28 March 2021, 04:00 (Berlin)"
    assert said(night, "ru", zone="Europe/Berlin").endswith("(Берлин)")


def test_a_language_said_after_another_stays_itself() -> None:
    def names(language: str) -> list[str]:
        months = [words.format_month_name(each, language) for each in range(1, 13)]
        return [
            *months,
            *words.weekday_names(language),
            *words.weekday_names(language, "long"),
            said("2021-Q3", language),
        ]

    before = {each: names(each) for each in ("en", "ru", "zh", "ar")}
    after = {each: names(each) for each in ("ar", "zh", "ru", "en")}
    assert before == after
    assert before["ar"][4] == "مايو"
    assert before["zh"][4] == "5月"
    assert before["ru"][8] == "сент."


@pytest.mark.parametrize("language", words.LANGUAGES)
@given(
    first=st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    days=st.integers(1, 900),
)
def test_both_ends_of_an_interval_are_said(language: str, first: date, days: int) -> None:
    # Persian was once said as "September to September" for two months
    last = first + timedelta(days=days)
    text = words.format_when(when.When(when.AllDay(first, last)), language)
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    assert {first.day, last.day, last.year} <= set(numbers)
    if first.month != last.month:
        months = {words.format_month_title(each, language).split()[0].lower()[:3] for each in (first, last)}
        assert len(months) == 2 or language == "zh"


def test_a_marker_stays_true_once_the_period_is_over() -> None:
    def marker(text: str) -> str:
        return words.format_title_marker(when.parse(text, DUSHANBE), "en")

    assert marker("2021-09") == "[Sep 2021, day not known]"
    assert marker("2021-Q3") == "[Q3 2021, day not known]"
    assert marker("2021-06?") == "[reported: Jun 2021, day not known]"
    assert marker("2021-09-16?") == "[unconfirmed]"
    assert marker("2021-09-16") == ""


@pytest.mark.parametrize(
    ("target", "now", "words_for_it"),
    [
        ("2021-09-16/17", "2021-09-15T23:00+05:00", "tomorrow"),
        ("2021-09-16/17", "2021-09-15T19:30+00:00", "today"),  # already the 16th in Dushanbe
        ("2021-09-16/17", "2021-09-17T23:00+05:00", "today"),
        ("2021-02-05/06-06", "2021-03-01T12:00+05:00", "now"),
        ("2021-09-16/17", "2021-09-18T01:00+05:00", "yesterday"),
        ("2021-09-16", "2021-09-13T01:00+05:00", "in 3 days"),
        ("2021-09-16", "2021-09-02T01:00+05:00", "in 14 days"),
        ("2021-09-16", "2021-05-02T01:00+05:00", "in 5 months"),
        ("2021-09-16", "2026-05-02T01:00+05:00", "5 years ago"),
        ("2021-09-16 10:00", "2021-09-16T09:40+05:00", "in 20 minutes"),
        ("2021-09-16 10:00", "2021-09-16T10:00+05:00", "now"),
        ("2021-09-16 10:00/12:00", "2021-09-16T11:00+05:00", "now"),
        ("2021-09-16 10:00", "2021-09-15T09:40+05:00", "tomorrow"),
        ("2021-09", "2021-08-31T09:40+05:00", "expected next month"),
        ("2021-09", "2021-09-30T09:40+05:00", "expected this month"),
        ("2021-09", "2021-06-30T09:40+05:00", "in 3 months"),
        ("2021-09/10", "2021-09-30T09:40+05:00", "could be any day now"),
        ("2021-Q3", "2021-04-01T09:40+05:00", "expected next quarter"),
        ("2021-Q3", "2026-11-24T09:40+05:00", "5 years ago"),
        ("2021-09?", "2026-11-24T09:40+05:00", "5 years ago"),
        ("2022", "2021-04-01T09:40+05:00", "expected next year"),
        ("TBD", "2021-04-01T09:40+05:00", ""),
    ],
)
def test_a_distance_is_counted_as_a_person_counts(target: str, now: str, words_for_it: str) -> None:
    assert far(target, now) == words_for_it


def test_a_distance_bends_its_words() -> None:
    days = ["2021-09-16", "2021-09-17", "2021-09-20"]
    assert [far(each, "2021-09-15T09:00+05:00", "ru") for each in days] == ["завтра", "через 2 дня", "через 5 дней"]
    assert far("2021-09", "2021-08-15T09:00+05:00", "zh") == "预计下个月"


@pytest.mark.parametrize(
    ("rule", "english", "russian", "chinese"),
    [
        ("every year", "every year", "каждый год", "每年"),
        (
            "every 2 weeks on Thu until 2022-06-30",
            "every 2 weeks on Thu until 30 June 2022",
            "каждые 2 недели: чт, до 30 июня 2022 г. включительно",
            "每2周（周四），至2022年6月30日（含）",
        ),
        (
            "every month on the third Thu 5 times",
            "every month on the third Thu, 5 times",
            None,
            "每月第三个周四，共5次",
        ),
    ],
)
def test_a_rule_is_said_in_the_readers_language(rule: str, english: str, russian: str | None, chinese: str) -> None:
    parsed = repeat.parse(rule, when.parse("2021-09-16", DUSHANBE))
    assert words.format_rule(parsed, "en") == english
    assert russian is None or words.format_rule(parsed, "ru") == russian
    assert words.format_rule(parsed, "zh") == chinese


@pytest.mark.parametrize(
    ("rrule", "english", "russian", "chinese"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=16", "every month on day 16", "каждый месяц, 16-го числа", "每月16日"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day of the month", None, None),
        ("FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1", None, None, None),
        ("FREQ=YEARLY;BYMONTH=9;BYDAY=3TH", "every year in Sep on the third Thu", None, None),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=MO", "every 2 weeks on Tue, Thu", None, "每2周（周二、周四）"),
        ("FREQ=DAILY;COUNT=3", "every day, 3 times", None, "每天，共3次"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "every month on the last working day", None, None),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2", None, None, None),
        ("FREQ=MONTHLY;BYDAY=TH", None, None, None),
        ("FREQ=YEARLY;BYDAY=20MO", None, None, None),
    ],
)
def test_a_raw_rule_is_said_as_far_as_there_are_words(
    rrule: str, english: str | None, russian: str | None, chinese: str | None
) -> None:
    raw = repeat.RecurrenceRule(rrule, rrule, raw=True)
    assert words.format_rule(raw, "en") == (english or rrule)
    assert russian is None or words.format_rule(raw, "ru") == russian
    assert chinese is None or words.format_rule(raw, "zh") == chinese


def test_an_unknown_language_is_answered_in_english() -> None:
    assert said("2021-09-16", "tlh") == "16 September 2021"
    assert words.resolve_language("zh-Hans-CN") == "zh"
    assert words.get_translations("tlh").gettext("today") == "today"


def test_arabic_reads_from_the_right_and_says_dates_in_arabic() -> None:
    assert words.text_direction("ar") == "rtl"
    assert words.text_direction("ru") == "ltr"
    assert said("2021-09-16", "ar") == "16 سبتمبر 2021"


def test_a_place_is_said_from_near_to_far() -> None:
    place = Place(Text.plain("Donguz training ground", "en"), Text.plain("Orenburg region", "en"), "RU")
    assert words.format_place(place, "en") == "Donguz training ground, Orenburg region, Russia"
    assert words.format_place(Place(country="TJ"), "ru") == "Таджикистан"
    assert words.format_place(None, "en") == ""


def test_a_title_is_warned_of_a_status() -> None:
    prefixes = [words.format_status_prefix(each, "en", has_date=False) for each in Status]
    assert prefixes == ["", "", "Cancelled: ", "[postponed] "]
    assert words.format_status_prefix(Status.POSTPONED, "en", has_date=True) == ""


@pytest.mark.parametrize(
    ("text", "expected"), [("2021-06-24", "24. Juni 2021"), ("2021-06", "Juni 2021"), ("2021", "2021")]
)
def test_a_sources_day_and_month_are_said_in_words(text: str, expected: str) -> None:
    assert expected == words.format_written_day(text, "de")


def test_a_moment_is_said_in_a_zone() -> None:
    moment = datetime(2021, 9, 16, 5, 0, tzinfo=UTC)
    assert words.format_moment(moment, "en", "Asia/Dushanbe") == "16 September 2021, 10:00 (Dushanbe, UTC+5)"


# the catalogs

Messages = frozenset[tuple[str | None, str | tuple[str, ...]]]


@cache
def messages_in_the_code() -> Messages:
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    found = extract_from_dir(
        PACKAGE,
        methods,
        {"**/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)},
    )
    return frozenset((context, text) for _file, _line, text, _comments, context in found)


COUNTS = {"{n}", "{days}", "%(count)s"}


@pytest.mark.parametrize("language", words.LANGUAGES[1:])
def test_every_text_is_translated_and_no_translation_is_left_over(language: str) -> None:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "eventcal.po").open("rb") as source:
        catalog = read_po(source, abort_invalid=True)
    translated = {(each.context, each.id): each for each in catalog if each.id and each.string}
    used = messages_in_the_code()
    assert (used - set(translated), set(translated) - used) == (set(), set())
    for message in translated.values():
        assert not message.fuzzy
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(texts), message.id
        fields, *translated_fields = ({*re.findall(r"%\(\w+\)s|\{\w+\}", text)} for text in [ids[-1], *texts])
        for number, translated in enumerate(translated_fields):
            # Arabic has words for one and two things, and writes no number before them
            says_number = len(texts) == 6 and number in (1, 2)
            assert translated == fields or (says_number and fields - translated <= COUNTS), message.id


def test_every_language_is_offered_by_its_own_name() -> None:
    for language, name in words.list_languages():
        assert name.casefold() == str(Locale.parse(language).languages[language]).casefold()
    assert tuple(language for language, _ in words.list_languages()) == words.LANGUAGES


def test_a_recorded_moment_is_told_to_the_minute() -> None:
    at = datetime(2026, 11, 28, 11, 13, 7, tzinfo=UTC)

    assert words.format_moment(at, "en", "Asia/Dushanbe") == "28 November 2026, 16:13 (Dushanbe, UTC+5)"


@pytest.mark.parametrize(
    ("text", "language", "quoted"),
    [
        ("the “Peace” exercise", "en", "“the ‘Peace’ exercise”"),
        ("учения «Мир»", "ru", "«учения „Мир“»"),
        ("Übung „Frieden“", "de", "„Übung ‚Frieden‘“"),
        ("the “Peace” exercise", "de", "„the “Peace” exercise“"),
        ("演习“和平”", "zh", "“演习‘和平’”"),
    ],
)
def test_quotation_marks_within_a_quotation_become_inner_ones(text: str, language: str, quoted: str) -> None:
    assert words.quote(text, language) == quoted


def test_in_chinese_no_space_parts_a_length_of_time_from_its_words_as_in_the_cldr() -> None:
    catalogue = (PACKAGE / "locale/zh/LC_MESSAGES/eventcal.po").read_text(encoding="utf-8")

    assert not re.findall(r"(?:[0-9]|\{n\}|\{days\}) (?:天|个月|周|小时|分钟|秒).*", catalogue)
    assert words.format_distance(datetime(2027, 1, 1, tzinfo=UTC), date(2027, 1, 8), "zh", ZoneInfo("UTC")) == "7天后"


def test_a_subscription_names_its_tags_as_the_calendar_does() -> None:
    styles = (TagStyle("press", Text((("en", "Press"), ("ru", "Пресса")))), TagStyle("sport"))
    query = Filter(tags=("press", "sport"), excluded_tags=("board",))
    assert format_filter(query, "ru", str, styles) == "события с меткой «Пресса» или «sport», без метки «board»"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1 chosen event of the series “PyConf”"),
        ("de", "1 ausgewählte Veranstaltung der Reihe „PyConf“"),
        ("es", "1 evento elegido de la serie «PyConf»"),
        ("ru", "1 выбранное событие серии «PyConf»"),
        ("zh", "属于系列“PyConf”的1项所选活动"),
        ("ar", "حدث مختار واحد من السلسلة «PyConf»"),
    ],
)
def test_a_subscription_of_chosen_events_says_so_in_one_phrase(language: str, said: str) -> None:
    assert format_filter(Filter(ids=("pyconf-2027",), series="PyConf"), language, str, []) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“Conf” and everything that belongs to it"),
        ("de", "„Conf“ und alles, was dazugehört"),
        ("es", "«Conf» y todo lo que forma parte de ello"),
        ("ru", "«Conf» и всё, что к нему относится"),
        ("zh", "“Conf”及其包含的全部日程"),
        ("ar", "«Conf» وكل ما يتبعه"),
    ],
)
def test_a_subscription_to_an_event_with_its_parts_says_so(language: str, said: str) -> None:
    assert format_filter(Filter(event="conf", parts=True), language, lambda _id: "Conf", []) == said


@pytest.mark.parametrize(("place", "named"), [("TJ", "Tadschikistan"), ("Bern", "Bern"), ("tj", "tj")])
def test_a_subscription_names_its_country(place: str, named: str) -> None:
    assert format_filter(Filter(place=place), "de", str, []) == f"Veranstaltungen in „{named}“"
