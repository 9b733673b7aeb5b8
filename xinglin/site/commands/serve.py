"""启动网站：打印地址，按 Ctrl+C 停止。"""

import json
import os
import socket
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import databases_ready

app = typer.Typer(rich_markup_mode=None)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址；只给本机用 127.0.0.1")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    workers: Annotated[int, typer.Option(help="进程数，0 为自动", min=0, max=8)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="地址以 JSON 打印")] = False,
) -> None:
    """启动网站：打印地址，按 Ctrl+C 停止。"""
    _refuse_taken(host, port)
    databases_ready()
    _announce(host, port, as_json=as_json)
    try:
        _run(host, port, workers or min(2, os.cpu_count() or 1))
    finally:
        _seal_what_is_left()


def _refuse_taken(host: str, port: int) -> None:
    """Granian's workers would die in a loop on a taken port; say it once instead."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise XinglinError(
                f"端口 {port} 已被占用",
                where=f"{host}:{port}",
                do="请关闭占用它的程序，或换一个：xinglin serve --port 8001（make run PORT=8001）",
            ) from None


def _announce(host: str, port: int, *, as_json: bool) -> None:
    from xinglin.show.common.county import county

    address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}/"
    here = county()
    if as_json:
        accounts = [a.username for a in here.accounts]
        print(
            json.dumps({"address": address, "county": here.name, "accounts": accounts}), flush=True
        )
        return
    print(
        f"\n杏林 · {here.name}{'（模拟数据）' if here.synthetic else ''}\n  {address}\n", flush=True
    )
    wide = max((len(a.username) for a in here.accounts), default=0)
    for account in here.accounts:
        print(f"  {account.username:<{wide}}  {account.password}  {account.about}", flush=True)
    print("\n按 Ctrl+C 停止。", flush=True)


def _seal_what_is_left() -> None:
    """Workers end without their exit hooks, so the last batch is closed here."""
    from xinglin.journal.seals import seal_closed

    seal_closed()


def _run(host: str, port: int, workers: int) -> None:
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connections.close_all()  # workers are forks; they must not share our connections
    Granian(
        "xinglin.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
