"""Which of the three administrators' duties the reader holds."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from xinglin.registry.queries import posts_of
from xinglin.show.common.menu import purposes_of

DUTIES = frozenset({"operation", "accounts", "audit"})


def holder(request: HttpRequest, *duties: str) -> frozenset[str]:
    """The duties held, among those named (all three where none is); 403 without any of them."""
    held = purposes_of(posts_of(request.user)) & (frozenset(duties) or DUTIES)
    if not held:
        raise PermissionDenied
    return held
