"""Mutation testing: `python -m tools.mutate eventcal/leads.py tests/test_leads.py [pytest options]`.

Changes one comparison, operator, constant or condition of a function at a time and prints the changes that every test lets
pass. Tests are collected once; each mutant is a fork in which the function's code object is replaced, so that a module of
200 lines takes a minute. Module-level code is not changed.
"""

from __future__ import annotations

import ast
import copy
import importlib
import os
import signal
import sys
import types
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest

SECONDS_PER_MUTANT = 120
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add,
}  # fmt: skip


def mutants_of(node: ast.AST) -> Iterator[ast.AST]:
    """Returns what may stand in the place of *node*."""
    match node:
        case ast.Compare(ops=[first, *_]) if type(first) in SWAPS:
            yield _with(node, ops=[SWAPS[type(first)](), *node.ops[1:]])
        case ast.BoolOp(values=[_, *rest]):
            yield _with(node, op=SWAPS[type(node.op)]())
            for at in range(len(rest) + 1):
                others = [*node.values[:at], *node.values[at + 1 :]]
                yield _with(node, values=others) if len(others) > 1 else others[0]
        case ast.BinOp(op=op) if type(op) in SWAPS:
            yield _with(node, op=SWAPS[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield _with(node, value=not node.value)
        case ast.Constant(value=int()):
            yield _with(node, value=node.value + 1)
        case ast.IfExp():
            yield from (node.body, node.orelse)
        case ast.If():
            yield from (_with(node, test=ast.Constant(value)) for value in (True, False))
        case ast.Continue() | ast.Break():
            yield ast.Pass()


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def mutate(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Returns each mutant of the functions of *tree*: its line, what became of what, and the module."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        statements = (statement for statement in function.body if not isinstance(statement, ast.FunctionDef))
        for parent in (function, *(node for statement in statements for node in ast.walk(statement))):
            for name, value in ast.iter_fields(parent):
                for at, node in enumerate(value if isinstance(value, list) else [value]):
                    for mutant in mutants_of(node) if isinstance(node, ast.AST) else ():
                        new = mutant if not isinstance(value, list) else [*value[:at], mutant, *value[at + 1 :]]
                        before, after = (ast.unparse(one).partition("\n")[0] for one in (node, mutant))
                        setattr(parent, name, new)
                        yield node.lineno, f"{before}  ->  {after}", ast.fix_missing_locations(tree)
                        setattr(parent, name, value)


def codes_of(code: types.CodeType) -> Iterator[tuple[str, types.CodeType]]:
    """Returns the code of functions and methods by qualified name, without those inside functions."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant.co_qualname, constant
            if not constant.co_flags & 2:  # the body of a class; CO_NEWLOCALS marks a function
                yield from codes_of(constant)


def replace_code(module: types.ModuleType, new: types.CodeType) -> None:
    """Gives the functions of *module*, wherever they were imported to, the code that they have in *new*."""
    for name, code in codes_of(new):
        target: object = module
        for part in name.split("."):
            target = vars(target).get(part) if not isinstance(target, property | cached_property) else None
        if isinstance(target, cached_property):
            target = target.func
        target = getattr(target, "fget", None) or getattr(target, "__func__", target)
        function = getattr(target, "__wrapped__", target)
        if isinstance(function, types.FunctionType) and function.__code__.co_freevars == code.co_freevars:
            function.__code__ = code
        if callable(clear := getattr(target, "cache_clear", None)):
            clear()


class Mutator:
    """The pytest plugin that runs the collected tests once for each mutant."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.survivors: list[str] = []
        self.count = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        module = importlib.import_module(".".join(self.path.with_suffix("").parts).removesuffix(".__init__"))
        items = list(session.items)
        if self.survives(items, session) is not None:
            raise pytest.UsageError("the tests fail without a change")
        for line, text, tree in mutate(ast.parse(self.path.read_text(encoding="utf-8"))):
            self.count += 1
            killer = self.survives(items, session, module, compile(tree, str(self.path), "exec"))
            if killer is None:
                self.survivors.append(f"{self.path}:{line}: {text}")
                os.write(1, f"{self.survivors[-1]}\n".encode())
            elif 0 <= killer < len(items):
                items.insert(0, items.pop(killer))
        return True

    def survives(
        self,
        items: list[pytest.Item],
        session: pytest.Session,
        module: types.ModuleType | None = None,
        code: types.CodeType | None = None,
    ) -> int | None:
        """Runs *items* in a fork; returns None if all pass, else the number of the first that fails, -1 for no answer."""
        read_end, write_end = os.pipe()
        if not (child := os.fork()):
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            signal.alarm(SECONDS_PER_MUTANT)
            if module and code:
                replace_code(module, code)
            for number, item in enumerate(items):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if session.testsfailed:
                    os.write(write_end, str(number).encode())
                    os._exit(1)
            os._exit(0)
        os.close(write_end)
        answer = os.read(read_end, 20)
        os.close(read_end)
        _, status = os.waitpid(child, 0)
        return None if status == 0 else int(answer or b"-1")


def main(arguments: list[str]) -> int:
    """Prints the survivors; returns how many there are."""
    mutator = Mutator(Path(arguments[0]))
    options = ["-q", "-s", "-p", "no:cacheprovider", "-o", "addopts=", "-o", "timeout=0"]
    pytest.main([*options, *arguments[1:]], plugins=[mutator])
    print(f"{mutator.count} mutants, {len(mutator.survivors)} survive")
    return min(len(mutator.survivors), 100)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
