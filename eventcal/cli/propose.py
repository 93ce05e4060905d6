"""The command `propose`: answers a date proposed without git."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import click

from ..errors import GrammarError
from .group import cli, examples_epilog, with_settings
from .inputs import read_valid_registry

if TYPE_CHECKING:
    from pathlib import Path

    from ..settings import Settings


@cli.command(epilog=examples_epilog("eventcal propose issue.md", 'printf "%s" "$BODY" | eventcal propose -'))
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
@with_settings("registry")
def propose(settings: Settings, file: IO[str]) -> None:
    """Read an issue made from the form that `schema --issue-form` writes, and print the answer to it as Markdown.

    The answer is the entry for the registry, tried but not written, or what is wrong with the proposal.
    """
    from .. import issue_forms

    taken = [name for event in read_valid_registry(settings).events for name in (event.id, *event.formerly)]
    try:
        answers = issue_forms.parse_issue(file.read(issue_forms.MAX_BODY_LENGTH + 1))
    except GrammarError as error:
        click.echo(f"This is not a proposal yet: {error}.\n\nEdit the issue to try again.")
        return
    click.echo(issue_forms.answer_proposal(settings.registry, answers, taken), nl=False)


def write_issue_form(folder: Path, name: str) -> list[Path]:
    """Writes the form and the workflow that answers it below *folder*, and returns both paths. Raises OSError."""
    from importlib.resources import files

    from .. import issue_forms, links
    from ..registry.yaml_format import dump_yaml

    form = dump_yaml(issue_forms.issue_form(name))
    workflow = files("eventcal").joinpath("issue_form_workflow.yml").read_text(encoding="utf-8")
    written = []
    for path, text in (
        (folder / ".github" / "ISSUE_TEMPLATE" / links.ISSUE_FORM, form),
        (folder / ".github" / "workflows" / links.ISSUE_FORM, workflow),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
