"""The county key: sealing, keyed hashes, envelopes and files."""

import io
import os
import stat

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel import crypto
from xinglin.kernel.crypto import CHUNK, KEY_FILE, Keys, TamperedError, sm3
from xinglin.kernel.errors import XinglinError

keys = Keys((bytes(range(32)),))
other = Keys((bytes(32),))


def test_the_published_vectors_hold():
    assert (
        sm3(b"a", b"bc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    sealed = Cipher(algorithms.SM4(block), modes.ECB()).encryptor().update(block)
    assert sealed.hex() == "681edf34d206965e86b3e94f536e4246"


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_what_is_sealed_opens_again_and_never_looks_alike(plain, context):
    sealed = keys.seal(plain, context=context)
    assert keys.open(sealed, context=context) == plain
    assert len(sealed) == len(plain) + 29 and sealed != keys.seal(plain, context=context)


@given(st.binary(min_size=1, max_size=60), st.data())
def test_one_changed_bit_is_found(plain, data):
    sealed = bytearray(keys.seal(plain))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(TamperedError):
        keys.open(bytes(sealed))


@pytest.mark.parametrize("cut", [0, 1, 13, 28])
def test_what_is_cut_does_not_open(cut):
    with pytest.raises(TamperedError):
        keys.open(keys.seal(b"")[:cut])


def test_another_key_or_context_does_not_open():
    with pytest.raises(TamperedError):
        other.open(keys.seal(b"x"))
    with pytest.raises(TamperedError):
        keys.open(keys.seal(b"x", context=b"name"), context=b"phone")


def test_hashes_depend_on_key_kind_and_the_bounds_of_parts():
    assert keys.hash64("phone", "1") == keys.hash64("phone", "1") == keys.hash64("phone", 1)
    several = {keys.hash64(*p) for p in [("ab", "c"), ("a", "bc"), ("abc",), ("abc", "")]}
    assert len(several) == 4 and other.hash64("abc") not in several
    assert min(several) >= -(2**63) and max(several) < 2**63
    assert int(keys.hash_hex("a")[:16], 16) == keys.hash64("a") % 2**64
    assert keys.hash64_all("phone", ["1", "2", "1"]) == {n: keys.hash64("phone", n) for n in "12"}
    assert keys.hash64_each(["李", "", "李"], "subject", "his") == [keys.hash64("subject", "his", n) for n in ("李", "", "李")]


def test_the_key_file_is_private_and_never_replaced(tmp_path):
    made = Keys.create(tmp_path / "keys")
    file = tmp_path / "keys" / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Keys.load(file.parent).open(made.seal(b"x")) == b"x"
    with pytest.raises(XinglinError, match="不能覆盖"):
        Keys.create(file.parent)


@pytest.mark.parametrize("content", ["", "zz", "00" * 31, "00" * 32 + "\n" + "00" * 16])
def test_a_broken_key_file_is_refused(tmp_path, content):
    (tmp_path / KEY_FILE).write_text(content)
    with pytest.raises(XinglinError, match="已损坏"):
        Keys.load(tmp_path)


def test_a_missing_key_file_is_refused(tmp_path):
    with pytest.raises(XinglinError, match="找不到县密钥"):
        Keys.load(tmp_path)


def test_after_rotation_old_values_open_and_lookups_stay(tmp_path):
    before = Keys.create(tmp_path)
    sealed, wrapped = before.seal(b"x"), before.data_key()
    after = Keys.rotate(tmp_path)
    assert after.open(sealed) == b"x" and after.unwrap(wrapped.wrapped).secret == wrapped.secret
    assert after.hash64("phone", "1") == before.hash64("phone", "1")
    assert after.seal(b"x")[0] == 1 and sealed[0] == 0
    with pytest.raises(TamperedError):
        before.open(after.seal(b"x"))


SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5]


def encrypted(plain):
    key, sealed = keys.data_key(), io.BytesIO()
    assert key.encrypt_stream(io.BytesIO(plain), sealed) == len(plain)
    return key.wrapped, sealed.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_a_stream_comes_back_whole(size, tmp_path):
    plain = os.urandom(size)
    wrapped, sealed = encrypted(plain)
    key = keys.unwrap(wrapped)
    assert plain[:64] not in sealed or size < 2
    back = io.BytesIO()
    assert key.decrypt_stream(io.BytesIO(sealed), back) == size
    assert back.getvalue() == plain
    assert key.reader(io.BytesIO(sealed)).read() == plain
    (tmp_path / "plain").write_bytes(plain)
    key.encrypt_file(tmp_path / "plain", tmp_path / "sealed")
    key.decrypt_file(tmp_path / "sealed", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == plain


def test_a_source_that_reads_in_drops_is_read_whole():
    class Drops(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 100_000))

    key, sealed, back = keys.data_key(), io.BytesIO(), io.BytesIO()
    plain = os.urandom(CHUNK + 77)
    key.encrypt_stream(Drops(plain), sealed)
    key.decrypt_stream(Drops(sealed.getvalue()), back)
    assert back.getvalue() == plain


def test_lines_are_read_through_the_sealed_file():
    wrapped, sealed = encrypted("姓名,电话\n甲,1\n".encode() * 50_000)
    text = io.TextIOWrapper(keys.unwrap(wrapped).reader(io.BytesIO(sealed)), encoding="utf-8")
    assert sum(1 for _ in text) == 100_000


HEAD, BLOCK = 14, CHUNK + 16


@pytest.mark.parametrize(
    "harm",
    [
        lambda s: s[:-1],
        lambda s: s[: HEAD + 2 * BLOCK],  # the last chunk cut off at its border
        lambda s: s[:HEAD],
        lambda s: s[: HEAD - 1],
        lambda s: b"",
        lambda s: s + b"x",
        lambda s: (
            s[:HEAD]
            + s[HEAD + BLOCK : HEAD + 2 * BLOCK]
            + s[HEAD : HEAD + BLOCK]
            + s[HEAD + 2 * BLOCK :]
        ),
        lambda s: s[:HEAD] + s[HEAD + BLOCK :],
        lambda s: s[:100] + bytes([s[100] ^ 1]) + s[101:],
        lambda s: s[:8] + bytes([s[8] ^ 1]) + s[9:],
        lambda s: b"ZIP" + s[3:],
    ],
)
def test_a_harmed_stream_is_refused(harm):
    wrapped, sealed = encrypted(os.urandom(2 * CHUNK + 9))
    with pytest.raises(TamperedError):
        keys.unwrap(wrapped).decrypt_stream(io.BytesIO(harm(sealed)), io.BytesIO())


def test_a_wrapped_key_opens_for_its_county_alone():
    key = keys.data_key()
    assert key.secret not in key.wrapped and keys.data_key().secret != key.secret
    with pytest.raises(TamperedError):
        other.unwrap(key.wrapped)
    with pytest.raises(TamperedError):
        keys.unwrap(b"")


def test_keys_do_not_print_themselves():
    key = keys.data_key()
    assert key.secret.hex() not in repr(key) and repr(key.secret) not in repr(key)
    assert crypto.Keys.__repr__ is object.__repr__
