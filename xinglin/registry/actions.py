"""Changes of the registry, each one act in the journal. Here: places and organisations.

Posts and accounts are in `staffing`, people (by the ten thousand) in `people`; all are named here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.db import transaction

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.identity import valid_credit_code
from xinglin.registry.by import By, must_exist
from xinglin.registry.history import post_on
from xinglin.registry.models import (
    ORGANISATION_KINDS,
    SINCE_EVER,
    Organisation,
    Place,
    PlaceSuccession,
    Post,
)
from xinglin.registry.people import NewPerson, PersonChange, register_people, update_people
from xinglin.registry.places import PlaceRow, county_places, places_folder
from xinglin.registry.staffing import (
    NewPost,
    NewStaff,
    add_staff,
    appoint,
    change_staff,
    close_account,
    end_post,
    open_account,
    set_password,
)

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
    "change_organisation",
    "change_staff",
    "close_account",
    "close_organisation",
    "end_post",
    "load_places",
    "open_account",
    "register_people",
    "set_password",
    "succeed_places",
    "update_people",
]


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
        # A newer list under the same key is another act.
        replace(by, key=f"{by.key}:{len(known)}").record("places.added", counted)
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
    must_exist(Place, [*old, *new], "区划代码")
    Place.objects.filter(code__in=old, valid_to=None).update(valid_to=day)
    PlaceSuccession.objects.bulk_create(
        [PlaceSuccession(old_id=a, new_id=b, day=day, why=why) for a in old for b in new]
    )
    by.record("places.succeeded", {"old": list(old), "new": list(new), "day": day, "why": why})


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
    by.record("organisations.added", {"codes": [r.code for r in rows]})
    return len(rows)


@transaction.atomic
def change_organisation(*, code: str, name: str, parent: str | None, why: str, by: By) -> None:
    """Another name, or another organisation above it; the act keeps what it was until today."""
    must_exist(Organisation, [code, *([parent] if parent else [])], "机构代码")
    if not name.strip():
        raise XinglinError("机构名称为空", f"机构 {code}", "请照证书填写名称")
    if parent and code in _upwards(parent):
        raise XinglinError("上级机构不能是它自己或它的下属", f"机构 {code}", "请核对上级机构")
    before = Organisation.objects.values("name", "parent_id").get(pk=code)
    Organisation.objects.filter(pk=code).update(name=name.strip(), parent_id=parent)
    by.record("organisation.changed", {"code": code, "name": name.strip(), "parent": parent, "why": why, "before": before})


def _upwards(code: str | None) -> list[str]:
    parents = dict(Organisation.objects.values_list("code", "parent_id"))
    found: list[str] = []
    while code is not None and code not in found:
        found.append(code)
        code = parents.get(code)
    return found


@transaction.atomic
def close_organisation(*, code: str, day: date, why: str, by: By) -> None:
    """Close it from `day` on; its posts end the same day, its rows and figures stay."""
    must_exist(Organisation, [code], "机构代码")
    Organisation.objects.filter(code=code).update(valid_to=day)
    Post.objects.filter(post_on(day), organisation_id=code).update(to_day=day)
    by.record("organisation.closed", {"code": code, "day": day, "why": why})
