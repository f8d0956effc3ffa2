"""Logs for whoever runs the server: one JSON object a line, without row values, personal fields blotted out."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BYTES, KEPT = 5_000_000, 5
PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)|[\w.+-]+@[\w-]+\.[\w.]+")


class JsonLines(logging.Formatter):
    """One log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without anything that looks like a phone, an identity number or a mail address."""
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "by": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return PERSONAL.sub("***", json.dumps(said, ensure_ascii=False))


def log_to(folder: Path) -> None:
    """Write the logs of this process to a file that never grows without end."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "linshu.jsonl", maxBytes=BYTES, backupCount=KEPT, encoding="utf-8")
    handler.setFormatter(JsonLines())
    for name in ("linshu", "uvicorn.error"):
        logger = logging.getLogger(name)
        for old in list(logger.handlers):
            logger.removeHandler(old)
            old.close()
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
