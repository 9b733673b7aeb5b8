"""The lake's vocabulary: one module per subject, only Records and codelists."""

from xinglin.datasets.arrivals import Arrival
from xinglin.datasets.births_deaths import Death
from xinglin.datasets.chronic import AnnualExam, BpScreening
from xinglin.datasets.encounters import Diagnosis, Encounter
from xinglin.datasets.immunisation import Vaccination
from xinglin.datasets.infectious import CaseReport
from xinglin.datasets.laboratory import LabResult
from xinglin.datasets.people import Person, PopulationFigure
from xinglin.datasets.pharmacy import Dispense
from xinglin.datasets.work import (
    Case,
    CaseChange,
    ContactAttempt,
    LoopCase,
    LoopStep,
    Suspect,
    Task,
)

__all__ = [
    "DELIVERED", "DERIVED", "AnnualExam", "Arrival", "BpScreening", "Case", "CaseChange", "CaseReport",
    "ContactAttempt", "Death", "Diagnosis", "Dispense", "Encounter", "LabResult", "LoopCase",
    "LoopStep", "Person", "PopulationFigure", "Suspect", "Task", "Vaccination",
]

# What may be delivered, in the order of a county's day.
DELIVERED = (Person, PopulationFigure, Encounter, Diagnosis, LabResult, Dispense, Vaccination, Death,
             CaseReport, BpScreening, AnnualExam, CaseChange, ContactAttempt, LoopStep)
# What the night derives; never delivered.
DERIVED = (Case, Task, LoopCase, Suspect, Arrival)
