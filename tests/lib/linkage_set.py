"""A made set of records of people in families, with the slips of real registers and the truth.

`make_set(people=…, seed=…)` gives rows as `xinglin people link` reads them and, apart, whose each is.
Every slip may fall on every record: first ones and repeated ones alike.
"""

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from faker.providers.person.zh_CN import Provider
from pypinyin import lazy_pinyin

from xinglin.gather.sources.synthetic.names import surnames
from xinglin.kernel.identity import with_check_digit

COLUMNS = ("row", "name", "sex", "birth_date", "id_number", "phone", "address")
EXTRA = 0.40            # repeated records, of people drawn anew each time
NO_NUMBER = 0.25
TRANSPOSED = 0.03       # two neighbouring digits of the number
HOMOPHONE = 0.08
NEW_YEAR = 0.06         # birth date written as 1 January
NEW_PHONE = 0.30        # of repeated records
FAMILY_PHONE = 0.35     # families with one phone for all
TWINS = 0.02            # of families with children
MOVED = 0.10            # of repeated records
LONG_ADDRESS = 0.40     # written with province and city
FIFTEEN = 0.15          # of people born before 1970: the old card
TOWNS = ("新安江街道", "洋溪街道", "更楼街道", "莲花镇", "乾潭镇", "梅城镇", "杨村桥镇", "下涯镇", "大洋镇",
         "三都镇", "寿昌镇", "航头镇", "大慈岩镇", "大同镇", "李家镇", "钦堂乡")
PREFIX = ("浙江省杭州市建德市", "浙江省建德市", "杭州市建德市", "建德市", "浙江杭州建德")


@dataclass(frozen=True)
class Someone:
    """A person as in truth."""

    person: int
    name: str
    sex: str
    born: date
    number: str
    phone: str
    address: str


def make_set(*, people=20_000, seed=1, extra=EXTRA):
    """(rows as dicts of COLUMNS, truth: row → person), shuffled."""
    chance = random.Random(seed)
    everyone = _people(chance, people)
    records = [(p, False) for p in everyone]
    records += [(chance.choice(everyone), True) for _ in range(round(people * extra))]
    chance.shuffle(records)
    rows, truth = [], {}
    for n, (who, again) in enumerate(records, 1):
        row = f"r{n:07d}"
        truth[row] = who.person
        rows.append({"row": row, **_written(chance, who, again)})
    return rows, truth


def write_csv(path, rows, *, columns=COLUMNS, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.DictWriter(file, columns, extrasaction="ignore")
        out.writeheader()
        out.writerows(rows)


def pairs_score(truth, found):
    """(precision, recall) over pairs of records put together; `found`: row → person."""
    both = _pairs((truth[r], found[r]) for r in truth)
    claimed, real = _pairs(found[r] for r in truth), _pairs(truth.values())
    return both / max(claimed, 1), both / max(real, 1)


def _pairs(keys):
    counts = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return sum(n * (n - 1) // 2 for n in counts.values())


def _people(chance, how_many):
    found, family = [], 0
    used = set()
    while len(found) < how_many:
        family += 1
        found += _family(chance, first=len(found), family=family, used=used)
    return found[:how_many]


def _family(chance, *, first, family, used):
    address = f"{chance.choice(TOWNS)}{_village(chance)}{chance.randint(1, 400)}号"
    father_line, head = chance.choice(_surnames()), date(2024, 6, 1) - timedelta(days=chance.randint(9000, 27000))
    shared = _phone(chance) if chance.random() < FAMILY_PHONE else None
    members = [("男", head, father_line)]
    if chance.random() < 0.85:
        members.append(("女", head + timedelta(days=chance.randint(-1000, 2500)), chance.choice(_surnames())))
    born = head + timedelta(days=chance.randint(7800, 11000))
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3))):
        if born < date(2024, 1, 1):
            members.append((chance.choice("男女"), born, father_line))
            if chance.random() < TWINS:
                members.append((members[-1][0] if chance.random() < 0.6 else chance.choice("男女"), born, father_line))
        born += timedelta(days=chance.randint(400, 1800))
    for gap in (chance.randint(7500, 10000), chance.randint(7500, 10000)):
        if chance.random() < 0.3 and (head - timedelta(days=gap)).year > 1925:
            man = gap % 2 == 0
            members.append(("男" if man else "女", head - timedelta(days=gap),
                            father_line if man else chance.choice(_surnames())))
    names = set()
    out = []
    for sex, day, line in members:
        name = _name(chance, line, sex, names)
        phone = shared or (_phone(chance) if day.year < 2010 else (out[0].phone if out else _phone(chance)))
        out.append(Someone(first + len(out), name, sex, day, _number(chance, day, sex, used), phone, address))
    return out


@cache
def _surnames():
    return surnames()


@cache
def _given():
    return {"男": list(dict.fromkeys(Provider.first_names_male)), "女": list(dict.fromkeys(Provider.first_names_female))}


def _name(chance, line, sex, taken):
    while True:
        pool = _given()[sex]
        given = chance.choice(pool)
        if len(given) == 1 and chance.random() < 0.6:
            given += chance.choice([g for g in pool if len(g) == 1])
        if line + given not in taken:
            taken.add(line + given)
            return line + given


def _village(chance):
    return chance.choice("东西南北上下大小新") + chance.choice("山溪塘坪坞源桥田湖岭") + chance.choice(("村", "村", "社区"))


def _phone(chance):
    return chance.choice(("154", "157", "138", "189")) + f"{chance.randrange(10**8):08d}"


def _number(chance, day, sex, used):
    while True:
        area = "330182" if chance.random() < 0.9 else chance.choice(("330127", "330781", "341021"))
        sequence = chance.randrange(500) * 2 + (sex == "男")
        number = with_check_digit(f"{area}{day:%Y%m%d}{sequence:03d}")
        if number not in used:
            used.add(number)
            return number


def _written(chance, who, again):
    day = who.born
    if chance.random() < NEW_YEAR:
        day = date(day.year, 1, 1)
    phone = _phone(chance) if again and chance.random() < NEW_PHONE else who.phone
    address = who.address
    if again and chance.random() < MOVED:
        address = f"{chance.choice(TOWNS)}{_village(chance)}{chance.randint(1, 400)}号"
    if chance.random() < LONG_ADDRESS:
        address = chance.choice(PREFIX) + address
    name = _by_ear(chance, who.name) if chance.random() < HOMOPHONE else who.name
    return {"name": name, "sex": who.sex, "birth_date": day.isoformat(),
            "id_number": _number_written(chance, who), "phone": phone, "address": address}


def _number_written(chance, who):
    if chance.random() < NO_NUMBER:
        return ""
    number = who.number
    if who.born.year < 1970 and chance.random() < FIFTEEN:
        number = number[:6] + number[8:17]
    if chance.random() < TRANSPOSED:
        at = chance.choice([n for n in range(len(number) - 1) if number[n] != number[n + 1]])
        number = number[:at] + number[at + 1] + number[at] + number[at + 2:]
    return number


def _by_ear(chance, name):
    """One character replaced by another that sounds the same."""
    places = [n for n, c in enumerate(name) if len(_sounds().get(_sound(c), "")) > 1]
    if not places:
        return name
    at = chance.choice(places)
    other = chance.choice([c for c in _sounds()[_sound(name[at])] if c != name[at]])
    return name[:at] + other + name[at + 1:]


@cache
def _sound(character):
    return lazy_pinyin(character)[0]


@cache
def _sounds():
    found = {}
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                character = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            found.setdefault(_sound(character), []).append(character)
    return {sound: "".join(listed) for sound, listed in found.items()}
