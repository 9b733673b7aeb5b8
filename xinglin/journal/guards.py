"""Database triggers that refuse changes even to those who go round the models.

Erasing a body once, completely, is the one change let through; members of a list may go
after their body has been erased.
"""

from typing import Any

_ENTRIES = ("journal_act", "journal_access", "journal_actseal", "journal_accessseal")
_ERASING = {
    "journal_actbody": "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.salt IS NULL"
    " AND NEW.text IS NULL AND NEW.subject_person IS NULL AND NEW.act_id = OLD.act_id",
    "journal_accessbody": "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL"
    " AND NEW.salt IS NULL AND NEW.page IS NULL AND NEW.access_id = OLD.access_id",
}
_MEMBERS = "journal_accessmember"
_STILL_NAMED = (
    "(SELECT b.erased_at FROM journal_accessbody b WHERE b.access_id = OLD.access_id) IS NULL"
)
_MESSAGE = "the journal is append-only"


def install(connection: Any) -> None:
    """Put the triggers on those journal tables that this database has."""
    _run(connection, remove_first=True)


def remove(connection: Any) -> None:
    """Take the triggers away: only for undoing the migration and emptying a test database."""
    _run(connection, remove_first=False)


def _run(connection: Any, *, remove_first: bool) -> None:
    write = _WRITERS[connection.vendor]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in (*_ENTRIES, *_ERASING, _MEMBERS):
            if table in present:
                for statement in write(table, wanted=remove_first):
                    cursor.execute(statement)


def _sqlite(table: str, *, wanted: bool) -> list[str]:
    statements = []
    for event, condition in _conditions(table).items():
        name = f"guard_{table}_{event.lower()}"
        statements.append(f"DROP TRIGGER IF EXISTS {name}")
        if wanted:
            when = f" WHEN {condition}" if condition else ""
            statements.append(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}{when}"
                f" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
            )
    return statements


def _postgresql(table: str, *, wanted: bool) -> list[str]:
    statements = []
    for event, condition in {**_conditions(table), "TRUNCATE": ""}.items():
        name = f"guard_{table}_{event.lower()}"
        statements.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        if wanted:
            each = "STATEMENT" if event == "TRUNCATE" else "ROW"
            # A trigger's WHEN takes no subquery there, so the test lies in the function.
            test = f"IF {condition} THEN" if condition else "IF TRUE THEN"
            result = {"UPDATE": "NEW", "DELETE": "OLD", "TRUNCATE": "NULL"}[event]
            statements += [
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {test} RAISE EXCEPTION '{_MESSAGE}'; END IF;"
                f" RETURN {result}; END $$",
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION {name}()",
            ]
    return statements


def _conditions(table: str) -> dict[str, str]:
    """Event → when it is refused; an empty text means always."""
    erasing = _ERASING.get(table)
    update = f"NOT ({erasing})" if erasing else ""
    return {"UPDATE": update, "DELETE": _STILL_NAMED if table == _MEMBERS else ""}


_WRITERS = {"sqlite": _sqlite, "postgresql": _postgresql}
