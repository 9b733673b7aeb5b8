"""Which column of a file is which field: told by a map, else known by its usual names.

A map is TOML, at the top or under [columns]; a line may say `field = "column"`, `field = ["column", …]` (joined
by a blank) or, the other way round, `"column" = "field"`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence

from xinglin.gather.linkage.clean import FIELDS
from xinglin.kernel.errors import XinglinError

ROW = "row"
_USUAL: Mapping[str, str] = {
    ROW: "row rowid id recid recordid uniqueid 行 行号 序号 编号 记录号",
    "name": "name fullname 姓名 名字 患者姓名 居民姓名 病人姓名",
    "given_name": "givenname firstname forename 名",
    "surname": "surname lastname familyname 姓 姓氏",
    "sex": "sex gender 性别",
    "birth_date": "birthdate dateofbirth dob birthday birth 出生日期 出生年月 出生年月日 生日",
    "id_number": "idnumber idno idcard socsecid ssn nationalid 身份证号 身份证号码 身份证 证件号 证件号码 公民身份号码",
    "phone": "phone phonenumber mobile tel telephone 电话 联系电话 手机 手机号 电话号码 本人电话",
    "address": "address addr 地址 住址 现住址 家庭住址 居住地址 户籍地址 详细地址",
    "household": "household householdid family familyid 户号 家庭编号 户编号 household_no",
    "street": "street streetaddress 街道门牌", "suburb": "suburb city town 市镇", "postcode": "postcode zip zipcode postalcode 邮编 邮政编码",
    "state": "state province 省",
}
_FEBRL = ("street_number", "address_1", "address_2")


def find_columns(header: Sequence[str], told: str | None = None, *, where: str = "") -> dict[str, tuple[str, ...]]:
    """Field (or `row`) → columns of the file that make it. `told`: the map's text.

    Raises XinglinError for an unknown field, a column that the file lacks, or nothing to compare.
    """
    found = _by_name(header) if told is None else _by_map(header, told, where)
    usable = sorted(set(found) - {ROW, "state", "sex"})
    if not usable:
        raise XinglinError("认不出姓名、证件号、出生日期、电话、住址中的任何一列", where or "表头",
                           "请写列对照表（--columns），例如 name = \"姓名\"")
    return found


def _by_name(header: Sequence[str]) -> dict[str, tuple[str, ...]]:
    names = {_plain(word): field for field, words in _USUAL.items() for word in words.split()}
    found: dict[str, tuple[str, ...]] = {}
    for column in header:
        field = names.get(_plain(column))
        if field and field not in found:
            found[field] = (column,)
    parts = tuple(c for c in header if c.strip().lower() in _FEBRL)
    if parts and "address" not in found:
        found["address"] = parts
    return found


def _by_map(header: Sequence[str], told: str, where: str) -> dict[str, tuple[str, ...]]:
    try:
        read = tomllib.loads(told)
    except tomllib.TOMLDecodeError as problem:
        raise XinglinError(f"列对照表不是正确的 TOML：{problem}", where, "请按 字段 = \"列名\" 逐行写") from None
    lines = read.get("columns", read)
    if not isinstance(lines, Mapping):
        raise XinglinError("列对照表的 [columns] 不是一张表", where, "请按 字段 = \"列名\" 逐行写")
    columns, known = {_plain(c): c for c in header}, {ROW, *FIELDS}
    found: dict[str, tuple[str, ...]] = {}
    for left, right in lines.items():
        parts = [str(p) for p in right] if isinstance(right, list) else [str(right)]
        if left not in known and len(parts) == 1 and parts[0] in known:      # column = field
            left, parts = parts[0], [left]
            found[left] = (*found.get(left, ()), *_held(parts, columns, where))
            continue
        if left not in known:
            raise XinglinError(f"列对照表里没有“{left}”这个字段", where, f"可用：{'、'.join(sorted(known))}")
        if parts != [""]:
            found[left] = _held(parts, columns, where)
    return found


def _held(parts: Sequence[str], columns: Mapping[str, str], where: str) -> tuple[str, ...]:
    lacking = [p for p in parts if _plain(p) not in columns]
    if lacking:
        raise XinglinError(f"文件没有列“{'”“'.join(lacking)}”", where, f"文件的列：{'、'.join(columns.values())}")
    return tuple(columns[_plain(p)] for p in parts)


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-（(].*?[)）]$|[\s_\-]", "", name.strip().lower())
