"""Addresses of the cockpit."""

from django.urls import path

from xinglin.show.cockpit import views

urlpatterns = [
    path("cockpit/", views.cockpit, name="cockpit"),
    path("cockpit/assign/", views.assign, name="cockpit_assign"),
    path("cockpit/visit/", views.visit, name="cockpit_visit"),
]
