"""The same made families as another county would write them: other names, addresses, dates, phones and codes.

`make_styled(people=…, seed=…)` gives (header, rows, truth) of a file whose columns stand in another order under
Chinese titles. What the linkage was made with (tests.lib.linkage_set) has none of these.
"""

import random
import zlib
from unittest import mock

from tests.lib import linkage_set

TITLES = {"address": "现住址", "phone": "联系电话", "id_number": "身份证号码", "birth_date": "出生日期", "sex": "性别",
          "name": "姓名", "row": "编号"}
SURNAMES = ["欧阳", "司马", "诸葛", "上官", "慕容", "令狐", "皇甫", "尉迟", "冼", "麦", "卢", "邝", "岑", "关", "温", "丘", "蓝", "覃", "韦", "农", "陆", "梁", "甘", "单", "查", "解", "曾", "乐", "缪", "仇", "区", "盖", "员", "陈", "黄", "李", "张", "陈", "黄", "李", "张", "陈", "黄", "李", "张"]
GIVEN = {"男": ["阿不都", "买买提", "艾力", "吐尔逊", "依明", "库尔班", "玉素甫", "肉孜", "热合曼", "扎西", "次仁", "巴特尔", "木合塔尔"],
         "女": ["阿依古丽", "帕提古丽", "古丽娜尔", "热依汗", "米日古丽", "阿米娜", "卓玛", "央金", "其其格", "萨仁", "迪丽拜尔"]}
FATHERS = ["买买提", "阿不都拉", "艾买提", "依明", "吐尔地", "库尔班", "肉孜", "热合曼", "卡德尔", "司马义", "尼亚孜", "托合提", "赛买提", "亚生"]
SIMPLE = str.maketrans("张陈刘杨赵吴孙马罗郑谢韩冯邓许萧叶苏卢钟谭陆贾韦邹华国伟强军杰兰凤", "張陳劉楊趙吳孫馬羅鄭謝韓馮鄧許蕭葉蘇盧鐘譚陸賈韋鄒華國偉強軍傑蘭鳳")
STREETS = ["人民路", "解放路", "中山路", "建设路", "新华街", "和平路", "文化路", "胜利街", "滨河路", "工业大道"]
ESTATES = ["阳光花园", "锦绣家园", "和谐小区", "翠湖苑", "银河小区", "书香苑", "福星苑", "龙湖新村"]
VILLAGES = ["大湾", "黄泥", "石桥", "柳林", "龙潭", "白马", "双河", "老街", "新民", "永兴", "太平", "团山", "青冈", "红旗", "前进", "茶园"]
LARGER = ("湖南省永州市江华县", "永州市江华瑶族自治县", "湖南永州江华", "江华县", "湖南省永州市")
NO_NUMBER = 0.5
PARTED = 0.2            # people with a name in two parts, with a dot between


def make_styled(*, people=3000, seed=5):
    chance = random.Random(seed)
    with mock.patch.multiple(linkage_set, _surnames=lambda: SURNAMES, NO_NUMBER=NO_NUMBER, _name=_named(linkage_set._name)):
        rows, truth = linkage_set.make_set(people=people, seed=seed)
    styled = [{"row": r["row"], **_written(chance, r)} for r in rows]
    return list(TITLES.values()), [[r[field] for field in TITLES] for r in styled], truth


def _named(plain):
    def name(chance, line, sex, taken):
        if chance.random() >= PARTED:
            return plain(chance, line, sex, taken)
        made = f"{chance.choice(GIVEN[sex])}·{chance.choice(FATHERS)}"
        return plain(chance, line, sex, taken) if made in taken else taken.add(made) or made
    return name


def _written(chance, row):
    number = row["id_number"]
    spelt = (f" {number}", number.lower(), f"{number[:6]} {number[6:14]} {number[14:]}", number, number, number)
    return {"name": _name(chance, row["name"]), "sex": _sex(chance, row["sex"]), "birth_date": _day(chance, row["birth_date"]),
            "id_number": chance.choice(spelt) if number else "", "phone": _phone(chance, row["phone"]),
            "address": _address(chance, row["address"])}


def _name(chance, name):
    if "·" in name:
        return name.replace("·", chance.choice("··•．.・‧● "))
    if chance.random() < 0.1:
        return name[0] + chance.choice((" ", "  ", "\u3000")) + name[1:]
    return name.translate(SIMPLE) if chance.random() < 0.06 else name


def _sex(chance, sex):
    return "未知" if chance.random() < 0.04 else chance.choice({"男": ("1", "M", "男", "男性"), "女": ("2", "F", "女", "女性")}[sex])


def _day(chance, day):
    year, month, date = day.split("-")
    if chance.random() < 0.03 and int(date) <= 12:
        month, date = date, month
    return chance.choice((f"{year}-{month}-{date}", f"{year}/{int(month)}/{int(date)}", f"{year}{month}{date}",
                          f"{year}年{int(month)}月{int(date)}日", f"{year}.{month}.{date}", f"{year}{month}{date}.0"))


def _phone(chance, phone):
    parts = phone[:3], phone[3:7], phone[7:]
    return chance.choice((phone, f"+86 {' '.join(parts)}", f"86-{phone}", "-".join(parts), f"{phone}.0"))


def _address(chance, address):
    """A home of this county for each home of the other, always the same one; a quarter written shorter."""
    for larger in linkage_set.PREFIX:
        address = address.removeprefix(larger)
    fixed = random.Random(zlib.crc32(address.encode()))
    if fixed.random() < 0.6:
        home = (f"{fixed.choice(STREETS)}{fixed.randint(1, 300)}号{fixed.choice(ESTATES)}{fixed.randint(1, 20)}栋"
                f"{fixed.randint(1, 4)}单元{fixed.randint(1, 18)}0{fixed.randint(1, 4)}室")
    else:
        home = f"{fixed.choice(VILLAGES)}乡{fixed.choice(VILLAGES)}村{fixed.randint(1, 12)}组{fixed.randint(1, 80)}号"
    if chance.random() < 0.25:
        home = home.replace("栋", "幢").replace("单元", "-").replace("室", "")
    return chance.choice(LARGER) + home if chance.random() < 0.3 else home
