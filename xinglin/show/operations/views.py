"""体检 for the system administrator; /health/ for a monitor."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xinglin.kernel.home import home
from xinglin.lake.attach import EmptyLakeError
from xinglin.lake.store import open_lake
from xinglin.show.administration.rights import holder
from xinglin.show.common.signin import signed_in
from xinglin.show.operations.checks import BAD, GOOD, MIND, check_all

KINDS = {GOOD: "done", MIND: "soon", BAD: "late"}


@signed_in
@require_safe
def checkup(request: HttpRequest) -> HttpResponse:
    """Every check of this installation."""
    holder(request, "operation")
    lines = [(c, KINDS[c.state]) for c in check_all(home())]
    return render(request, "operations/checkup.html", {"lines": lines})


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Is this process able to serve: database and data open. 503 where not; says nothing about anybody."""
    found = {"database": _database(), "data": _data()}
    up = found["database"] and found["data"]
    return JsonResponse({"ok": up, **found}, status=200 if up else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return False
    return True


def _data() -> bool:
    """Data open, or there are none yet: a new county is well."""
    try:
        open_lake(home(), read_only=True).snapshot()
    except EmptyLakeError:
        return True
    except Exception:
        return False
    return True
