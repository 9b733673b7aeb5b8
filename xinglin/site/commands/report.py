"""报告：检查一份草稿；把去年的报告改成今年的；不需要数据库，也不联网。"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands._report_write import write

if TYPE_CHECKING:
    from xinglin.show.reports.desk.check import Checked
    from xinglin.show.reports.desk.collect import Collection

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.command("write")(write)
Json = Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")]
Report = Annotated[
    Path, typer.Argument(help="报告：.docx、.txt、有文字的 .pdf、旧的 .doc 和 .wps；- 为从标准输入粘贴")
]
Folder = Annotated[Path, typer.Argument(help="adopt 生成的文件夹")]


@app.callback()
def report() -> None:
    """报告：检查一份草稿；把去年的报告改成今年的。"""


@app.command("check")
def check_report(
    file: Report,
    out: Annotated[Path | None, typer.Option(help="把批注写进这个 Word 文件（原稿不动）")] = None,
    off: Annotated[
        list[str] | None, typer.Option(help="关掉一条规则，可重复；规则见 report rules")
    ] = None,
    more: Annotated[
        bool, typer.Option("--more", help="JSON 里加上核对无误的（confirmed）和没有读的（notes）")
    ] = False,
    as_json: Json = False,
) -> None:
    """检查一份报告：年份、序号、加减乘除、单位、空格、重复、断言。"""
    from xinglin.show.reports.desk.check import check
    from xinglin.show.reports.desk.comment import commented
    from xinglin.show.reports.desk.read import pasted, read_file

    checked = check(
        pasted(sys.stdin.read()) if str(file) == "-" else read_file(file), off=off or ()
    )
    if out is not None:
        _write(out, commented(checked), source=file)
    if as_json:
        for note in checked.document.notes:
            print(f"注意：{note}", file=sys.stderr)
    told = checked.as_json_with_more() if more else checked.as_json()
    _say(as_json, told, lambda: _print_checked(checked, out))


@app.command()
def rules(as_json: Json = False) -> None:
    """列出全部规则：代码、名称、说明、会报和不报的例子。"""
    from xinglin.show.reports.desk.rules import RULES

    listed = [{"code": r.code, "title": r.title, "sentence": r.sentence, "grade": r.grade,
               "fires": list(r.fires), "silent": list(r.silent)} for r in RULES]  # fmt: skip
    _say(as_json, listed, lambda: [print(f"{r.code:<16}{r.title}　{r.sentence}") for r in RULES])


@app.command()
def adopt(
    file: Report,
    out: Annotated[Path, typer.Option(help="填报表写进这个文件夹")],
    like: Annotated[
        Path | None, typer.Option(help="去年的填报文件夹：沿用那里改过的科室、指标名、口径和绑定")
    ] = None,
    as_json: Json = False,
) -> None:
    """把去年报告里的每个数变成填报表的一行，按科室分好。"""
    from xinglin.show.reports.desk.folder import adopt_into
    from xinglin.show.reports.desk.read import read_file

    rows = adopt_into(read_file(file), out, like=like)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.office] = counts.get(row.office, 0) + 1
    words = "、".join(f"{office} {count}" for office, count in counts.items())
    _say(
        as_json,
        {"rows": len(rows), "offices": counts, "folder": str(out)},
        lambda: print(
            f"{len(rows)} 个数，分给：{words}。\n在“00-汇总.xlsx”里改科室和指标名，再运行一次，会记住。"
        ),
    )


@app.command()
def collect(
    folder: Folder,
    report: Annotated[
        Path | None, typer.Option(help="去年的报告：给了它，就核对填上以后加减是否平")
    ] = None,
    period: Annotated[
        str, typer.Option(help="已绑定指标的行，旁边列出系统在这个时期的数，如 2026")
    ] = "",
    as_json: Json = False,
) -> None:
    """读回科室交来的表：差哪些、该给谁打电话、哪些数可疑。"""
    from xinglin.show.reports.desk.fill import with_sums
    from xinglin.show.reports.desk.folder import collect_from
    from xinglin.show.reports.desk.read import read_file

    document = read_file(report) if report else None
    found = collect_from(folder, document)
    found = _with_system(found, period) if period else found
    found = with_sums(document, found) if document else found
    _say(as_json, found.as_json(), lambda: _print_collected(found))


@app.command()
def bind(
    folder: Folder,
    row: Annotated[str, typer.Option(help="编号，如 n-012；不写则列出建议")] = "",
    figure: Annotated[str, typer.Option(help="指标代码；空为解除")] = "",
    as_json: Json = False,
) -> None:
    """把一行绑定到系统里的一个指标（建议按名称相近排序，由人确认，记在汇总表里）。"""
    from xinglin.show.reports.desk.binding import suggestions
    from xinglin.show.reports.desk.folder import bind as bound
    from xinglin.show.reports.desk.folder import collect_from

    if row:
        if figure:
            _catalog().indicator(figure)
        kept = bound(folder, code=row, figure=figure)
        _say(
            as_json,
            {"row": kept.code, "figure": kept.figure},
            lambda: print(f"{kept.code} {kept.name} → {kept.figure or '（已解除）'}"),
        )
        return
    figures = [(code, editions[-1].title) for code, editions in _catalog().indicators.items()]
    listed = {r: suggestions(r, figures) for r in collect_from(folder).rows}
    told = [{"row": r.code, "name": r.name, "figure": r.figure, "suggestions": [asdict(s) for s in found]}
            for r, found in listed.items() if found]  # fmt: skip
    words = [f"{r.code} {r.name}：" + "；".join(f"{s.code} {s.title}（{s.score}）" for s in found)
             for r, found in listed.items() if found]  # fmt: skip
    _say(as_json, told, lambda: print("\n".join(words) or "没有名称相近的指标。"))


@app.command()
def fill(
    file: Report,
    folder: Folder,
    out: Annotated[Path, typer.Option(help="今年的草稿（.docx）")],
    as_of: Annotated[str, typer.Option("--as-of", help="全文的截至日，如 2026-11-30")] = "",
    estimate: Annotated[bool, typer.Option("--estimate", help="累计数按天折算成全年预计")] = False,
    trace: Annotated[Path | None, typer.Option(help="数据来源附表（.xlsx）")] = None,
    period: Annotated[str, typer.Option(help="已绑定指标的行取系统在这个时期的数，如 2026")] = "",
    as_json: Json = False,
) -> None:
    """按填报表写出今年的草稿：数字就地替换，年份顺延，缺的标出来。"""
    from xinglin.show.reports.desk.annex import annex
    from xinglin.show.reports.desk.collect import with_reasons
    from xinglin.show.reports.desk.fill import fill as filled
    from xinglin.show.reports.desk.folder import collect_from
    from xinglin.show.reports.desk.read import read_file

    document = read_file(file)
    collection = collect_from(folder, document)
    if period:
        collection = _with_system(collection, period)
    day = _day(as_of)
    if estimate and day is None:
        raise XinglinError(
            "折算全年要知道截至哪一天", "--estimate", "请加 --as-of，如 --as-of 2026-11-30"
        )
    draft = filled(document, with_reasons(collection), as_of=day, estimate=estimate)
    _write(out, draft.data, source=file)
    if trace is not None:
        _write(trace, annex(draft.trace), source=file)
    words = f"{out}：填了 {len(draft.trace)} 个数，缺 {len(draft.gaps)} 个（黄色标出），改了 {len(draft.changed_words)} 处升降用词。"
    _say(
        as_json,
        draft.as_json(),
        lambda: print("\n".join([words, *(f"  {o.reason}" for o in draft.odd)])),
    )


@app.command()
def compare(
    files: Annotated[list[Path], typer.Argument(help="两份或三份，旧的在前")],
    as_json: Json = False,
) -> None:
    """比较几稿：数字改了哪些（标点和措辞不算）。"""
    from xinglin.show.reports.desk.compare import compare as compared
    from xinglin.show.reports.desk.read import read_file

    if not 2 <= len(files) <= 3:
        raise XinglinError(
            "要给两份或三份报告", where=f"给了 {len(files)} 份", do="旧的在前，新的在后"
        )
    found = compared([read_file(f) for f in files])
    _say(
        as_json,
        [c.as_json() for c in found],
        lambda: print(
            "\n".join(
                f"{c.kind} 第{c.paragraph}段 {c.what}：{c.before or '—'} → {c.after or '—'}"
                for c in found
            )
            or "数字没有变化。"
        ),
    )


@app.command()
def brief(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="写成一页 Word")] = None,
    title: Annotated[str, typer.Option(help="题目")] = "年度主要数字",
    as_json: Json = False,
) -> None:
    """给领导的一页：十个数、与去年比、一句话。"""
    from xinglin.show.reports.desk import brief as page
    from xinglin.show.reports.desk.folder import collect_from

    lines = page.brief(collect_from(folder).rows)
    if out is not None:
        _write(out, page.as_word(lines, title=title))
    _say(
        as_json,
        page.as_json(lines),
        lambda: [print(f"{x.name}　{x.now}（去年 {x.last}，{x.change}）{x.why}") for x in lines],
    )


def _say(as_json: bool, told: Any, words: Callable[[], object]) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        words()


def _write(path: Path, data: bytes, *, source: Path | None = None) -> None:
    """Write a file; the report itself is never overwritten."""
    if source is not None and path.exists() and path.samefile(source):
        raise XinglinError("不能写在原稿上", where=path.name, do="请换一个文件名")
    if not path.parent.is_dir():
        raise XinglinError("没有这个文件夹", where=str(path.parent), do="请先建好它，或换一个地方")
    path.write_bytes(data)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise XinglinError(f"看不懂日期“{text[:20]}”", "--as-of", "写成 2026-11-30") from None


def _print_checked(checked: "Checked", out: Path | None) -> None:
    for note in checked.document.notes:
        print(f"注意：{note}")
    for f in checked.findings:
        paragraph = checked.document.paragraph_at(f.start) + 1
        print(
            f"{f.severity} 第{paragraph}段 {f.title}：“{f.quote[:30]}” {f.reason}"
            + (f"　建议：{f.suggest}" if f.suggest else "")
        )
    asked = len(checked.findings) - checked.wrong
    print(
        f"错误 {checked.wrong}，提示 {asked}，核对无误 {len(checked.confirmed)}。"
        + (f"批注已写入 {out}。" if out else "")
    )


def _print_collected(found: "Collection") -> None:
    print(f"已填 {found.filled}/{len(found.rows)}。")
    for row in (r for r in found.rows if r.system or r.above):
        print(
            f"{row.code} {row.name}：系统 {row.system or '—'}，科室 {row.this or '—'}，上级 {row.above or '—'}，采用{row.taken}"
        )
    for words in (*found.notes, *found.calls.values()):
        print(words)
    for odd in found.odd:
        print(f"可疑 {odd.office} {odd.code} {odd.name}：{odd.reason}")


def _catalog() -> Any:
    from xinglin.site.load import catalog

    return catalog()


def _with_system(collection: "Collection", period: str) -> "Collection":
    """Bound rows get the county's own figure beside what the office wrote."""
    from xinglin.kernel.dates import Period
    from xinglin.show.reports.system import lake_value, with_system
    from xinglin.site.commands import django_ready

    django_ready()
    return with_system(collection, Period.parse(period), value=lake_value)
