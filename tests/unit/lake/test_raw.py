"""Each delivery as it came: encrypted, read back exactly, tampering seen, erasable."""

from datetime import date

import pytest

from xinglin.kernel.crypto import Keys, TamperedError
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake import raw

PLAIN = "姓名,证件号\n李玉兰,330182195001011234\n".encode() * 60_000      # several chunks


@pytest.fixture
def stored(tmp_path):
    home = Home(tmp_path / "home").ensure()
    keys = Keys.create(home.keys)
    came = tmp_path / "came.csv"
    came.write_bytes(PLAIN)
    return home, keys, came, raw.store(home, keys, came, delivery=7, day=date(2024, 6, 1))


def test_it_lies_by_month_and_number_and_shows_nothing(stored):
    home, _, _, path = stored
    assert path == home.raw / "2024" / "06" / "7.sealed"
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"330182" not in path.read_bytes()
    assert list(path.parent.iterdir()) == [path]


def test_it_is_read_back_whole(stored, tmp_path):
    _, keys, _, path = stored
    with raw.opened(keys, path) as plain:
        assert plain.read() == PLAIN
    assert raw.restore(keys, path, tmp_path / "again") == len(PLAIN)
    assert (tmp_path / "again").read_bytes() == PLAIN
    assert (tmp_path / "again").stat().st_mode & 0o777 == 0o600


def test_a_changed_byte_is_seen(stored):
    _, keys, _, path = stored
    changed = bytearray(path.read_bytes())
    changed[-20] ^= 1
    path.write_bytes(changed)
    with raw.opened(keys, path) as plain, pytest.raises(TamperedError):
        plain.read()


def test_after_erasure_nobody_reads_it(stored):
    _, keys, _, path = stored
    raw.erase(path)
    with pytest.raises(XinglinError, match="已按规定销毁"), raw.opened(keys, path):
        pass


def test_a_file_of_another_kind_is_refused(stored):
    _, keys, came, _ = stored
    with pytest.raises(XinglinError, match="不是本系统"), raw.opened(keys, came):
        pass


def test_the_same_bytes_have_the_same_digest(stored, tmp_path):
    _, _, came, path = stored
    (tmp_path / "copy").write_bytes(PLAIN)
    assert raw.digest(came) == raw.digest(tmp_path / "copy") != raw.digest(path)
