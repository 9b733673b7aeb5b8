"""Addresses of operations."""

from django.urls import path

from xinglin.show.operations import views

urlpatterns = [
    path("administration/checkup/", views.checkup, name="checkup"),
    path("health/", views.health, name="health"),
]
