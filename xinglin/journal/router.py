"""The access stream lives in its own database, and nothing else does."""

from typing import Any

ACCESS = "access"
_ACCESS_MODELS = frozenset({"access", "accessbody", "accessmember", "accessseal"})


class AccessRouter:
    """Django's DATABASE_ROUTERS entry; answers None for everyone else's models."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return ACCESS if _is_access(model._meta.app_label, model._meta.model_name) else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return self.db_for_read(model)

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        if app_label == "journal" and model_name is None:
            return True  # a step without a model looks at the tables it finds
        if _is_access(app_label, model_name):
            return db == ACCESS
        return False if db == ACCESS else None


def _is_access(app_label: str, model_name: str | None) -> bool:
    return app_label == "journal" and (model_name or "").lower() in _ACCESS_MODELS
