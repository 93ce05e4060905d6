"""A text becomes entries to review: what is new, what stands already, what contradicts, and answers of a model checked."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eventcal import drafting, registry
from eventcal.cli import cli

from .factories import count_calls, processor_seconds

NEWS = """\
2027-03-01 BERLIN - The film festival “Lights” will take place on May 4-7, 2027 in Potsdam.

The jury met on 20 February 2027. The 20th anniversary of the Harbour Club, founded on June 15, 2007, comes next. A second
competition (September 2027, Old Harbour, Hamburg) is planned. The deadline is 9/10/2027. He spoke on Friday.
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVENTCAL_REGISTRY", raising=False)
    (tmp_path / "news.txt").write_text(NEWS, encoding="utf-8")
    return lambda *words: CliRunner().invoke(cli, list(words))


def write_registry(folder: Path, *events: str) -> Path:
    head = "version: 1\ncalendar: {id: desk, name: Desk, timezone: Europe/Berlin}\nevents:\n"
    path = folder / "events.yaml"
    path.write_text(
        head + "".join(f"  - {event}\n" for event in events) if events else head.replace("events:", "events: []")
    )
    return path


def test_a_text_gives_its_events_at_the_precision_of_its_words() -> None:
    found = drafting.propose(NEWS, None)

    assert date(2027, 3, 1) == found.published
    assert [
        ("2027-05-04/07", "Film festival “Lights”", "Potsdam", ""),
        ("2027-02-20", "The jury", "", ""),
        ("2007-06-15", "{nth} anniversary of the Harbour Club", "", "every year"),
        ("2027-09", "Second competition", "Old Harbour, Hamburg", ""),
    ] == [(draft.when, re.sub(" met$", "", draft.title), draft.place, draft.repeat) for draft in found.drafts]
    assert ["2027-03-01", "9/10/2027", "on Friday"] == [item.text for item in found.left_out]


def test_entries_are_appended_for_review_and_pass_check(tmp_path: Path, shell: Any) -> None:
    path = write_registry(tmp_path)

    done = shell("draft", "news.txt", "--into", "events.yaml")

    assert 0 == done.exit_code, done.output
    events = {event.id: event for event in registry.read(path).events}
    assert ["2027-05-04/07", "2027-02-20", "2007-06-15", "2027-09"] == [str(event.when) for event in events.values()]
    festival = events["film-festival-lights-2027"]
    assert "tentative" == festival.status
    assert "on May 4-7, 2027 in Potsdam" in festival.sources[0].quote
    assert ("news.txt", "2027-03-01", "reported") == (
        festival.sources[0].title,
        festival.sources[0].published,
        festival.sources[0].grade,
    )
    assert "{nth}" in next(event.title.in_language("en") for event in events.values() if event.rule)


def test_what_stands_already_is_not_proposed_again(tmp_path: Path, shell: Any) -> None:
    write_registry(tmp_path)
    shell("draft", "news.txt", "--into", "events.yaml")

    done = shell("draft", "news.txt")

    assert "" == done.stdout
    assert "0 to review, 4 already known, 3 left out" in done.stderr


def test_a_text_of_another_language_is_answered_with_those_that_are_read(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "annonce.txt").write_text("La réunion se tiendra le 12 mai 2027 à la mairie.\n", encoding="utf-8")

    done = shell("draft", "annonce.txt")

    assert "no date in Arabic, Chinese, English, German, Russian or Spanish was found" in done.stderr


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        ("2027-05-04/07", "known: lights is in the registry already: 2027-05-04/07"),
        ("2027-05", "more exact"),
        ("TBD", "narrower: lights says TBD, this text says 2027-05-04/07"),
        ("2027-05-05/08", "contradiction: lights says 2027-05-05/08, this text says 2027-05-04/07"),
        ("2027-06", "contradiction: lights says 2027-06, this text says 2027-05-04/07"),
    ],
)
def test_the_registry_is_held_against_the_text(tmp_path: Path, shell: Any, standing: str, told: str) -> None:
    write_registry(tmp_path, f"{{id: lights, title: Film festival Lights, when: {standing}}}")

    done = shell("draft", "news.txt")

    assert told in done.stderr
    assert "Lights" not in done.stdout.split("quote")[0]


@pytest.mark.parametrize(
    "text", ["يقام معرض الميناء يوم 5 مايو 2027.", "海港集市将于2027年5月5日举行。", "Ярмарка пройдёт 5 мая 2027 года."]
)
def test_an_event_is_known_by_its_title_in_the_language_of_the_text(tmp_path: Path, shell: Any, text: str) -> None:
    write_registry(
        tmp_path, "{id: fair, title: {en: Fair, ar: معرض الميناء, zh: 海港集市, ru: Ярмарка}, when: 2027-05-05}"
    )
    (tmp_path / "fair.txt").write_text(text)

    assert "known: fair is in the registry already" in shell("draft", "fair.txt").stderr


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("when: 2027-05-14 19:00", ["put off: vote says 2027-05-14 19:00, this text says that it is put off: eventcal move vote TBD --postponed"]),
        ("when: 2027-05-07 19:00, repeat: every week", ["put off: vote says 2027-05-07 19:00, this text says that it is put off: eventcal move vote WHEN --date 2027-05-14"]),
        ("when: TBD, was: 2027-05-14 19:00, status: postponed", []),
        ("when: 2027-05-21 19:00", []),
    ],
)  # fmt: skip
def test_what_the_text_puts_off_is_told_where_the_registry_has_that_date(
    tmp_path: Path, shell: Any, entry: str, told: list[str]
) -> None:
    write_registry(tmp_path, f"{{id: vote, title: Council vote, {entry}}}")
    (tmp_path / "off.txt").write_text("The Council vote on 14 May 2027 has been postponed.")

    done = shell("draft", "off.txt")

    assert ("", told) == (done.stdout, [line for line in done.stderr.splitlines() if line.startswith("put off")])


@pytest.mark.parametrize(
    "text",
    [
        "Die Council vote am 14. Mai 2027 wird verschoben, ein neuer Termin steht noch nicht fest.",
        "La Council vote del 14 de mayo de 2027 se aplaza.",
    ],
)
def test_what_a_text_in_another_language_puts_off_is_told_too(tmp_path: Path, shell: Any, text: str) -> None:
    write_registry(tmp_path, "{id: vote, title: Council vote, when: 2027-05-14}")
    (tmp_path / "off.txt").write_text(text)

    assert "put off: vote says 2027-05-14" in shell("draft", "off.txt").stderr


def test_a_new_date_in_the_text_is_told_once(tmp_path: Path, shell: Any) -> None:
    write_registry(tmp_path, "{id: fair, title: Harbour fair, when: 2027-05-05}")
    (tmp_path / "new.txt").write_text("Correction: the Harbour fair takes place on 6 May 2027, and not on 5 May 2027.")

    done = shell("draft", "new.txt")

    assert "contradiction: fair says 2027-05-05, this text says 2027-05-06" in done.stderr
    assert "put off" not in done.stderr


