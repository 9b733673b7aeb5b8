"""疑似重复档案: pairs that wait for a person, side by side; one or many decided at a time, each undone."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from xinglin.gather.models import DuplicatePair
from xinglin.kernel.errors import XinglinError
from xinglin.registry.permissions import PURPOSES
from xinglin.show.common.signin import signed_in
from xinglin.show.people import queries
from xinglin.show.people.actions import carry_out, note_seen
from xinglin.show.people.reach import PURPOSE, Keeper, keeper

PAGE = 10
# verdict → what is said when it is done
VERDICTS = {
    "same": lazy("已合并 {n} 对：记录都归到保留的档案名下，清单随即更新，指标今夜更新。可在“是同一人”里撤销。"),
    "apart": lazy("已记下 {n} 对不是同一人，以后不再列出。可在“不是同一人”里撤销。"),
    "later": lazy("已暂缓 {n} 对，30 天后再列出。"),
    "undo": lazy("已撤销 {n} 对，恢复到判断之前。"),
}


@signed_in
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """A page of pairs of one state, the surest first."""
    who = keeper(request)
    state = request.GET.get("state", "open")
    state = state if state in queries.STATES else "open"
    page = Paginator(_pairs(who, state), PAGE).get_page(request.GET.get("page"))
    drawn = queries.cards(who, list(page))
    note_seen(who, {n for c in drawn for n in c.numbers}, page="people/duplicates/")
    return render(request, "people/duplicates.html", {
        "cards": drawn, "page": page, "state": state, "states": queries.counts(who), "key": uuid4().hex,
        "coming": queries.not_compared_yet(),
        "purpose": PURPOSES[PURPOSE], "strong": state == "open" and any(c.pair.strong and c.decidable for c in drawn)})


def _pairs(who: Keeper, state: str) -> list[DuplicatePair]:
    DuplicatePair.objects.filter(state="later", later_until__lte=timezone.localdate()).update(state="open", later_until=None)
    found = list(who.pairs().filter(state=state).order_by("-strong", "-weight", "pk"))
    gone = queries.merged_already(found) if state == "open" else set()
    return [p for p in found if p.pk not in gone]


@signed_in
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """One pair by its own button (`one` = verdict:pair), or all that are ticked (`verdict`, `pick`)."""
    who = keeper(request)
    verdict, _colon, single = request.POST.get("one", "").partition(":")
    verdict = verdict or request.POST.get("verdict", "")
    picked = [single] if single else request.POST.getlist("pick")
    if verdict not in VERDICTS:
        raise XinglinError(_("没有说明是同一人、不是还是暂缓"), do=_("请按其中一个按钮"))
    pairs = _within(who, picked, verdict)
    keep = request.POST.get(f"keep-{single}", "") if single else ""
    carry_out(verdict, pairs, who=who, key=request.POST.get("_key") or uuid4().hex, keep=int(keep) if keep.isdecimal() else None)
    messages.success(request, str(VERDICTS[verdict]).format(n=len(pairs)))
    state = request.POST.get("state", "open")
    return redirect(f"{reverse('duplicates')}?state={state if state in queries.STATES else 'open'}")


def _within(who: Keeper, picked: list[str], verdict: str) -> list[DuplicatePair]:
    """The pairs that were chosen; refused where one of the two is another's."""
    numbers = {int(p) for p in picked if p.isdecimal()}
    if not numbers:
        raise XinglinError(_("没有选任何一对"), do=_("请先勾选，或用每一对下面的按钮"))
    found = list(who.pairs().filter(pk__in=numbers))
    mine = [p for p in found if all(who.decides([p.left.organisation_id, p.right.organisation_id]))]
    if len(mine) != len(numbers):
        raise PermissionDenied
    waiting = [p for p in mine if (p.state in ("open", "later")) != (verdict == "undo")]
    if not waiting:
        raise XinglinError(_("刚才已有人判断过"), do=_("请刷新后再看"))
    return waiting
