"""Who is signed in, as the doctor's pages need it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from xinglin.registry.permissions import PERSONAL, ROLES, Reach, personal_purpose
from xinglin.registry.queries import organisations_under, posts_of

WORK = ("care", "management")  # whose day these pages are


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
        return next((p for p in PERSONAL if p in found), None)

    @property
    def works(self) -> bool:
        """Do today's lists belong to this reader's work?"""
        return self.purpose in WORK

    @property
    def searches(self) -> str | None:
        """The purpose under which people are looked for: one that shows names before one that stars them."""
        held = [(p, ROLES[post.role]) for p in PERSONAL for post in self.posts if p in ROLES[post.role].reach]
        return min(held, key=lambda h: h[0] in h[1].masked)[0] if held else None

    def everywhere(self, purpose: str) -> bool:
        """Does the purpose reach the whole county: those too who belong to no organisation?"""
        return any(ROLES[p.role].reach.get(purpose) is Reach.COUNTY for p in self.posts)

    @property
    def breaks_glass(self) -> bool:
        """May open anybody in an emergency."""
        return any(ROLES[p.role].breaks_glass for p in self.posts)

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
    posts = tuple(p for p in posts_of(user) if p.role in ROLES)
    first = posts[0] if posts else None
    if first is None:
        return Reader(user, f"user:{user.pk}", user.get_username(), "", "", "", ())
    org = first.organisation
    return Reader(user, first.staff_id, first.staff.name, org.code, org.name, first.role, posts)
