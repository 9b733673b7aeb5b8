"""Addresses of the doctor's pages. A person stands in them as a number that means nothing."""

from django.urls import path

from xinglin.show.doctor.views import backfill, find, lists, opening, person, today, visit

urlpatterns = [
    path("today/", today.today, name="today"),
    path("today/print/", today.paper, name="today_print"),
    path("today/suspects/", lists.suspects, name="suspects"),
    path("today/loops/", lists.loops, name="loops"),
    path("today/lost/", lists.lost, name="lost"),
    path("today/backfill/", backfill.backfill, name="backfill"),
    path("find/", find.find, name="find"),
    path("people/", find.find, name="people"),
    path("person/<int:number>/", person.page, name="person"),
    path("why/", opening.why, name="why_lists"),
    path("emergency/", opening.emergency, name="emergency"),
    path("person/<int:number>/reason/", opening.reason, name="person_reason"),
    path("person/<int:number>/why/", opening.why_person, name="person_why"),
    path("person/<int:number>/programmes/", person.programmes, name="person_programmes"),
    path("person/<int:number>/seen/", person.seen, name="person_seen"),
    path("person/<int:number>/act/<str:uid>/", person.act, name="person_act"),
    path("person/<int:number>/act/<str:uid>/correct/", visit.correct, name="correct"),
    path("person/<int:number>/act/<str:uid>/void/", visit.void, name="void"),
    path("person/<int:number>/event/<slug:record>/<str:rk>/", person.event, name="person_event"),
    path("person/<int:number>/event/<slug:record>/<str:rk>/dispute/", visit.dispute, name="dispute"),
    path("person/<int:number>/visit/<slug:programme>/", visit.form, name="visit"),
    path("person/<int:number>/visit/<slug:programme>/draft/", visit.draft, name="visit_draft"),
    path("person/<int:number>/attempt/<slug:programme>/", lists.attempt, name="attempt"),
    path("person/<int:number>/loop/<slug:programme>/<slug:loop>/<slug:opened>/", lists.loop_step,
         name="loop_step"),
    path("person/<int:number>/saved/<str:uid>/", visit.saved, name="saved"),
]
