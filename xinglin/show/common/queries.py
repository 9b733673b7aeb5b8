"""What the frame needs to know about the reader."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from xinglin.registry.models import Post, Staff
from xinglin.registry.permissions import ROLES


def staff_of(user: Any) -> Staff | None:
    """The staff entry behind a sign-in; None for an account that nobody has been given."""
    return Staff.objects.filter(user_id=user.pk).first()


def current_posts(staff: Staff) -> list[Post]:
    """Posts that hold today, with their organisations, the earliest first."""
    today = timezone.localdate()
    held = Q(from_day__lte=today) & (Q(to_day__isnull=True) | Q(to_day__gt=today))
    return list(staff.posts.filter(held).select_related("organisation"))


def purposes_of(posts: list[Post]) -> frozenset[str]:
    """All purposes that these posts open."""
    roles = [ROLES[post.role] for post in posts if post.role in ROLES]
    return frozenset(purpose for role in roles for purpose in role.reach)
