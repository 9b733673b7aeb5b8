"""The rules of the desk, a module a family; `RULES` is found, sorted by code."""

import importlib
import pkgutil

from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.rules.base import Rule


def _found() -> tuple[Rule, ...]:
    modules = (
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    )
    rules = [rule for module in modules for rule in getattr(module, "RULES", ())]
    return tuple(sorted(rules, key=lambda rule: rule.code))


RULES = _found()
BY_CODE = {rule.code: rule for rule in RULES}


def rule_of(code: str) -> Rule:
    """The rule of a code; an unknown one is refused with what there is."""
    if code not in BY_CODE:
        raise XinglinError(f"没有“{code}”这条规则", do=f"可用：{'、'.join(BY_CODE)}")
    return BY_CODE[code]
