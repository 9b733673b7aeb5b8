"""来源：登记对方的数据库或系统，试连，取数，看各来源的情形，生成对接资料。"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import databases_ready

if TYPE_CHECKING:
    from xinglin.gather.pull.run import Run

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")]
Code = Annotated[str, typer.Argument(help="来源代码")]


def _say(found: Any, *, as_json: bool, words: str) -> None:
    print(json.dumps(found, ensure_ascii=False, default=str) if as_json else words)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """各来源：是什么，怎样送，读到哪里，最近一次。"""
    databases_ready()
    from xinglin.gather.pull.declare import listed
    from xinglin.kernel.home import home

    found = listed(home().ensure())
    lines = [f"{s['code']}　{s['title']}　{s['way']}　{s['standing']}" for s in found]
    _say(found, as_json=as_json, words="\n".join(lines) or "还没有来源；用 xinglin source add 文件.toml 登记")


@app.command()
def add(file: Annotated[Path, typer.Argument(help="来源文件（TOML），文件名就是来源代码")], as_json: Json = False) -> None:
    """核对一个来源文件，放进本县的 sources 文件夹并登记。"""
    databases_ready()
    from xinglin.gather.pull.declare import add_source
    from xinglin.kernel.home import home

    found = add_source(home().ensure(), file, actor="system")
    _say({"source": found.code, "title": found.title, "records": [q.record for q in found.queries]}, as_json=as_json,
         words=f"已登记 {found.code}（{found.title}）：{len(found.queries)} 条查询。下一步：xinglin source test {found.code}")


@app.command()
def password(code: Code, as_json: Json = False) -> None:
    """存下数据库口令（从键盘或管道读，用县密钥加密）。"""
    databases_ready()
    from getpass import getpass

    from xinglin.gather.sources.database.connect import seal_password
    from xinglin.kernel.home import home

    given = getpass("口令：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if not given:
        raise XinglinError("没有读到口令", do=f"请运行 xinglin source password {code}，按提示输入")
    seal_password(home().ensure(), code, given)
    _say({"source": code, "sealed": True}, as_json=as_json, words="已加密保存")


@app.command()
def test(code: Code, as_json: Json = False) -> None:
    """试连：能否登录，账号是否只读，每条查询取几行核对，不入库。"""
    databases_ready()
    from xinglin.gather.pull.declare import declared_source
    from xinglin.gather.pull.trial import try_source
    from xinglin.kernel.home import home

    place = home().ensure()
    found = try_source(place, declared_source(place, code))
    lines = [f"连上了 {found['database']}，{found['account']}"]
    for one in found["queries"]:
        lines += [f"《{one['title']}》{one['words']}", *(f"  {w}" for w in one["more"])]
    _say(found, as_json=as_json, words="\n".join(lines))
    if any(q["problem"] for q in found["queries"]):
        raise typer.Exit(1)


@app.command()
def run(code: Annotated[str, typer.Argument(help="来源代码；不写则全部")] = "",
        record: Annotated[list[str] | None, typer.Option("--record", help="只取这个数据集")] = None,
        as_json: Json = False) -> None:
    """取数：有水位的取新的，没有的重读窗口、只收差别；断了再运行会接着取。"""
    databases_ready()
    from xinglin.gather.duplicates.behind import start_comparing
    from xinglin.gather.pull.declare import run_sources
    from xinglin.kernel.home import home

    say = (lambda _: None) if as_json else lambda words: print(f"· {words}", flush=True)
    runs = run_sources(home().ensure(), only=code, records=record or (), say=say)
    found = [_as_dict(r) for r in runs]
    _say(found[0] if code else found, as_json=as_json, words="\n".join(_words(r) for r in runs) or "没有声明了数据库的来源")
    sys.stdout.flush()
    start_comparing()
    if any(r.problem for r in runs):
        raise typer.Exit(1)


@app.command()
def kit(record: Annotated[str, typer.Argument(help="数据集，如 encounter")],
        out: Annotated[Path, typer.Option("--out", help="放进这个文件夹；写成 .zip 则打成一包")] = Path(),
        as_json: Json = False) -> None:
    """给对方信息科的对接资料：数据字典、样例、各种数据库的查询骨架、列与代码的对照模板。"""
    databases_ready()
    from xinglin.gather.records import record_of
    from xinglin.show.deliveries.kit import files

    made = files(record_of(record))
    if out.suffix == ".zip":
        out.write_bytes(next(f for n, (_, f) in made.items() if n.endswith(".zip"))())
        written = [str(out)]
    else:
        out.mkdir(parents=True, exist_ok=True)
        kept = {n: f for n, (_, f) in made.items() if not n.endswith(".zip")}
        for name, write in kept.items():
            (out / name).write_bytes(write())
        written = [str(out / n) for n in kept]
    _say({"record": record, "files": written}, as_json=as_json, words="\n".join(written))


@app.command()
def platform(
    record: Annotated[str, typer.Argument(help="数据集，如 htn_visit")],
    org: Annotated[str, typer.Option("--org", help="报送单位（统一社会信用代码），含下属")],
    out: Annotated[Path | None, typer.Option("--out", help="把未报的行按平台模板写到这个 .xlsx")] = None,
    reason: Annotated[str, typer.Option("--reason", help="导出的用途，记入日志")] = "",
    answer: Annotated[Path | None, typer.Option("--answer", help="平台给的导入结果表")] = None,
    as_json: Json = False,
) -> None:
    """省平台：各行未报、已报、退回；按模板导出，读回导入结果。"""
    databases_ready()
    import getpass

    from xinglin.kernel.home import home
    from xinglin.registry.queries import subtree_of
    from xinglin.show.deliveries import platform as reporting

    place, orgs, actor = home().ensure(), subtree_of(org), f"命令行:{getpass.getuser()}"
    found: dict[str, Any] = {"record": record}
    if answer:
        if not answer.is_file():
            raise XinglinError("找不到导入结果表", str(answer), "请核对路径")
        found["answer"] = vars(reporting.read_answer(place, record, answer, orgs=orgs, actor=actor, org=org))
    if out:
        book, found["exported"] = reporting.export(place, record, orgs=orgs, actor=actor, org=org, reason=reason)
        out.write_bytes(book)
        out.chmod(0o600)
    layout = reporting.layout_of(place, record)
    found["counts"] = next(dict(s.counts) for s in reporting.standings(place, orgs) if s.layout.record == record)
    lines = [f"《{layout.title}》{layout.platform}：" + "，".join(f"{reporting.REPORTED[k]} {n}" for k, n in found["counts"].items())]
    lines += [f"已写到 {out}：{found['exported']} 行，含姓名和证件号，用完请删"] if out else []
    lines += ["读回：已报 {taken}，退回 {returned}，不认识 {strange}".format(**found["answer"])] if answer else []
    _say(found, as_json=as_json, words="\n".join(lines))


def _as_dict(run: Run) -> dict[str, Any]:
    return {"source": run.source, "waiting": run.waiting, "warning": run.warning, "problem": run.problem,
            "queries": [{"record": q.record, "rows": q.rows, "voided": q.voided, "complete": q.complete, "note": q.note,
                         "receipts": [r.as_dict() for r in q.receipts]} for q in run.queries]}


def _words(run: Run) -> str:
    lines = [f"{run.source}"] + [w for w in (run.waiting, run.warning, run.problem) if w]
    for q in run.queries:
        lines.append(f"  {q.record}　读 {q.rows} 行，{len(q.receipts)} 次交付" + (f"，作废 {q.voided} 行" if q.voided else "")
                     + ("" if q.complete else "，没有读完") + (f"。{q.note}" if q.note else ""))
        lines += [f"    交付 {r.delivery}：收到 {r.received} = 入库 {r.accepted} + 退回 {r.rejected} + 待核实 {r.queried}"
                  for r in q.receipts]
    return "\n".join(lines)
