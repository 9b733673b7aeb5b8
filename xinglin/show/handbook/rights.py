"""Who sees what: every role, what it is for, how far each purpose reaches."""

from xinglin.registry.permissions import IMPERSONAL, PURPOSES, ROLES, Reach, Role
from xinglin.show.handbook.markdown import page, section, table

REACH_WORDS = {Reach.OWN: "本机构", Reach.SUBTREE: "本机构及下属", Reach.COUNTY: "全县"}


def rights_page() -> str:
    """Roles by purposes, then each role in its own words."""
    lines = [
        "权利 = 岗位所在机构 × 角色 × 用途。没有列出的用途不许；每次查阅居民记录都写进日志。",
        "",
        *table(("角色", *PURPOSES.values()), [_row(role) for role in ROLES.values()]),
        "",
        f"{'、'.join(PURPOSES[p] for p in PURPOSES if p in IMPERSONAL)}：只见汇总数或系统本身，不见任何人的记录。"
        "“隐”表示姓名、证件号、电话隐去。",
    ]
    for role in ROLES.values():
        lines += section(role.title, [f"`{role.code}`　{role.about()}"])
    return page("谁能看什么", lines)


def _row(role: type[Role]) -> tuple[str, ...]:
    return (role.title, *(_cell(role, p) for p in PURPOSES))


def _cell(role: type[Role], purpose: str) -> str:
    if purpose not in role.reach:
        return ""
    return REACH_WORDS[role.reach[purpose]] + ("（隐）" if purpose in role.masked else "")
