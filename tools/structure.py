"""Measures how the package is built, at the working tree or at another commit.

    python tools/structure.py             the working tree
    python tools/structure.py 11dbe12     a commit, read through a git worktree that is removed afterwards
    python tools/structure.py --list      also the names behind each figure, to find what to change

The two walks are traced: one saved edit, and one tick in which one reminder is sent through the log channel. A file
counts when a function of it runs; the import of a module alone does not. The tree's own `tests/world.py` drives them.
Everything else is read from the syntax trees of `eventcal/`.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAX_FUNCTION_LINES = 40
PLACEHOLDER_NAMES = frozenset({"each", "found", "made", "kept"})
RIDDLE_OPENERS = re.compile(r"(What|Who|Whoever|Whatever|How)\b")
VERB_OPENER = re.compile(r"[A-Z]\w*s\b")
PARAMETER_REFERENCE = re.compile(r"(?<!\*)\*(\w+)\*(?!\*)")
# Module names that a folder completes (`when.values`, `history.values`), or that mean one thing in both folders: a
# recurrence rule, a token bucket. A module of `cli` bears the name of the room that its commands open.
COMPLETED_BY_FOLDER = frozenset({"__init__", "__main__", "values", "grammar", "dates", "zones"})
SAME_MEANING = frozenset({"rules", "rate_limit"})

# Runs in the tree under measurement, whatever the names of its functions are: only `World` and the log channel are used.
TRACE = '''
import contextlib, io, sys, tempfile
from datetime import datetime, timedelta, UTC
from pathlib import Path
import eventcal, eventcal.channels.log as log
from tests.world import World

PACKAGE = str(Path(eventcal.__file__).parent) + "/"
NOW = datetime(2021, 9, 1, 4, 30, tzinfo=UTC)
EVENTS = """
- id: summit
  title: Summit
  when: 2021-09-{day}
  reminders: [1 week before at 09:00]
"""

def files(action):
    seen = set()
    def note(frame, event, arg):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PACKAGE) and code.co_name != "<module>":
            seen.add(code.co_filename.removeprefix(PACKAGE))
    sys.setprofile(note)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            action()
    finally:
        sys.setprofile(None)
    return sorted(seen)

with tempfile.TemporaryDirectory() as folder:
    world = World(Path(folder))
    sends = [value for value in vars(log).values() if isinstance(value, type) and hasattr(value, "send") and value.__module__ == log.__name__]
    world.channels["desk"] = sends[0]("desk")
    world.publish(EVENTS.format(day=20), NOW)
    world.tick(NOW)
    print("edit", *files(lambda: world.publish(EVENTS.format(day=16), NOW + timedelta(minutes=1))))
    world.tick(NOW + timedelta(hours=1))
    print("reminder", *files(lambda: world.tick(datetime(2021, 9, 9, 4, 0, tzinfo=UTC))))
    states = [state for state, _ in world.states()]
    assert "sent" in states, states
'''


@dataclass
class Structure:
    """The figures of one tree: for each, the places that were counted."""

    edit: list[str] = field(default_factory=list)
    reminder: list[str] = field(default_factory=list)
    text_statements: list[str] = field(default_factory=list)
    core_statements: list[str] = field(default_factory=list)
    long_functions: list[str] = field(default_factory=list)
    class_homonyms: list[str] = field(default_factory=list)
    module_homonyms: list[str] = field(default_factory=list)
    riddle_docstrings: list[str] = field(default_factory=list)
    verbless_docstrings: list[str] = field(default_factory=list)
    placeholder_names: list[str] = field(default_factory=list)
    stale_parameters: list[str] = field(default_factory=list)
    cyclic_imports: list[str] = field(default_factory=list)
    files: int = 0
    lines: int = 0

    def rows(self) -> list[tuple[str, int, list[str]]]:
        """Returns (label, count, places) in the order of the report."""
        return [
            ("files that an edit passes through", len(self.edit), self.edit),
            ("files that a reminder passes through", len(self.reminder), self.reminder),
            ("SQL statements as text", len(self.text_statements), self.text_statements),
            ("SQL statements in Core", len(self.core_statements), self.core_statements),
            (f"functions over {MAX_FUNCTION_LINES} lines", len(self.long_functions), self.long_functions),
            ("class names with two meanings", len(self.class_homonyms), self.class_homonyms),
            ("module names with two meanings", len(self.module_homonyms), self.module_homonyms),
            ("docstrings without a subject or verb", len(self.riddle_docstrings), self.riddle_docstrings),
            ("docstrings of functions that open with no verb", len(self.verbless_docstrings), self.verbless_docstrings),
            ("names each, found, made, kept", len(self.placeholder_names), self.placeholder_names),
            ("docstrings that name no parameter of theirs", len(self.stale_parameters), self.stale_parameters),
            ("imports in a cycle", len(self.cyclic_imports), self.cyclic_imports),
            ("files of the package", self.files, []),
            ("lines of the package", self.lines, []),
        ]


def measure(root: Path = ROOT, traced: bool = True) -> Structure:
    """Measures the package below *root*; without *traced*, only what its source says."""
    result = Structure()
    classes: defaultdict[str, list[str]] = defaultdict(list)
    modules: defaultdict[str, list[str]] = defaultdict(list)
    trees: dict[str, ast.Module] = {}
    package = root / "eventcal"
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(package))
        result.files += 1
        result.lines += text.count("\n")
        tree = trees[name] = ast.parse(text)
        if path.stem not in COMPLETED_BY_FOLDER | SAME_MEANING and not {"cli", "versions"} & set(path.parts):
            modules[path.stem].append(name)
        _measure_module(tree, name, result, classes)
    result.class_homonyms = _homonyms(classes)
    result.module_homonyms = _homonyms(modules)
    result.cyclic_imports = _cyclic_imports(trees)
    if traced:
        result.edit, result.reminder = trace(root)
    return result


def _measure_module(tree: ast.Module, name: str, result: Structure, classes: defaultdict[str, list[str]]) -> None:
    is_store = name.startswith("store/") and "migrations" not in name
    result.stale_parameters += [f"{name}:{place}" for place in _stale_parameters(tree, frozenset())]
    for node in ast.walk(tree):
        place = f"{name}:{getattr(node, 'lineno', 1)}"
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Module():
                if RIDDLE_OPENERS.match(ast.get_docstring(node) or ""):
                    result.riddle_docstrings.append(place)
            case ast.Call() if is_store:
                match _statement_form(node):
                    case "text":
                        result.text_statements.append(place)
                    case "core":
                        result.core_statements.append(place)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if not _is_noun_or_command(node) and not VERB_OPENER.match(ast.get_docstring(node) or "Is absent"):
                    result.verbless_docstrings.append(f"{place} {node.name}")
                if (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES:
                    result.long_functions.append(f"{place} {node.name}")
            case ast.ClassDef():
                classes[node.name].append(place)
        result.placeholder_names += [f"{place} {bound}" for bound in _bound_names(node) if bound in PLACEHOLDER_NAMES]


def _is_noun_or_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tells whether a docstring describes an attribute, or is the help of a command, which speaks in the imperative."""
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    return any(re.search(r"property|\b(command|group)\b", decorator) for decorator in decorators)


