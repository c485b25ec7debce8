"""How log lines look, and what they may not hold.

The texts of exceptions are left out: a database's error repeats the row it refused, a ValueError the value. What stays
is the exception's type, PostgreSQL's code with the names of constraint and table, and the lines of code.
`LOG_EXCEPTION_TEXTS=1` shows them, for work on the code with invented people.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
import traceback
from collections.abc import Iterator
from typing import Any, Final

import psycopg2

from hearteam.observe.context import current
from hearteam.settings import environment

PLAIN: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s%(ids)s"
LINK: Final = re.compile(r"/guest/[^/\s]+")
QUERY: Final = re.compile(r"(/[^\s?]*)\?\S+")
FAILED_TASK: Final = "celery.app.trace"


def shows_texts() -> bool:
    return environment.flag("LOG_EXCEPTION_TEXTS")


def is_not_a_health_check(record: logging.LogRecord) -> bool:
    """`/readyz` answers 503 while something is down, several times a second: no news for the log."""
    return not record.getMessage().endswith("/readyz")


def without_a_key(record: logging.LogRecord) -> bool:
    """The address of a crew's link is its key, and what follows a `?` may be what somebody searched for."""
    record.msg, record.args = QUERY.sub(r"\1?...", LINK.sub("/guest/...", record.getMessage())), ()
    return True


def with_ids(record: logging.LogRecord) -> bool:
    """Put the ids of what is being done on the line, and the process that wrote it."""
    doing = current()
    ids = doing.ids() if doing else {}
    record.process_name = os.environ.get("HEARTEAM_PROCESS", "")
    record.doing = ids
    record.ids = f" [{' '.join(f'{name}={value}' for name, value in ids.items())}]" if ids else ""
    return True


def failed_task_without_its_texts(record: logging.LogRecord) -> bool:
    """Celery writes an exception's text, and the traceback once more, into the message itself."""
    if record.exc_info and not shows_texts():
        data = getattr(record, "data", {})
        record.msg, record.args = "task %s failed (%s)", (data.get("name", "?"), data.get("id", "?"))
    return True


def told(error: BaseException) -> str:
    """An exception without what it quotes."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, psycopg2.Error) and error.pgcode:
        named = (error.diag.table_name, error.diag.constraint_name)
        return " ".join([name, error.pgcode, *(part for part in named if part)])
    return name


def first_line(error: BaseException) -> str:
    """What an operational error of the database says first: why it is away, or which limit was met. The lines after
    it can quote values.
    """
    return str(error).strip().partition("\n")[0]


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield "and then:"
    yield "Traceback (most recent call last):"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    yield told(error)


def formatted(exc_info: Any) -> str:
    """A traceback as it may be kept."""
    error = exc_info[1] if exc_info else None
    if error is None:
        return ""
    if shows_texts():
        return "".join(traceback.format_exception(error)).rstrip()
    return "\n".join(_lines(error, set()))


class Plain(logging.Formatter):
    """A line for people."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging calls it so)
        return formatted(ei)

    def format(self, record: logging.LogRecord) -> str:
        """As ever; the text of the exception that another formatter kept on the record is not used."""
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None


class Json(logging.Formatter):
    """A line for programs: one JSON object of these members only, whatever a library put on the record."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "process": getattr(record, "process_name", ""),
            "message": record.getMessage(),
            **getattr(record, "doing", {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            said["exception"] = formatted(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def configuration() -> dict[str, Any]:
    """Django's LOGGING, by LOG_FORMAT (plain or json) and LOG_LEVEL."""
    form = environment.text("LOG_FORMAT", "plain")
    if form not in ("plain", "json"):
        raise ValueError(f"LOG_FORMAT must be plain or json, not {form!r}.")
    here = "hearteam.observe.logs"
    callback = "django.utils.log.CallbackFilter"
    ours: dict[str, Any] = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "no_health_checks": {"()": callback, "callback": is_not_a_health_check},
            "no_keys": {"()": callback, "callback": without_a_key},
            "no_task_texts": {"()": callback, "callback": failed_task_without_its_texts},
            "ids": {"()": callback, "callback": with_ids},
        },
        "formatters": {"plain": {"()": f"{here}.Plain", "format": PLAIN}, "json": {"()": f"{here}.Json"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["ids"]}},
        "root": {"handlers": ["stderr"], "level": environment.text("LOG_LEVEL", "INFO")},
        "loggers": {
            "django.server": {**ours, "level": "WARNING"},
            "django.request": {"level": "ERROR", "filters": ["no_health_checks", "no_keys"]},
            "gunicorn.error": {**ours, "level": "WARNING", "filters": ["no_keys"]},
            "uvicorn": {**ours, "level": "WARNING"},
            "uvicorn.error": {"level": "WARNING", "filters": ["no_keys"]},
            "celery": {"level": "WARNING"},
            FAILED_TASK: {"filters": ["no_task_texts"]},
            "axes": {"level": "ERROR"},  # it names who failed to sign in; the administration shows that
        },
    }
