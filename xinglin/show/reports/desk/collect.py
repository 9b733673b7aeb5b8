"""What the offices sent back: merged, what is missing by office with words for a call, what is odd."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.adopt import Row
from xinglin.show.reports.desk.sheets import SUMMARY, merged, read_sheet

NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
TEN = 10.0


@dataclass(frozen=True, kw_only=True)
class Odd:
    """An entry that somebody should look at again."""

    code: str
    office: str
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Collection:
    """All rows with what came back; `notes` are sentences on sheets that could not be read."""

    rows: tuple[Row, ...]
    odd: tuple[Odd, ...]
    notes: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many rows have a value to use."""
        return sum(1 for row in self.rows if row.used)

    @property
    def missing(self) -> dict[str, list[Row]]:
        """Rows without this year's number, by office."""
        owed: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            if not row.used:
                owed[row.office].append(row)
        return dict(owed)

    @property
    def calls(self) -> dict[str, str]:
        """What to say to each office that owes something."""
        return {office: call(office, rows) for office, rows in self.missing.items()}

    def as_json(self) -> dict[str, Any]:
        return {
            "filled": self.filled, "total": len(self.rows),
            "missing": {office: [r.code for r in rows] for office, rows in self.missing.items()},
            "calls": self.calls, "odd": [asdict(o) for o in self.odd], "notes": list(self.notes),
            "rows": [asdict(r) for r in self.rows],
        }  # fmt: skip


def call(office: str, rows: list[Row]) -> str:
    """Ready words for a phone call."""
    first = "、".join(
        f"{row.name}（{row.code}{'，去年 ' + row.last + row.unit if row.last else ''}）"
        for row in rows[:3]
    )
    return f"{office}您好，年度报告还差贵科 {len(rows)} 个数：{first}{'等' if len(rows) > 3 else ''}。请今天填在发去的表里交回；没有变化也请写上并注明截至日。"


def collect(rows: Iterable[Row], files: Mapping[str, bytes]) -> Collection:
    """Merge returned workbooks (file name → bytes) into the rows; an office's sheet beats the summary."""
    rows, notes = list(rows), []
    codes = {row.code for row in rows}
    lines: dict[str, dict[str, str]] = {}
    for name in sorted(files, key=lambda n: (n != SUMMARY, n)):
        try:
            read = read_sheet(files[name], name=name)
        except XinglinError as problem:
            notes.append(str(problem))
            continue
        strange = [line["code"] for line in read if line["code"] not in codes]
        if strange:
            notes.append(
                f"{name} 里有 {len(strange)} 行编号不在本报告里（{'、'.join(strange[:5])}），没有采用。"
            )
        for line in read:
            notes += _clash(lines.get(line["code"]), line, name)
            _take(lines, line, name)
    kept = [_tidy(row) for row in merged(rows, lines)]
    return Collection(
        rows=tuple(kept), odd=tuple(o for row in kept for o in odd(row)), notes=tuple(notes)
    )


def revised(collection: Collection, said: Mapping[str, Mapping[str, str]]) -> Collection:
    """Rows with what a page says of them, by code, and oddities looked at again; what offices wrote stays."""
    rows = []
    for row in collection.rows:
        fields: dict[str, Any] = dict(said.get(row.code, {}))
        rows.append(replace(row, **fields))
    return replace(collection, rows=tuple(rows), odd=tuple(o for row in rows for o in odd(row)))


def with_reasons(collection: Collection) -> Collection:
    """The same collection; refused when a value of another source was chosen without saying why."""
    silent = [row for row in collection.rows if row.chosen in ("系统", "上级") and row.used and not row.note]
    if silent:
        raise XinglinError(
            f"{silent[0].code} {silent[0].name} 采用了{silent[0].chosen}的数，没有写理由",
            where="、".join(row.code for row in silent[:8]),
            do="请在“理由”（表里是“备注”）一栏写一句再来",
        )
    return collection


def _clash(before: Mapping[str, str] | None, line: Mapping[str, str], name: str) -> list[str]:
    """Two offices that fill one row differently."""
    if (
        not before
        or not before.get("this")
        or not line.get("this")
        or before.get("sheet") == SUMMARY
    ):
        return []
    if before["this"] == line["this"]:
        return []
    return [
        f"{line['code']} 有两个数：{before['sheet']} 填 {before['this']}，{name} 填 {line['this']}，用了后一个，请核对。"
    ]


def _take(lines: dict[str, dict[str, str]], line: dict[str, str], name: str) -> None:
    before = lines.get(line["code"], {})
    news = {field: value for field, value in line.items() if value}
    if before and not line.get("this"):  # the sheet that gave the number stays its origin
        news |= {"sheet": before.get("sheet", name), "when": before.get("when", "")}
    lines[line["code"]] = before | {"sheet": name} | news


def _tidy(row: Row) -> Row:
    """1,234人 → 1234 when the unit is the row's own; a number with another unit stays and is odd."""
    this = row.this.replace("％", "%").replace(" ", "")
    if row.unit and this.endswith(row.unit):
        this = this[: -len(row.unit)]
    return replace(row, this=this.replace(",", "") if NUMBER.fullmatch(this) else this)


def number_of(words: str) -> float | None:
    """The number that some words are; None when they are more than a number."""
    plain = words.replace(",", "").replace("−", "-")
    return float(plain) if NUMBER.fullmatch(words) and plain not in ("-", "") else None


def odd(row: Row) -> list[Odd]:
    """Why an entry is suspicious, each in one sentence."""
    choice = _choice(row)
    if not row.this:
        return choice
    now, last = number_of(row.this), number_of(row.last) if row.last else None
    said = []
    if now is None:
        said.append(
            f"填的是“{row.this[:20]}”，不是一个数，或者单位与“{row.unit or '（无单位）'}”不同"
        )
    elif "%" in row.unit and now > 100 and not re.search("完成率|增长|增幅", row.name):
        said.append(f"填了 {row.this}%，超过 100%")
    elif 0 < now < 1 and "%" in row.unit and last and last > 10:
        said.append(f"填了 {row.this}，像是把百分比写成了小数（去年 {row.last}%）")
    elif last and now and not (1 / TEN < abs(now / last) < TEN):
        said.append(f"填了 {row.this}{row.unit}，去年 {row.last}{row.unit}，相差十倍以上")
    elif (
        now is not None
        and now == last
        and (abs(now) >= 100 or "." in row.last)
        and "基数" not in row.note
    ):
        said.append(f"与去年完全相同（{row.last}{row.unit}）")
    return choice + [_odd(row, reason + "。") for reason in said]


def _odd(row: Row, reason: str) -> Odd:
    return Odd(code=row.code, office=row.office, name=row.name, reason=reason)


def _choice(row: Row) -> list[Odd]:
    """A value of another source is taken with a reason, and there must be one to take."""
    if row.chosen not in ("", "科室", "系统", "上级"):
        return [_odd(row, f"“采用”一栏写的是“{row.chosen[:10]}”，只能写科室、系统或上级。")]
    if row.chosen in ("系统", "上级") and not row.used:
        return [_odd(row, f"采用{row.chosen}的数，但没有{row.chosen}的数。")]
    if row.chosen in ("系统", "上级") and not row.note:
        return [_odd(row, f"采用了{row.chosen}的数，备注里没有写理由。")]
    return []
