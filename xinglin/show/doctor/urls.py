"""Addresses of the doctor's pages. A person stands in them as a number that means nothing."""

from django.urls import path

from xinglin.show.doctor.views import find, person, visit

urlpatterns = [
    path("find/", find.find, name="find"),
    path("people/", find.find, name="people"),
    path("person/<int:number>/", person.page, name="person"),
    path("person/<int:number>/programmes/", person.programmes, name="person_programmes"),
    path("person/<int:number>/seen/", person.seen, name="person_seen"),
    path("person/<int:number>/act/<str:uid>/", person.act, name="person_act"),
    path("person/<int:number>/act/<str:uid>/correct/", visit.correct, name="correct"),
    path("person/<int:number>/act/<str:uid>/void/", visit.void, name="void"),
    path("person/<int:number>/event/<slug:record>/<str:rk>/", person.event, name="person_event"),
    path("person/<int:number>/event/<slug:record>/<str:rk>/dispute/", visit.dispute, name="dispute"),
    path("person/<int:number>/visit/<slug:programme>/", visit.form, name="visit"),
    path("person/<int:number>/visit/<slug:programme>/draft/", visit.draft, name="visit_draft"),
    path("person/<int:number>/saved/<str:uid>/", visit.saved, name="saved"),
]
