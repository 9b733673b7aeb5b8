"""How a character sounds: alone, as a family name, and nearly."""

from __future__ import annotations

from xinglin.kernel.pinyin import reading as sound

# Readings that a character has as a family name only.
FAMILY = {"单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "翟": "zhai", "乐": "yue", "朴": "piao",
          "盖": "ge", "尉": "yu", "秘": "bi", "召": "shao", "繁": "po", "员": "yun", "种": "chong", "任": "ren", "华": "hua",
          "晟": "cheng", "洗": "xian", "折": "she", "黑": "he", "覃": "qin", "缪": "miao", "宓": "mi", "逄": "pang"}
_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("hu", "f"))


def family_sound(character: str) -> str:
    """How it sounds as the first character of a name."""
    return FAMILY.get(character) or sound(character)


def nearly(syllable: str) -> str:
    """Without what many dialects do not tell apart: zh/z, ch/c, sh/s, ng/n, l/n, hu/f."""
    for one, other in _NEAR:
        syllable = syllable.replace(one, other)
    return syllable
