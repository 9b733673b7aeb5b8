"""A thread that seals every minute and once more at shutdown. The site starts one a process."""

import atexit
import threading

import structlog
from django.db import connections

from xinglin.journal.seals import seal_closed

_log = structlog.get_logger(__name__)


class Sealer(threading.Thread):
    """`start()`, then `stop()` at shutdown; several processes may each have one."""

    def __init__(self, every_seconds: float = 60.0) -> None:
        super().__init__(name="journal-sealer", daemon=True)
        self._every = every_seconds
        self._stopped = threading.Event()

    def start(self) -> None:
        atexit.register(self.stop)
        super().start()

    def stop(self) -> None:
        """Seal what is left and end; returns when done."""
        self._stopped.set()
        if self.is_alive():
            self.join(timeout=30)

    def run(self) -> None:
        while not self._stopped.wait(self._every):
            self._seal()
        self._seal()
        connections.close_all()

    def _seal(self) -> None:
        # A busy database must not end the thread: the next round seals these entries too.
        try:
            seal_closed()
        except Exception as error:
            _log.warning("journal not sealed", error=type(error).__name__)
