"""A hospital's own tables in a database server: visits, an account that only reads, one that could write."""

from datetime import datetime

import sqlalchemy as sa

ORG = "12330182MB0000001X"
QUERY = f"""SELECT v.id AS record_id, v.pid AS patient_id, v.idno AS id_number, v.name, v.day, '{ORG}' AS org, v.kind,
       v.updated_at
FROM visits v"""


class Hospital:
    """`address` is what the source file says; changes are made as the administrator."""

    def __init__(self, admin):
        self.engine = sa.create_engine(admin)
        self.kind = self.engine.dialect.name
        columns = {"id": "INTEGER PRIMARY KEY", "pid": "VARCHAR(20)", "idno": "VARCHAR(18)", "name": "VARCHAR(40)",
                   "day": "DATE", "kind": "VARCHAR(10)", "updated_at": "TIMESTAMP(6) NULL" if self.kind == "mysql" else "TIMESTAMP"}
        self.run("CREATE TABLE visits (" + ", ".join(f"{n} {t}" for n, t in columns.items()) + ")")
        if self.kind == "postgresql":
            self.run("CREATE ROLE reader LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC", "GRANT SELECT ON visits TO reader",
                     "CREATE ROLE writer LOGIN", "GRANT SELECT, DELETE ON visits TO writer")
        elif self.kind == "mysql":
            self.run("CREATE USER reader@'%' IDENTIFIED BY 'secret-口令'", "GRANT SELECT ON xinglin.* TO reader@'%'",
                     "CREATE USER writer@'%'", "GRANT SELECT, DELETE ON xinglin.* TO writer@'%'")

    def address(self, user="reader"):
        url = self.engine.url
        return str(url) if self.kind == "sqlite" else f"{url.drivername}://{user}@{url.host}:{url.port}/{url.database}"

    def run(self, *statements):
        with self.engine.begin() as con:
            for one in statements:
                con.execute(sa.text(one))

    def clear(self):
        self.run("DELETE FROM visits")

    def add(self, number, *, day, updated, kind="门诊", idno=None, name="李玉兰"):
        with self.engine.begin() as con:
            con.execute(sa.text("INSERT INTO visits VALUES (:id, :pid, :idno, :name, :day, :kind, :updated)"),
                        {"id": number, "pid": f"P{number}", "idno": idno, "name": name, "day": day, "kind": kind,
                         "updated": datetime.fromisoformat(updated) if updated else None})

    def set(self, number, **values):
        sets = ", ".join(f"{n} = :{n}" for n in values)
        with self.engine.begin() as con:
            con.execute(sa.text(f"UPDATE visits SET {sets} WHERE id = :number"), values | {"number": number})

    def remove(self, *numbers):
        self.run(f"DELETE FROM visits WHERE id IN ({', '.join(map(str, numbers))})")


def source_file(hospital, *, how, user="reader", database="", query=""):
    """The text of a source file with one query."""
    password = 'password = "env:XINGLIN_TEST_PASSWORD"\n' if hospital.kind == "mysql" and user == "reader" else ""
    return (f'title = "县医院 HIS"\norg = "{ORG}"\n[database]\nurl = "{hospital.address(user)}"\n{password}{database}\n'
            f'[[query]]\nrecord = "encounter"\n{how}\n{query}\nsql = """{QUERY}"""\n')