@pytest.mark.parametrize("when", ["2027-05-15 13:59", "2027-05-14 23:59:59, timezone: AoE", "2027-05-14"])
def test_an_hour_in_another_zone_is_known_by_its_day_there_and_here(tmp_path: Path, shell: Any, when: str) -> None:
    write_registry(tmp_path, f"{{id: papers, title: Tide papers, when: {when}}}")
    (tmp_path / "call.txt").write_text("Tide papers are due on 14 May 2027, 23:59 AoE.")

    assert "known: papers is in the registry already" in shell("draft", "call.txt").stderr


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            "when: 2027-05-14 10:00",
            "cancelled: run says 2027-05-14 10:00, this text says that it is off: eventcal cancel run",
        ),
        ("when: 2027-05-07 10:00, repeat: every week", "that it is off: eventcal cancel run --date 2027-05-14"),
        ("when: 2027-05-14 10:00, status: cancelled", "known: run is in the registry already"),
        ("when: 2027-05-07 10:00, repeat: every week, exceptions: {2027-05-14: {status: cancelled}}", "known: run is"),
        ("when: 2027-05-15 10:00", "contradiction: run says 2027-05-15 10:00, this text says 2027-05-14"),
    ],
)
def test_what_the_text_calls_off_is_told_where_the_registry_does_not(
    tmp_path: Path, shell: Any, entry: str, told: str
) -> None:
    write_registry(tmp_path, f"{{id: run, title: City run, {entry}}}")
    (tmp_path / "off.txt").write_text("The City run on 14 May 2027 has been cancelled.")

    done = shell("draft", "off.txt")

    assert told in done.stderr
    assert "" == done.stdout


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        ("2027-05-05", "known: bridge is in the registry already: 2027-05-05"),
        ("2027-12", "contradiction: bridge says 2027-12, this text says by 2027-10"),
    ],
)
def test_a_limit_in_the_text_is_held_against_the_registry(tmp_path: Path, shell: Any, standing: str, told: str) -> None:
    write_registry(tmp_path, f"{{id: bridge, title: Harbour bridge opens, when: {standing}}}")
    (tmp_path / "limit.txt").write_text("The harbour bridge opens no later than October 2027.")

    assert told in shell("draft", "limit.txt").stderr


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The council has cancelled the concert on 5 May 2027.", "cancelled"),
        ("The mayor made a decision to cancel the concert on 5 May 2027.", "cancelled"),
        ("The concert of 5 May 2027 is being called off.", "cancelled"),
        ("You can cancel a ticket for the concert on 5 May 2027.", "tentative"),
        ("The concert planned for 5 May 2027 will not take place.", "cancelled"),
        ("The concert on 5 May 2027 won’t go ahead because of the storm.", "cancelled"),
        ("The concert will not be held in Kiel on 5 May 2027.", "tentative"),
        ("The concert on 5 May 2027 isn’t taking place.", "cancelled"),
        ("The concert originally scheduled for 5 May 2027 was cancelled.", "cancelled"),
        ("Das ursprünglich für den 5. Mai 2027 geplante Konzert wurde abgesagt.", "cancelled"),
        ("Am 5. Mai 2027 findet kein Konzert statt.", "cancelled"),
        ("El concierto del 5 de mayo de 2027 no se celebra.", "cancelled"),
        ("Первоначально назначенный на 5 мая 2027 года концерт не пройдёт.", "cancelled"),
        ("原定于2027年5月5日的音乐会将不举行。", "cancelled"),
        ("الحفل المقرر في 5 مايو 2027 لن يقام.", "cancelled"),
        ("Das Konzert am 5. Mai 2027 findet nicht statt.", "cancelled"),
        ("El concierto del 5 de mayo de 2027 no se celebrará.", "cancelled"),
        ("Концерт 5 мая 2027 года не состоится.", "cancelled"),
        ("2027年5月5日的音乐会将不举行。", "cancelled"),
        ("الغي الحفل يوم 5 مايو 2027.", "cancelled"),
        ("Die Fahrt am 5. Mai 2027 muss leider ausfallen.", "cancelled"),
        ("Die Fahrt am 5. Mai 2027 fällt in diesem Jahr leider aus.", "cancelled"),
        ("Das Fest am 5. Mai 2027 wird größer ausfallen.", "tentative"),
        ("Das für den 1. Mai 2027 geplante Fest findet erst am 5. Mai 2027 statt.", "tentative"),
        ("El concierto previsto para el 1 de mayo de 2027 se aplaza al 5 de mayo de 2027.", "tentative"),
        ("El pleno convocado para el 1 de mayo se celebrará el 5 de mayo de 2027.", "tentative"),
        ("El pleno fue convocado para el 5 de mayo de 2027 en la plaza.", "tentative"),
        ("Собрание состоится в среду, 5 мая 2027 года.", "tentative"),
    ],
)
def test_an_event_is_called_off_in_other_words_too(text: str, status: str) -> None:
    assert [("2027-05-05", status)] == [(draft.when, draft.status) for draft in drafting.propose(text, None).drafts]


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("The hearing on 5 May 2027 is cancelled; it moves to 12 May 2027.", "tentative"),
        ("The tour of 5 May 2027 is cancelled, the next one is on 12 May 2027.", "tentative"),
        ("Die Stunde am 5. Mai 2027 wurde abgesagt; sie wird auf den 12. Mai 2027 verlegt.", "tentative"),
        ("Концерт 5 мая 2027 года отменён, следующий состоится 12 мая 2027 года.", "tentative"),
        ("El concierto del 5 de mayo de 2027 se cancela y el del 12 de mayo de 2027 se celebra.", "tentative"),
        ("The tours on 5 May and 12 May 2027 are cancelled.", "cancelled"),
    ],
)
def test_a_date_behind_one_that_is_called_off_is_so_only_by_its_own_words(text: str, later: str) -> None:
    drafts = drafting.propose(text, None).drafts
    assert [("2027-05-05", "cancelled"), ("2027-05-12", later)] == [(draft.when, draft.status) for draft in drafts]


@pytest.mark.parametrize(
    ("text", "titles", "statuses"),
    [
        ("The walk on 8 May 2027 is cancelled; the walk on 15 May 2027 takes place.", ["The walk"], ["cancelled", "tentative"]),
        ("The walk on 8 May 2027 takes place, but the walk on 15 May 2027 is cancelled.", ["The walk"], ["tentative", "cancelled"]),
        ("The walk on 8 May 2027 takes place and that of 15 May 2027 has been cancelled.", ["The walk"], ["tentative", "cancelled"]),
        ("The walks on 8 May 2027 and 15 May 2027 are cancelled.", ["The walks"], ["cancelled", "cancelled"]),
        ("Die Wanderung am 8. Mai 2027 fällt aus, die am 15. Mai 2027 findet statt.", ["Wanderung"], ["cancelled", "tentative"]),
        ("Die Wanderung fällt am 8. Mai 2027 aus; die Wanderung am 15. Mai 2027 findet statt.", ["Wanderung"], ["cancelled", "tentative"]),
        ("Концерт 8 мая 2027 года отменён, концерт 15 мая 2027 года состоится.", ["Концерт"], ["cancelled", "tentative"]),
        ("- 8 May 2027: Hill Walk - CANCELLED\n- 15 May 2027: Hill Walk\n", ["Hill Walk"], ["cancelled", "tentative"]),
        ("CANCELLED: Concert on 8 May 2027\nConcert on 15 May 2027\n", ["Concert"], ["cancelled", "tentative"]),
    ],
)  # fmt: skip
def test_each_date_has_the_name_and_the_status_of_its_own_words(
    text: str, titles: list[str], statuses: list[str]
) -> None:
    drafts = drafting.propose(text, None).drafts

    assert (["2027-05-08", "2027-05-15"], statuses) == (
        [draft.when for draft in drafts],
        [draft.status for draft in drafts],
    )
    assert {*titles} == {re.sub(" fällt$", "", draft.title) for draft in drafts}


@pytest.mark.parametrize(
    "text",
    [
        "The meeting was postponed from 3 March 2027 to a later date.",
        "Postponed from 3 March 2027 until further notice: the club night.",
        "Das Treffen am 3. März 2027 wird auf unbestimmte Zeit verschoben.",
    ],
)
def test_a_date_that_is_put_off_to_none_is_told(text: str) -> None:
    proposals = drafting.propose(text, None)

    assert ((), ["2027-03-03"]) == (proposals.drafts, [draft.when for draft in proposals.put_off])
    assert 1 == len(proposals.left_out)


def test_a_former_date_and_an_inferred_year_are_both_told() -> None:
    [draft] = drafting.propose("The meeting was postponed from 3 March to 10 March.", date(2027, 1, 4)).drafts

    assert (
        "the year follows from the publication on 2027-01-04; the text gives a former date: from 3 March" in draft.notes
    )


def test_what_was_called_off_is_proposed_as_cancelled(tmp_path: Path, shell: Any) -> None:
    write_registry(tmp_path, "{id: bridge, title: Harbour bridge opens, when: 2027}")
    (tmp_path / "off.txt").write_text("The concert on 5 May 2027 has been cancelled.")

    assert "status: cancelled" in shell("draft", "off.txt").stdout


def test_another_years_event_is_a_new_one(tmp_path: Path, shell: Any) -> None:
    write_registry(tmp_path, "{id: lights-2026, title: Film festival Lights, when: 2026-05-05/08}")

    assert "film-festival-lights-2027" in shell("draft", "news.txt").stdout


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Bids are due on 5 May 2027, midnight (Brussels time).", "midnight is read as the end of the day"),
        ("Midsummer ball on 5 May 2027 at midnight.", "midnight may be the beginning or the end of the day, and was left out"),
        ("Concert on 5 May 2027, doors 19:00, start 20:00 UTC.", "the text has people come at 19:00"),
        ("The verdict will come on 5 May 2027 by 5 pm today.", "the hour is a limit, 5 pm, and was left out"),
    ],
)  # fmt: skip
def test_what_an_hour_is_read_as_is_told(text: str, note: str) -> None:
    [draft] = drafting.propose(text, None).drafts

    assert note in draft.notes


def test_what_begins_behind_a_date_is_its_title() -> None:
    [draft] = drafting.propose("5 May 2027, doors open 19:00, concert begins 20:00", None).drafts

    assert ("Concert", "2027-05-05 20:00") == (draft.title, draft.when)


