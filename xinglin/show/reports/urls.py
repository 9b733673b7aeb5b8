"""Addresses of the Word desk. Nothing of a report ever stands in an address."""

from django.urls import path

from xinglin.show.reports import views

urlpatterns = [
    path("reports/", views.desk, name="reports"),
    path("reports/check/", views.check_report, name="report_check"),
    path("reports/sheets/", views.sheets, name="report_sheets"),
    path("reports/rows/", views.rows, name="report_rows"),
    path("reports/remember/", views.remember, name="report_remember"),
    path("reports/collect/", views.collected, name="report_collect"),
    path("reports/draft/", views.draft, name="report_draft"),
    path("reports/compare/", views.compared, name="report_compare"),
    path("reports/rules/", views.rules, name="report_rules"),
    path("reports/rules/<slug:code>/", views.rule, name="report_rule"),
]
