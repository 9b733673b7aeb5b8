"""What must stand nowhere in the open: the demo's names, numbers, phones, addresses; and looking for it.

The values are made again by the generator of the demo, not read from the home.
"""

import subprocess
from datetime import date
from pathlib import Path

import duckdb

from xinglin.kernel.home import Home


def planted(folder: Path, *, people: int, until: date) -> set[str]:
    """Every value of the border columns of every delivery, made again into `folder`.

    Names of two characters are left out: they are also words and bytes of other texts.
    """
    from xinglin.gather.sources.synthetic.make import make
    from xinglin.registry.places import county_places, places_folder
    from xinglin.site.load import catalog

    made = make(folder, records=catalog().records, places=county_places("330182", places_folder()), until=until, people=people)
    found: set[str] = set()
    for delivery in made.deliveries:
        if delivery.file.endswith(".parquet"):
            found |= _values(folder / delivery.file)
    staff = {d.name for d in made.world.doctors}        # shown to everyone by design
    return {v for v in found if len(v) >= 3} - staff


def _values(file: Path) -> set[str]:
    rows = duckdb.sql(f"FROM read_parquet('{file}')")
    found: set[str] = set()
    for column in {"id_number", "name", "phone", "address"} & set(rows.columns):
        found |= {r[0].strip() for r in duckdb.sql(f"SELECT DISTINCT {column} FROM read_parquet('{file}') "
                                                    f"WHERE {column} IS NOT NULL").fetchall()}
    return found


def patterns(values: set[str], file: Path) -> Path:
    """A file of patterns for grep: UTF-8, and GB18030 of those long enough not to be met by chance."""
    coded = {v.encode() for v in values} | {v.encode("gb18030") for v in values if len(v.encode("gb18030")) >= 6}
    file.write_bytes(b"\n".join(sorted(coded)) + b"\n")
    return file


def standing_open(*places: Path, asked: Path) -> dict[str, str]:
    """File → one value found in it, masked; over every byte of every file below these places."""
    done = subprocess.run(["grep", "-raoF", "-f", str(asked), *map(str, places)], env={"LC_ALL": "C"},
                          capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    lines = [line.partition(b":") for line in done.stdout.split(b"\n") if line]
    return {name.decode(): f"{len(value)} bytes, {value[:3]!r}…" for name, _, value in lines}


def lake_as_text(home: Home, folder: Path) -> Path:
    """Every Parquet file of the lake written out as text: its own pages are compressed."""
    folder.mkdir()
    files = sorted((home.lake / "data").rglob("*.parquet"))
    assert files, "the lake has no files"
    for n, file in enumerate(files):
        duckdb.sql(f"COPY (FROM read_parquet('{file}', hive_partitioning = false)) TO '{folder / str(n)}.csv'")
    return folder
