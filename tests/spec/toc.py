"""The chapters of the manual, in order: modules `test_<name>.py` of this folder."""

CHAPTERS = (
    "norms",
    "codelists",
    "records",
    "conditions",
    "ladders",
    "due_rules",
    "closing",
    "schedules",
    "calendar",
    "enrolment",
    "loops",
    "indicators",
    "examples",
)
