"""Money, units, errors, the home folder."""

import stat
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home, home
from xinglin.kernel.money import share_out, to_fen, yuan_text
from xinglin.kernel.units import MOLAR_MASS, convert, factor, unit_name


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [("1.005", 101), ("-1.005", -101), ("0.1", 10), (3, 300), (Decimal("2.344"), 234)],
)
def test_fen_are_rounded_half_away_from_zero(yuan, fen):
    assert to_fen(yuan) == fen


def test_money_in_words():
    assert yuan_text(1234567) == "12,345.67" and yuan_text(-5) == "-0.05"


@given(st.integers(0, 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(any))
def test_shares_add_up_and_are_fair_to_a_fen(fen, weights):
    shares = share_out(fen, weights)
    assert sum(shares) == fen
    assert all(
        abs(s * sum(weights) - fen * w) < sum(weights) for s, w in zip(shares, weights, strict=True)
    )


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 3]])
def test_shares_need_weights(weights):
    with pytest.raises(ValueError, match="weights must be"):
        share_out(100, weights)


@pytest.mark.parametrize(
    ("value", "source", "target", "substance", "result"),
    [
        (20, "kPa", "mmHg", None, 150.01),
        (16, "千帕", "毫米汞柱", None, 120.01),
        (130, "斤", "公斤", None, 65),
        (1.65, "米", "cm", None, 165),
        (126, "mg/dL", "mmol/L", "glucose", 6.99),
        (200, "mg/dl", "mmol/l", "cholesterol", 5.17),
        (150, "mg/dL", "mmol/L", "triglyceride", 1.69),
        (1, "mg/dL", "μmol/L", "creatinine", 88.4),
        (7, "mmol/L", "mmol/L", None, 7),
    ],
)
def test_units_convert(value, source, target, substance, result):
    got = convert(value, from_unit=source, to_unit=target, substance=substance)
    assert got == pytest.approx(result, abs=0.006)
    back = convert(got, from_unit=target, to_unit=source, substance=substance)
    assert back == pytest.approx(value)


@pytest.mark.parametrize(("source", "target"), [("kPa", "kg"), ("mg/dL", "mmol/L"), ("把", "mmHg")])
def test_other_quantities_are_refused(source, target):
    with pytest.raises(XinglinError, match="单位对照表"):
        factor(from_unit=source, to_unit=target)


def test_unknown_units_keep_their_name():
    assert unit_name(" 10^9/L ") == "10^9/L" and unit_name("MMOL/L") == "mmol/L"
    assert all(mass > 0 for mass in MOLAR_MASS.values())


def test_an_error_has_three_parts():
    error = XinglinError("收缩压超出范围。", "第3行", "请核对。")
    assert str(error) == "收缩压超出范围（第3行）。请核对。"
    assert (error.what, error.where, error.do) == ("收缩压超出范围。", "第3行", "请核对。")
    assert str(XinglinError("不行")) == "不行。"


def test_the_home_is_named_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("XINGLIN_HOME", str(tmp_path / "h"))
    monkeypatch.setenv("XINGLIN_KEYS", str(tmp_path / "elsewhere"))
    place = home()
    assert place == Home(tmp_path / "h") and place.keys == tmp_path / "elsewhere"
    monkeypatch.delenv("XINGLIN_KEYS")
    assert place.keys == tmp_path / "h" / "keys"


def test_its_folders_are_private_and_scratch_is_emptied(tmp_path):
    place = Home(tmp_path / "h").ensure().ensure()
    for folder in (place.root, place.raw, place.quarantine, place.tmp, place.inbox, place.logs):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (place.lake / "data").is_dir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    (place.tmp / "spill").mkdir()
    (place.tmp / "spill" / "x").touch()
    (place.tmp / "y").touch()
    (place.tmp / "link").symlink_to(outside)
    place.empty_tmp()
    assert list(place.tmp.iterdir()) == [] and (outside / "kept").exists()
