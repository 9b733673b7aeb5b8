"""Addresses of the registry's pages."""

from django.urls import path

from xinglin.show.people import views

urlpatterns = [
    path("people/duplicates/", views.duplicates, name="duplicates"),
    path("people/duplicates/decide/", views.decide, name="decide_duplicates"),
]
