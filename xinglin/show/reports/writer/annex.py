"""The annex 数字来源: a line for each printed number, the same in Word, PDF and on the page."""

from __future__ import annotations

from collections.abc import Iterator

from xinglin.show.reports.writer.document import Trace, Written

HEAD = ("号", "文中的数", "指标", "分子/分母", "时期", "截至", "来源")


def rows_of(written: Written) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(number, cells) in the order of the text."""
    for line in written.trace:
        yield line.ref, (str(line.ref), line.text, titled(line), line.fraction or "—", line.period or "—",
                         str(line.day or "—"), origin(line))


def titled(line: Trace) -> str:
    """The figure with its code."""
    return f"{line.title}（{line.code}）" if line.code else line.title


def origin(line: Trace) -> str:
    """Where it comes from: edition, snapshot and fingerprint, or document and signer."""
    if line.kind == "系统计算":
        told = [f"口径自 {line.edition}", f"定义 {line.fingerprint}", f"数据版本 {line.snapshot}"]
        return "系统计算：" + "，".join([*told, *([line.note] if line.note else [])])
    if line.kind == "缺":
        return f"缺：{line.note}，由{line.source}补报"
    return f"【{line.kind}】{line.source}，签字：{line.signer}"
