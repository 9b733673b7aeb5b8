"""/_kit/: all components on one page, for those who write pages. Only with XINGLIN_KIT=1."""

from django.urls import path

from xinglin.show.common import kit

urlpatterns = [
    path("", kit.components, name="kit"),
    path("empty/", kit.empty_page, name="kit_empty"),
    path("resident/", kit.resident, name="kit_resident"),
    path("slow/", kit.slow_part, name="kit_slow"),
    path("refused/", kit.refused, name="kit_refused"),
    path("broken/", kit.broken, name="kit_broken"),
]
