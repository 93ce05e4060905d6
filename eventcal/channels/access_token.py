"""Gets the access token of a login by OAuth 2.0 from a file or a command that keeps it fresh."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from ..errors import SettingsError

COMMAND_TIMEOUT_SECONDS = 30.0


def token_source(setting: str) -> Callable[[], str]:
    """Parses EVENTCAL_SMTP_TOKEN: `file:PATH`, read for each connection, or `command:WORDS`, run for each.

    The source raises OSError where there is no token.

    Raises:
        SettingsError: *setting* is neither.
    """
    kind, _, rest = setting.partition(":")
    if kind == "file" and rest:
        return lambda: _require_token(Path(rest).read_text(encoding="utf-8"), setting)
    try:
        words = shlex.split(rest)
    except ValueError:
        words = []
    if kind == "command" and words:
        return lambda: _run(words, setting)
    raise SettingsError("EVENTCAL_SMTP_TOKEN: write file:/run/token, or command:get-token calendar@example.org")


def _run(words: list[str], setting: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise OSError(f"no token: {words[0]} took longer than {COMMAND_TIMEOUT_SECONDS:g} s") from None
    if done.returncode:
        raise OSError(f"no token: {words[0]} ended with {done.returncode}: {done.stderr.strip()[:200]}")
    return _require_token(done.stdout, setting)


def _require_token(text: str, setting: str) -> str:
    token = text.strip()
    if not token or any(char.isspace() for char in token):
        raise OSError(
            f"no token: the {setting.partition(':')[0]} in EVENTCAL_SMTP_TOKEN does not contain exactly one word"
        )
    return token
