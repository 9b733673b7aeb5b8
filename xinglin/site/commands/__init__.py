"""One module for each word of the `xinglin` command; `cli.py` finds them by their file names.

Add a command: write `commands/<name>.py` with a docstring (first line: the help, in Chinese) and
`app = typer.Typer(...)`. Keep frameworks out of the module's head; call `django_ready()` first
where the command needs the application database.
"""

from xinglin.kernel.errors import XinglinError


def django_ready() -> None:
    """Set Django up once for a command that needs models."""
    import os

    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.site.settings")
    if not apps.ready:
        django.setup()


def county_there() -> None:
    """For a command that only looks: raise XinglinError where there is no county, before anything is made."""
    import os

    from xinglin.kernel.home import home
    from xinglin.kernel.postgresql import address_of
    from xinglin.lake.belonging import claim, refuse_forgotten

    here, address = home(), address_of(os.environ)
    refuse_forgotten(here, os.environ)
    if not (here.access_db if address else here.app_db).exists():
        raise XinglinError("这里还没有县", str(here.root),
                           "把 XINGLIN_HOME 指向已有的县目录；要新建，运行 xinglin demo（模拟）或 xinglin county（真实）")
    if address:
        claim(here, address, make=False)
    django_ready()


def databases_ready() -> None:
    """Bring both databases (default and access) to the newest tables; quiet and quick when they are.

    Raises XinglinError where the PostgreSQL database is not this county's.
    """
    django_ready()
    _claim()
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, verbosity=0, interactive=False)


def _claim() -> None:
    import os

    from xinglin.kernel.home import home
    from xinglin.kernel.postgresql import address_of
    from xinglin.lake.belonging import claim

    if address := address_of(os.environ):
        claim(home(), address)
