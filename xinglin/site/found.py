"""Registration is finding: our Django apps and the pages' addresses, by their file names."""

from pathlib import Path


def apps_of(package: Path) -> list[str]:
    """The dotted name of every folder of ours that has an `apps.py`, sorted."""
    return _dotted(package, "apps.py")


def urls_of(package: Path) -> list[str]:
    """The dotted name of every `show/<audience>/urls.py`, sorted."""
    return [f"{name}.urls" for name in _dotted(package, "urls.py") if ".show." in name]


def _dotted(package: Path, file: str) -> list[str]:
    folders = (path.parent for path in package.rglob(file))
    return sorted(".".join(folder.relative_to(package.parent).parts) for folder in folders)
