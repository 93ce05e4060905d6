"""A proposal by somebody without git becomes an entry to review, or an answer that says what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from click.testing import CliRunner

from eventcal.cli import cli
from eventcal.errors import GrammarError
from eventcal.issue_forms import FORM_FIELDS, issue_form, parse_issue
from eventcal.links import ISSUE_FORM, proposal_url

ROOT = Path(__file__).parent.parent


def issue(**answers: str) -> str:
    """The body that GitHub makes of the filled-in form."""
    return "\n\n".join(f"### {field.label}\n\n{answers.get(field.key, '_No response_')}" for field in FORM_FIELDS)


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "events.yaml", tmp_path)
    before = (tmp_path / "events.yaml").read_bytes()

    def propose(body: str) -> str:
        result = CliRunner().invoke(cli, ["propose", "-"], input=body)
        assert (result.exit_code, (tmp_path / "events.yaml").read_bytes()) == (0, before), result.output
        return result.stdout

    return propose


def block(text: str) -> dict[str, object]:
    """The one entry in the answer's code block."""
    (entry,) = yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])
    assert isinstance(entry, dict)
    return entry


def test_a_proposed_event_is_answered_with_an_entry_that_the_registry_takes(answer, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    text = answer(
        issue(
            title="SCO summit", when="2022-09", place="Samarkand", url="https://example.org/a", quote="next: Samarkand"
        )
    )

    entry = block(text)
    assert entry == {
        "id": "sco-summit",
        "title": "SCO summit",
        "when": "2022-09",
        "place": "Samarkand",
        "status": "tentative",
        "source": {"url": "https://example.org/a", "quote": "next: Samarkand"},
    }
    with (tmp_path / "events.yaml").open("a") as file:
        file.write(text.partition("```yaml\n")[2].partition("```")[0])
    assert CliRunner().invoke(cli, ["check"]).exit_code == 0


def test_a_new_event_that_the_calendar_may_have_is_answered_with_its_id(answer) -> None:  # type: ignore[no-untyped-def]
    text = answer(issue(title="SCO heads of the states summit", when="2021-09-18", url="https://example.org/b"))

    known = "The calendar has this title already: `summit-2021` (`2021-09-16/17`)."
    assert text.endswith(f"```\n\n{known} To correct its date, fill in the field Event with that id.\n")


@pytest.mark.parametrize(
    "event", ["summit-2021", "/events/summit-2021", "https://calendar.example.org/events/summit-2021/?lang=ru#add"]
)
def test_a_correction_names_the_old_and_the_new_date(answer, event: str) -> None:  # type: ignore[no-untyped-def]
    text = answer(issue(id=event, when="2021-09-17/18", url="https://example.org/b"))

    assert "changes from `2021-09-16/17` to `2021-09-17/18`" in text
    assert block(text) == {"id": "summit-2021", "when": "2021-09-17/18", "source": {"url": "https://example.org/b"}}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"title": "A", "when": "2021-09-31", "url": "https://example.org"}, "September has 30 days"),
        ({"title": "A", "when": "soon", "url": "https://example.org"}, "when"),
        ({"id": "sumit-2021", "when": "2021", "url": "https://example.org"}, "near: summit-2021"),
        ({"when": "2021", "url": "https://example.org"}, "the title of a new event is missing"),
        ({"title": "A", "url": "https://example.org"}, "fill in the field When"),
        ({"title": "A", "when": "2021", "url": "javascript:alert(1)"}, "write an address"),
    ],
)
def test_what_cannot_be_entered_is_answered_with_the_reason(answer, answers: dict[str, str], said: str) -> None:  # type: ignore[no-untyped-def]
    text = answer(issue(**answers))

    assert said in text
    assert "Edit the issue to try again" in text


def test_an_answer_cannot_leave_its_code_block(answer) -> None:  # type: ignore[no-untyped-def]
    text = answer(issue(title="A ``` @everyone", when="2021", url="https://example.org", notes="```\n### When\n\n2022"))

    fence = text.partition("yaml\n")[0].rpartition("\n")[2]
    assert len(fence) > 3
    assert text.count(f"\n{fence}\n") == 1
    assert text.index("@everyone") < text.rindex(fence)


def test_an_answer_may_hold_lines_that_look_like_a_heading() -> None:
    assert parse_issue(issue(when="2021", notes="### When\n\n2022"))["when"] == "2021"
    with pytest.raises(GrammarError, match="longer than"):
        parse_issue("x" * 20_001)


def test_the_form_asks_what_the_answers_are_read_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "events.yaml", tmp_path)
    assert CliRunner().invoke(cli, ["schema", "--issue-form"]).exit_code == 0

    form = yaml.safe_load((tmp_path / ".github/ISSUE_TEMPLATE" / ISSUE_FORM).read_text())
    assert form == issue_form("SCO watch")
    assert [question["attributes"]["label"] for question in form["body"]] == [field.label for field in FORM_FIELDS]
    workflow = yaml.safe_load((tmp_path / ".github/workflows" / ISSUE_FORM).read_text())
    steps = workflow["jobs"]["answer"]["steps"]
    assert workflow["permissions"] == {"contents": "read", "issues": "write"}
    assert f"'{form['labels'][0]}'" in workflow["jobs"]["answer"]["if"]
    assert not any("github.event" in step.get("run", "") for step in steps)  # the text of an issue is never a command
    assert any("eventcal propose -" in step.get("run", "") for step in steps)


def test_a_link_opens_the_form_or_a_message_filled_in() -> None:
    form = urlsplit(proposal_url("https://github.com/desk/calendar/issues", "summit-2021", "Summit & more", "2021-09"))
    assert (form.netloc, form.path) == ("github.com", "/desk/calendar/issues/new")
    ids = {field.form_id for field in FORM_FIELDS} | {"template"}
    assert parse_qs(form.query) == {
        "template": [ISSUE_FORM],
        "event-id": ["summit-2021"],
        "event-title": ["Summit & more"],
        "event-when": ["2021-09"],
    }
    assert parse_qs(form.query).keys() <= ids
    mail = urlsplit(proposal_url("desk@example.org", "summit-2021", "Summit", "2021-09"))
    assert (mail.scheme, mail.path) == ("mailto", "desk@example.org")
    assert parse_qs(mail.query)["subject"] == ["Wrong date: Summit"]
    assert "+" not in mail.query
    assert proposal_url("https://example.org/contact") == "https://example.org/contact"
    assert proposal_url("the desk, room 7") == ""
    assert proposal_url("Desk <desk@müller.example>").startswith("mailto:desk@xn--mller-kva.example?subject=")
    assert proposal_url("desk@example.org, editor@example.org") == ""
