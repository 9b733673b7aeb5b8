"""Money is an integer of fen; floats never carry it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def to_fen(yuan: Decimal | str | int) -> int:
    """Yuan to fen, halves away from zero (四舍五入)."""
    return int((Decimal(yuan) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def yuan_text(fen: int) -> str:
    """1234567 → "12,345.67"."""
    return f"{Decimal(fen) / 100:,.2f}"


def share_out(fen: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide exactly by weights; left-over fen go to the largest remainders, first come first.

    Raises ValueError when no weight is positive or one is negative.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    parts = [fen * w // total for w in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(fen * weights[i] % total), i))
    for i in by_remainder[: fen - sum(parts)]:
        parts[i] += 1
    return tuple(parts)
