"""Addresses of administration."""

from django.urls import path

from xinglin.show.administration import audit, views

urlpatterns = [
    path("administration/", views.administration, name="administration"),
    path("administration/verify/", views.verify_journal, name="verify_journal"),
    path("administration/reviews/", audit.reviews, name="reviews"),
    path("administration/acts/", audit.acts, name="admin_acts"),
]
