"""Why somebody may see somebody, in words: the lines of the page 为什么我能看到."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from xinglin.registry.openings import EMERGENCY, REASONED
from xinglin.registry.permissions import GROUNDS, IMPERSONAL, PURPOSES, ROLES, Reach
from xinglin.show.doctor.reader import Reader
from xinglin.show.doctor.rights import Opened

REACH_WORDS = {Reach.OWN: "只限本机构", Reach.SUBTREE: "本机构及下属机构", Reach.COUNTY: "全县"}
RULE = "权限表（口径手册“谁能看什么”）：岗位所在机构 × 角色 × 用途"
EMERGENCY_RULE = "紧急查看：危及生命健康时可先看后核，写明原因，限时，次日由另一人复核（《基本医疗卫生与健康促进法》《个人信息保护法》紧急情况下保护生命健康的规定）"


def why_lines(opened: Opened, who: Reader) -> list[tuple[str, str]]:
    """(what, words) for one person: post, role, purpose, reach, tie or reason, masking, clause."""
    grant = opened.grant
    if grant.post is None:
        return _urgent(opened)
    role = ROLES[grant.post.role]
    reach = role.reach[grant.purpose]
    lines = [
        ("岗位", f"{grant.post.organisation.name}，自 {grant.post.from_day} 起" + (f"，到 {grant.post.to_day} 止" if grant.post.to_day else "")),
        ("角色", f"{role.title}：{role.about()}"),
        ("用途", f"{PURPOSES[grant.purpose]}（随页面而定，已记入查阅日志）"),
        ("范围", f"{REACH_WORDS[reach]}；这位居民由本页所列机构管理"),
        ("服务关系", grant.tie or _said(opened)),
        ("显示", "姓名、证件号、电话隐去" if opened.decision.masked else "姓名、证件号、电话照常显示"),
    ]
    return [*lines, ("规定", RULE), ("依据", GROUNDS[grant.purpose])]


def _said(opened: Opened) -> str:
    opening = opened.grant.opening
    if opening is None or opening.kind != REASONED:
        return "—"
    return f"没有直接的服务关系；您写的原因：{opening.reason}（{timezone.localtime(opening.until):%H:%M} 前有效，居民可以看到）"


def _urgent(opened: Opened) -> list[tuple[str, str]]:
    opening = opened.grant.opening
    assert opening is not None and opening.kind == EMERGENCY
    return [
        ("方式", f"紧急查看，{timezone.localtime(opening.until):%H:%M} 止"), ("您写的原因", opening.reason),
        ("复核", "次日由审计管理员复核；居民可以看到"), ("规定", EMERGENCY_RULE),
    ]  # fmt: skip


@dataclass(frozen=True)
class PostLine:
    """A post and what each of its purposes opens: (purpose, reach, how shown, clause)."""

    role: str
    about: str
    organisation: str
    since: str
    purposes: Sequence[tuple[str, str, str, str]]


def post_lines(who: Reader) -> list[PostLine]:
    """Every post that the reader holds today."""
    return [_post_line(p) for p in who.posts]


def _post_line(post: object) -> PostLine:
    role = ROLES[post.role]  # type: ignore[attr-defined]
    told = tuple(
        (PURPOSES[p], REACH_WORDS[reach], _shown(p, masked=p in role.masked), GROUNDS.get(p, RULE))
        for p, reach in role.reach.items()
    )
    return PostLine(role.title, role.about(), post.organisation.name, str(post.from_day), told)  # type: ignore[attr-defined]


def _shown(purpose: str, *, masked: bool) -> str:
    if purpose in IMPERSONAL:
        return "不见任何人的记录"
    return "姓名、证件号、电话隐去" if masked else "照常显示"
