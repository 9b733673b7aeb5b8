"""Cells of text become typed values, column by column, as SQL. Every change is counted.

For each column there are two expressions: its value, and `how` it came about (0: as written). Clean
cells take a quick cast; only what that refuses goes through the slower readings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from xinglin.declare.record import Column, Record
from xinglin.gather.mapping import ColumnMap, Convert, Field
from xinglin.gather.sql import Connection, one_of, q, rows_of, serial_moment, text, typed_moment
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.units import factor

HOW = {
    1: "全角转半角，去掉多余符号", 2: "去掉箭头、单位等标记", 3: "Excel 日期序号还原为日期",
    4: "占位日期（1900-01-01 等）按未知", 5: "日期写法统一", 6: "单位换算", 7: "代码对照",
    8: "“<0.5”“阴性”一类的结果移入文字结果",
}
YES = ("是", "有", "y", "yes", "true", "t", "1", "√", "对")
NO = ("否", "无", "没有", "n", "no", "false", "f", "0", "×", "不是")
_BLANK = "' '"
FIRST_CELLS = 3     # where a total row says what it is
CODED = ("coded", "org", "place", "staff")
_UNITS = ("mmHg", "kPa", "kg", "g", "斤", "公斤", "千克", "cm", "m", "厘米", "米", "尺", "mmol/L", "umol/L",
          "μmol/L", "mg/dL", "g/L", "mg/L", "%", "岁", "次", "天", "毫米汞柱", "千帕")
_MARKS = "[↑↓*＋+\\s]|(偏高)|(偏低)|^[HLhl]$"
_PLACEHOLDERS = ("1900-01-01", "1899-12-30", "1899-12-31", "1900-01-00", "1900/1/0", "1900/1/1",
                 "1900/01/01", "1900-1-0", "0", "0000-00-00", "1900-01-01 00:00:00", "9999-12-31")


@dataclass(frozen=True)
class Cell:
    """One column's expressions over the layer of cells (`r_<name>`)."""

    value: str
    how: str
    bad: str        # over the next layer: text was there, no value came of it


def cell_sql(column: Column, field: Field | None, record: type[Record]) -> Cell:
    """Value, how and bad of one column of the Record."""
    raw, name = q(f"r_{column.name}"), q(column.name)
    unread = f"({raw} IS NOT NULL AND {name} IS NULL AND {q(f'how_{column.name}')} = 0)"
    if column.kind in CODED:
        return Cell(raw, "0", unread)       # codes.code_sql knows the values
    if column.kind in ("integer", "number"):
        return _number(column, field, raw, unread, words=_companion(record) == column.name)
    if column.kind in ("day", "moment"):
        return _moment(column, field, raw, unread)
    if column.kind == "yesno":
        low = f"lower(half({raw}))"
        return Cell(f"CASE WHEN {one_of(low, YES)} THEN true WHEN {one_of(low, NO)} THEN false END",
                    "0", unread)
    return Cell(_text(column, raw, record), "0", "false")


def _companion(record: type[Record]) -> str:
    """The number column whose text results go to `words`: declared by having both."""
    columns = record.columns()
    both = "value" in columns and "words" in columns
    return "value" if both and columns["value"].kind == "number" else ""


def _text(column: Column, raw: str, record: type[Record]) -> str:
    if column.name != "words" or not _companion(record):
        return raw
    return f"coalesce({raw}, CASE WHEN {_plain_number('r_value')} IS NULL AND " \
           f"{_marked_number('r_value', '', '')} IS NULL AND NOT starts_with(r_value, '#') " \
           "THEN half(r_value) END)"


def _plain_number(raw: str) -> str:
    return f"CASE WHEN isfinite(try_cast({raw} AS DOUBLE)) THEN try_cast({raw} AS DOUBLE) END"


def _marked_number(raw: str, unit: str, given: str) -> str:
    """5.6↑, 1,234, 18kPa, full-width digits: the number, in the column's unit.

    DuckDB computes what stands in two places once, for every row, CASE or not: plain numbers are made null
    before the slow functions rather than after.
    """
    odd = f"CASE WHEN try_cast({raw} AS DOUBLE) IS NULL THEN {raw} END"
    parts = f"regexp_extract(half({odd}), '^([-+]?[0-9][0-9,]*(?:[.][0-9]*)?)\\s*(.*)$', ['n', 'u'])"
    mark = f"regexp_replace({parts}.u, '{_MARKS}', '', 'g')"
    branches = " ".join(f"WHEN {text(u)} THEN {f!r}" for u, f in _factors(unit or given).items())
    times = f"CASE {mark} WHEN '' THEN {_times(given, unit)!r} {branches} END"
    return f"(try_cast(replace({parts}.n, ',', '') AS DOUBLE) * {times})"


def _factors(unit: str) -> dict[str, float]:
    """Spellings that may stand after a number → what brings them to the column's unit."""
    found = {unit: 1.0} if unit else dict.fromkeys(_UNITS, 1.0)
    for spelling in _UNITS if unit else ():
        try:
            found[spelling] = factor(from_unit=spelling, to_unit=unit)
        except XinglinError:
            continue
    return found


