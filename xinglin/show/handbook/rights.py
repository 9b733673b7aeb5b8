"""Who sees what: every role, what it is for, how far each purpose reaches."""

from collections.abc import Iterator

from xinglin.registry.permissions import IMPERSONAL, PURPOSES, ROLES, Reach, Role
from xinglin.show.handbook.markdown import page, section, table
from xinglin.show.handbook.matrix import Cell, Line
from xinglin.show.handbook.matrix_lines import LINES

REACH_WORDS = {Reach.OWN: "本机构", Reach.SUBTREE: "本机构及下属", Reach.COUNTY: "全县"}

WORDS = (
    "- **是**：这一页本身；**自**：本机构的；**下**：本机构及下属的；**县**：只有全县合计；**辖**：全县合计和本机构所在地及以下；**全**：全县。空格：打不开。",
    "- **＊**：姓名、证件号、电话隐去；**？**：没有服务关系的，先写明原因，居民看得到。",
    "- 打不开的页面说明“您的岗位不能看这一页”；不归自己的人和数据，与不存在的一样（没有这一页），查人的尝试记入查阅日志。",
)


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
    return page("谁能看什么", [*lines, *section("每一页", list(_pages()))])


def _pages() -> Iterator[str]:
    """The matrix, one line an address."""
    yield "每一格说这个角色能走多远。这张表由测试逐格核对：列出的每个地址都以每个角色请求过。"
    yield ""
    yield from WORDS
    yield ""
    titles = (*(role.title for role in ROLES.values()), "无岗位")
    rows = [(_title(line), *(_mark(c) for c in line.by_reader.values())) for line in LINES]
    yield from table(("页面", *titles), rows)


def _title(line: Line) -> str:
    return f"{line.title}（任何人，不必登录）" if line.public else line.title


def _mark(cell: Cell) -> str:
    return "" if cell.reach == "－" else str(cell)


def _row(role: type[Role]) -> tuple[str, ...]:
    return (role.title, *(_cell(role, p) for p in PURPOSES))


def _cell(role: type[Role], purpose: str) -> str:
    if purpose not in role.reach:
        return ""
    return REACH_WORDS[role.reach[purpose]] + ("（隐）" if purpose in role.masked else "")
