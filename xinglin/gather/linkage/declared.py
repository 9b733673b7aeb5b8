"""What is compared, level by level, what each level is worth, and what it is called in evidence.

One declaration for everything: `xinglin people link`, the night's comparison with the registry, the words
on the page. `m`: how often the level holds for two records of one person; `u`: for two records of different
people. A level without an equal value is met by frequency: `by` names the column whose frequency replaces `u`.
Sums of the weights are log2(m/u). Columns are those of `clean.COLUMNS`, `_l` and `_r` the two records.
"""

from __future__ import annotations

from dataclasses import dataclass, field

UNTOLD = "未填"


@dataclass(frozen=True, kw_only=True)
class Level:
    """`sql` over the two records; None is what is left. `words` stand in the evidence."""

    words: str
    m: float
    u: float
    sql: str | None = None
    by: str = ""
    agrees: bool | None = False         # None: neither; a person looks where it decides


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Levels from the strictest to the loosest; `empty` is met first and says nothing either way."""

    name: str
    title: str
    needs: str                          # the column without which it is left out
    levels: tuple[Level, ...]
    empty: str = ""
    reads: tuple[str, ...] = field(default=())

    def null_sql(self) -> str:
        return self.empty or f"{self.needs}_l IS NULL OR {self.needs}_r IS NULL"


def _near(column: str, least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


_ONE_SLIP = "damerau_levenshtein({0}_l, {0}_r) <= 1"
_ONE_DIGIT = "(hamming({0}_l, {0}_r) <= 2 AND damerau_levenshtein({0}_l, {0}_r) <= 1)"     # of the same length; quicker
_SAME_SOUND = "(sound_l = sound_r OR sound_surname_l = sound_surname_r)"
_SAME_PHONE = "coalesce(phone_l = phone_r, false)"
_SAME_ADDRESS = ("(address_l = address_r OR (length(address_l) >= 6 AND ends_with(address_r, address_l)) "
                 "OR (length(address_r) >= 6 AND ends_with(address_l, address_r)))")
_SAME_HOME = f"({_SAME_PHONE} OR coalesce({_SAME_ADDRESS}, false))"

NUMBER = Comparison(name="number", title="身份证号", needs="number", levels=(
    Level(words="身份证号相同", sql="number_l = number_r", m=0.90, u=1e-7, agrees=True),
    Level(words="身份证号只差一处（漏写、错写一位或相邻两位颠倒）", m=0.06, u=2e-7, agrees=None,
          sql="NOT (number_checked_l AND number_checked_r) "
              "AND damerau_levenshtein(left(number_l, 17), left(number_r, 17)) <= 1"),
    Level(words="身份证号不同，至少一个不合校验", sql="NOT (number_right_l AND number_right_r)", m=0.03, u=0.10),
    Level(words="身份证号不同，两个都合校验", m=0.0001, u=0.90)))

NAME = Comparison(name="name", title="姓名", needs="name", reads=("part", "sound", "sound_surname", "sound_near", "characters",
                                                              "given_sound", "family"), levels=(
    Level(words="姓名相同", sql="name_l = name_r", m=0.84, u=4e-4, by="name", agrees=True),
    Level(words="姓名同音", sql=f"length(name_l) > 2 AND {_SAME_SOUND}", m=0.07, u=3e-4, by="sound", agrees=True),
    Level(words="姓名同音（两字）", sql=_SAME_SOUND, m=0.06, u=4e-4, by="sound", agrees=True),
    Level(words="姓名音近", sql="sound_near_l = sound_near_r", m=0.010, u=6e-4, agrees=None),
    Level(words="一方只写了姓名的前一部分", sql="part_l = part_r AND (name_l = part_l OR name_r = part_r)", m=0.006, u=6e-4,
          agrees=None),
    Level(words="姓名用字相同、次序不同", sql="characters_l = characters_r", m=0.004, u=2e-5, agrees=None),
    Level(words="名同姓不同", sql="given_sound_l = given_sound_r AND length(given_l) >= 2 AND length(given_r) >= 2",
          m=0.004, u=2e-3),
    Level(words="姓名差一个字", m=0.012, u=0.012,
          sql="family_l = family_r AND (length(name_l) >= 3 OR length(name_r) >= 3) "
              "AND levenshtein(name_l, name_r) <= 1"),
    Level(words="同姓不同名", sql="family_l = family_r", m=0.004, u=0.03),
    Level(words="姓名不同", m=0.006, u=0.95)))

GIVEN_NAME = Comparison(name="first", title="名", needs="first", levels=(
    Level(words="名相同", sql="first_l = first_r", m=0.72, u=6e-3, by="first", agrees=True),
    Level(words="名只差一处", sql=_ONE_SLIP.format("first"), m=0.12, u=6e-3, agrees=True),
    Level(words="姓与名颠倒", sql="first_l = last_r AND last_l = first_r", m=0.02, u=1e-5, agrees=True),
    Level(words="名相近", sql=_near("first", 0.88), m=0.05, u=0.015, agrees=True),
    Level(words="名不同", m=0.09, u=0.97)))
SURNAME = Comparison(name="last", title="姓", needs="last", levels=(
    Level(words="姓相同", sql="last_l = last_r", m=0.72, u=4e-3, by="last", agrees=True),
    Level(words="姓只差一处", sql=_ONE_SLIP.format("last"), m=0.12, u=5e-3, agrees=True),
    Level(words="姓与名颠倒", sql="first_l = last_r AND last_l = first_r", m=0.02, u=1e-3, agrees=True),
    Level(words="姓相近", sql=_near("last", 0.88), m=0.05, u=0.015, agrees=True),
    Level(words="姓不同", m=0.09, u=0.97)))

SEX = Comparison(name="sex", title="性别", needs="sex", levels=(
    Level(words="性别相同", sql="sex_l = sex_r", m=0.985, u=0.5, agrees=True),
    Level(words="性别不同", m=0.015, u=0.5)))

BIRTH = Comparison(name="birth", title="出生日期", needs="birth", levels=(
    Level(words="出生日期相同", sql="birth_l = birth_r", m=0.83, u=4e-5, by="birth", agrees=True),
    Level(words="出生日期日月颠倒", m=0.01, u=3e-5, agrees=True,
          sql="left(birth_l, 4) = left(birth_r, 4) AND substr(birth_l, 5, 2) = substr(birth_r, 7, 2) "
              "AND substr(birth_l, 7, 2) = substr(birth_r, 5, 2)"),
    Level(words="出生年份相同，一方写作1月1日", m=0.10, u=4e-4, agrees=True,
          sql="left(birth_l, 4) = left(birth_r, 4) AND (right(birth_l, 4) = '0101' OR right(birth_r, 4) = '0101')"),
    Level(words="出生日期只差一处", sql=_ONE_DIGIT.format("birth"), m=0.025, u=8e-4, agrees=True),
    Level(words="出生日期不同，同年同月", sql="left(birth_l, 6) = left(birth_r, 6)", m=0.004, u=1e-3),
    Level(words="出生日期不同，同一年", sql="left(birth_l, 4) = left(birth_r, 4)", m=0.008, u=0.012),
    Level(words="出生日期不同", m=0.023, u=0.98)))

PHONE = Comparison(name="phone", title="电话", needs="phone", levels=(
    Level(words="电话相同", sql="phone_l = phone_r", m=0.62, u=6e-5, by="phone", agrees=True),
    Level(words="电话只差一处", m=0.02, u=2e-5, agrees=True,
          sql=f"length(phone_l) >= 10 AND length(phone_l) = length(phone_r) AND {_ONE_DIGIT.format('phone')}"),
    Level(words="电话不同", m=0.36, u=0.9999)))

# The address of a family says little more when its phone has already spoken.
ADDRESS = Comparison(name="address", title="住址", needs="address", reads=("street",), levels=(
    Level(words="住址相同（电话也同）", sql=f"{_SAME_ADDRESS} AND {_SAME_PHONE}", m=0.70, u=0.10, agrees=True),
    Level(words="住址相同", sql=_SAME_ADDRESS, m=0.70, u=1.2e-4, agrees=True),
    Level(words="同村（社区、路），门牌不同", sql="street_l = street_r", m=0.06, u=2e-3),
    Level(words="住址相近", sql=_near("address", 0.92), m=0.08, u=4e-3, agrees=True),
    Level(words="住址不同", m=0.16, u=0.99)))
HOUSEHOLD = Comparison(name="household", title="户", needs="household", levels=(
    Level(words="同户（电话或住址也同）", sql=f"household_l = household_r AND {_SAME_HOME}", m=0.70, u=0.50, agrees=True),
    Level(words="同户", sql="household_l = household_r", m=0.70, u=1e-4, agrees=True),
    Level(words="不同户", m=0.30, u=0.9999)))

OTHER_NO = Comparison(name="other_no", title="其他编号", needs="other_no", levels=(
    Level(words="编号相同", sql="other_no_l = other_no_r", m=0.80, u=1e-5, agrees=True),
    Level(words="编号只差一处", sql=_ONE_SLIP.format("other_no"), m=0.10, u=1e-4, agrees=True),
    Level(words="编号不同", m=0.10, u=0.999)))
POSTCODE = Comparison(name="postcode", title="邮政编码", needs="postcode", levels=(
    Level(words="邮编相同", sql="postcode_l = postcode_r", m=0.80, u=2e-3, by="postcode", agrees=True),
    Level(words="邮编只差一处", sql=_ONE_SLIP.format("postcode"), m=0.08, u=0.02, agrees=True),
    Level(words="邮编不同", m=0.12, u=0.98)))
TOWN = Comparison(name="suburb", title="市镇", needs="suburb", levels=(
    Level(words="市镇相同", sql="suburb_l = suburb_r", m=0.75, u=2e-3, by="suburb", agrees=True),
    Level(words="市镇相近", sql=_near("suburb", 0.90), m=0.10, u=5e-3, agrees=True),
    Level(words="市镇不同", m=0.15, u=0.99)))

COMPARISONS = (NUMBER, OTHER_NO, NAME, GIVEN_NAME, SURNAME, SEX, BIRTH, PHONE, ADDRESS, HOUSEHOLD, POSTCODE, TOWN)

# Which pairs are looked at; each is a list of columns that must be equal, of expressions over a record.
BLOCKS = (
    ("number",), ("other_no",), ("sound", "right(number, 6)"), ("sound", "left(number, 14)"), ("part", "birth"),
    ("sound", "birth"), ("sound", "phone"), ("sound", "tail"), ("sound", "left(birth, 4)"),
    ("birth", "phone"), ("birth", "tail"), ("birth", "family_sound"),
    ("sound_near", "birth"), ("given_sound", "birth"), ("characters", "birth"),
    ("phone", "left(birth, 4)"), ("family_sound", "left(birth, 6)", "sex", "street"),
    ("first", "last"), ("birth", "left(last, 2)"), ("birth", "left(first, 2)"), ("last", "postcode"),
    ("first", "postcode"), ("last", "address"), ("first", "address"), ("suburb", "birth"),
    ("first", "left(birth, 4)", "left(last, 1)"), ("last", "left(birth, 4)", "left(first, 1)"),
    ("address", "postcode"),
)

ONE_SAME = 3.0          # weight (log2 of the odds) from which two records are one person
ONE_JUDGE = -4.0        # … from which a person is asked; below they are different
PRIOR_REPEATS = 0.5     # repeated records for one first record, before anything is known
STEADY = 2_000          # so many records' worth of the declared frequency are added to what is counted