@pytest.mark.parametrize(
    "text",
    [
        "Noting the report of the Secretary-General of 14 July 2026, the board meets on 5 May 2027.",
        "Die Satzung vom 12. Juli 2026 wird am 5. Mai 2027 geändert.",
        "Постановление совета от 14 июля 2026 года вступит в силу 5 мая 2027 года.",
    ],
)
def test_the_date_of_a_document_is_no_event(text: str) -> None:
    proposals = drafting.propose(text, date(2027, 1, 4))

    assert (["2027-05-05"], ["the date of a document"]) == (
        [draft.when for draft in proposals.drafts], [item.reason for item in proposals.left_out],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Quiz night, postponed from 30 April 2027 because of the snow, will now be held on 5 May 2027.", "Quiz night"),
        ("Welcome week: 5 May 2027", "Welcome week"),
        ("Quiz: 5 May 2027, 7.30pm (doors 6.30pm)", "Quiz"),
        ("Заседание совета пройдёт в Бишкеке 5 мая 2027 года.", "Заседание совета"),
        ("一、报名时间：即日起至2027年5月5日止。", "报名时间"),
        ("五、原定于5月3日举行的预备会议推迟至2027年5月5日召开。", "预备会议"),
    ],
)
def test_a_title_is_what_happens_and_no_more(text: str, title: str) -> None:
    [draft] = drafting.propose(text, date(2027, 4, 1)).drafts

    assert ("2027-05-05", title) == (draft.when[:10], draft.title)


def test_what_follows_a_cancellation_is_not_cancelled() -> None:
    text = "Концерт 3 мая 2027 года, отменён из-за болезни; билеты можно вернуть до 5 мая 2027 года."

    assert ["cancelled", "tentative"] == [draft.status for draft in drafting.propose(text, None).drafts]


def test_the_hour_of_a_limit_is_told_and_its_date_stays_open() -> None:
    [draft] = drafting.propose("The launch will not take place before 5 May 2027 at 14:32 UTC.", None).drafts

    assert ("from 2027-05-05", "", "tentative") == (draft.when, draft.zone, draft.status)
    assert "the limit is at 14:32 UTC, and has no hour in the registry" in draft.notes


def test_the_words_of_a_limit_are_not_in_the_title() -> None:
    [draft] = drafting.propose("No antes del 14 de julio de 2027 despegará el cohete.", None).drafts

    assert ("Despegará el cohete", "from 2027-07-14") == (draft.title, draft.when)


def test_a_guess_is_said_in_a_comment(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "short.txt").write_text("The choir will sing here on 5 May.")

    done = shell("draft", "short.txt", "--published", "2027-03-01")

    assert "when: 2027-05-05   # the year follows from the publication on 2027-03-01" in done.stdout
    assert "title: The choir will sing here   # the title is made from the sentence" in done.stdout


def test_a_page_is_read_as_its_words(tmp_path: Path, shell: Any) -> None:
    page = (
        '<html><head><title>Town news</title><meta property="article:published_time" content="2027-03-01T10:00">'
        "<style>p {}</style></head><body><p>The fair opens on <b>5 May</b>.</p><script>1 June 2027</script></body></html>"
    )
    (tmp_path / "page.html").write_text(page)

    done = shell("draft", "page.html")

    assert "when: 2027-05-05" in done.stdout
    assert "title: Town news" in done.stdout
    assert "2027-06-01" not in done.stdout


def test_a_text_in_markdown_is_read_without_its_marks() -> None:
    text = "- **Monday 17 May 2027**: [Freeze](https://a.example/f(1)) of *all* [parts][1]\n- __init__ of 5 * 3 * 2\n"

    assert (
        "- Monday 17 May 2027: Freeze of all parts\n- __init__ of 5 * 3 * 2\n"
        == drafting.read_article(text, "plan.md").text
    )


def test_markdown_with_html_in_it_is_read_without_its_marks() -> None:
    text = "<p><img src='plan.svg'></p>\n\n- [24.x][] **ends** on 30 April 2028\n"

    assert "24.x ends on 30 April 2028" in drafting.read_article(text, "plan.md").text


# A model's answer

GOOD = """\
Here you are:
```yaml
- id: lights-2027
  title: Film festival Lights
  when: 2027-05-04/07
  source: {title: news, quote: "will take place on May 4-7, 2027 in Potsdam"}
- id: competition-2027
  title: Second competition
  when: 2027-Q3
  source: {title: news, quote: "A second competition (September 2027, Old Harbour, Hamburg)"}
```
"""


def test_an_answer_whose_quotes_give_its_dates_is_accepted() -> None:
    assert ["", ""] == [verdict.reason for verdict in drafting.check_answer(NEWS, GOOD, None)]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("when: 2027-Q3", "when: 2027-09-15", "the quote does not give 2027-09-15: it says 2027-09"),
        ("when: 2027-05-04/07", "when: 2027-05-04", "the quote does not give 2027-05-04"),
        ("when: 2027-05-04/07", "when: 2027-05-04 10:00", "the quote does not give"),
        ("when: 2027-05-04/07", "when: May 4-7", "the year for YYYY"),
        ("on May 4-7, 2027 in", "on May 5-7, 2027 in", "the text does not have the quote"),
        ("quote: \"A second competition (September 2027, Old Harbour, Hamburg)\"", "quote: A second", "the quote gives no date"),
        (', quote: "will take place on May 4-7, 2027 in Potsdam"', "", "it has no quote"),
    ],
)  # fmt: skip
def test_an_answer_that_the_text_does_not_bear_is_refused(old: str, new: str, reason: str) -> None:
    assert old in GOOD
    verdicts = drafting.check_answer(NEWS, GOOD.replace(old, new), None)

    assert [reason] == [reason for verdict in verdicts if reason in verdict.reason]
    assert 1 == sum(bool(verdict.reason) for verdict in verdicts)


def test_the_prompt_and_the_check_of_its_answer_are_commands(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "answer.yaml").write_text(GOOD.replace("2027-Q3", "2027-09-15"))

    prompt = shell("draft", "news.txt", "--prompt").stdout
    done = shell("draft", "news.txt", "--check", "answer.yaml")

    assert "May 4-7, 2027 in Potsdam" in prompt
    assert "counts from 2027-03-01" in prompt
    assert (2, "lights-2027: supported by its quote") == (done.exit_code, done.stdout.splitlines()[0])
    assert "competition-2027: refused: the quote does not give 2027-09-15" in done.stdout


@pytest.mark.parametrize("answer", ["", "just words", "a: [", "- 1\n"])
def test_an_answer_that_is_no_list_is_refused_in_a_sentence(tmp_path: Path, shell: Any, answer: str) -> None:
    (tmp_path / "answer.yaml").write_text(answer)

    done = shell("draft", "news.txt", "--check", "answer.yaml")

    assert 2 == done.exit_code
    assert "eventcal: the answer is no" in done.stderr


ARTICLE = """\
date 2021-06-24 DUSHANBE – The advisors met in Dushanbe and agreed to promote common objectives.

The current meeting focused on setting the agenda for next Heads of the States Summit meeting of SCO the meeting scheduled
for September 16-17, 2021 in Dushanbe. The official also marked the 20th anniversary of the Organization, while the heads of
delegations stressed the significance of the adoption on June 15, 2001, of the Declaration. In this regard, the importance of
the preparation and conduct of the military anti-terrorist exercise “Peaceful Mission” (September 2021, Donguz training
ground) and the joint anti-terrorist exercise “Pabby – Antiterror – 2021” (October 2021, Pabby , Pakistan).
"""


def test_a_news_report_gives_the_summit_both_exercises_and_the_anniversary() -> None:
    assert [
        ("2021-09-16/17", "Heads of the States Summit meeting of SCO", "Dushanbe", ""),
        ("2001-06-15", "{nth} anniversary of the Organization", "", "every year"),
        ("2021-09", "Military anti-terrorist exercise “Peaceful Mission”", "Donguz training ground", ""),
        ("2021-10", "Joint anti-terrorist exercise “Pabby – Antiterror – 2021”", "Pabby, Pakistan", ""),
    ] == [(draft.when, draft.title, draft.place, draft.repeat) for draft in drafting.propose(ARTICLE, None).drafts]


def test_nothing_of_that_report_is_proposed_where_the_seed_registry_stands() -> None:
    events = registry.read(Path(__file__).parents[1] / "events.yaml").events
    drafts = drafting.propose(ARTICLE, None).drafts

    assert ["known"] * 4 == [result.standing for result in drafting.review_all(drafts, (), events)]


