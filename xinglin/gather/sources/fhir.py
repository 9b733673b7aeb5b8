"""FHIR R4 bulk exports (NDJSON, one resource a line) → flat text tables by declared maps, set-wise in DuckDB.

A map (gather/maps/fhir_r4/*.toml) names a resource and says where each of our columns comes from:

    "$.birthDate"                                       a path
    {any = ["$.a", "$.b"], part = "day"}                the first there is; `day`: its first ten signs
    {any = […], join = ["$.name[0].family", …]}         else these parts joined
    {any = […], is = ["entered-in-error"]}              是 where it is one of these
    {each = "$.identifier[*]", where = {"$.system" = […]}, take = "$.value"}
    {ref = "$.subject.reference", to = "Patient", take = "$.id"}    through a reference, by id or by identifier
    {ref = "$.encounter.reference", to = "Encounter", hidden = true}    only to be asked about, and gone through:
    {through = "encounter", take = "$.class.code"}      of what another reference found

`else` is what stands where nothing is found (exported: the day of the export). A reference whose target is not in the export fills the column lost_<name>: the map asks about it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from xinglin.gather.refusal import blame_the_file, unreadable
from xinglin.gather.sql import Connection, one, q, rows_of, text
from xinglin.kernel.errors import XinglinError

FILES = ("*.ndjson", "*.ndjson.gz", "*.jsonl", "*.jsonl.gz")


@dataclass(frozen=True)
class BulkMap:
    """`text` is also the column map of the flat table (codes, questions)."""

    name: str
    record: str
    resource: str
    columns: Mapping[str, Any]
    only: Mapping[str, Sequence[str]]
    text: str

    def resources(self) -> set[str]:
        """Its own resource and those its references point to."""
        return {self.resource, *(s["to"] for s in self.columns.values() if isinstance(s, dict) and "to" in s)}


def bulk_maps(name: str) -> list[BulkMap]:
    """The maps of a set that comes with Xinglin, in order. Raises XinglinError that lists the sets."""
    maps = resources.files("xinglin.gather") / "maps"
    folder = maps / name
    if not folder.is_dir():
        sets = sorted(f.name for f in maps.iterdir() if f.is_dir() and not f.name.startswith("_"))
        raise XinglinError(f"没有叫“{name}”的成套对照", do=f"有：{'、'.join(sets)}")
    texts = [(f.name, f.read_text("utf-8")) for f in sorted(folder.iterdir(), key=lambda f: f.name) if f.name.endswith(".toml")]
    return [_parsed(n, t) for n, t in texts]


def _parsed(name: str, body: str) -> BulkMap:
    raw = tomllib.loads(body)
    fhir = raw["fhir"]
    return BulkMap(name, raw["record"], fhir["resource"], fhir["columns"], fhir.get("only", {}), body)


def read_bulk(con: Connection, folder: Path) -> dict[str, int]:
    """Make `resource` (kind, id, json) from every file of the folder; kinds with their counts.

    Raises XinglinError when a line is no JSON, or there is no file.
    """
    files = sorted({f for pattern in FILES for f in folder.glob(pattern)})
    if not files:
        raise XinglinError("文件夹里没有 NDJSON 文件", folder.name, "FHIR 批量导出每种资源一个 .ndjson（可压缩为 .gz）")
    try:
        con.execute("CREATE OR REPLACE TABLE resource AS SELECT json ->> '$.resourceType' AS kind, json ->> '$.id' AS id, json "
                    "FROM read_ndjson_objects(?, maximum_object_size = 67108864) WHERE json ->> '$.resourceType' IS NOT NULL",
                    [[str(f) for f in files]])
    except duckdb.Error as problem:
        blame_the_file(problem)
        raise unreadable("有一行不是有效的 JSON", "这批 NDJSON 文件", "请每行写一个资源，改正后重传") from None
    return {str(k): int(str(n)) for k, n in rows_of(con, "SELECT kind, count(*) FROM resource GROUP BY 1 ORDER BY 1")}


def exported_on(con: Connection, otherwise: date) -> date:
    """The day of the newest resource, by what the resources say of themselves."""
    found = con.execute("SELECT max(try_cast(left(json ->> '$.meta.lastUpdated', 10) AS DATE)) FROM resource").fetchone()
    return found[0] if found and found[0] else otherwise


def flatten(con: Connection, bulk: BulkMap, *, into: Path, exported: date, org: str = "") -> int:
    """Write the map's table as Parquet; returns its rows. `org`: one organisation for all rows that name any."""
    _keys(con, {s["to"] for s in bulk.columns.values() if isinstance(s, dict) and "to" in s})
    made = _Made(bulk, exported, org)
    columns = ", ".join(f"{sql} AS {q(name)}" for name, sql in made.columns().items())
    only = "".join(f" AND {_at('r.json', path)} IN ({_listed(values)})" for path, values in bulk.only.items())
    con.execute(f"CREATE OR REPLACE TABLE flat AS SELECT {columns} FROM resource r {' '.join(made.joins)} "
                f"WHERE r.kind = {text(bulk.resource)}{only} ORDER BY r.id")
    con.execute(f"COPY flat TO {text(str(into))} (FORMAT parquet, COMPRESSION zstd)")
    return one(con, "SELECT count(*) FROM flat")


