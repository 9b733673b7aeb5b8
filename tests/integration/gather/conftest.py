import shutil

import pytest

from tests.lib.postgresql import forget_catalog
from xinglin.kernel.home import home
from xinglin.kernel.identity import with_check_digit
from xinglin.lake.store import forget_lake, open_lake

ORG = "12330182MB0000001X"


def id_number(n, *, birth="19540501", male=True):
    return with_check_digit(f"330182{birth}{n:02d}{1 if male else 2}")


@pytest.fixture
def county(db, monkeypatch):
    """An empty lake in the home of the run, with one organisation registered."""
    from xinglin.registry.models import Organisation, Place

    monkeypatch.setenv("XINGLIN_LAKE_BUCKETS", "2")
    place = home().ensure()
    forget_lake(place)
    forget_catalog(place)
    for folder in (place.lake, place.raw, place.quarantine, place.inbox, place.tmp):
        shutil.rmtree(folder, ignore_errors=True)
    place.ensure()
    town = Place.objects.create(code="330182000000", name="县", level=3)
    Organisation.objects.create(code=ORG, name="县医院", kind="county_hospital", level=3, place=town)
    yield place
    forget_lake(place)


@pytest.fixture
def rows(county):
    """Rows of a lake table in a fixed order."""
    def read(sql):
        return sorted(open_lake(county).cursor().execute(sql).fetchall(), key=repr)
    return read


@pytest.fixture
def deliver(county, tmp_path):
    """deliver("bp_screening", [header, …rows]) or text or bytes; returns the receipt."""
    from xinglin.gather.receive import receive

    def send(record, content, *, name="file.csv", source="his", **more):
        path = tmp_path / name
        if isinstance(content, list):
            content = "\n".join(content) + "\n"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return receive(county, path, source=source, record=record, **more)
    return send
