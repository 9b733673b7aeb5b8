"""The register of staff: who works where in which role, with which account."""

from __future__ import annotations

from collections.abc import Collection

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from xinglin.kernel.errors import XinglinError
from xinglin.registry import actions
from xinglin.registry.actions import By, NewPost, NewStaff
from xinglin.registry.models import Post, Staff
from xinglin.registry.permissions import ROLES, role_title
from xinglin.show.administration.screens import (
    DAY,
    MOST,
    WHY,
    Ask,
    Deed,
    Entry,
    Screen,
    Values,
    day_of,
    organisations,
    reason_of,
    span,
)
from xinglin.show.common import second
from xinglin.show.common.models import SecondFactor


def _staff(typed: str) -> list[Entry]:
    posts = Prefetch("posts", Post.objects.select_related("organisation").order_by("-from_day"))
    rows = Staff.objects.select_related("user").prefetch_related(posts).order_by("code")
    if typed:
        rows = rows.filter(Q(code__startswith=typed) | Q(name__contains=typed) | Q(posts__organisation__name__contains=typed)).distinct()
    found = list(rows[:MOST])
    factors = set(SecondFactor.objects.filter(user__in=[s.user_id for s in found if s.user_id], confirmed_at__isnull=False)
                  .values_list("user_id", flat=True))
    locked = set(AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).values_list("username", flat=True))
    return [_entry(s, with_factor=s.user_id in factors, locked=locked) for s in found]


def _entry(one: Staff, *, with_factor: bool, locked: Collection[str | None]) -> Entry:
    user = one.user
    account = "—" if user is None else (user.get_username() if user.is_active else f"{user.get_username()}（已停用）")
    told = "；".join(f"{role_title(p.role)} {p.organisation.name}（{span(p.from_day, p.to_day)}）" for p in one.posts.all()) or "—"
    deeds = ["change", "appoint"]
    deeds += ["end"] if any(p.to_day is None for p in one.posts.all()) else []
    deeds += ["open"] if user is None else []
    deeds += ["password", "stop"] if user is not None and user.is_active else []
    deeds += ["unlock"] if user is not None and user.get_username() in locked else []
    deeds += ["factor"] if with_factor else []
    return Entry(key=one.code, cells=(one.name, one.code, told, account, "已启用" if with_factor else "—"), deeds=deeds,
                 holds=user is None or user.is_active)


def _add(_key: str, values: Values, by: By) -> None:
    code = values["code"].strip()
    if not code or not values["name"].strip():
        raise XinglinError("工号或姓名为空", do="两项都要填")
    if Staff.objects.filter(pk=code).exists():
        raise XinglinError("这个工号已登记", f"工号 {code}", "请在列表里查找")
    actions.add_staff(rows=[NewStaff(code=code, name=values["name"].strip(), phone=values["phone"])], by=by)


def _change(key: str, values: Values, by: By) -> None:
    actions.change_staff(staff=key, name=values["name"], phone=values["phone"], by=by)


def _appoint(key: str, values: Values, by: By) -> None:
    end = day_of(values, "to_day") if values["to_day"] else None
    actions.appoint(by=by, rows=[NewPost(staff=key, organisation=values["organisation"], role=values["role"],
                                         from_day=day_of(values), to_day=end)])


def _end(key: str, values: Values, by: By) -> None:
    """All posts that are open: somebody leaves. One of several is ended by its role."""
    day, why = day_of(values), reason_of(values)
    rows = Post.objects.filter(staff_id=key, to_day=None)
    if values["role"]:
        rows = rows.filter(role=values["role"])
    if not rows:
        raise XinglinError("没有这样的在任岗位", f"工号 {key}", "请核对角色")
    for post in rows:
        actions.end_post(post=post.pk, day=day, why=why, by=By(f"{by.key}:{post.pk}", by.staff, by.org))


def _open(key: str, values: Values, by: By) -> None:
    actions.open_account(staff=key, username=values["username"].strip(), password=values["password"], by=by)


def _password(key: str, values: Values, by: By) -> None:
    actions.set_password(staff=key, password=values["password"], by=by)


def _stop(key: str, values: Values, by: By) -> None:
    actions.close_account(staff=key, why=reason_of(values), by=by)


def _unlock(key: str, values: Values, by: By) -> None:
    why, member = reason_of(values), Staff.objects.select_related("user").get(pk=key)
    if member.user is not None:
        reset(username=member.user.get_username())
    by.record("account.unlocked", {"staff": key, "why": why})


def _factor(key: str, values: Values, by: By) -> None:
    why, member = reason_of(values), Staff.objects.select_related("user").get(pk=key)
    if member.user is None:
        raise XinglinError("这个人还没有账号", f"工号 {key}", "请先开设账号")
    second.remove(member.user)
    by.record("second_factor.removed", {"staff": key, "why": why})


def _roles() -> list[tuple[str, str]]:
    return [(code, role.title) for code, role in ROLES.items()]


PASSWORD = Ask(name="password", title=_("密码"), kind="password", hint=_("至少 10 个字符；当面交给本人，请他登录后自己改"))
ROLE = Ask(name="role", title=_("角色"), kind="choice", ready=_roles)
STAFF = Screen(
    code="staff", title=_("人员与岗位"), entries=_staff, desk=(1, 3, 4),
    heads=(_("姓名"), _("工号"), _("岗位"), _("账号"), _("动态口令")),
    words=_("权限来自岗位：到结束那天零点自动停止，已登录的也一样。系统、安全、审计三员不能由一人兼任，也不能兼看居民记录的岗位。"),
    add=Deed(code="add", title=_("登记人员"), said=_("已登记人员"), do=_add, asks=(
        Ask(name="code", title=_("工号")), Ask(name="name", title=_("姓名")),
        Ask(name="phone", title=_("电话"), required=False, hint=_("加密保存")))),
    deeds=(
        Deed(code="appoint", title=_("任命岗位"), said=_("已任命"), do=_appoint, asks=(
            Ask(name="organisation", title=_("机构"), kind="choice", ready=organisations), ROLE, DAY,
            Ask(name="to_day", title=_("到哪一天止（当天已无权限）"), kind="day", required=False))),
        Deed(code="end", title=_("结束岗位"), said=_("已结束岗位"), do=_end, grave=True, asks=(
            Ask(name="role", title=_("角色（空着即全部）"), kind="choice", required=False, ready=_roles), DAY, WHY)),
        Deed(code="change", title=_("改姓名、电话"), said=_("已更改"), do=_change, asks=(
            Ask(name="name", title=_("姓名")), Ask(name="phone", title=_("电话"), required=False, hint=_("空着即不改")))),
        Deed(code="open", title=_("开设账号"), said=_("已开设账号"), do=_open, asks=(Ask(name="username", title=_("用户名")), PASSWORD)),
        Deed(code="password", title=_("重设密码"), said=_("已重设密码"), do=_password, asks=(PASSWORD,)),
        Deed(code="unlock", title=_("解除锁定"), said=_("已解除锁定，可以重新登录"), do=_unlock, asks=(WHY,)),
        Deed(code="factor", title=_("取消动态口令"), said=_("已取消，本人下次登录时重新启用"), do=_factor, grave=True, asks=(WHY,)),
        Deed(code="stop", title=_("停用账号"), said=_("已停用账号"), do=_stop, grave=True, asks=(WHY,)),
    ),
)  # fmt: skip
