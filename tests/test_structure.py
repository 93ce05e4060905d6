"""The figures of tools/structure.py may fall and not rise: names, docstrings, cycles of imports and the length of the two walks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import structure

ROOT = Path(__file__).parents[1]
# The count that each figure has reached. Lower a limit when the code gets below it.
LIMITS = {
    "class names with two meanings": 0,
    "module names with two meanings": 0,
    "docstrings without a subject or verb": 0,
    "docstrings of functions that open with no verb": 0,
    "docstrings that name no parameter of theirs": 0,
    "names each, found, made, kept": 0,
    "functions over 40 lines": 0,
    "imports in a cycle": 0,
    "SQL statements as text": 4,  # locks, and how a transaction begins: what only one database knows
}
MAX_EDIT_FILES, MAX_REMINDER_FILES = 27, 38


@pytest.fixture(scope="module")
def figures() -> dict[str, tuple[int, list[str]]]:
    return {label: (count, places) for label, count, places in structure.measure(traced=False).rows()}


@pytest.mark.parametrize("label", LIMITS)
def test_a_figure_of_the_structure_does_not_rise(label: str, figures: dict[str, tuple[int, list[str]]]) -> None:
    count, places = figures[label]

    assert count <= LIMITS[label], "\n".join(places)


def test_an_edit_and_a_reminder_are_traced_through_the_files_that_run() -> None:
    edit, reminder = structure.trace(ROOT)

    assert len(edit) <= MAX_EDIT_FILES, "\n".join(edit)
    assert len(reminder) <= MAX_REMINDER_FILES, "\n".join(reminder)
    assert {"editions.py", "history/compare.py", "history/versions.py", "registry/load.py"} <= set(edit)
    assert {"channels/log.py", "messages/reminder.py"} <= set(reminder)


def test_the_page_on_architecture_names_every_module_at_the_top_and_none_that_is_gone() -> None:
    documents = [(ROOT / name).read_text(encoding="utf-8") for name in ("docs/architecture.md", "CONTRIBUTING.md")]
    packages = documents[0].partition("| module | turns |")[2].partition("\n\n")[0]
    listed = {path.removeprefix("eventcal/") for path in re.findall(r"`((?:eventcal/)?\w+(?:\.py|/))`", packages)}
    top = {path.name + "/" * path.is_dir() for path in (ROOT / "eventcal").iterdir() if not path.name.startswith("_")}

    assert {name for name in top if name.endswith(".py") or (ROOT / "eventcal" / name / "__init__.py").is_file()} == {
        name for name in listed if "/" not in name.rstrip("/")
    }
    assert [] == [
        path for path in re.findall(r"`(eventcal/[a-z_/]+\.py)`", "\n".join(documents)) if not (ROOT / path).exists()
    ]


def test_each_kind_of_figure_is_counted(tmp_path: Path) -> None:
    package = tmp_path / "eventcal"
    (package / "store").mkdir(parents=True)
    (package / "web").mkdir()
    (package / "web" / "queue.py").write_text('class Entry:\n    """What a page shows."""\n')
    (package / "store" / "queue.py").write_text(
        'class Entry: ...\n\n\ndef rows(conn):\n    """Returns *conn* and *rows*."""\n'
        "    made = conn.execute(text('SELECT 1'))\n    return made, conn.execute(select(made))\n"
    )

    measured = structure.measure(tmp_path, traced=False)

    assert [place.split(":")[0] for place in measured.class_homonyms + measured.module_homonyms] == ["Entry", "queue"]
    assert measured.riddle_docstrings == ["web/queue.py:1"]
    assert measured.placeholder_names == ["store/queue.py:6 made"]
    assert measured.stale_parameters == ["store/queue.py:4 rows *rows*"]
    assert (len(measured.text_statements), len(measured.core_statements)) == (1, 1)


FOR_TYPES = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    "


@pytest.mark.parametrize(
    ("sources", "places"),
    [
        pytest.param(
            {"web/__init__.py": "from .routes import show", "web/routes.py": "from . import Services"},
            ["web/__init__.py:1 eventcal.web.routes", "web/routes.py:1 eventcal.web"],
            id="a package and its module",
        ),
        pytest.param(
            {"web/routes.py": "from . import services", "web/services.py": FOR_TYPES + "from .routes import Route"},
            ["web/routes.py:1 eventcal.web.services", "web/services.py:4 eventcal.web.routes"],
            id="for types alone",
        ),
        pytest.param(
            {
                "web/routes.py": "def show():\n    from ..store import rows",
                "store/__init__.py": "",
                "store/rows.py": "import eventcal.feeds",
                "feeds.py": "from .web import routes, app",
            },
            ["feeds.py:1 eventcal.web.routes", "store/rows.py:1 eventcal.feeds", "web/routes.py:2 eventcal.store.rows"],
            id="three modules of three packages, in a function",
        ),
        pytest.param(
            {
                "web/__init__.py": "from .app import make, run",
                "web/app.py": "from . import routes",
                "web/routes.py": "",
            },
            [],
            id="a package gathers names of its modules, which import each other in one direction",
        ),
    ],
)
def test_an_import_that_leads_back_to_its_module_is_counted(
    tmp_path: Path, sources: dict[str, str], places: list[str]
) -> None:
    for name, source in sources.items():
        path = tmp_path / "eventcal" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)

    assert structure.measure(tmp_path, traced=False).cyclic_imports == places
