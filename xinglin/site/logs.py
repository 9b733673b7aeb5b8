"""Logs: one line an event, by structlog; no names, numbers, query strings or messages of errors."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# A log line may hold codes, counts, kinds and durations. These keys never pass, whoever logs them.
PERSONAL = frozenset(
    {"name", "id_number", "phone", "address", "username", "password", "payload", "values", "q"}
)


def configure_logs(*, debug: bool) -> None:
    """Send structlog and the standard library's warnings to stderr as JSON lines."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s", force=True)
    # django.request logs whole addresses; axes logs user names: problems.py and its table do.
    for noisy in ("django.request", "django.security.csrf", "axes"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            drop_personal,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(10 if debug else 20),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def drop_personal(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Take personal keys out of a log line; the count of what was taken stays visible."""
    found = PERSONAL.intersection(event)
    for key in found:
        del event[key]
    if found:
        event["withheld"] = len(found)
    return event
