"""重读一次交付的原件：代码对照补齐以后，让已收的行用上新的对照。"""

import json
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import databases_ready

app = typer.Typer(rich_markup_mode=None)


@app.command()
def reread(
    number: Annotated[int, typer.Argument(help="交付编号")],
    as_json: Annotated[bool, typer.Option("--json", help="回执以 JSON 打印")] = False,
) -> None:
    """重读一次交付的原件，打印新的回执。"""
    databases_ready()
    from xinglin.gather.queries import delivery_of
    from xinglin.gather.receive import gather_again
    from xinglin.kernel.home import home

    held = delivery_of(number)
    if held is None or held.state != "done":
        raise XinglinError("没有这次交付，或它还没有完成", f"交付 {number}", "请核对交付编号")
    receipt = gather_again(home().ensure(), held)
    if as_json:
        print(json.dumps(receipt.as_dict(), ensure_ascii=False, default=str))
    else:
        print(receipt.words())
