"""Logs without personal data: one line of text, or one JSON object, for each record.

What is said of a customer never belongs into a log's own words. What libraries and errors put in (an address in a mail server's
refusal, a value in a database's complaint) is taken out here: of an error its kind and where it happened stay, and what looks
like an e-mail or a long number goes.
"""

import contextvars
import datetime as dt
import json
import logging
import re
import traceback

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

E_MAIL = re.compile(r"[^\s@<>\"'=:,;()\[\]]+@[^\s@<>\"'=:,;()\[\]]+\.[^\s@<>\"'=:,;()\[\]]+")
# A telephone, a tax id, a card: nine and more digits that are not part of an id such as 0192f3c4-….
NUMBER = re.compile(r"(?<![\w.-])\+?\d(?:[ -]?\d){8,}(?![\w-])")
# Attributes of a record that its writer added on purpose, as `extra=`.
FIELDS = ("method", "route", "status", "duration_ms", "job", "subscriber")


def without_personal_data(text: str) -> str:
    """The text without what looks like an e-mail address or a long number."""
    return NUMBER.sub("[number]", E_MAIL.sub("[e-mail]", text))


def frames_of(error: BaseException) -> list[str]:
    """Where an error happened, outermost first, and the errors behind it. Its message may hold values and is left out."""
    found: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(found) < 60:
        found.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        frames = traceback.extract_tb(seen.__traceback__)
        found += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return found


class LineFormatter(logging.Formatter):
    """`2026-11-22 03:00:00,000 INFO samphan.work: Sent 3 reminders.`"""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return _without_values(super().format, record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - the library's name
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(frames_of(error)) if isinstance(error, BaseException) else ""


class JsonFormatter(logging.Formatter):
    """One object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if request_id.get():
            told["request_id"] = request_id.get()
        told.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = frames_of(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, default=str)


def _without_values(formatted: object, record: logging.LogRecord) -> str:
    plain = logging.makeLogRecord(record.__dict__)
    plain.msg, plain.args, plain.exc_text = _message(record), (), None
    return str(formatted(plain))  # type: ignore[operator]


def _message(record: logging.LogRecord) -> str:
    """What was said, with errors among its arguments by their kind alone."""
    args = record.args
    if isinstance(args, tuple):
        args = tuple(type(value).__name__ if isinstance(value, BaseException) else value for value in args)
    try:
        said = str(record.msg) % args if args else str(record.msg)
    except (TypeError, ValueError):
        said = str(record.msg)
    return without_personal_data(said)
