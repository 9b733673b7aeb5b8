"""A file is refused for what is wrong with it, never for what is wrong with the machine."""

import duckdb
import pytest

from xinglin.gather.refusal import FileRefusedError
from xinglin.gather.sources.files import read_file

GOOD = {"a.csv": "name,day\n" + "王,2024-03-01\n" * 200_000, "a.ndjson": '{"name": "王", "day": "2024-03-01"}\n' * 200_000}


@pytest.mark.parametrize("name", [*GOOD, "a.parquet"])
def test_short_memory_is_not_the_files_fault(tmp_path, name):
    path = tmp_path / name
    if name in GOOD:
        path.write_text(GOOD[name], encoding="utf-8")
    else:
        duckdb.sql(f"COPY (SELECT i, md5(i::VARCHAR) AS m FROM range(400000) t(i)) TO '{path}'")
    with duckdb.connect(config={"memory_limit": "5MB", "threads": 1, "temp_directory": ""}) as con, pytest.raises(duckdb.OutOfMemoryException):
        read_file(con, path, scratch=tmp_path)
    with duckdb.connect() as con:
        assert read_file(con, path, scratch=tmp_path).rows >= 200_000


@pytest.mark.parametrize(("name", "text"), [("b.csv", 'name,day\n"王,2024\n'), ("b.ndjson", '{"name": \n'), ("b.parquet", "PAR1 and no more")])
def test_a_broken_file_still_is(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with duckdb.connect() as con, pytest.raises(FileRefusedError):
        read_file(con, tmp_path / name, scratch=tmp_path)
