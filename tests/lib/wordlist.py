"""The Chinese texts of pages that go through translation, found in templates and Python."""

import re
from pathlib import Path

TAGS = (
    re.compile(r"""\{%\s*translate\s+(["'])(.+?)\1"""),
    re.compile(r"\{%\s*blocktranslate[^%]*%\}()(.*?)\{%\s*endblocktranslate", re.DOTALL),
)
CALLS = re.compile(r"""\b(?:_|lazy|gettext|gettext_lazy)\(\s*(["'])(.+?)\1\s*,?\s*\)""", re.DOTALL)
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def texts(folder: Path) -> set[str]:
    """Every msgid under a folder of pages, as gettext would see it."""
    found = set()
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        found |= {VARIABLE.sub(r"%(\1)s", m[1]) for tag in TAGS for m in tag.findall(text)}
        found |= {m[1] for m in CALLS.findall(text)}        # {% state "info" _("…") %}
    for path in sorted(folder.rglob("*.py")):
        found |= {m[1] for m in CALLS.findall(path.read_text(encoding="utf-8"))}
    return found