PROGRAMMES = {
    "marks": "Dates, as agreed:\n- AGM: Tue 12 January 2027, club house\n- Ski trip 6-7 Feb 2027 (Feldberg)\n* NO training on 23 March 2027\n",
    "numbers": "1. AGM on 12 January 2027\n2. Ski trip on 6-7 Feb 2027\n3. NO training on 23 March 2027\n",
    "dates first": "Dates for your diary\n12 January 2027: AGM\n6-7 Feb 2027: Ski trip\nTue 23 March 2027 – NO training",
    "dates last": "AGM – 12 January 2027\nSki trip – 6-7 Feb 2027\nNO training – 23 March 2027",
    "a chat": "[13/11/2026, 10:12] Anna: AGM is on 12 January 2027\n[13/11/2026, 10:13:09] Ben: ski trip 6-7 Feb 2027\n"
    "13/11/26, 10:14 - Cleo D.: NO training on 23 March 2027, sorry",
}  # fmt: skip


@pytest.mark.parametrize("text", PROGRAMMES.values(), ids=PROGRAMMES)
def test_each_line_of_a_programme_or_chat_is_read_by_itself(text: str) -> None:
    drafts = drafting.propose(text, None).drafts

    titles = ["AGM" if draft.title == "Club house" else draft.title for draft in drafts]
    assert [("AGM", "2027-01-12"), ("Ski trip", "2027-02-06/07"), ("NO training", "2027-03-23")] == [
        (title, draft.when) for title, draft in zip(titles, drafts, strict=True)
    ]


def test_a_wrapped_line_is_no_item_of_a_list() -> None:
    text = "The club decided on 3 May 2027\n- after a long debate - that the regatta will be held on\n12 June 2027 in Kiel."

    assert ["2027-05-03", "2027-06-12"] == [draft.when for draft in drafting.propose(text, None).drafts]
    assert "Regatta" == drafting.propose(text, None).drafts[1].title


def test_each_date_of_a_sentence_is_drafted_once_however_many_there_are() -> None:
    def cost(dates: int) -> int:
        return count_calls(lambda: drafting.propose("2027年" * dates, None))

    cost(1)  # compiles the patterns

    assert cost(200) < 4 * cost(100)


@pytest.mark.parametrize("words", ["postponed from 12/5/2027 ", "перенесено с 12/5/2027 "])
def test_a_sentence_of_former_dates_costs_as_much_as_it_is_long(words: str) -> None:
    def cost(times: int) -> float:
        return processor_seconds(lambda: drafting.propose(words * times, None))

    cost(1)  # compiles the patterns

    assert cost(120) < 20 * cost(30)


@pytest.mark.parametrize(
    ("before", "signs", "behind"),
    [
        ("3 May 2027", " ", "the fair."),
        ("", "3 May 2027, ", ""),
        ("", "in May 2027 and ", ""),
        ("The fair ", "end of ", "x 3 May 2027"),
        ("The results come within", " ", "3 May 2027"),
        ("校庆", "纪念", "2027年5月3日。"),
    ],
)
def test_a_sentence_costs_as_much_as_it_is_long(before: str, signs: str, behind: str) -> None:
    def cost(length: int) -> float:
        text = before + signs * (length // len(signs)) + behind
        return processor_seconds(lambda: drafting.propose(text, None))

    cost(1)  # compiles the patterns

    assert cost(2_400) < 8 * cost(600)


@pytest.mark.parametrize("signs", ["<title", "<title>", "datePublished' "])
def test_a_page_costs_as_much_as_it_is_long(signs: str) -> None:
    def cost(length: int) -> float:
        page = f"<html><body>{signs * (length // len(signs))}"
        return processor_seconds(lambda: drafting.read_article(page, "news"))

    cost(1)  # compiles the patterns

    assert cost(40_000) < 8 * cost(10_000)


def test_a_long_text_without_blanks_has_a_short_quote() -> None:
    [draft] = drafting.propose("会" * 2000 + "2027年5月5日" + "议" * 500, date(2027, 1, 1)).drafts

    assert "2027年5月5日" in draft.quote
    assert len(draft.quote) < 400


@pytest.mark.parametrize(
    "text",
    [
        "LONDON, Dec. 28, 2026 -- The strike begins Jan. 4.",
        "TOURS, 28 December 2026 - The strike of March begins on 4 January.",
        "OTTAWA, 28 December 2026 (Agency) - The strike begins on 4 January.",
        "МОСКВА, 28 декабря 2026 года. Забастовка начнётся 4 января.",
        "新华社北京2026年12月28日电 罢工将于1月4日开始。",
        "新华网北京2026年12月28日电 罢工将于1月4日开始。",
        "Washington, D.C., 28 December 2026 (Agency) –\nThe strike begins on 4 January.",
        "LONDON (Wire Service) — Dec. 28, 2026\n\nThe strike begins on 4 January.",
        "Dockers to walk out\n\nLondon, December 28, 2026 (Agency) - The strike begins on 4 January.",
        "Dockers to walk out\n\nSPRINGFIELD, Ore. — December 28, 2026 — The union has said that the strike begins Jan. 4.",
        "Geneva, 28 December 2026 – The union has said that its strike begins on 4 January.",
        "Brussels, 28 December 2026\n\nThe union has its strike of railways on 4 January 2027.",
        "Press release 12/2026\nBrussels, 28 December 2026\n\nThe strike begins on 4 January.",
        "FOR IMMEDIATE RELEASE\nDecember 28, 2026\n\nThe strike begins on January 4.",
        "UNION OF DOCKERS\nDistr.: General\n28 December 2026\n\nThe strike begins on 4 January.",
        "Published on 28 December 2026 at 14:30\n\nThe strike begins on 4 January.",
        "Published: 28 December 2026 | Updated: 29 December 2026\n\nThe strike begins on 4 January.",
        "Posted 28 December 2026 by Ann\n\nThe strike begins on 4 January.",
        "To the members\n\nKiel, 28 December 2026\n\nDear members,\nthe strike begins on 4 January.",
        "Kiel, den 28. Dezember 2026\nDer Vorstand\n\nDer Streik beginnt am 4. Januar.",
        "Bekanntmachung der Stadt Kiel\nvom 28. Dezember 2026\n\nDer Streik beginnt am 4. Januar.",
        "Veröffentlicht am 28. Dezember 2026\n\nDer Streik beginnt am 4. Januar.",
        "Москва, 28 декабря 2026 года\n\nЗабастовка начнётся 4 января.",
        "Опубликовано 28 декабря 2026 года\n\nЗабастовка начнётся 4 января.",
        "发布日期：2026年12月28日\n\n罢工将于1月4日开始。",
        "From: Jo <jo@union.example>\nDate: Mon, 28 Dec 2026 10:00:00 +0100\n\nThe strike begins on 4 January.",
        "Union of Dockers\nCompany announcement no. 3/2026\nCopenhagen, 28 December 2026, 07:45 CET\n\nThe strike begins on 4 January.",
        "AMTSBLATT DER STADT KIEL\nNr. 7 – 28. Dezember 2026\n\nDer Streik beginnt am 4. Januar.\n\nKiel, den 27. Dezember 2026",
    ],
)
def test_a_dateline_is_the_day_of_publication_and_no_event(text: str) -> None:
    proposals = drafting.propose(text, None)

    assert date(2026, 12, 28) == proposals.published
    assert [("2027-01-04", True)] == [(draft.when, draft.title[0].isalpha()) for draft in proposals.drafts]
    assert all(item.reason.startswith("the day of publication") for item in proposals.left_out)


@pytest.mark.parametrize(
    "text",
    [
        "The strike begins on 4 January 2027.\n\nDone at Kiel, 28 December 2026.",
        "Dear members,\nthe strike begins on 4 January.\n\nKiel, 28 December 2026\nThe board",
        "罢工将于1月4日开始。\n\n海港工会\n2026年12月28日\n",
    ],
)
def test_a_text_is_signed_with_the_day_of_publication(text: str) -> None:
    proposals = drafting.propose(text, None)

    assert (date(2026, 12, 28), ["2027-01-04"]) == (proposals.published, [draft.when for draft in proposals.drafts])
    assert ["the day of publication, which the text ends with"] == [item.reason for item in proposals.left_out]


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-12: Summer fair\n2027-03-14: Concert",
        "Berlin, 12 March 2027\nHamburg, 14 March 2027",
        "Our tour\n\nBerlin, 12 March 2027\nHamburg, 14 March 2027",
        "Lake Walk, 12 March 2027\n\nWe meet at the station. The next walk is on 14 March 2027.",
        "The fair is on 14 March 2027.\n\nDance in the old hall\n\n12 March 2027",
        "Newsletter of the Hill Club\n\nHill Walk\n12 March 2027\n\nLake Walk, 14 March 2027\n",
        "Media advisory\nFriday 12 March 2027, 11:00\n\nThe bridge opens to traffic on 14 March 2027.",
        "Berlin, 14 March 2027 – The band has announced its only show. Tickets from 12 March 2027.",
    ],
)
def test_a_day_with_what_happens_on_it_is_no_dateline(text: str) -> None:
    assert {"2027-03-12", "2027-03-14"} == {draft.when[:10] for draft in drafting.propose(text, None).drafts}


