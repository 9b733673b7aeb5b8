"""Addresses of administration."""

from django.urls import path

from xinglin.show.administration import views

urlpatterns = [
    path("administration/", views.administration, name="administration"),
    path("administration/verify/", views.verify_journal, name="verify_journal"),
]