def _keys(con: Connection, kinds: Iterable[str]) -> None:
    """Table `target` (key, json): every way in which a reference may name a resource of these kinds."""
    some = _listed(sorted(kinds)) or "''"
    con.execute(f"""CREATE OR REPLACE TABLE target AS SELECT DISTINCT ON (key) key, json FROM (
        SELECT kind || '/' || id AS key, json FROM resource WHERE kind IN ({some})
        UNION ALL SELECT 'urn:uuid:' || id, json FROM resource WHERE kind IN ({some})
        UNION ALL SELECT kind || '?identifier=' || coalesce(i ->> '$.system', '') || '|' || (i ->> '$.value'), json
        FROM (SELECT kind, json, unnest(json_extract(json, '$.identifier[*]')) AS i FROM resource WHERE kind IN ({some})))""")


def _at(json: str, path: str) -> str:
    """In brackets: the arrow binds more loosely than it looks."""
    return f"({json} ->> {text(path)})"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(text(v) for v in values)


class _Made:
    """The SQL of a map: an expression a column, a join a reference."""

    def __init__(self, bulk: BulkMap, exported: date, org: str) -> None:
        self.bulk, self.exported, self.org = bulk, exported, org
        self.joins: list[str] = []

    def columns(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, spec in self.bulk.columns.items():
            if isinstance(spec, dict) and "ref" in spec:
                found[f"lost_{name}"] = self._reference(name, spec)
        for name, spec in self.bulk.columns.items():
            if not (isinstance(spec, dict) and spec.get("hidden")):
                found[name] = self._value(name, spec)
        return found

    def _reference(self, name: str, spec: Mapping[str, Any]) -> str:
        """Join the target; the expression of what was named and not found."""
        said = _at(self._json(spec), spec["ref"])
        key = f"regexp_replace(regexp_replace({said}, '/_history/.*$', ''), '^https?://.*/([A-Z][A-Za-z]+/[^/]+)$', '\\1')"
        table = q(f"t_{name}")
        self.joins.append(f"LEFT JOIN target {table} ON {table}.key = {key}")
        return f"CASE WHEN {said} IS NOT NULL AND {table}.key IS NULL THEN {text(spec['to'])} END"

    def _json(self, spec: Mapping[str, Any]) -> str:
        return f"{q('t_' + spec['through'])}.json" if "through" in spec else "r.json"

    def _value(self, name: str, spec: Any) -> str:
        if isinstance(spec, str):
            return _at("r.json", spec)
        if spec.get("org") and self.org:
            return text(self.org)
        spec = spec | {"else": "未注明"} if spec.get("org") and "ref" in spec else spec
        sql = self._found(name, spec)
        if spec.get("part") == "day":
            sql = f"left({sql}, 10)"
        if "is" in spec:
            sql = f"CASE WHEN {sql} IN ({_listed(spec['is'])}) THEN '是' END"
        for path, values in spec.get("only", {}).items():
            sql = f"CASE WHEN {_at('r.json', path)} IN ({_listed(values)}) THEN {sql} END"
        return f"coalesce({sql}, {self._otherwise(spec['else'])})" if "else" in spec else sql

    def _otherwise(self, word: str) -> str:
        return text(self.exported.isoformat() if word == "exported" else word)

    def _found(self, name: str, spec: Mapping[str, Any]) -> str:
        json = self._json(spec)
        if "ref" in spec:
            said = f"regexp_extract({_at(json, spec['ref'])}, '[^/|]+$')"
            return f"coalesce({_at(q('t_' + name) + '.json', spec.get('take', '$.id'))}, {said})"
        if "each" in spec:
            tests = " AND ".join(f"{_at('x', p)} IN ({_listed(v)})" for p, v in spec["where"].items())
            return _at(f"list_filter(json_extract({json}, {text(spec['each'])}), lambda x: {tests})[1]", spec["take"])
        if "through" in spec:
            return _at(json, spec["take"])
        parts = [_at(json, path) for path in spec.get("any", [])]
        if "join" in spec:
            parts.append(f"nullif(concat_ws(' ', {', '.join(_at(json, p) for p in spec['join'])}), '')")
        return f"coalesce({', '.join(parts)})" if parts else "NULL::VARCHAR"
