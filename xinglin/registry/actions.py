"""Changes of the registry: places, organisations, staff and posts. Each is one act in the journal.

People, who come by the ten thousand, are in `people.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from xinglin.journal.actions import record_act
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.identity import valid_credit_code
from xinglin.registry.history import post_on
from xinglin.registry.keys import county_keys, plain_phone
from xinglin.registry.models import (
    ORGANISATION_KINDS,
    SINCE_EVER,
    Organisation,
    Place,
    PlaceSuccession,
    Post,
    Staff,
)
from xinglin.registry.people import NewPerson, PersonChange, register_people, update_people
from xinglin.registry.permissions import ROLES, posts_clash
from xinglin.registry.places import PlaceRow, county_places, places_folder

__all__ = [
    "By",
    "NewOrganisation",
    "NewPerson",
    "NewPost",
    "NewStaff",
    "PersonChange",
    "add_organisations",
    "add_places",
    "add_staff",
    "appoint",
    "close_organisation",
    "end_post",
    "load_places",
    "open_account",
    "register_people",
    "succeed_places",
    "update_people",
]


@dataclass(frozen=True)
class By:
    """Who does it and the key under which a repetition is known. `staff` and `org` are codes."""

    key: str
    staff: str = "system"
    org: str = ""
    channel: str = "system"


@dataclass(frozen=True, kw_only=True)
class NewOrganisation:
    """An organisation to add; codes refer to places and organisations already there."""

    code: str
    name: str
    kind: str
    level: int
    place: str
    parent: str | None = None
    valid_from: date = SINCE_EVER


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


def _act(by: By, kind: str, payload: dict[str, Any]) -> None:
    record_act(
        kind=kind,
        actor=by.staff,
        org=by.org,
        payload=payload,
        idempotency_key=by.key,
        channel=by.channel,
    )


def load_places(
    *,
    county_code: str = "330182",
    folder: Path | None = None,
    valid_from: date = SINCE_EVER,
    by: By | None = None,
) -> int:
    """Take a county's places, province to village, from the installed list; returns how many are new.

    Places already known are left as they are, so that loading again does no harm.
    """
    rows = county_places(county_code, folder or places_folder())
    return add_places(rows=rows, valid_from=valid_from, by=by or By(f"places:{county_code}"))


@transaction.atomic
def add_places(*, rows: Sequence[PlaceRow], valid_from: date, by: By) -> int:
    """Add those places that are not there yet; parents before children."""
    known = set(Place.objects.values_list("code", flat=True))
    fresh = [
        Place(code=r.code, name=r.name, level=r.level, parent_id=r.parent, valid_from=valid_from)
        for r in rows
        if r.code not in known
    ]
    Place.objects.bulk_create(fresh)
    if fresh:
        counted = {"first": fresh[0].code, "last": fresh[-1].code, "count": len(fresh)}
        _act(By(f"{by.key}:{len(known)}", by.staff, by.org, by.channel), "places.added", counted)
    return len(fresh)


@transaction.atomic
def succeed_places(*, old: Sequence[str], new: Sequence[str], day: date, why: str, by: By) -> None:
    """From `day` on the old places are the new ones: merger, division or change of name.

    The new ones must exist (`add_places`). The old stay readable with their last day.
    """
    both = set(old) & set(new)
    if both:
        raise XinglinError(
            "一个地点不能由它自己接替", f"区划代码 {min(both)}", "请核对撤并前后的代码"
        )
    _must_exist(Place, [*old, *new], "区划代码")
    Place.objects.filter(code__in=old, valid_to=None).update(valid_to=day)
    PlaceSuccession.objects.bulk_create(
        [PlaceSuccession(old_id=a, new_id=b, day=day, why=why) for a in old for b in new]
    )
    _act(by, "places.succeeded", {"old": list(old), "new": list(new), "day": day, "why": why})


@transaction.atomic
def add_organisations(*, rows: Sequence[NewOrganisation], by: By) -> int:
    """Add organisations, parents before children. Refuses a code whose check character is wrong."""
    for row in rows:
        if not valid_credit_code(row.code):
            raise XinglinError(
                "统一社会信用代码不对（18位，含校验位）", f"{row.name} {row.code}", "请对照证书核对"
            )
        if row.kind not in ORGANISATION_KINDS:
            raise XinglinError(
                f"没有“{row.kind}”这类机构", row.name, f"可用：{'、'.join(ORGANISATION_KINDS)}"
            )
    Organisation.objects.bulk_create(
        [
            Organisation(
                code=r.code,
                name=r.name,
                kind=r.kind,
                level=r.level,
                parent_id=r.parent,
                place_id=r.place,
                valid_from=r.valid_from,
            )
            for r in rows
        ]
    )
    _act(by, "organisations.added", {"codes": [r.code for r in rows]})
    return len(rows)


@transaction.atomic
def close_organisation(*, code: str, day: date, why: str, by: By) -> None:
    """Close it from `day` on; its posts end the same day, its rows and figures stay."""
    _must_exist(Organisation, [code], "机构代码")
    Organisation.objects.filter(code=code).update(valid_to=day)
    Post.objects.filter(post_on(day), organisation_id=code).update(to_day=day)
    _act(by, "organisation.closed", {"code": code, "day": day, "why": why})


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
    _act(by, "staff.added", {"codes": [r.code for r in rows]})
    return len(rows)


@transaction.atomic
def open_account(*, staff: str, username: str, password: str, by: By) -> Any:
    """Make the sign-in account of a staff member; returns the auth user."""
    _must_exist(Staff, [staff], "工号")
    user = get_user_model().objects.create_user(username=username, password=password)
    Staff.objects.filter(code=staff).update(user=user)
    _act(by, "account.opened", {"staff": staff})
    return user


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
    _act(
        by,
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
    _must_exist(Post, [post], "岗位")
    Post.objects.filter(pk=post).update(to_day=day)
    _act(by, "post.ended", {"post": post, "day": day, "why": why})


def _must_exist(model: Any, keys: Sequence[Any], words: str) -> None:
    found = set(model.objects.filter(pk__in=keys).values_list("pk", flat=True))
    missing = [str(key) for key in keys if key not in found]
    if missing:
        raise XinglinError(
            f"登记册中没有这个{words}：{'、'.join(missing[:5])}", do="请先登记，或核对代码"
        )
