"""The `xinglin` command: one small module in `commands/` for each word.

A command module has a docstring (its first line is the help), and `app`, a `typer.Typer` with
one or several commands. Only the module that was asked for is imported, so `xinglin due` starts
without Django or a database. Imports of frameworks belong inside the functions.
"""

import gc
import importlib
import json
import os
import pkgutil
import sys
from contextlib import nullcontext
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from xinglin.kernel.begun import noted
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home
from xinglin.site import commands
from xinglin.site.troubles import trouble_of

EXIT_PROBLEM = 2
BEHIND = ("gather", "months", "night", "rebuild", "reread")     # may run while people are at work
HEAVY = (*BEHIND, "backup", "people", "report")     # may end without a word where memory is short
_NICE = 15
# Python looks for garbage less often: definitions and plans stay as long as the process, and a night is a tenth shorter.
SELDOM = (50_000, 20, 50)


def command_names() -> list[str]:
    """Every word after `xinglin`, in order: the modules of `commands/`, `_` written as `-`; `_x` is a part."""
    names = (m.name for m in pkgutil.iter_modules(commands.__path__))
    return sorted(n.replace("_", "-") for n in names if not n.startswith("_"))


class Words(TyperGroup):
    """Finds a command by the name of its module, and imports it only then."""

    def list_commands(self, ctx: Any) -> list[str]:
        return command_names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in command_names():
            raise XinglinError(
                f"没有“{cmd_name}”这个命令", do=f"可用：{'、'.join(command_names())}"
            )
        return load(cmd_name)


def load(name: str) -> Any:
    """The command of the module `commands/<name>.py`."""
    module = importlib.import_module(f"{commands.__name__}.{name.replace('-', '_')}")
    module.app._add_completion = False  # belongs to the whole command, not to each word
    command = get_command(module.app)
    command.name = name
    command.help = command.short_help = (module.__doc__ or "").strip().splitlines()[0]
    return command


app = typer.Typer(
    cls=Words, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False, help="杏林：县域卫生健康一张网。",
)  # fmt: skip


@app.callback()
def start() -> None:
    """杏林：县域卫生健康一张网。每条命令都有 --json 与 --help。"""


def main() -> None:
    """Entry point: run a command; a problem is one sentence of three parts and exit code 2."""
    word = "".join(sys.argv[1:2])
    gc.set_threshold(*SELDOM)
    if word in BEHIND:
        os.nice(_NICE)      # a doctor's page comes before a delivery; an idle machine loses nothing
    try:
        with noted(home(), word, mention) if word in HEAVY else nullcontext():
            _run()
    except BrokenPipeError:
        os._exit(0)  # `xinglin … | head`: the reader left, nothing is wrong


def _run() -> None:
    try:
        code = app(standalone_mode=False)
    except XinglinError as problem:
        complain(str(problem))
    except BrokenPipeError:
        raise
    except Exception as problem:
        if trouble := trouble_of(problem):
            complain(str(trouble))
        if not hasattr(problem, "format_message"):  # typer's own complaints about usage have it
            raise
        if type(problem).__name__ == "NoArgsIsHelpError":
            sys.exit(print(problem.format_message()))
        complain(f"命令写得不对（{problem.format_message()}）。请用 xinglin --help 查看用法。")
    except KeyboardInterrupt:
        sys.exit(130)
    else:
        sys.exit(code if isinstance(code, int) else 0)


def mention(sentence: str) -> None:
    """Say something beside the answer: to stderr, as JSON when the command was called with --json."""
    print(json.dumps({"notice": sentence}, ensure_ascii=False) if "--json" in sys.argv else sentence, file=sys.stderr)


def complain(sentence: str) -> None:
    """Print a problem to stderr, as JSON when the command was called with --json; exit with 2."""
    if "--json" in sys.argv:
        print(json.dumps({"error": sentence}, ensure_ascii=False), file=sys.stderr)
    else:
        print(sentence, file=sys.stderr)
    sys.exit(EXIT_PROBLEM)