def _times(given: str, unit: str) -> float:
    return factor(from_unit=given, to_unit=unit) if given and unit and given != unit else 1.0


def _number(column: Column, field: Field | None, raw: str, unread: str, *, words: bool) -> Cell:
    given = field.unit if field else ""
    times = _times(given, column.unit)
    plain, marked = _plain_number(raw), _marked_number(raw, column.unit, given)
    scaled = f"{plain} * {times!r}" if times != 1 else plain
    value = f"coalesce({scaled}, {marked})"
    if column.kind == "integer":
        value = _whole(plain, scaled, marked, rounded=times != 1)
    how = (f"CASE WHEN {raw} IS NULL THEN 0 WHEN {plain} IS NOT NULL THEN {6 if times != 1 else 0} "
           f"WHEN {marked} IS NOT NULL THEN CASE WHEN try_cast(half({raw}) AS DOUBLE) IS NOT NULL THEN 1 "
           f"ELSE 2 END {'WHEN NOT starts_with(' + raw + ', ' + text('#') + ') THEN 8 ' if words else ''}"
           "ELSE 0 END")
    bad = unread if column.kind == "number" else \
        f"({raw} IS NOT NULL AND {q(column.name)} IS NULL)"
    return Cell(value, how, bad)


def _whole(plain: str, scaled: str, marked: str, *, rounded: bool) -> str:
    """A whole number; 5.6 is none, unless a conversion of units made it."""
    whole = f"round({scaled})" if rounded else f"CASE WHEN {plain} = round({plain}) THEN {plain} END"
    return f"try_cast(coalesce({whole}, CASE WHEN {plain} IS NULL THEN round({marked}) END) AS BIGINT)"


def _moment(column: Column, field: Field | None, raw: str, unread: str) -> Cell:
    goal = "DATE" if column.kind == "day" else "TIMESTAMP"
    given = f"try_strptime({raw}, {text(field.date)})::{goal}" if field and field.date else "NULL"
    written = f"CASE WHEN {_offset(raw)} THEN timezone('Asia/Shanghai', try_cast({raw} AS TIMESTAMPTZ))" \
              f"::{goal} WHEN strlen({raw}) >= 8 AND {raw}[5] IN ('-', '/') " \
              f"THEN try_cast({raw} AS {goal}) END"
    placeholder = f"(CASE WHEN {raw} >= '1901' AND {raw} < '9999' THEN false ELSE {one_of(raw, _PLACEHOLDERS)} END)"
    typed, serial = f"{typed_moment(raw)}::{goal}", f"({serial_moment(raw)})::{goal}"
    plain = _plain_moment(raw, goal) if given == "NULL" else "NULL"
    value = f"CASE WHEN {placeholder} THEN NULL ELSE coalesce({given}, {written}, {typed}, {serial}) END"
    how = (f"CASE WHEN {raw} IS NULL OR {plain} IS NOT NULL THEN 0 WHEN {placeholder} THEN 4 "
           f"WHEN coalesce({given}, {written}) IS NOT NULL THEN 0 "
           f"WHEN {typed} IS NOT NULL THEN 5 WHEN {serial} IS NOT NULL THEN 3 ELSE 0 END")
    return Cell(f"coalesce({plain}, {value})", how, unread)


def _plain_moment(raw: str, goal: str) -> str:
    """As most are written, and no placeholder: 2024-03-01, 2024-03-01 08:30:00; anything else is null."""
    return (f"CASE WHEN strlen({raw}) IN (10, 19) AND {raw}[5] = '-' AND {raw} >= '1901' AND {raw} < '9999' "
            f"AND NOT suffix({raw}, 'Z') THEN try_cast({raw} AS {goal}) END")


def _offset(raw: str) -> str:
    """A moment that names its own zone: 2024-03-01T00:00:00Z, …+08:00."""
    return f"(strlen({raw}) > 16 AND (suffix({raw}, 'Z') OR strlen({raw}) > 19 AND {raw}[-6] IN ('+', '-')))"


def converted(converts: tuple[Convert, ...], have: Mapping[str, str]) -> dict[str, str]:
    """Column → expression that replaces it, for conversions that a unit column decides."""
    out: dict[str, str] = {}
    for column in {c.column for c in converts} & set(have):
        mine = [c for c in converts if c.column == column and c.unit_column in have]
        if not mine:
            continue
        unit = mine[0].unit_column
        out[column] = _cases(mine, q(column), lambda c: f"{q(c.column)} * {_by(c)!r}")
        out[unit] = _cases(mine, q(unit), lambda c: text(c.to_unit))
        out[f"how_{column}"] = _cases(mine, q(f"how_{column}"), lambda c: "6")
    return out


def _by(convert: Convert) -> float:
    return factor(from_unit=convert.from_unit, to_unit=convert.to_unit,
                  substance=convert.substance or None)  # type: ignore[arg-type]


def _cases(converts: list[Convert], otherwise: str, value: object) -> str:
    assert callable(value)
    branches = " ".join(f"WHEN {_fits(c)} THEN {value(c)}" for c in converts)
    return f"CASE {branches} ELSE {otherwise} END"


