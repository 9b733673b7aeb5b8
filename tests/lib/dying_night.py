"""A night that dies: `python -m tests.lib.dying_night DAY STEP before|after` ends by SIGKILL there.

`after` is the worst moment: the step has done its work, and nobody has noted it.
"""

import os
import signal
import sys
from datetime import date


def _dying(step, *, late):
    def die(scene):
        if late:
            step(scene)
        os.kill(os.getpid(), signal.SIGKILL)
    return die


def main(day: str, where: str, when: str) -> None:
    from xinglin.site.commands import databases_ready

    databases_ready()
    from xinglin.kernel.home import home
    from xinglin.site import night

    assert where in [name for name, _, _ in night.STEPS]
    night.STEPS = tuple((name, title, _dying(step, late=when == "after") if name == where else step)
                        for name, title, step in night.STEPS)
    night.run(home(), day=date.fromisoformat(day))


if __name__ == "__main__":
    main(*sys.argv[1:])
