"""One module for each word of the `xinglin` command; `cli.py` finds them by their file names.

Add a command: write `commands/<name>.py` with a docstring (first line: the help, in Chinese) and
`app = typer.Typer(...)`. Keep frameworks out of the module's head; call `django_ready()` first
where the command needs the application database.
"""


def django_ready() -> None:
    """Set Django up once for a command that needs models."""
    import os

    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.site.settings")
    if not apps.ready:
        django.setup()


def databases_ready() -> None:
    """Bring both databases (default and access) to the newest tables; quiet and quick when they are."""
    django_ready()
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, verbosity=0, interactive=False)
