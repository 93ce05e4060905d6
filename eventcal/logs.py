"""Log formats: plain text, or one JSON object a line."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

LOG_FORMATS = ("text", "json")


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON: time (RFC 3339, UTC), level, logger, message, the fields of a delivery, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
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
        message = record.getMessage()
        return text.replace(message, message.replace("\r", "\\r").replace("\n", "\\n"), 1)


def set_up_logs(log_format: str = "text") -> None:
    """Logs to standard error in *log_format*, one of LOG_FORMATS."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter() if log_format == "json" else OneLineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # a failed job or batch is logged by `scheduler` and `dispatch`, and a long job that misses its next turn is no news
    for engine in ("apscheduler", "procrastinate"):
        logging.getLogger(engine).setLevel(logging.CRITICAL)
