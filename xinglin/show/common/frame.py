"""What the frame around every page says: county, reader, role, menu."""

from typing import Any

from django.http import HttpRequest

from xinglin.registry.permissions import role_title
from xinglin.registry.queries import posts_of
from xinglin.show.common.county import county
from xinglin.show.common.menu import address_of, lines_for, purposes_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `county`, `reader` (None before sign-in), `menu`, `search_address`."""
    user = getattr(request, "user", None)
    base = {"county": county(), "path_now": request.get_full_path()}
    if user is None or not user.is_authenticated:
        return base | {"reader": None, "menu": []}
    posts = posts_of(user)
    return base | {
        "reader": reader_words(user, posts),
        "menu": lines_for(purposes_of(posts), request.path),
        "search_address": address_of("find"),
    }


def reader_words(user: Any, posts: list[Any]) -> dict[str, str]:
    """Who is signed in, for the top right corner: name, role in Chinese, organisation."""
    first = posts[0] if posts else None
    return {
        "name": first.staff.name if first else user.get_username(),
        "role": role_title(first.role) if first else "",
        "organisation": first.organisation.name if first else "",
    }