def test_the_month_of_an_issue_is_no_event() -> None:
    drafts = drafting.propose("Club news\nIssue 12, January 2027\n\nThe fair opens on 12 March 2027.", None).drafts

    assert ["2027-03-12"] == [draft.when for draft in drafts]


def test_a_dateline_without_a_year_is_the_last_such_day_before_publication() -> None:
    proposals = drafting.propose("LONDON, Dec 28 (Agency) - The strike begins on 4 January.", date(2026, 12, 29))

    assert ["2027-01-04"] == [draft.when for draft in proposals.drafts]


def test_a_date_in_a_headline_is_no_dateline() -> None:
    text = "Strike begins on 4 January 2027\n\nLONDON, Dec. 28, 2026 (Agency) - Ferries stop on 5 January."

    assert ["2027-01-04", "2027-01-05"] == [draft.when for draft in drafting.propose(text, None).drafts]


def test_places_below_a_title_are_no_datelines_without_an_agency() -> None:
    text = "Our tour\n\nBERLIN, 12 March 2027 - Opening night.\nHAMBURG, 14 March 2027 - Closing night."

    assert ["2027-03-12", "2027-03-14"] == [draft.when for draft in drafting.propose(text, None).drafts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "MONDAY, NOV. 30, 2026\n9:30 a.m. - Court hearing.\n1-2 p.m. - Briefing.\n\nTUESDAY, DEC. 1, 2026\n\nTBD - House vote.\n",
            [("2026-11-30 09:30", "Court hearing"), ("2026-11-30 13:00/14:00", "Briefing"), ("2026-12-01", "House vote")],
        ),
        (
            "Montag, 30. November 2026:\n10:00 Uhr Sitzung des Rates\n12.30 Uhr: Pressekonferenz\n\nEs sprach die Rektorin.\n18:00",
            [("2026-11-30 10:00", "Sitzung des Rates"), ("2026-11-30 12:30", "Pressekonferenz")],
        ),
        (
            "WEDNESDAY, April 5, 2028\n9:00 am Morning prayer\nLANTERN WALK - April 6, 2028\n7:30 pm Songs\nThere is soup.\n",
            [("2028-04-05 09:00", "Morning prayer"), ("2028-04-06", "LANTERN WALK"), ("2028-04-06 19:30", "Songs There is soup")],
        ),
        (
            "| Samstag, 15. Juli 2028 | |\n|---|---|\n| 14:00 Uhr | Kinderfest |\n| 20:00 Uhr | Tanzabend |\n",
            [("2028-07-15 14:00", "Kinderfest"), ("2028-07-15 20:00", "Tanzabend")],
        ),
        ("30 ноября 2026 г.\n10:00 Заседание совета\n", [("2026-11-30 10:00", "Заседание совета")]),
        (
            "FRIDAY 11 JUNE 2027\nMain Stage\n18:00 The Salt Roads\nSmall Hall\n19:30 Poetry slam\n",
            [("2027-06-11 18:00", "The Salt Roads"), ("2027-06-11 19:30", "Poetry slam")],
        ),
        ("2026年11月30日\n10:00 理事会会议\n14:30 新闻发布会\n", [("2026-11-30 10:00", "理事会会议"), ("2026-11-30 14:30", "新闻发布会")]),
        ("Lunes 30 de noviembre de 2026\n\n10:00 Reunión del consejo\n", [("2026-11-30 10:00", "Reunión del consejo")]),
    ],
)  # fmt: skip
def test_the_lines_below_a_date_that_begin_with_an_hour_are_of_that_day(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert expected == [(draft.when, draft.title) for draft in drafting.propose(text, None).drafts]


@pytest.mark.parametrize(
    "text",
    [
        "SPRING CONCERT, 12 March 2027 - Town Hall, booking from 1 March.",
        "BLUE NOTES, 12 March 2027 - Town Hall.",
        "ВСТРЕЧА, 12 марта 2027 года. Дом культуры.",
    ],
)
def test_an_event_in_capitals_is_no_dateline(text: str) -> None:
    assert ["2027-03-12"] == [draft.when for draft in drafting.propose(text, None).drafts]
    assert "counts from the day of publication, which is not known" in drafting.build_prompt(
        text, "programme.txt", None
    )


@pytest.mark.parametrize(
    ("text", "when", "zone"),
    [
        ("The launch is on 9 June 2027 at 3:15 p.m. EDT.", "2027-06-09 15:15", "America/New_York"),
        ("The launch is on 9 June 2027, 15:15 (UTC+2).", "2027-06-09 15:15", "Etc/GMT-2"),
        ("The launch is on 9 June 2027 at 15:15 UTC+5:30.", "2027-06-09 15:15", "Asia/Kolkata"),
        ("The launch is on 9 June 2027 at 7 pm Mountain Time.", "2027-06-09 19:00", "America/Denver"),
        ("The launch is on 9 June 2027 at 7 pm AEST.", "2027-06-09 19:00", "Australia/Sydney"),
        ("The launch is on 9 June 2027 at 7 pm HKT.", "2027-06-09 19:00", "Asia/Hong_Kong"),
        ("The match kicks off at 20:00 GMT on 9 June 2027.", "2027-06-09 20:00", "UTC"),
        ("20:00 UTC Wednesday 9 June 2027: the freeze begins", "2027-06-09 20:00", "UTC"),
        ("Papers are due on 9 June 2027, 23:59 (AoE).", "2027-06-09 23:59", "AoE"),
        ("Papers are due on 9 June 2027, 11:59 pm anywhere on Earth.", "2027-06-09 23:59", "AoE"),
        ("Papers are due on June 9, 2027 (AoE).", "2027-06-09 23:59", "AoE"),
        ("The launch is on 9 June 2027 at 15:15 IST.", "2027-06-09", ""),
        ("The launch is on 9 June 2027 at 15:15 CEST in Berlin.", "2027-06-09 15:15", "Europe/Berlin"),
        ("The talk in Warsaw is on 9 June 2027 at 15:15 CEST.", "2027-06-09 15:15", "Europe/Warsaw"),
        ("The talk in London is on 9 June 2027 at 15:15 CEST.", "2027-06-09 15:15", "Europe/Paris"),
        ("The talk is on 9 June 2027 at 15:15 in Dublin (IST).", "2027-06-09 15:15", "Europe/Dublin"),
        ("The launch is on 9 June 2027 at 15:15 in the hall (IST).", "2027-06-09", ""),
        ("Der Kurs beginnt am 9. Juni 2027 um 18 Uhr (MESZ).", "2027-06-09 18:00", "Europe/Berlin"),
        ("Матч начнётся 9 июня 2027 года в 19:00 (МСК).", "2027-06-09 19:00", "Europe/Moscow"),
        ("北京时间2027年6月9日19时30分，决赛将举行。", "2027-06-09 19:30", "Asia/Shanghai"),
    ],
)
def test_an_hour_is_that_of_the_zone_behind_it_or_left_out(text: str, when: str, zone: str) -> None:
    [draft] = drafting.propose(text, None).drafts

    assert (when, zone) == (draft.when, draft.zone)
    assert zone or draft.notes == ("the hour is that of 'IST', and was left out",)


@pytest.mark.parametrize(
    "text",
    [
        "<p>Papers are due on <s>5 January</s> 19 January 2027.</p>",
        "<p>Papers are due on <del>5 <b>January</b> 2027</del><ins>19 January 2027</ins>.</p>",
        "Papers are due on ~~5 January 2027~~ 19 January 2027.",
    ],
)
def test_what_is_struck_through_is_no_part_of_a_text(text: str) -> None:
    article = drafting.read_article(text, "call")

    assert "Papers are due on 19 January 2027." == article.text.replace("  ", " ")
    assert ["2027-01-19"] == [draft.when for draft in drafting.propose(article.text, None).drafts]


def test_a_former_date_is_named_and_becomes_no_event() -> None:
    text = "The hearing, originally scheduled for 3 June 2027, will be held on 10 June 2027."

    proposals = drafting.propose(text, None)

    assert ["2027-06-10"] == [draft.when for draft in proposals.drafts]
    assert [("3 June 2027", "a former date: the text says that another one replaced it")] == [
        (item.text, item.reason) for item in proposals.left_out
    ]


@pytest.mark.parametrize(
    ("text", "title", "when"),
    [
        ("В 15:00 4 июня 2027 года состоится открытие выставки.", "Открытие выставки", "2027-06-04 15:00"),
        ("Концерт — с 15 до 17 часов 4 июня 2027 года.", "Концерт", "2027-06-04 15:00/17:00"),
        ("Концерт пройдёт 4 июня 2027 года с 19 до 21 часа.", "Концерт", "2027-06-04 19:00/21:00"),
        ("В 7 часов вечера 4 июня 2027 года — премьера.", "Премьера", "2027-06-04 19:00"),
        ("Заседание с 5 до 7 июня 2027 года.", "Заседание", "2027-06-05/07"),
    ],
)
def test_a_russian_hour_stands_before_the_day_or_behind_it(text: str, title: str, when: str) -> None:
    [draft] = drafting.propose(text, None).drafts

    assert (title, when) == (draft.title, draft.when)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Key dates: papers due 1 June 2027, notification 1 July 2027.", ["Papers", "Notification"]),
        (
            "Dates: 6 January 2027 (reception), 14 February 2027 (walk) and 3-5 May 2027 (regatta).",
            ["Reception", "Walk", "Regatta"],
        ),
        ("Termine: 6. Januar 2027 (Empfang) und 14. Februar 2027 (Wanderung).", ["Empfang", "Wanderung"]),
        (
            "The deadline is 1 May 2027 (anywhere on Earth), the summit on 16 May 2027 (Dushanbe).",
            ["Deadline", "Summit"],
        ),
        ("Registration opens on 1 April 2027 and closes on 30 April 2027.", ["Registration", "Registration closes"]),
        ("The fair opens on 5 May 2027, the regatta follows on 8 May 2027.", ["Fair", "Regatta"]),
        ("On 5 May 2027 the fair opens, on 8 May 2027 the regatta starts.", ["Fair opens", "Regatta starts"]),
        (
            "On 5 May 2027 the fair opens, on 8 May 2027 the arts and crafts market starts and on 9 May 2027 a concert follows.",
            ["Fair opens", "Arts and crafts market", "Concert follows"],
        ),
        ("On 5 May 2027 the fair opens, the regatta is on 8 May 2027.", ["Fair opens", "Regatta"]),
        ("Notification: mid-May 2027; camera-ready: 1 June 2027 (firm).", ["Notification", "Camera-ready"]),
        ("Notification: mid-May 2027, camera-ready: 1 June 2027.", ["Notification", "Camera-ready"]),
        ("Papers: 8 January 2027 (strict); posters: 15 January 2027 (strict)", ["Papers", "Posters"]),
        ("Figures, May 2027: 1 June 2027", ["Figures"]),
        ("4 июня 2027 года состоится открытие, 10 июля 2027 года — закрытие.", ["Открытие", "Закрытие"]),
        ("Открытие состоится 4 июня 2027 года, а закрытие пройдёт 10 июля 2027 года.", ["Открытие", "Закрытие"]),
        ("2027年5月8日举行开幕式，2027年5月10日举行闭幕式。", ["开幕式", "闭幕式"]),
        ("双方商定2027年下半年举行下一轮会谈，2027年初发布报告。", ["下一轮会谈", "发布报告"]),
    ],
)
def test_each_date_of_a_sentence_has_the_words_of_its_own_clause(text: str, titles: list[str]) -> None:
    assert titles == [draft.title for draft in drafting.propose(text, None).drafts]


