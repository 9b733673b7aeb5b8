"""Addresses of figures and of the handbook. Codes have dots (htn.bp_controlled), never slashes."""

from django.urls import path

from xinglin.show.figures.views import changes, export, figure, handbook, listing, rows

urlpatterns = [
    path("figures/", listing.figures, name="figures"),
    path("figures/handbook/", handbook.index, name="handbook"),
    path("figures/handbook/<path:name>", handbook.page, name="handbook_page"),
    path("figures/<str:code>/", figure.figure, name="figure"),
    path("figures/<str:code>/rows/", rows.rows, name="figure_rows"),
    path("figures/<str:code>/rows/<str:unit>/", rows.row, name="figure_row"),
    path("figures/<str:code>/why/", changes.why, name="figure_why"),
    path("figures/<str:code>/export/", export.export, name="figure_export"),
]
