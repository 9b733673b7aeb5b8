"""Addresses of administration."""

from django.urls import path

from xinglin.show.administration import audit, looks, registers, views

urlpatterns = [
    path("administration/", views.administration, name="administration"),
    path("administration/verify/", views.verify_journal, name="verify_journal"),
    path("administration/registers/<slug:code>/", registers.register, name="register"),
    path("administration/registers/<slug:code>/<str:key>/<slug:what>/", registers.deed, name="register_deed"),
    path("administration/reviews/", audit.reviews, name="reviews"),
    path("administration/looks/", looks.looks, name="admin_looks"),
    path("administration/acts/", audit.acts, name="admin_acts"),
]
