"""Every page's address: each `show/<audience>/urls.py` is found and included as it stands."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from xinglin.site.found import urls_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(module)) for module in urls_of(settings.BASE)
]
if settings.KIT:
    urlpatterns.append(path("_kit/", include("xinglin.show.common.kit_urls")))

handler400 = "xinglin.show.common.problems.bad_request"
handler403 = "xinglin.show.common.problems.no_right"
handler404 = "xinglin.show.common.problems.not_found"
handler500 = "xinglin.show.common.problems.broken"
