"""The receipt: what was received, what became of it. received = accepted + rejected + queried."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from xinglin.kernel.errors import XinglinError


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Counts of rows. `accepted` + `queried` are in the lake; `duplicates` are among them.

    `outside`: rows the map leaves out by agreement, not part of received. `problem`: the sentence
    with which a whole file was refused. `again`: this very file was received before.
    """

    delivery: int | None
    source: str
    record: str
    title: str
    state: str
    received: int = 0
    accepted: int = 0
    rejected: int = 0
    queried: int = 0
    outside: int = 0
    duplicates: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    new_people: int = 0
    again: bool = False
    check_only: bool = False
    problem: str = ""
    workbook: str = ""
    reasons: tuple[tuple[str, str, int], ...] = ()      # reject|query, words, rows
    notes: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.received != self.accepted + self.rejected + self.queried:
            raise XinglinError("回执的数目不相加：收到与入库、退回、待核实之和不等",
                               f"交付 {self.delivery}", "请把此交付编号报给维护人员")

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self) | {"reasons": [{"act": a, "words": w, "rows": n}
                                           for a, w, n in self.reasons]}

    def words(self) -> str:
        """For people: a few lines."""
        head = f"交付 {self.delivery}" if self.delivery else "只核对，未入库"
        lines = [f"{head}　{self.title}　来源 {self.source}"]
        if self.problem:
            return "\n".join([*lines, f"整份退回：{self.problem}"])
        if self.again:
            lines.append("这份文件此前已经收过，没有重复入库")
        lines.append(f"收到 {self.received} = 入库 {self.accepted} + 退回 {self.rejected} + 待核实 {self.queried}")
        if self.outside:
            lines.append(f"不在约定范围、未收 {self.outside} 行")
        lines.append(f"其中新增 {self.new}，更新 {self.updated}，无变化 {self.unchanged}，文件内重复 {self.duplicates}；"
                     f"新登记居民 {self.new_people}")
        lines += [f"  {'退回' if act == 'reject' else '待核实'} {rows} 行：{words}"
                  for act, words, rows in self.reasons]
        for column, done in self.notes.get("changes", {}).items():
            lines += [f"  规整 “{column}” {count} 处：{how}" for how, count in done.items()]
        lines += [f"  整份文件：{words}" for words in self.notes.get("absent", [])]
        if self.notes.get("unused"):
            lines.append(f"  未用的列：{'、'.join(self.notes['unused'])}")
        return "\n".join(lines)
