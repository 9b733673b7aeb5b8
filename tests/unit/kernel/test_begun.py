"""A run that ended without a word is told of by the next one."""

import os
import signal

import pytest

from xinglin.kernel.begun import noted, unsaid
from xinglin.kernel.home import Home


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "county").ensure()


def run(home, work=lambda: None, word="night"):
    """What was said at its beginning."""
    said = []
    with noted(home, word, said.append):
        work()
    return said


def dies(home, word="night"):
    child = os.fork()
    if child == 0:
        with noted(home, word, lambda _: None):
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_who_ends_by_itself_leaves_nothing(home):
    def fails():
        assert unsaid(home) == []       # it runs, so it may still say something
        raise SystemExit(2)

    with pytest.raises(SystemExit):
        run(home, fails)
    assert run(home) == [] and unsaid(home) == [] and not list(home.logs.iterdir())


def test_who_is_killed_is_told_of_by_the_same_word_and_by_the_check_up(home):
    dies(home)
    [(word, began)] = unsaid(home)
    assert word == "night" and unsaid(home) == [(word, began)]      # looking takes nothing away
    assert run(home, word="gather") == [] and unsaid(home) == [(word, began)]
    [sentence] = run(home)
    assert f"xinglin night（{began} 开始）没有说一句话就断了" in sentence and "内存不够" in sentence
    assert run(home) == [] and unsaid(home) == []


def test_a_second_run_beside_the_first_neither_tells_nor_takes(home):
    dies(home)

    def beside():
        assert run(home) == [] and unsaid(home) == []

    assert len(run(home, beside)) == 1 and unsaid(home) == []


def test_where_there_is_no_county_nothing_is_made(tmp_path):
    assert run(Home(tmp_path / "none")) == [] and not list(tmp_path.iterdir())