@pytest.mark.parametrize(
    ("text", "drafted"),
    [
        ("Am Samstag, dem 8. Mai 2027, findet in Kiel das Sommerfest des Vereins statt.", ("Sommerfest des Vereins", "Kiel", "tentative")),
        ("Das für den 4. Juni 2027 geplante Konzert wurde abgesagt.", ("Konzert", "", "cancelled")),
        ("El sábado 8 de mayo de 2027 se celebra en Sevilla la feria del libro.", ("Feria del libro", "Sevilla", "tentative")),
        ("El concierto del 4 de junio de 2027 queda cancelado.", ("Concierto", "", "cancelled")),
        ("ينطلق مهرجان الربيع يوم السبت 8 مايو 2027.", ("مهرجان الربيع", "", "tentative")),
        ("تم إلغاء الحفل المقرر في 5 مايو 2027.", ("الحفل", "", "cancelled")),
        ("Концерт, намеченный на 5 мая 2027 года, отменили из-за дождя.", ("Концерт", "", "cancelled")),
        ("Концерт 5 мая 2027 года не был отменён.", ("Концерт", "", "tentative")),
        ("Встреча состоится 16 сентября 2027 года на Красной площади.", ("Встреча", "Красной площади", "tentative")),
        ("Выставка откроется 16 сентября 2027 года в Доме культуры.", ("Выставка", "Доме культуры", "tentative")),
        ("2027年9月16日，论坛将在北京召开。", ("论坛", "北京", "tentative")),
        ("2027年5月5日的音乐会已取消。", ("音乐会", "", "cancelled")),
        ("2027年5月5日的音乐会没有被取消。", ("音乐会", "", "tentative")),
        ("The concert on 5 May 2027 has not been cancelled.", ("Concert", "", "tentative")),
        ("Das Konzert am 5. Mai 2027 wird nicht abgesagt.", ("Konzert", "", "tentative")),
    ],
)  # fmt: skip
def test_a_sentence_in_each_language_gives_title_place_and_whether_it_was_called_off(
    text: str, drafted: tuple[str, str, str]
) -> None:
    [draft] = drafting.propose(text, None).drafts

    assert drafted == (draft.title, draft.place, draft.status)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Клуб основан 15 июня 2001 года, 20-летие которого отметят осенью.", "{nth} годовщина"),
        ("Отмечается 20-летие театра, открытого 15 июня 2001 года.", "{nth} годовщина театра"),
        ("今年是上海合作组织成立20周年，该组织于2001年6月15日成立。", "上海合作组织成立{n}周年"),
    ],
)
def test_an_anniversary_in_russian_and_chinese_is_every_year_from_its_day(text: str, title: str) -> None:
    [draft] = drafting.propose(text, date(2021, 6, 24)).drafts

    assert (title, "2001-06-15", "every year") == (draft.title, draft.when, draft.repeat)


