"""Compiles templates, routes, statements and tables once for a run, where each application and store of a test would do it anew.

A process of eventcal has one application and one store and compiles on first use. Tests build hundreds of both, and spent
half of their time on that. Only what is compiled is shared; every store has its own engine, connections and rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine import Dialect
from werkzeug.routing import Rule

from eventcal.store import open_store, postgresql, sqlite


class CompiledTemplates(BytecodeCache):
    """Holds compiled templates, which Jinja names by file and content."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.code


class SharedStatements:
    """Gives every engine of one database the same dialect, by which SQLAlchemy's cache of compiled statements is keyed."""

    def __init__(self) -> None:
        self._dialects: dict[str, Dialect] = {}
        self._cache: dict[Any, Any] = {}

    def around(self, create_engine: Callable[..., Engine]) -> Callable[..., Engine]:
        def create(*arguments: Any, **options: Any) -> Engine:
            engine = create_engine(*arguments, **options)
            self.share(engine)
            return engine

        return create

    def share(self, engine: Engine) -> None:
        dialect = self._dialects.get(engine.dialect.name)
        if dialect is None or dialect.server_version_info is None:  # of an engine that never connected
            dialect = self._dialects[engine.dialect.name] = engine.dialect
        engine.dialect = engine.pool._dialect = dialect
        engine.update_execution_options(compiled_cache=self._cache)


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Shares what is compiled, in this process, until *patch* is undone."""
    patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()})
    patch.setattr(Rule, "_compile_builder", _compiled_once_a_rule(Rule._compile_builder))
    statements = SharedStatements()
    for module in (sqlite, postgresql):
        patch.setattr(module, "create_engine", statements.around(module.create_engine))
    _copy_tables(patch)


def _compiled_once_a_rule(compile_builder: Callable[[Rule, bool], Callable[..., Any]]) -> Callable[..., Any]:
    """Compiles the function that writes the URLs of a rule once; it takes the rule, and with it the application, when called."""
    builders: dict[Any, Callable[..., Any]] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, str(rule.defaults), tuple(rule._trace), append_unknown)
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    return compile_once


def _copy_tables(patch: pytest.MonkeyPatch) -> None:
    """Opens databases in memory as copies of one whose tables exist."""
    template = open_store("sqlite://").engine.raw_connection().driver_connection
    connect = sqlite._connect

    def connect_with_tables(target: str) -> sqlite3.Connection:
        connection = connect(target)
        if target == ":memory:":
            template.backup(connection)
        return connection

    patch.setattr(sqlite, "_connect", connect_with_tables)
