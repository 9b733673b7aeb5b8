"""Factors between units that deliveries mix up. Linear conversions only.

`factor` gives one number, so that a table can be converted in SQL; `convert` is for one value.
"""

from __future__ import annotations

from typing import Literal

from xinglin.kernel.errors import XinglinError

Substance = Literal[
    "glucose",
    "cholesterol",
    "triglyceride",
    "uric_acid",
    "creatinine",
    "urea",
    "bilirubin",
    "haemoglobin",
]

# To the base unit of each quantity.
_PLAIN: dict[str, tuple[str, float]] = {
    "mmHg": ("pressure", 1.0),
    "kPa": ("pressure", 7.50062),
    "cmH2O": ("pressure", 0.735559),
    "kg": ("mass", 1.0),
    "g": ("mass", 0.001),
    "斤": ("mass", 0.5),
    "两": ("mass", 0.05),
    "mg": ("mass", 1e-6),
    "cm": ("length", 1.0),
    "m": ("length", 100.0),
    "mm": ("length", 0.1),
    "尺": ("length", 100 / 3),
    "寸": ("length", 10 / 3),
    "mmol/L": ("molar", 1.0),
    "umol/L": ("molar", 0.001),
    "mol/L": ("molar", 1000.0),
    "g/L": ("density", 1.0),
    "mg/dL": ("density", 0.01),
    "g/dL": ("density", 10.0),
    "mg/L": ("density", 0.001),
    "ug/L": ("density", 1e-6),
    "ng/mL": ("density", 1e-6),
    "%": ("share", 0.01),
    "‰": ("share", 0.001),
}
# g/mol; haemoglobin by monomer, as laboratories do.
MOLAR_MASS: dict[Substance, float] = {
    "glucose": 180.156,
    "cholesterol": 386.65,
    "triglyceride": 885.4,
    "uric_acid": 168.11,
    "creatinine": 113.12,
    "urea": 60.06,
    "bilirubin": 584.66,
    "haemoglobin": 16114.0,
}
_SPELLINGS = {
    "mmhg": "mmHg",
    "毫米汞柱": "mmHg",
    "kpa": "kPa",
    "千帕": "kPa",
    "cmh2o": "cmH2O",
    "公斤": "kg",
    "千克": "kg",
    "市斤": "斤",
    "厘米": "cm",
    "米": "m",
    "克": "g",
    "mmol/l": "mmol/L",
    "umol/l": "umol/L",
    "μmol/l": "umol/L",
    "µmol/l": "umol/L",
    "mg/dl": "mg/dL",
    "g/dl": "g/dL",
    "g/l": "g/L",
    "mg/l": "mg/L",
    "ug/l": "ug/L",
    "μg/l": "ug/L",
    "ng/ml": "ng/mL",
    "mol/l": "mol/L",
}


def unit_name(text: str) -> str:
    """The house spelling of a unit ("MMHG", "毫米汞柱" → "mmHg"); unknown ones come back as they are."""
    plain = text.strip().replace("／", "/")
    if plain in _PLAIN:
        return plain
    return _SPELLINGS.get(plain.lower(), plain)


def factor(*, from_unit: str, to_unit: str, substance: Substance | None = None) -> float:
    """What to multiply by. Molar ↔ mass concentration needs the substance.

    Raises XinglinError when the two are not the same quantity.
    """
    source, target = unit_name(from_unit), unit_name(to_unit)
    if source == target:
        return 1.0
    if source in _PLAIN and target in _PLAIN:
        (kind, up), (goal, down) = _PLAIN[source], _PLAIN[target]
        if kind == goal:
            return up / down
        if substance and {kind, goal} == {"molar", "density"}:
            grams = MOLAR_MASS[substance] / 1000  # mmol/L → g/L
            return up / down * (grams if kind == "molar" else 1 / grams)
    raise XinglinError(
        f"不能把单位“{from_unit}”换算成“{to_unit}”",
        do="请在单位对照表中登记该单位，或请报送单位更正",
    )


def convert(
    value: float, *, from_unit: str, to_unit: str, substance: Substance | None = None
) -> float:
    """One value in another unit, unrounded."""
    return value * factor(from_unit=from_unit, to_unit=to_unit, substance=substance)
