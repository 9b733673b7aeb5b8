"""Sensitive Records (`About.sensitive` names a purpose): what a reader without it does not even learn of.

Neither lines of a timeline, nor programmes, nor tasks, nor counts of them are shown.
"""

from collections.abc import Collection

from xinglin.act.programmes.fold import records_of
from xinglin.registry.permissions import decides
from xinglin.registry.queries import organisations_under
from xinglin.show.common.definitions import catalog
from xinglin.show.doctor.reader import Reader


def sensitive_records() -> dict[str, str]:
    """Code of a Record → the purpose without which it is not shown."""
    return {code: r.about.sensitive for code, r in catalog().records.items() if r.about.sensitive}


def hidden_records(who: Reader, chain: Collection[str]) -> frozenset[str]:
    """Codes of Records of a person of this organisation (its chain) that the reader may not know of."""
    def sees(purpose: str) -> bool:
        return any(decides(role=p.role, own_org=p.organisation_id, org_of_thing=tuple(chain), purpose=purpose)
                   for p in who.posts)  # fmt: skip

    return frozenset(code for code, purpose in sensitive_records().items() if not sees(purpose))


def hidden_programmes(records: Collection[str]) -> frozenset[str]:
    """Programmes that work with one of these Records: to know that somebody is in it is to know the Record."""
    hidden = set(records)
    if not hidden:
        return frozenset()
    every = catalog().programmes.items()
    return frozenset(code for code, p in every if hidden & {r.about.code for r in records_of(p)})


def hidden_in_lists(who: Reader, orgs: Collection[str]) -> frozenset[str]:
    """Programmes to leave out of lists and counts over these organisations."""
    closed = {code for code, purpose in sensitive_records().items()
              if not set(orgs) <= organisations_under(who.user, purpose=purpose)}  # fmt: skip
    return hidden_programmes(closed)