def _fits(convert: Convert) -> str:
    where = f" AND {one_of(q(convert.where[0]), convert.where[1])}" if convert.where else ""
    return (f"{q(convert.unit_column)} = {text(convert.from_unit)} "
            f"AND {q(convert.column)} IS NOT NULL{where}")


def tidy_columns(con: Connection, columns: ColumnMap, header: Mapping[str, str]) -> frozenset[str]:
    """Those of `raw` in which no cell needs trimming or means nothing: a look that spares three at each cell.

    The least and greatest cell of a column tell it of most; the others are looked through.
    """
    used = sorted({header[field.theirs] for field in columns.fields.values()})
    if not used:
        return frozenset()
    ends: tuple[Any, ...] = rows_of(con, f"SELECT {', '.join(f'min({c}), max({c}), bool_or(suffix({c}, {_BLANK}))' for c in used)} FROM raw")[0]
    found = {c: _tidy_between(*ends[3 * n:3 * n + 3], empty=columns.empty) for n, c in enumerate(used)}
    unsure = [c for c, tidy in found.items() if tidy is None]
    if unsure:
        looks = ", ".join(f"bool_and({_untouched(c, columns.empty)})" for c in unsure)
        row: tuple[Any, ...] = rows_of(con, f"SELECT {looks} FROM raw")[0]
        found.update(zip(unsure, row, strict=True))
    return frozenset(c for c, tidy in found.items() if tidy)


def _tidy_between(low: Any, high: Any, blank: Any, *, empty: Collection[str]) -> bool | None:
    """Are all cells of a column tidy, told by its ends? None: they do not tell."""
    if low is None:
        return True
    if blank or low < "0":
        return False
    equals_sign, ideographic = low < ">" and high >= "=", high >= "\u3000"
    return None if equals_sign or ideographic or any(low <= word <= high for word in empty) else True


def cells_sql(columns: ColumnMap, header: Mapping[str, str], tidy: Collection[str] = ()) -> str:
    """The layer of cells: our names (`r_…`), blanks and the sender's words for nothing as null.

    `header`: their column → its name in `raw` (c0, c1, …). `tidy`: those that stay as they are.
    """
    empty = columns.empty
    parts = ["rowid AS rid"]
    firsts = list(header.values())[:FIRST_CELLS]
    parts += [f"{c} AS first_{n}" for n, c in enumerate(firsts)]
    parts += [f"NULL::VARCHAR AS first_{n}" for n in range(len(firsts), FIRST_CELLS)]
    for ours, field in columns.fields.items():
        cell = header[field.theirs] if header[field.theirs] in tidy else _cell(header[field.theirs], empty)
        if field.when:
            other, values = field.when
            cell = f"CASE WHEN {one_of(header[other], values)} THEN {cell} END"
        parts.append(f"{cell} AS {q('r_' + ours)}")
    parts += [f"{_cell(header[a.theirs], empty)} AS ask_{n}" for n, a in enumerate(columns.asks)]
    if columns.echo in header:
        parts.append(f"{header[columns.echo]} AS echo")
    parts += [f"{text(str(v))} AS {q('r_' + ours)}" for ours, v in columns.constants.items()]
    return f"SELECT {', '.join(parts)} FROM raw"


def _cell(raw: str, empty: Collection[str]) -> str:
    """Trimmed; ="…" unwrapped (Excel's way to keep a number text). Cheap tests first: most are clean."""
    unwrapped = f"regexp_replace({raw}, '^=\"(.*)\"$', '\\1')"
    trimmed = f"trim(CASE WHEN starts_with({raw}, '=') THEN {unwrapped} ELSE {raw} END, ' \t\u3000\u00a0')"
    return (f"CASE WHEN {_plainly(raw, empty)} THEN {raw} WHEN {one_of(raw, empty)} THEN NULL "
            f"WHEN {_to_trim(raw)} THEN CASE WHEN NOT {one_of(trimmed, empty)} THEN {trimmed} END ELSE {raw} END")


def _untouched(raw: str, empty: Collection[str]) -> str:
    """Does `_cell` leave it as it is? The words for nothing below 0 are told by the last test."""
    words = "".join(f" AND {raw} <> {text(word)}" for word in sorted(empty) if word >= "0")
    return f"({_plainly(raw, empty)} OR NOT ({_to_trim(raw)}){words})"


def _plainly(raw: str, empty: Collection[str]) -> str:
    """Most cells begin so and end without a blank."""
    if any("0" <= word < ":" or "A" <= word < "N" for word in empty):
        return "false"
    return f"({raw} >= '0' AND {raw} < ':' OR {raw} >= 'A' AND {raw} < 'N') AND NOT suffix({raw}, ' ')"


def _to_trim(raw: str) -> str:
    return (f"{raw} < '0' OR starts_with({raw}, '=') OR suffix({raw}, ' ') "
            f"OR {raw} >= '\u3000' AND ({raw} < '\u3001' OR suffix({raw}, '\u3000'))")