@pytest.mark.parametrize(
    ("text", "drafted"),
    [
        ("Programme 2027\n\n5 May: Spring walk\n12 December: Carol evening\n", {"2027-05-05", "2027-12-12"}),
        ("Termine 2027\n\nAm 5. Mai wird gegrillt.\nAm 12. Dezember wird gesungen.\n", {"2027-05-05", "2027-12-12"}),
        ("Notices\nDividend 2027\nPayment Tuesday, 4 May\nRecord date Friday, 30 April\n", {"2027-05-04", "2027-04-30"}),
        ("Саммит состоится 4-5 сентября\n\n21 августа 2026, 15:55\n\nОн пройдет в Уэльсе.", {"2026-09-04/05", "2026-08-21 15:55"}),
        ("Notes of 20 December 2026\n\nThe board will meet on 8 January.", {"2026-12-20", "2027-01-08"}),
        ("Council\n\n2027 Meetings\n\nTuesday 5 January: Budget", {"2027-01-05"}),
        ("News, December 2026\n\n13 December: Carols\n20 December: Tea\n6 January: Walk", {"2026-12-13", "2026-12-20", "2027-01-06"}),
        ("Season 2026/27\n\n5 May: Spring walk\n", set()),
        ("The club, 1950 to 1999\n\n5 May: Spring walk\n", set()),
    ],
)  # fmt: skip
def test_a_year_that_only_a_heading_says_is_that_of_the_dates_below_it(text: str, drafted: set[str]) -> None:
    drafts = drafting.propose(text, None).drafts

    assert drafted == {draft.when for draft in drafts}
    assert bool(drafted) == any("the year follows from '" in note for draft in drafts for note in draft.notes)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Key dates\n- June 1, 2027 – Papers are due.\n- July 2, 2027 – Decisions are sent.\nThe hall opens on 9 July 2027.\n",
         ["Papers are due", "Decisions are sent", "The hall"]),
        ("Diary\nBudget Thursday, 18 March 2027\nThe annual meeting\nVote Friday, 19 March 2027\nDebate Monday, 22 March 2027\n",
         ["Budget", "Vote", "Debate"]),
        ("June 25, 2027 (extended): Papers are due", ["Papers are due"]),
        ("Calendar\n\nWomen: 8-19 March 2027, New York\nNarcotics: 15 to 19 March 2027, Vienna\nSeabed – 10 May 2027, Kingston\nPeace: date open\n",
         ["Women", "Narcotics", "Seabed"]),
        ("| Papers are due | June 1, 2027 |\n| Decisions are sent | July 2, 2027 |\n", ["Papers", "Decisions are sent"]),
        ("| 21 января 2027 г. | Приём тезисов |\n| 31 января 2027 г. | Ответ авторам |\n", ["Приём тезисов", "Ответ авторам"]),
        ("Papers are due\n\n1 June 2027\n\nDecisions are sent\n\n2 July 2027\n", ["Papers are due", "Decisions are sent"]),
        ("May 20, 2027\n\nregistration ends\n\nJune 9, 2027 - Wednesday\n\narrival of the teams", ["Registration ends", "Arrival of the teams"]),
        ("The highlight of the year will be the summit on 7/8 June 2027.", ["Summit"]),
        ("Las fiestas se llevarán a cabo del 16 al 27 de octubre de 2027.", ["Fiestas"]),
        ("The hearing, originally planned for 3 May 2027, has been moved to 10 May 2027.", ["Hearing"]),
        ("The budget hearing planned for 3 May 2027 was postponed to 10 May 2027.", ["Budget hearing"]),
        ("The board's next meeting is now on 10 May 2027.", ["Meeting"]),
        ("Die Sitzung am 5. Mai 2027 wird verschoben auf den 7. Mai 2027.", ["Sitzung"]),
    ],
)  # fmt: skip
def test_a_line_of_a_list_has_its_own_title(text: str, titles: list[str]) -> None:
    assert titles == [draft.title for draft in drafting.propose(text, None).drafts]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("The accounts for the year ended 31 July 2026 will be read on 5 May 2027.", "31 July 2026"),
        ("After last year’s pause the fair will be held on 5 May 2027.", "last year"),
        ("The results for 2026 will be told on 5 May 2027.", "for 2026"),
        ("The results for the fourth quarter of 2026 will be told on 5 May 2027.", "fourth quarter of 2026"),
        ("Results of Q1 2027 will be told on 5 May 2027.", "Q1 2027"),
        ("Prices rose in the year to March 2027; more will follow on 5 May 2027.", "March 2027"),
        ("Prices of December 2026 will be told on 5 May 2027.", "December 2026"),
        ("Retail trade, March 2027: 5 May 2027", "March 2027"),
        ("Labour force (reference period: March 2027): 5 May 2027, Berne", "March 2027"),
        ("The fiscal Q3 2027 is what the talk of 5 May 2027 will be about.", "Q3 2027"),
        ("The sales of Q3 2027 of the fiscal year will be told on 5 May 2027.", "Q3 2027"),
        ("Die Zahlen für das vierte Quartal 2026 werden am 5. Mai 2027 vorgelegt.", "vierte Quartal 2026"),
        ("Los datos del primer trimestre de 2027 se conocerán el 5 de mayo de 2027.", "primer trimestre de 2027"),
        ("Данные по инфляции за март 2027 года выйдут 5 мая 2027 года.", "март 2027 года"),
        ("国家统计局将于2027年5月5日公布2027年第一季度经济数据。", "2027年第一季度"),
        ("Next update: 5 May 2027 (accounts, October to December 2026).", "October to December 2026"),
        ("| GDP | Q1 2027 | 5 May 2027 |", "Q1 2027"),
        ("* Payments, Q1 2027 - 5 May 2027", "Q1 2027"),
        ("国家统计局2027年5月5日将公布4月份CPI数据。", "4月份"),
        (
            "Output grew by 0.2% in the last quarter of 2026. The next figures come on 5 May 2027.",
            "last quarter of 2026",
        ),
        (
            "Im Dezember 2026 stiegen die Preise um 2,1 Prozent. Die nächsten Zahlen kommen am 5. Mai 2027.",
            "Dezember 2026",
        ),
        ("Sales for December 2026 fell. The next figures come on 5 May 2027.", "December 2026"),
    ],
)
def test_a_period_that_something_is_about_is_no_event(text: str, left_out: str) -> None:
    proposals = drafting.propose(text, date(2027, 1, 1))

    assert (["2027-05-05"], [left_out]) == (
        [draft.when for draft in proposals.drafts], [item.text for item in proposals.left_out],
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Stadtfest\n\nvom 01.03.2027\n\nDas Fest findet am 5. Mai 2027 statt.",
        "发布日期：2027-03-01\n运动会于2027年5月5日举行。\n\n2027年3月1日\n",
        "lunes, 1 de marzo de 2027\n\nEl concurso se celebra el 5 de mayo de 2027.",
        "Newsletter: 1st March 2027\nThe fair opens on 5 May 2027.",
        "Das Fest findet am 5. Mai 2027 statt (Stand März 2027).",
        "The pool, closed since summer 2026, opens on 5 May 2027.",
        "Press release (2027) 14 - Issued on 1 March 2027\n\nThe fair opens on 5 May 2027.",
        "The fair opens on 5 May 2027.\n\nSee also the map. Last updated: 28 February 2027 by the office.",
        "Dates as of 28 February 2027\n\nThe fair opens on 5 May 2027.",
        "По состоянию на 28 февраля 2027 года\n\nЯрмарка откроется 5 мая 2027 года.",
    ],
)
def test_the_day_on_which_a_text_was_written_is_no_event(text: str) -> None:
    drafts = drafting.propose(text, date(2027, 3, 1)).drafts

    assert ["2027-05-05"] == [draft.when for draft in drafts]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("The race is planned for April 2027, and the feast will be on 5 May 2027.", {"2027-04", "2027-05-05"}),
        ("The race in April 2027: 5 May 2027 is the last day to enter.", {"2027-04", "2027-05-05"}),
        ("The election of April 2027 comes before the summit of 5 May 2027.", {"2027-04", "2027-05-05"}),
        ("April 2027: race; 5 May 2027: feast", {"2027-04", "2027-05-05"}),
        ("5 May 2027: race, April 2027: feast", {"2027-04", "2027-05-05"}),
        ("4月统计会议在北京举行，2027年5月5日在上海举行。", {"2027-04", "2027-05-05"}),
        ("Figures for June 2027 are due, and the feast will be on 5 May 2027.", {"2027-06", "2027-05-05"}),
        ("As of 5 May 2027 the hall is open.", {"2027-05-05"}),
        ("Media day: 5 May 2027 (registration by 26 April 2027)", {"2027-05-05", "by 2027-04-26"}),
        ("The tax rises to 21% in April 2027.", {"2027-04"}),
        ("The rule that they voted for in January is in force.", {"2027-01"}),
        ("The drill (April 2027, Kiel) comes before the summit of 5 May 2027.", {"2027-04", "2027-05-05"}),
        ("The drill (planned for April 2027) comes before the summit of 5 May 2027.", {"2027-04", "2027-05-05"}),
    ],
)
def test_a_period_in_which_something_happens_before_a_day_is_an_event(text: str, dates: set[str]) -> None:
    assert dates == {draft.when for draft in drafting.propose(text, date(2027, 3, 1)).drafts}


def test_part_of_a_month_and_one_of_two_parts_are_proposed() -> None:
    text = (
        "The visit is planned for the second half of May 2027. The talks will be held in late June or early July 2027."
    )

    proposals = drafting.propose(text, None)

    assert (["2027-05-16..31", "2027-06-21..07-10"], ()) == (
        [draft.when for draft in proposals.drafts], proposals.left_out,
    )  # fmt: skip


def test_an_event_on_the_day_of_publication_is_one() -> None:
    text = "Diary of the club\n\nWalk\n\nThe walk begins on 1 March 2027.\n\nAll are welcome."

    assert ["2027-03-01"] == [draft.when for draft in drafting.propose(text, date(2027, 3, 1)).drafts]


def test_a_list_below_a_year_is_of_that_year_even_where_the_publication_is_nearer_to_another() -> None:
    drafts = drafting.propose("2027 Meetings\n\nJanuary 8 Board\nSeptember 25 Board\n", date(2027, 1, 2)).drafts

    assert ["2027-01-08", "2027-09-25"] == [draft.when for draft in drafts]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Die am 21. Januar 2027 geplante Versammlung ist leider abzusagen.", "2027-01-21"),
        ("Das Turnier am 21. Januar 2027 kann nicht stattfinden.", "2027-01-21"),
    ],
)
def test_what_cannot_take_place_is_called_off(text: str, when: str) -> None:
    assert [(when, "cancelled")] == [(draft.when, draft.status) for draft in drafting.propose(text, None).drafts]


@pytest.mark.parametrize(
    ("head", "when"),
    [
        ("title: 'Spring news'\ndate: 2027-03-01T08:00:00Z\nrender_with_liquid: false", "2027-05-05"),
        ("layout: event\ntitle: Fair\ndate: 2027-05-05", ""),
        ("title: Fair\nstart_date: 2027-05-05\ndate: 2027-05-05", ""),
        ("title: Fair\nfairStart: 2027-05-05\ndate: 2027-05-05", ""),
        ("title: Fair\ndate: 2027-99-01", ""),
    ],
)
def test_the_front_matter_of_a_post_says_its_day_and_is_no_text(shell: Any, head: str, when: str) -> None:
    Path("post.md").write_text(f"---\n{head}\n---\nThe fair will open on 5 May.\n", encoding="utf-8")

    done = shell("draft", "post.md")

    assert [when] * bool(when) == re.findall(r"when: (\S+)", done.stdout)
    assert ("Spring news" in done.stdout) is bool(when)