def _stale_parameters(node: ast.AST, outer_names: frozenset[str]) -> Iterator[str]:
    """Yields each `*name*` of a docstring that is neither a parameter, a field nor a method around it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(child, ast.ClassDef):
            names = {
                item.target.id
                for item in child.body
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
            }
            names |= {argument.arg for argument in ast.walk(child) if isinstance(argument, ast.arg)}
            names |= {method.name for method in child.body if isinstance(method, ast.FunctionDef)}
        else:
            names = {argument.arg for argument in ast.walk(child.args) if isinstance(argument, ast.arg)}
        names |= outer_names
        for word in PARAMETER_REFERENCE.findall(ast.get_docstring(child) or ""):
            if word not in names:
                yield f"{child.lineno} {child.name} *{word}*"
        yield from _stale_parameters(child, frozenset(names))


def _bound_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(ctx=ast.Store()):
            yield node.id
        case ast.arg():
            yield node.arg


def _statement_form(call: ast.Call) -> str:
    """Returns "text" or "core" for a call that opens an SQL statement, else ""."""
    match call.func:
        case ast.Name(id="text") | ast.Attribute(attr="exec_driver_sql"):
            return "text"
        case ast.Name(id="select" | "insert" | "update" | "delete" | "union_all"):
            return "core"
        case ast.Attribute(value=ast.Name() | ast.Attribute(), attr="select" | "insert" | "update" | "delete"):
            return "core"
    return ""


def _homonyms(places_by_name: dict[str, list[str]]) -> list[str]:
    return [f"{name}: {', '.join(places)}" for name, places in sorted(places_by_name.items()) if len(places) > 1]


def _cyclic_imports(trees: dict[str, ast.Module]) -> list[str]:
    """Returns, as "file:line module", each import by which a module imports itself again through others.

    Imports in functions and those for type checkers alone count. The packages above a module, which Python imports before
    it, do not: a package may gather the names of its modules.
    """
    files = {
        ".".join(("eventcal", *Path(name).with_suffix("").parts)).removesuffix(".__init__"): name for name in trees
    }
    graph: dict[str, dict[str, int]] = {}
    for module, name in files.items():
        package = module if Path(name).stem == "__init__" else module.rpartition(".")[0]
        graph[module] = {target: line for target, line in _imports(trees[name], package, files) if target != module}
    reachable = {module: _reachable(module, graph) for module in graph}
    return [
        f"{files[module]}:{line} {target}"
        for module, targets in graph.items()
        for target, line in targets.items()
        if module in reachable[target]
    ]


def _imports(tree: ast.Module, package: str, modules: Container[str]) -> Iterator[tuple[str, int]]:
    """Yields (module, line) for each import of one of *modules* in a module of *package*."""
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom():
                above = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
                source = ".".join([*above, *filter(None, [node.module])])
                submodules = [f"{source}.{alias.name}" for alias in node.names]
                names = [submodule if submodule in modules else source for submodule in submodules]
            case _:
                continue
        yield from ((name, node.lineno) for name in names if name in modules)


def _reachable(start: str, graph: dict[str, dict[str, int]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()].keys() - reached
        reached |= new
        waiting += new
    return reached


def trace(root: Path) -> tuple[list[str], list[str]]:
    """Returns the files that run during an edit and during a tick that sends one reminder.

    Raises RuntimeError when the tree's own test world cannot be driven.
    """
    done = subprocess.run([sys.executable, "-c", TRACE], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"could not trace {root}:\n{done.stderr}")
    walks = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    return walks["edit"].split(), walks["reminder"].split()


def measure_revision(revision: str) -> Structure:
    """Measures a commit in a git worktree of its own, which is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, revision], cwd=ROOT, check=True)
        try:
            return measure(tree)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("revision", nargs="?", help="a commit; without one, the working tree")
    parser.add_argument("--list", action="store_true", help="also the places behind each figure")
    options = parser.parse_args()
    structure = measure_revision(options.revision) if options.revision else measure()
    for label, count, places in structure.rows():
        print(f"{count:6,}  {label}")
        if options.list:
            print(*(f"          {place}" for place in places), sep="\n")


if __name__ == "__main__":
    main()
