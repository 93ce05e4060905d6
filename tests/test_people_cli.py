from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, event

from eventcal.cli import cli

EVENTS = """\
version: 1
calendar: {id: test, name: Test calendar, timezone: Asia/Dushanbe}
events:
  - {id: summit, title: {en: SCO summit, ru: Саммит ШОС}, when: 2099-09-16/17, place: Dushanbe, tags: [summit],
     reminders: [1 week before at 09:00, the day before at 18:00, on change]}
"""
PEOPLE = """\
address,confirmed,proof,filter,zone,leads,notices,digest,language,state
Anna@Example.org,2021-04-30,club form,tag=summit,Europe/Berlin,1 hour before; 2 days before,on change,daily,ru,
boris@пример.рф,2021-05-01,,,,,,,,active
gone@example.org,2021-05-01,,,,,,,,off
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def run(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    if request.param == "postgresql":
        monkeypatch.setenv("EVENTCAL_DATABASE_URL", request.getfixturevalue("postgres").database())
    (tmp_path / "events.yaml").write_text(EVENTS, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")

    def call(*words: str) -> Result:
        return CliRunner().invoke(cli, list(words))

    assert call("publish").exit_code == 0
    return call


def test_people_who_agreed_elsewhere_are_taken_over_once(run) -> None:  # type: ignore[no-untyped-def]
    assert run("subscribers").output == "no subscribers\n"
    assert (
        run("subscribers", "import", "people.csv", "--proof", "list of 2020-04-01").output
        == "2 imported, 0 already subscribed, 1 not active\n"
    )
    assert (
        run("subscribers", "import", "people.csv", "--proof", "list of 2020-04-01").output
        == "0 imported, 2 already subscribed, 1 not active\n"
    )
    listed = run("subscribers").output.splitlines()
    assert [line.split()[0] for line in listed] == ["Anna@example.org", "boris@xn--e1afmkfd.xn--p1ai"]
    assert "active (imported: club form, 2021-04-30)" in listed[0]
    assert "active (imported: list of 2020-04-01, 2021-05-01)" in listed[1]
    assert "tag=summit, daily, Europe/Berlin, ru" in listed[0]


@contextmanager
def recorded(name: str) -> Iterator[list[object]]:
    """Every event *name* of any database, as it comes."""
    events: list[object] = []

    def record(*arguments: object) -> None:
        events.append(arguments)

    event.listen(Engine, name, record)
    yield events
    event.remove(Engine, name, record)


def test_a_long_list_is_taken_over_in_slices_with_the_same_result(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"p{number}@example.org,2021-04-30" for number in range(7)]
    people[4:4] = ["P1@Example.org,2021-04-30", "p3@example.org,2021-04-30"]  # again, in another slice and in the same
    (tmp_path / "long.csv").write_text("\n".join(["address,confirmed", *people]), encoding="utf-8")
    monkeypatch.setattr("eventcal.cli.subscribers.IMPORTED_PER_TRANSACTION", 3)
    with recorded("commit") as commits:
        result = run("subscribers", "import", "long.csv", "--proof", "list")

    assert (result.output, len(commits)) == ("7 imported, 2 already subscribed\n", 3)
    assert [line.split()[0] for line in run("subscribers").output.splitlines()] == [
        f"p{n}@example.org" for n in range(7)
    ]


def test_a_list_takes_as_many_statements_however_long_it_is(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    counts = set()
    for size in (2, 200):
        people = "".join(f"p{size}-{number}@example.org,2021-04-30,form\n" for number in range(size))
        (tmp_path / "people.csv").write_text(f"address,confirmed,proof\n{people}", encoding="utf-8")
        with recorded("before_cursor_execute") as statements:
            assert run("subscribers", "import", "people.csv").output == f"{size} imported, 0 already subscribed\n"
        counts.add(len(statements))
    assert len(counts) == 1


@pytest.mark.parametrize("content", [b"address,proof\ncaf\xe9@example.org,x\n", b"address\n" + b"x" * 200_000])
def test_a_file_that_is_no_table_in_utf_8_is_an_error(run, tmp_path: Path, content: bytes) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "odd.csv").write_bytes(content)
    result = run("subscribers", "import", "odd.csv")

    assert result.exit_code == 1
    assert "odd.csv: this is not a CSV file in UTF-8" in result.output


def test_a_table_as_excel_writes_it_is_read_and_one_without_addresses_says_so(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "excel.csv").write_text("\ufeffAddress;Confirmed;Proof\r\na@example.org;2021-04-30;form, club\r\n")
    (tmp_path / "odd.csv").write_text("email,confirmed,proof\na@example.org,2021-04-30,form\n")

    assert run("subscribers", "import", "excel.csv").output == "1 imported, 0 already subscribed\n"
    assert (
        "odd.csv:1: no column is called address; a first line names" in run("subscribers", "import", "odd.csv").output
    )


def test_what_is_exported_can_be_taken_over_as_it_is(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("subscribers", "import", "people.csv", "--proof", "list of 2020-04-01")
    table = run("subscribers", "export").output
    (tmp_path / "again.csv").write_text(table, encoding="utf-8")
    run("subscribers", "remove", "anna@example.org")
    run("subscribers", "remove", "boris@пример.рф")
    assert run("subscribers", "import", "again.csv").output == "2 imported, 0 already subscribed\n"

    def without_moments(text: str) -> list[list[str]]:
        return [[each for each in line.split(",") if "T" not in each] for line in text.splitlines()]

    assert without_moments(run("subscribers", "export").output) == without_moments(table)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("nobody,2021-04-30,form,,,,,,,", "2: that is not a mail address"),
        ("a@example.org,,form,,,,,,,", "2: when they agreed is missing"),
        ("a@example.org,30.04.2021,form,,,,,,,", "2: confirmed: '30.04.2021': write the day as 2021-04-30"),
        ("a@example.org,2999-04-30,form,,,,,,,", "2: confirmed: 2999-04-30 is still to come"),
        ("a@example.org,2021-04-30,,,,,,,,", "2: how they agreed is missing"),
        ("a@example.org,2021-04-30,form,colour=red,,,,,,", "2: 'colour' is not a parameter"),
        ("a@example.org,2021-04-30,form,,Europe/Berlino,,,,,", "did you mean Europe/Berlin"),
        ("a@example.org,2021-04-30,form,,,on change,,,,", "2: leads are such as"),
        ("a@example.org,2021-04-30,form,,,,,hourly,,", "2: digest: 'hourly' is not understood"),
    ],
)
def test_with_a_mistake_nobody_is_taken_over(run, tmp_path: Path, row: str, said: str) -> None:  # type: ignore[no-untyped-def]
    head = PEOPLE.splitlines()[0]
    (tmp_path / "wrong.csv").write_text(f"{head}\n{row}\nfine@example.org,2021-04-30,form,,,,,,,\n", encoding="utf-8")
    result = run("subscribers", "import", "wrong.csv")
    assert result.exit_code == 1
    assert said in result.output
    assert run("subscribers").output == "no subscribers\n"


def test_all_that_is_kept_of_one_can_be_handed_to_them_and_deleted(run) -> None:  # type: ignore[no-untyped-def]
    run("subscribers", "import", "people.csv", "--proof", "list of 2020-04-01")
    kept = json.loads(run("subscribers", "export", "ANNA@example.org").output)
    assert kept["subscriptions"][0]["reminders"] == ["1 hour before", "2 days before"]
    assert run("subscribers", "remove", "anna@example.org").output == "1 deleted\n"
    assert run("subscribers", "remove", "anna@example.org").output == "nothing is stored about this address\n"
    assert run("subscribers", "why", "anna@example.org").output == "nothing is stored about this address\n"
    assert "signed up" in (told := run("subscribers", "why", "boris@пример.рф").output)
    assert ("imported 20" in told, "confirmed" in told) == (True, False)
    why = json.loads(run("subscribers", "why", "boris@пример.рф", "--json").output)
    assert ([row["state"] for row in why["subscriptions"]], why["deliveries"]) == (["active"], [])


def test_who_was_sent_nothing_is_not_shown_what_others_were_sent(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "eventcal.toml").write_text('[[channels]]\nname = "desk"\ntype = "log"\n', encoding="utf-8")
    run("subscribers", "import", "people.csv", "--proof", "list of 2020-04-01")
    run("send-test", "desk")
    assert " sent  test " in run("deliveries").output

    assert " sent" not in run("subscribers", "why", "boris@пример.рф").output
    assert json.loads(run("subscribers", "why", "boris@пример.рф", "--json").output)["deliveries"] == []


@pytest.mark.parametrize("kind", ["reminder", "change", "digest", "confirmation"])
@pytest.mark.parametrize("lang", ["en", "ru", "zh"])
def test_any_mail_can_be_looked_at(run, kind: str, lang: str) -> None:  # type: ignore[no-untyped-def]
    was = ("--was", "2099-09") if kind == "change" else ()
    words = ("preview", "summit", "--kind", kind, *was, "--lang", lang, "--zone", "Europe/Berlin")
    text, html, eml = (run(*words, "--format", how) for how in ("text", "html", "eml"))
    assert text.output.startswith("Subject: ")
    assert f'<html lang="{lang}"' in html.output
    mail = message_from_bytes(eml.stdout_bytes, policy=default)
    assert mail["Subject"] == text.output.splitlines()[0].removeprefix("Subject: ")
    body = mail.get_body(("plain",))
    assert body is not None
    assert "/unsubscribe/" in body.get_content()
    assert "%%" not in text.output + html.output + eml.output
    assert any(each.get_content_type() == "text/calendar" for each in mail.walk()) == (kind == "reminder")


def test_a_preview_is_the_mail_of_who_signed_up_on_the_page_of_the_event(run) -> None:  # type: ignore[no-untyped-def]
    assert "“SCO summit” and everything that belongs to it" in run("preview", "summit").output


def test_a_preview_of_a_lead_is_the_mail_of_that_moment(run) -> None:  # type: ignore[no-untyped-def]
    assert "Subject: 16–17 Sep: SCO summit" in run("preview", "summit", "--lead", "the day before at 18:00").output
    assert "did you mean 'summit'?" in run("preview", "sumit").output
    assert "needs --was" in run("preview", "summit", "--kind", "change").output


def test_a_preview_of_a_change_of_a_series_has_a_date_to_come(run) -> None:  # type: ignore[no-untyped-def]
    run("edit", "summit", "when=2021-01-05 20:00", "repeat=every day", "reminders=[2 weeks before]")
    mail = run("preview", "summit", "--kind", "change", "--was", "2021-01-05 19:00").output

    assert "2021" not in mail.partition("\n\n-- ")[0]


@pytest.mark.parametrize(
    ("keys", "subject"),
    [
        (["status=cancelled"], "Cancelled, 16–17 Sep: SCO summit"),
        (["status=postponed", "was=2099-09-16/17", "when=TBD"], "Postponed, no date yet: SCO summit"),
        (["kind=deadline", "when=2099-09-17", "was=2099-09-15"], "Deadline extended to Thu 17 Sep: SCO summit"),
    ],
    ids=["cancelled", "postponed", "extended"],
)
def test_a_preview_of_what_the_file_says_of_a_change_needs_no_former_date(run, keys: list[str], subject: str) -> None:  # type: ignore[no-untyped-def]
    run("edit", "summit", *keys, "notes=The hall is closed.")
    mail = run("preview", "summit", "--kind", "change").output

    assert mail.startswith(f"Subject: {subject}\n")
    assert "\n\nThe hall is closed.\n" in mail
