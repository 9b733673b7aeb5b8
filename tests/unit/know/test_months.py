"""Which month ends a county that joins today is given."""

from datetime import date

import pytest

from xinglin.know.indicators.months import month_ends


@pytest.mark.parametrize(("day", "ends"), [
    (date(2026, 3, 1), ["2026-02-28", "2026-01-31", "2025-12-31"]),
    (date(2024, 3, 31), ["2024-02-29", "2024-01-31", "2023-12-31"]),
    (date(2026, 1, 15), ["2025-12-31", "2025-11-30", "2025-10-31"]),
])
def test_the_month_of_the_day_itself_is_not_over(day, ends):
    assert [str(e) for e in month_ends(day, 3)] == ends
