from pathlib import Path

import xinglin
from xinglin.site.found import apps_of, urls_of


def test_an_app_and_its_pages_are_found_by_their_files(tmp_path):
    for name in ("xinglin/act/care/apps.py", "xinglin/show/doctor/urls.py", "xinglin/site/urls.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert apps_of(tmp_path / "xinglin") == ["xinglin.act.care"]
    assert urls_of(tmp_path / "xinglin") == ["xinglin.show.doctor.urls"]


def test_the_apps_there_are(settings):
    ours = apps_of(Path(xinglin.__file__).parent)
    assert {"xinglin.journal", "xinglin.registry", "xinglin.show.common"} <= set(ours)
    assert set(ours) <= set(settings.INSTALLED_APPS)