def test_what_is_of_a_day_happens_then() -> None:
    [draft] = drafting.propose("Tomorrow’s hearing is open to all.", date(2027, 1, 1)).drafts

    assert ("Hearing is open to all", "2027-01-02") == (draft.title, draft.when)


def test_items_with_german_days_in_digits_keep_their_own_titles_above_a_sentence() -> None:
    text = """Termine 2027:
Sa, 20.3., 10-13 Uhr: Frühjahrsputz
So, 4.4.: Ostereiersuche
Mi 14.4. 18 Uhr Vorstandssitzung
Der Kran wird im Mai abgenommen.
"""

    drafts = drafting.propose(text, None).drafts

    assert [
        ("2027-03-20 10:00/13:00", "Frühjahrsputz"),
        ("2027-04-04", "Ostereiersuche"),
        ("2027-04-14 18:00", "Vorstandssitzung"),
        ("2027-05", "Der Kran"),
    ] == [(draft.when, draft.title) for draft in drafts]


@pytest.mark.parametrize(
    "first", ["Elections in September–October 2027", "The race is in early 2027-09", "Week 37 of 2027"]
)
def test_a_first_line_with_a_date_that_is_no_day_is_read(first: str) -> None:
    assert drafting.propose(f"{first}\n\nThe fair is on 5 May 2027.", None).drafts


@pytest.mark.parametrize("text", ["", "\n \n", "-", "(", "5 May 2027"])
def test_a_text_of_next_to_nothing_is_read(text: str) -> None:
    assert ["2027-05-05"] * ("2027" in text) == [draft.when for draft in drafting.propose(text, None).drafts]


def test_a_date_below_a_year_is_of_that_year_and_the_row_of_the_years_is_no_event() -> None:
    rows = [
        "| Event | Fall 2027 | Spring 2028 |",
        "|---|---|---|",
        "| Classes. No labs | Aug 23 | Jan 18 |",
        "| Finals | Dec 13–17 | |",
    ]
    cells = [f"<tr><td>{row[2:-2].replace(' | ', '</td><td>')}</td></tr>" for row in (rows[0], *rows[2:])]
    page = f"<p>Dates</p><table>{''.join(cells)}</table>"

    for text in ("\n".join(rows), drafting.read_article(page, "page").text):
        found = drafting.propose(text, date(2026, 11, 30))

        whens = [draft.when for draft in found.drafts]
        assert ["2027-08-23", "2028-01-18", "2027-12-13/17"] == whens
        assert {"the name of a column"} == {item.reason for item in found.left_out}


def test_a_heading_is_no_event_beside_the_days_of_its_year() -> None:
    found = drafting.propose("Elections in 2027\n\n- 24 January: Portugal\n- 3 May: Elbonia", date(2026, 11, 30))

    assert ["2027-01-24", "2027-05-03"] == [draft.when for draft in found.drafts]
    assert [("in 2027", "a heading: the days of its year stand below")] == [
        (item.text, item.reason) for item in found.left_out
    ]


def test_a_date_below_the_heading_of_a_section_is_of_its_year() -> None:
    text = """Semester dates 2027/28

Autumn semester 2027
Teaching: 13 September to 17 December

Spring semester 2028
Teaching: 31 January to 19 May

Library
Closed from 24 December
"""

    proposals = drafting.propose(text, None)

    assert ["2027-09-13/12-17", "2028-01-31/05-19"] == [draft.when for draft in proposals.drafts]
    assert ["24 December"] == [item.text for item in proposals.left_out]


def test_a_date_below_a_later_heading_with_a_year_is_of_that_year() -> None:
    text = "Notice\n\nThe board has met.\n\nFinancial calendar 2027\n5 May Interim report\n10 November Annual meeting\n"

    assert ["2027-05-05", "2027-11-10"] == [draft.when for draft in drafting.propose(text, date(2027, 2, 26)).drafts]


@pytest.mark.parametrize(
    "head",
    ["Club news\nThird Sunday of Lent – 28 February 2027", "Court list\n\nWeek commencing Monday 22 February 2027"],
)
def test_the_day_or_week_that_a_heading_ends_with_gives_the_year_of_those_below(head: str) -> None:
    drafts = drafting.propose(f"{head}\n\n- Hill Walk on 13 March\n- Lake Walk on 20 March\n", None).drafts

    assert ["2027-03-13", "2027-03-20"] == [draft.when for draft in drafts][-2:]


def test_a_date_below_a_school_year_is_not_of_the_year_before_it() -> None:
    text = "2027-28 School Year\n\nNo school: November 11\n\nTickets go on sale on 15 March"
    found = drafting.propose(text, date(2027, 2, 10))

    assert ["2027-03-15"] == [draft.when for draft in found.drafts]
    assert ["no year is said, and it could be of another than '2027-28 School Year'"] == [
        item.reason for item in found.left_out
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The API version 2025-10-01 is retired.",
        "Header `Api-Version: 2026-04-01` is not affected.",
        "Version 5.10.2027 fixes a bug.",
        "Invitation to bid no. 2026-11-04",
    ],
)
def test_a_number_that_looks_like_a_date_is_no_event(text: str) -> None:
    assert () == drafting.propose(text, date(2026, 11, 30)).drafts


@pytest.mark.parametrize("text", ["Next release: 2027-05-04", "Tag 4.5.2027: Sommerfest"])
def test_a_date_behind_a_label_is_no_number(text: str) -> None:
    assert ["2027-05-04"] == [draft.when for draft in drafting.propose(text, date(2026, 11, 30)).drafts]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("The museum is open daily except on 24 December 2027.", 1),
        ("Open every day but 24 December 2027.", 1),
        ("Open daily except on 24 December 2027 and 1 January 2028.", 2),
        ("Das Museum ist täglich geöffnet, außer am 24. Dezember 2027.", 1),
        ("Музей открыт ежедневно, кроме 24 декабря 2027 года.", 1),
        ("El museo abre todos los días excepto el 24 de diciembre de 2027.", 1),
        ("博物馆除2027年12月24日外每天开放。", 1),
        ("The museum is closed except on 24 December 2027.", 0),
        ("Das Museum ist geschlossen, außer am 24. Dezember 2027.", 0),
    ],
)
def test_a_date_that_is_excepted_from_what_goes_on_is_no_event(text: str, left_out: int) -> None:
    proposals = drafting.propose(text, None)

    assert (left_out, not left_out) == (len(proposals.left_out), bool(proposals.drafts))


@pytest.mark.parametrize("before", ["Registration for 2027: opens", "Registration 2027\n\nIt can be done from"])
def test_a_date_of_another_year_than_the_words_above_or_before_it_is_open(before: str) -> None:
    found = drafting.propose(f"{before} 10 December.", date(2026, 11, 30))

    assert () == found.drafts
    assert "no year is said, and it could be 2026 or 2027" in [item.reason for item in found.left_out]


def test_a_month_of_another_clause_is_an_event_beside_its_day() -> None:
    found = drafting.propose("The call opens in May 2027; the fair is on 3 May 2027.", None)

    assert ["2027-05", "2027-05-03"] == [draft.when for draft in found.drafts]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Early May bank holiday – Monday 3 May 2027", "2027-05-03"),
        ("Labour Day in September 2027 falls on 6 September 2027.", "2027-09-06"),
        ("Applications for 2027 entry close by 15 January 2027.", "by 2027-01-15"),
    ],
)
def test_a_period_beside_its_own_day_is_no_second_event(text: str, when: str) -> None:
    assert [when] == [draft.when for draft in drafting.propose(text, date(2026, 11, 30)).drafts]


def test_the_year_of_a_heading_holds_against_a_weekday_of_another_year() -> None:
    found = drafting.propose("Programm 2027\n\nSonntag, 13. Dezember: Adventsfeier", date(2027, 2, 10))

    assert ["2027-12-13?"] == [draft.when for draft in found.drafts]


def test_the_columns_of_a_table_say_nothing_about_the_next_table() -> None:
    text = "Dates\n\n| Event | 2028 |\n| Fair | 3 May |\n\n| Smith | 3 Mar |\n| Jones | 4 Mar |"
    found = drafting.propose(text, date(2027, 2, 10))

    assert ["2028-05-03", "2027-03-03", "2027-03-04"] == [draft.when for draft in found.drafts]
