"""Numbers as hands type them: full-width digits, a Chinese stop, blanks."""

import unicodedata


def read_number(text: str) -> float | None:
    """The number that a text writes, None when it writes none (or nan, inf)."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("。", ".").replace(" ", "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if abs(value) < 1e12 else None
