"""Numbers of headings: 一、 （一） 1. （1）."""

DIGITS = "零一二三四五六七八九"


def chinese(n: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(n, 10)
    head = "" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


def numbered(level: int, n: int, title: str) -> str:
    """A heading with its number."""
    return {1: f"{chinese(n)}、{title}", 2: f"（{chinese(n)}）{title}", 3: f"{n}.{title}"}.get(level, f"（{n}）{title}")
