"""A night whose clock leaps at its every step and at every lasting moment: `python -m tests.lib.leaping_night DAY`.

Ahead by three days, back by three, to just before midnight and over it, wherever the night happens to be. Prints the
night's own account and what leaps it saw.
"""

import json
import sys
from datetime import date, timedelta

from tests.lib import leaping_clock
from tests.lib.dying import Moments

DAYS, SECOND = timedelta(days=3), timedelta(seconds=1)
WAYS = ("right", "back", "before midnight", "over midnight", "ahead")


class Leaping(Moments):
    """Nobody dies; the clock leaps. The first step receives and the last but one removes what is old: both begin ahead."""

    def __init__(self, home):
        super().__init__(home)
        self.began, self.leaps = 3, set()

    def step_begins(self):
        self.began += 1
        self._leap(0)

    def comes(self, what):
        super().comes(what)
        self._leap(len(self.seen))

    def _leap(self, n):
        way = WAYS[(self.began + n) % len(WAYS)]
        midnight = leaping_clock.to_midnight()
        to = dict(zip(WAYS, (timedelta(0), -DAYS, midnight - SECOND, midnight + SECOND, DAYS), strict=True))[way]
        self.leaps.add(way)
        leaping_clock.leap(to)


def _begun(begins, step):
    def work(scene):
        begins()
        return step(scene)
    return work


def after():
    """What a leap may have left: moments of another time, something that waits or is held for ever."""
    from django.utils import timezone

    from xinglin.gather.models import Delivery
    from xinglin.journal.queries import verify
    from xinglin.kernel.home import home
    from xinglin.show.operations.checks import check_all

    now = timezone.now()
    return {"received in time to come": Delivery.objects.filter(received_at__gt=now).count(),
            "received long ago": Delivery.objects.filter(received_at__lt=now - timedelta(days=1)).count(),
            "held": Delivery.objects.filter(state__in=("stored", "checked")).count(), "journal": verify().ok,
            "lock": next(c.state for c in check_all(home()) if c.title == "写入锁")}


def main(day: str) -> None:
    from xinglin.site.commands import databases_ready

    databases_ready()
    from django.db import connections

    from xinglin.kernel.home import home
    from xinglin.site import night

    connections.close_all()
    leaping_clock.install()
    clock = Leaping(home().root)
    clock.watch()
    night.STEPS = tuple((name, title, _begun(clock.step_begins, step)) for name, title, step in night.STEPS)
    report = night.run(home(), day=date.fromisoformat(day))
    leaping_clock.leap(timedelta(0))
    print(json.dumps({"after": after(), "day": report.day, "finished": report.finished, "seconds": [s["seconds"] for s in report.steps.values()],
                      "moments": len(clock.seen), "leaps": sorted(clock.leaps)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
