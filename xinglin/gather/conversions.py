"""The house's own conversions of laboratory units, item by item: data, used where a map says nothing."""

from xinglin.gather.mapping import Convert

_ITEMS = (  # substance, items, from, to
    ("glucose", ("GLU", "GLU2H"), "mg/dL", "mmol/L"),
    ("cholesterol", ("TC", "LDL", "HDL"), "mg/dL", "mmol/L"),
    ("triglyceride", ("TG",), "mg/dL", "mmol/L"),
    ("urea", ("BUN",), "mg/dL", "mmol/L"),
    ("uric_acid", ("UA",), "mg/dL", "umol/L"),
    ("creatinine", ("CREA",), "mg/dL", "umol/L"),
)


def house_conversions(record: str) -> tuple[Convert, ...]:
    """Conversions for a Record by code; none for most."""
    if record != "lab_result":
        return ()
    return tuple(Convert(column="value", unit_column="unit", from_unit=source, to_unit=target,
                         substance=substance, where=("item", items))
                 for substance, items, source, target in _ITEMS)
