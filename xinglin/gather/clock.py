"""Seconds of each step of a delivery, for receipts and the benchmark."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class Clock:
    """`with clock("读取"): …` adds to that step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self.seconds[step] = round(self.seconds.get(step, 0) + perf_counter() - start, 3)
