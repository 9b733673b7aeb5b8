"""Identity numbers: resident ID (公民身份号码), unified social credit code; masking.

Only parsing and check digits; whose number it is, is the registry's business.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

Reason = Literal["empty", "excel", "length", "characters", "area", "birth", "check_digit"]

SENTENCES: dict[Reason, str] = {
    "empty": "身份证号为空。请补填；确无证件的，请填证件类别和其他证件号。",
    "excel": "身份证号被 Excel 改成了数字（末尾几位丢失）。请把该列设为“文本”后重新录入并导出。",
    "length": "身份证号应为18位（旧证15位）。请对照证件核对位数。",
    "characters": "身份证号只能是数字，最后一位可以是X。请对照证件核对。",
    "area": "身份证号前两位不是省级代码。请对照证件核对。",
    "birth": "身份证号中的出生日期不存在。请对照证件核对第7至14位。",
    "check_digit": "身份证号校验位不对，多半有一位抄错。请对照证件逐位核对。",
}
# GB/T 2260 provinces, and 81–83 of the residence permits of 2018 (GB 11643 form).
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
_EXCEL = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)


class IdentityProblem(ValueError):  # noqa: N818 (a problem of the sender's, not of ours)
    """`reason` is a code of `SENTENCES`, `sentence` the words for the sender; never the number."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.sentence = SENTENCES[reason]

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class ResidentId:
    """What a resident ID says. `area` is the 6-digit county of first issue, not of residence."""

    number18: str
    birth: date
    sex: Literal["男", "女"]
    area: str

    @property
    def sex_code(self) -> Literal["1", "2"]:
        """GB/T 2261.1."""
        return "1" if self.sex == "男" else "2"


def parse_resident_id(text: str | None) -> ResidentId:
    """Full width, spaces, lower-case x and 15 digits are understood.

    Raises IdentityProblem. A number ending in 000 with a wrong check digit is told to be
    Excel's doing: Excel keeps 15 significant digits.
    """
    number = _eighteen(_cleaned(text))
    if number[:2] not in PROVINCES:
        raise IdentityProblem("area")
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentityProblem("birth") from None
    if birth.year < 1850:
        raise IdentityProblem("birth")
    if ric.calc_check_digit(number) != number[17]:
        raise IdentityProblem("excel" if number.endswith("000") else "check_digit")
    return ResidentId(
        number18=number, birth=birth, area=number[:6], sex="男" if int(number[16]) % 2 else "女"
    )


def _cleaned(text: str | None) -> str:
    plain = unicodedata.normalize("NFKC", text or "").strip().strip("'`")
    number = re.sub(r"[\s\-\u200b-\u200f\ufeff]", "", plain).upper()
    if not number:
        raise IdentityProblem("empty")
    if _EXCEL.fullmatch(number.removesuffix(".0")):
        raise IdentityProblem("excel")
    return number


def _eighteen(number: str) -> str:
    if len(number) not in (15, 18):
        raise IdentityProblem("length")
    if not re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9X]", number):
        raise IdentityProblem("characters")
    if len(number) == 18:
        return number
    # The 15-digit card was issued until 1999 to people born in 19xx.
    return with_check_digit(number[:6] + "19" + number[6:])


def with_check_digit(first17: str) -> str:
    """Complete a resident ID of 17 digits."""
    return first17 + str(ric.calc_check_digit(first17 + "0"))


def valid_credit_code(text: str | None) -> bool:
    """18-character unified social credit code (GB 32100) with a right check character."""
    try:
        uscc.validate((text or "").strip())
    except ValidationError:
        return False
    return True


def credit_code(first17: str) -> str:
    """Complete a unified social credit code of 17 characters."""
    return first17 + str(uscc.calc_check_digit(first17))


def mask_name(name: str) -> str:
    """李玉兰 → 李**: the first character and as many stars as the rest has."""
    return name[:1] + "*" * max(len(name) - 1, 0)


def mask_number(number: str) -> str:
    """Keeps what tells two cards apart to their owner: first 3 and last 2 (ID), or 3 and 4 (phone)."""
    tail = 4 if len(number) == 11 else 2
    if len(number) <= 3 + tail:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 3 - tail) + number[-tail:]
