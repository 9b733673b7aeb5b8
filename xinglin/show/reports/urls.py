"""Addresses of the Word desk and of the annual report. Nothing of a report ever stands in an address."""

from django.urls import path

from xinglin.show.reports import views
from xinglin.show.reports.annual import views as annual

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
    path("reports/annual/", annual.annual, name="annual"),
    path("reports/annual/file/<slug:kind>/", annual.annual_file, name="annual_file"),
    path("reports/annual/fill/", annual.annual_fill, name="annual_fill"),
    path("reports/annual/owed/", annual.annual_owed, name="annual_owed"),
    path("reports/annual/freeze/", annual.annual_freeze, name="annual_freeze"),
    path("reports/annual/<int:number>/", annual.annual_edition, name="annual_edition"),
    path("reports/annual/<int:number>/file/<slug:kind>/", annual.annual_edition_file, name="annual_edition_file"),
    path("reports/annual/<int:number>/rows/<str:code>/", annual.annual_rows, name="annual_rows"),
]
