"""Every page's address. A page of `show` brings its own `urls.py`; it is included here."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("xinglin.show.common.urls")),
]
if settings.KIT:
    urlpatterns.append(path("_kit/", include("xinglin.show.common.kit_urls")))

handler400 = "xinglin.show.common.problems.bad_request"
handler403 = "xinglin.show.common.problems.no_right"
handler404 = "xinglin.show.common.problems.not_found"
handler500 = "xinglin.show.common.problems.broken"
