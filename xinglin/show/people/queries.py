"""Pairs as the page shows them: two entries side by side, what agrees, what each finding weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.gather.duplicates.decide import keeper_of
from xinglin.gather.linkage.words import Said, said, sentence
from xinglin.gather.models import ComparedUpTo, DuplicatePair
from xinglin.registry.merging import roots
from xinglin.registry.models import Organisation, Person
from xinglin.registry.queries import PersonView, people
from xinglin.show.people.reach import Keeper

SEXES = {"1": "男", "2": "女"}
NOTHING = "—"
_FORCES = (0.5, 4.0, 8.0)       # bits from which a finding tells a little, something, much
# field of a person → comparisons that speak about it
FIELDS = (("name", lazy("姓名"), "name"), ("sex", lazy("性别"), "sex"), ("birth_date", lazy("出生日期"), "birth"),
          ("id_number", lazy("身份证号"), "number"), ("phone", lazy("电话"), "phone"), ("address", lazy("住址"), "address"))
STATES = {"open": lazy("待判断"), "same": lazy("是同一人"), "apart": lazy("不是同一人"), "later": lazy("暂缓")}


@dataclass(frozen=True, repr=False)
class Line:
    """One field of both entries. `mark`: done (agrees), soon (nearly), late (differs) or empty.

    `force`: how much it tells for one person, from 3 to 1; 0 for nothing, or against.
    """

    title: str
    left: str
    right: str
    words: str
    mark: str
    force: int


@dataclass(frozen=True, repr=False)
class Card:
    """A pair on the page. `decidable`: both entries are within the reader's reach."""

    pair: DuplicatePair
    numbers: tuple[int, int]
    orgs: tuple[str, str]
    lines: tuple[Line, ...]
    sentence: str
    keep: int
    opens: tuple[bool, bool]    # may the reader open each entry's own page?
    decidable: bool


def counts(who: Keeper) -> list[tuple[str, str, int]]:
    """(state, its word, how many pairs)."""
    found = who.pairs()
    return [(state, str(title), found.filter(state=state).count()) for state, title in STATES.items()]


def not_compared_yet() -> int:
    """People who came since the last comparison: their pairs will follow."""
    upto = ComparedUpTo.objects.filter(name="person").values_list("value", flat=True).first()
    return Person.objects.filter(number__gt=upto or 0).count()


def cards(who: Keeper, pairs: Sequence[DuplicatePair]) -> list[Card]:
    """The pairs of a page, opened set-wise; the other township's entry is starred."""
    opened = people({n for p in pairs for n in (p.left_id, p.right_id)})
    codes = {v.organisation for v in opened.values() if v.organisation}
    names = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))
    return [_card(who, p, opened[p.left_id], opened[p.right_id], names) for p in pairs]


def merged_already(pairs: Sequence[DuplicatePair]) -> set[int]:
    """Of these pairs, those whose entries have become one by another decision."""
    standing = roots({n for p in pairs for n in (p.left_id, p.right_id)})
    return {p.pk for p in pairs if standing.get(p.left_id, p.left_id) == standing.get(p.right_id, p.right_id)}


def _card(who: Keeper, pair: DuplicatePair, left: PersonView, right: PersonView, names: dict[str, str]) -> Card:
    mine = who.decides([v.organisation for v in (left, right)])
    shown = [v if here and not who.masked else v.masked() for v, here in zip((left, right), mine, strict=True)]
    told = {s.name: s for s in said(pair.levels)}
    lines = [_line(field, str(title), shown, told.get(about)) for field, title, about in FIELDS]
    if household := told.get("household"):      # the number itself stays in the lake
        lines.append(_told(_("户"), _("有户号"), _("有户号"), household))
    return Card(pair=pair, numbers=(left.number, right.number), lines=tuple(lines), sentence=sentence(pair.levels),
                orgs=(names.get(left.organisation or "", NOTHING), names.get(right.organisation or "", NOTHING)),
                keep=keeper_of(pair)[0], decidable=all(mine),
                opens=(who.reaches(left.organisation), who.reaches(right.organisation)))


def _line(field: str, title: str, shown: Sequence[PersonView], told: Said | None) -> Line:
    left, right = (_value(v, field) for v in shown)
    if told is None:
        return Line(title, left, right, _("至少一方未填"), "", 0)
    return _told(title, left, right, told)


def _told(title: str, left: str, right: str, told: Said) -> Line:
    mark = {True: "done", None: "soon", False: "late"}[told.agrees]
    return Line(title, left, right, told.words, mark, sum(told.weight >= least for least in _FORCES))


def _value(view: PersonView, field: str) -> str:
    value = getattr(view, field)
    if field == "sex":
        return SEXES.get(value, NOTHING)
    return str(value) if value else NOTHING
