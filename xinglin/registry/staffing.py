"""Staff, their accounts and posts: the part of `actions` that gives and ends rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from xinglin.kernel.errors import XinglinError
from xinglin.registry.by import By, must_exist
from xinglin.registry.keys import county_keys, plain_phone
from xinglin.registry.models import Post, Staff
from xinglin.registry.permissions import ROLES, posts_clash


@dataclass(frozen=True, kw_only=True)
class NewStaff:
    """Somebody to add to the staff."""

    code: str
    name: str
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class NewPost:
    """A role to give at an organisation; no rights on `to_day` itself."""

    staff: str
    organisation: str
    role: str
    from_day: date
    to_day: date | None = None


@transaction.atomic
def add_staff(*, rows: Sequence[NewStaff], by: By) -> int:
    """Add staff; phones are sealed."""
    keys = county_keys()
    Staff.objects.bulk_create(
        [
            Staff(
                code=r.code,
                name=r.name,
                phone_sealed=keys.seal_text(plain_phone(r.phone)) if r.phone else None,
            )
            for r in rows
        ]
    )
    by.record("staff.added", {"codes": [r.code for r in rows]})
    return len(rows)


@transaction.atomic
def open_account(*, staff: str, username: str, password: str, by: By, hashed: str = "") -> Any:
    """Make the sign-in account of a staff member; returns the auth user.

    `hashed`: the same password as Django keeps it, where many accounts begin with one (0.2 s each to work out).
    """
    must_exist(Staff, [staff], "工号")
    if Staff.objects.filter(pk=staff, user__isnull=False).exists():
        raise XinglinError("这个人已有账号", f"工号 {staff}", "忘记密码请重设密码")
    if get_user_model().objects.filter(username=username).exists():
        raise XinglinError("这个用户名已有人用", do="请换一个用户名")
    user = get_user_model().objects.create_user(username=username, password=None if hashed else password)
    if hashed:
        user.password = hashed
        user.save(update_fields=["password"])
    Staff.objects.filter(code=staff).update(user=user)
    by.record("account.opened", {"staff": staff})
    return user


@transaction.atomic
def change_staff(*, staff: str, name: str, phone: str, by: By) -> None:
    """A new name, and a new phone where one is given; what was before stays in the journal's order."""
    must_exist(Staff, [staff], "工号")
    if not name.strip():
        raise XinglinError("姓名为空", f"工号 {staff}", "请填写姓名")
    changed: dict[str, Any] = {"name": name.strip()}
    if phone.strip():
        changed["phone_sealed"] = county_keys().seal_text(plain_phone(phone))
    Staff.objects.filter(pk=staff).update(**changed)
    by.record("staff.changed", {"staff": staff, "fields": sorted(changed)})


@transaction.atomic
def set_password(*, staff: str, password: str, by: By) -> None:
    """A new password for somebody who lost theirs; checked like any other."""
    user = _account(staff)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    by.record("account.password", {"staff": staff})


@transaction.atomic
def close_account(*, staff: str, why: str, by: By) -> None:
    """Nobody signs in with it any more, and whoever is signed in is out at the next click."""
    user = _account(staff)
    user.is_active = False
    user.save(update_fields=["is_active"])
    by.record("account.closed", {"staff": staff, "why": why})


def _account(staff: str) -> Any:
    member = Staff.objects.select_related("user").filter(pk=staff).first()
    if member is None or member.user is None:
        raise XinglinError("这个人还没有账号", f"工号 {staff}", "请先开设账号")
    return member.user


def _check_password(password: str, user: Any) -> None:
    try:
        validate_password(password, user)
    except ValidationError:
        raise XinglinError("密码太简单", do="至少 10 个字符，不要用常见密码或全是数字") from None


@transaction.atomic
def appoint(*, rows: Sequence[NewPost], by: By) -> int:
    """Give posts. Refuses unknown roles and the clash of 系统、安全、审计 duties in one hand."""
    for row in rows:
        if row.role not in ROLES:
            raise XinglinError(f"没有“{row.role}”这个角色", do=f"可用：{'、'.join(ROLES)}")
        if row.to_day and row.to_day <= row.from_day:
            raise XinglinError("岗位的结束日不在开始日之后", f"工号 {row.staff}", "请核对任免日期")
    _refuse_clashes(rows)
    Post.objects.bulk_create(
        [
            Post(
                staff_id=r.staff,
                organisation_id=r.organisation,
                role=r.role,
                from_day=r.from_day,
                to_day=r.to_day,
            )
            for r in rows
        ]
    )
    by.record(
        "staff.appointed",
        {
            "posts": [
                {
                    "staff": r.staff,
                    "organisation": r.organisation,
                    "role": r.role,
                    "from": r.from_day,
                    "to": r.to_day,
                }
                for r in rows
            ]
        },
    )
    return len(rows)


def _refuse_clashes(rows: Sequence[NewPost]) -> None:
    held = [
        NewPost(
            staff=p.staff_id,
            organisation=p.organisation_id,
            role=p.role,
            from_day=p.from_day,
            to_day=p.to_day,
        )
        for p in Post.objects.filter(staff_id__in={r.staff for r in rows})
    ]
    for row in rows:
        beside = [o.role for o in (*held, *rows) if o.staff == row.staff and _overlap(o, row)]
        if posts_clash(beside):
            raise XinglinError(
                "系统、安全、审计三员不能由一人兼任，也不能兼看居民记录的岗位",
                f"工号 {row.staff}",
                "请改由另一人担任",
            )


def _overlap(a: NewPost, b: NewPost) -> bool:
    return (a.to_day is None or b.from_day < a.to_day) and (
        b.to_day is None or a.from_day < b.to_day
    )


@transaction.atomic
def end_post(*, post: int, day: date, why: str, by: By) -> None:
    """End a post: from `day` on it gives no rights."""
    must_exist(Post, [post], "岗位")
    if Post.objects.filter(pk=post, from_day__gt=day).exists():
        raise XinglinError("结束日早于开始日", do="请核对任免日期")
    Post.objects.filter(pk=post).update(to_day=day)
    by.record("post.ended", {"post": post, "day": day, "why": why})
