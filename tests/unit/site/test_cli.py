import json
import subprocess
import sys

import pytest

from xinglin.site import cli

HEAVY = ("django", "duckdb", "ibis", "pandas", "faker", "openpyxl", "pyarrow")


def run(*words, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "xinglin", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done


@pytest.mark.parametrize("name", cli.command_names())
def test_a_command_starts_without_frameworks(name):
    source = (
        "import sys; from xinglin.site import cli; cli.load(sys.argv[1]);"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", source, name], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize("name", cli.command_names())
def test_a_command_says_in_chinese_what_it_does(name):
    assert any("\u4e00" <= letter <= "\u9fff" for letter in cli.load(name).help)


def leaves(command):
    inner = getattr(command, "commands", None)
    return [leaf for c in inner.values() for leaf in leaves(c)] if inner else [command]


@pytest.mark.parametrize("name", cli.command_names())
def test_every_command_has_json(name):
    for command in leaves(cli.load(name)):
        options = [option for p in command.params for option in p.opts]
        assert "--json" in options, command.name


def test_an_unknown_command_lists_what_there_is():
    said = run("nothing", code=2).stderr
    assert said.startswith("没有“nothing”这个命令。可用：")
    assert "serve" in said


def test_a_wrong_option_is_a_sentence_and_no_trace():
    said = run("serve", "--nothing", code=2).stderr
    assert said.startswith("命令写得不对（")
    assert "Traceback" not in said


def test_with_json_a_problem_is_json():
    said = run("nothing", "--json", code=2).stderr
    assert json.loads(said)["error"].startswith("没有“nothing”")


def test_without_a_word_it_shows_the_list():
    assert "serve" in run().stdout


def test_a_taken_port_is_said_once(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = run("serve", "--port", port, code=2).stderr
    assert said.startswith(f"端口 {port} 已被占用")
