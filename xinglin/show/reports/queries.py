"""What the desk remembers in a county: the acts of remembering, the later over the earlier."""

import json

from xinglin.journal.queries import acts_after
from xinglin.show.reports.actions import REMEMBERED
from xinglin.show.reports.desk.memory import KEPT, Known, joined, parse


def memory() -> Known:
    """Digest of the words around a number → what a person said of it; a forgotten field is empty."""
    bodies = (json.loads(act.body.text or "{}") for act in acts_after(0, kinds=[REMEMBERED]))
    return joined(*(parse(json.dumps(body.get("rows", {})), fields=KEPT) for body in bodies))
