"""Who is signed in, as the doctor's pages need it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from xinglin.registry.permissions import IMPERSONAL, PURPOSES, ROLES, personal_purpose
from xinglin.registry.queries import organisations_under, posts_of

ORDER = tuple(p for p in PURPOSES if p not in IMPERSONAL)  # care first: it masks nothing


@dataclass(frozen=True)
class Reader:
    """Somebody signed in, as their first post shows them."""

    user: Any
    staff: str
    name: str
    org: str
    org_name: str
    role: str
    posts: tuple[Any, ...]

    @property
    def purpose(self) -> str | None:
        """The purpose under which this reader opens lists of people; None: never."""
        found = {p for post in self.posts if (p := personal_purpose(post.role))}
        return next((p for p in ORDER if p in found), None)

    def may(self, purpose: str) -> bool:
        """Does one of the posts have this purpose at all?"""
        return bool(organisations_under(self.user, purpose=purpose))

    def masked(self, purpose: str) -> bool:
        """Are names starred for this reader under a purpose? An unmasked post is enough."""
        with_it = [ROLES[p.role] for p in self.posts if purpose in ROLES[p.role].reach]
        return all(purpose in role.masked for role in with_it)

    @property
    def confirms_lost(self) -> bool:
        """The township's public health office confirms 失访, excludes nobody else's duty."""
        return any(post.role == "township_public_health" for post in self.posts)

    @property
    def township(self) -> bool:
        """Leads or manages a township: 今日 begins with 本院."""
        return any(p.role in ("township_manager", "township_public_health", "bureau_chief") for p in self.posts)

    @property
    def serves(self) -> bool:
        """May save services: reads for care."""
        return self.purpose == "care"


def reader(request: HttpRequest) -> Reader:
    """The reader of this request, looked up once."""
    held = getattr(request, "_reader", None)
    if held is None:
        held = _reader(request.user)
        request._reader = held  # type: ignore[attr-defined]
    return held


def _reader(user: Any) -> Reader:
    posts = tuple(posts_of(user))
    first = posts[0] if posts else None
    if first is None:
        return Reader(user, f"user:{user.pk}", user.get_username(), "", "", "", ())
    org = first.organisation
    return Reader(user, first.staff_id, first.staff.name, org.code, org.name, first.role, posts)
