"""Log formats: plain text, or one JSON object a line."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered, "" outside of any; each of its lines has it."""


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON: time (RFC 3339, UTC), level, logger, message, request, fields of a delivery, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request"] = request_id
        if delivery := getattr(record, "delivery", None):
            line["delivery"] = delivery
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class OneLineFormatter(logging.Formatter):
    """Writes a record as text in which a line break of a message cannot begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the text; a traceback below it keeps its lines."""
        text = super().format(record)
        message, request_id = record.getMessage(), REQUEST_ID.get()
        one_line = message.replace("\r", "\\r").replace("\n", "\\n")
        return text.replace(message, f"[{request_id}] {one_line}" if request_id else one_line, 1)


def line_logger(log: logging.Logger, level: int = logging.INFO) -> Callable[[str], None]:
    """Returns a function that logs each line of a text at *level*, without its indent, so that every line has its time."""

    def log_lines(text: str) -> None:
        for line in text.splitlines():
            log.log(level, "%s", line.strip())

    return log_lines


class RepeatCounter:
    """Says which of many alike events are worth a log line: the first, then one in *interval* seconds with the count."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        # event -> when it was last logged, and how often it came since
        self._pending: dict[str, tuple[float, int]] = {}

    def count(self, name: str, now: float) -> int:
        """Counts one event *name* at *now* (seconds); returns how many the next line stands for, 0 where none is due."""
        logged_at, count = self._pending.get(name, (now - self._interval, 0))
        if now - logged_at < self._interval:
            self._pending[name] = (logged_at, count + 1)
            return 0
        self._pending[name] = (now, 0)
        return count + 1


def set_up_logs(log_format: str, warnings: Iterable[str] = ()) -> None:
    """Logs to standard error in *log_format*, "text" or "json", and first the *warnings* about the settings."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter() if log_format == "json" else OneLineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # a line for each refusal, which `web.rate_limit` counts
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)
    # a failed job or batch is logged by `scheduler` and `dispatch`, and a long job that misses its next turn is no news
    for engine in ("apscheduler", "procrastinate"):
        logging.getLogger(engine).setLevel(logging.CRITICAL)
    for warning in warnings:
        logging.getLogger("eventcal.settings").warning("%s", warning)


def is_json() -> bool:
    """Tells whether `set_up_logs` made each line on standard error of this process a JSON object."""
    return any(isinstance(handler.formatter, JsonFormatter) for handler in logging.getLogger().handlers)
