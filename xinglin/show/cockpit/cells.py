"""The map: a county's outline cut into one cell a town, by nearness to a point. Pure.

No open data has townships' borders, so cells are a sketch and the page says so. A county without
a map of ours gets a grid of tiles by code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import ceil, cos, radians, sqrt

Point = tuple[float, float]
WIDTH = 1000.0


@dataclass(frozen=True)
class Cell:
    """A town's piece of the picture: SVG points, and where its words stand."""

    code: str
    points: str
    x: float
    y: float


@dataclass(frozen=True)
class Picture:
    """The whole map: SVG size, the outline's points, cells by town."""

    width: float
    height: float
    outline: str
    cells: tuple[Cell, ...]
    sketch: bool

    @property
    def box(self) -> str:
        """The SVG view box, with a little air."""
        return f"-8 -8 {self.width + 16:.0f} {self.height + 16:.0f}"


@cache
def picture(county: str, towns: tuple[str, ...]) -> Picture:
    """The map of a county (6 digits) with its towns (9 digits each)."""
    told = _map_of(county)
    if told is None or not set(towns) <= set(told["towns"]):
        return _tiles(towns)
    ring, place = _projected([tuple(p) for p in told["outline"]])
    height = max(y for _, y in ring)
    points = {t: place(tuple(told["towns"][t])) for t in towns}
    return _drawn(ring, points, height, sketch=True)


def _map_of(county: str) -> dict | None:
    file = resources.files("xinglin.show.cockpit") / "maps" / f"{county}.json"
    return json.loads(file.read_text("utf-8")) if file.is_file() else None


def _projected(ring: Sequence[Point]) -> tuple[list[Point], Callable[[Point], Point]]:
    """Degrees to picture units: true to shape at the county's latitude, north up."""
    left, top = min(x for x, _ in ring), max(y for _, y in ring)
    right, middle = max(x for x, _ in ring), sum(y for _, y in ring) / len(ring)
    scale = WIDTH / ((right - left) * cos(radians(middle)))

    def place(p: Point) -> Point:
        return (p[0] - left) * cos(radians(middle)) * scale, (top - p[1]) * scale

    return [place(p) for p in ring], place


def _tiles(towns: Sequence[str]) -> Picture:
    across = max(1, ceil(sqrt(len(towns) * 1.4)))
    down, side = max(1, ceil(len(towns) / across)), WIDTH / across
    points = {t: ((n % across + 0.5) * side, (n // across + 0.5) * side) for n, t in enumerate(towns)}
    height = down * side
    return _drawn([(0, 0), (WIDTH, 0), (WIDTH, height), (0, height)], points, height, sketch=False)


def _drawn(ring: Sequence[Point], points: Mapping[str, Point], height: float, *, sketch: bool) -> Picture:
    frame = [(0.0, 0.0), (WIDTH, 0.0), (WIDTH, height), (0.0, height)]
    cells = []
    for code, own in points.items():
        shape = nearest([p for c, p in points.items() if c != code], own, frame)
        cells.append(Cell(code, _words(shape), round(own[0], 1), round(own[1], 1)))
    return Picture(WIDTH, round(height, 1), _words(ring), tuple(cells), sketch)


def nearest(others: Sequence[Point], own: Point, frame: Sequence[Point]) -> list[Point]:
    """The part of the frame that is nearer to `own` than to any other point."""
    shape = list(frame)
    for other in others:
        shape = _cut(shape, own, other)
    return shape


def _cut(shape: Sequence[Point], own: Point, other: Point) -> list[Point]:
    """What of a convex shape lies on the own side of the line half way to another point."""
    middle = ((own[0] + other[0]) / 2, (own[1] + other[1]) / 2)
    away = (other[0] - own[0], other[1] - own[1])

    def beyond(p: Point) -> float:
        return (p[0] - middle[0]) * away[0] + (p[1] - middle[1]) * away[1]

    kept: list[Point] = []
    for a, b in zip(shape, [*shape[1:], *shape[:1]], strict=True):
        fa, fb = beyond(a), beyond(b)
        if fa <= 0:
            kept.append(a)
        if fa * fb < 0:
            t = fa / (fa - fb)
            kept.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
    return kept


def _words(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
