"""Putting records together: the surest pairs first, never across what cannot be one person.

Plain connected components join twins through a third record; here each union is asked whether anybody on one
side is known to be different from anybody on the other. Pure: numbers in, numbers out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Groups:
    """Which records stand together: `group[record]` is the smallest record of its group; others stand alone.

    `refused`: pairs that were sure enough, had a third record not forbidden it.
    """

    group: dict[int, int] = field(default_factory=dict)
    refused: list[tuple[int, int]] = field(default_factory=list)


def put_together(same: Iterable[tuple[int, int]], *, different: Iterable[tuple[int, int]],
                 numbers: Mapping[int, str], certain: Sequence[tuple[int, int]] = ()) -> Groups:
    """`same`: pairs, the surest first; `different`: pairs never in one group; `numbers`: right numbers of records.

    `certain`: pairs that stand whatever else is said, links a person has decided.
    """
    made = _Making(different, numbers)
    for left, right in certain:
        made.union(left, right)
    groups = Groups()
    for left, right in same:
        a, b = made.find(left), made.find(right)
        if a == b:
            continue
        if made.apart(a, b):
            groups.refused.append((left, right))
        else:
            made.union(a, b)
    groups.group = {r: min(m) for m in made.members.values() for r in m}
    return groups


class _Making:
    def __init__(self, different: Iterable[tuple[int, int]], numbers: Mapping[int, str]) -> None:
        self.parent: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}
        self.held: dict[int, set[str]] = {}
        self.numbers = numbers
        self.foes: dict[int, set[int]] = {}
        for left, right in different:
            self.foes.setdefault(left, set()).add(right)
            self.foes.setdefault(right, set()).add(left)

    def find(self, record: int) -> int:
        root = self.parent.setdefault(record, record)
        while root != self.parent[root]:
            root = self.parent[root]
        while self.parent[record] != root:
            self.parent[record], record = root, self.parent[record]
        return root

    def of(self, root: int) -> list[int]:
        return self.members.setdefault(root, [root])

    def held_by(self, root: int) -> set[str]:
        if root not in self.held:
            number = self.numbers.get(root)
            self.held[root] = {number} if number else set()
        return self.held[root]

    def apart(self, a: int, b: int) -> bool:
        """Two right numbers, or somebody of one known to be different from somebody of the other."""
        if len(self.held_by(a) | self.held_by(b)) > 1:
            return True
        few, many = sorted((self.of(a), self.of(b)), key=len)
        whom = set(many)
        return any(not whom.isdisjoint(self.foes[r]) for r in few if r in self.foes)

    def union(self, left: int, right: int) -> None:
        a, b = self.find(left), self.find(right)
        if a == b:
            return
        big, small = (a, b) if len(self.of(a)) >= len(self.of(b)) else (b, a)
        self.parent[small] = big
        self.held[big] = self.held_by(big) | self.held_by(small)
        self.of(big).extend(self.of(small))
        self.members.pop(small, None)
        self.held.pop(small, None)
