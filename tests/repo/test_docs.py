"""What is written from the definitions is fresh, complete, and speaks of no one."""

import re

import pytest

from tests.repo.facts import ROOT
from xinglin.show.handbook.manual import chapters
from xinglin.site.commands.docs import documents, stale_documents, write
from xinglin.site.load import catalog

SPEC = ROOT / "tests" / "spec"


@pytest.fixture(scope="module")
def made():
    return documents(ROOT)


def test_documents_are_fresh(made):
    assert stale_documents(ROOT, made) == [], "run make docs"


def test_a_stale_a_missing_and_a_left_over_document_are_found(tmp_path):
    wanted = {"docs/generated/a.md": "1", "docs/generated/b.md": "2"}
    write(tmp_path, wanted)
    (tmp_path / "docs/generated/a.md").write_text("0", encoding="utf-8")
    (tmp_path / "docs/generated/b.md").unlink()
    (tmp_path / "docs/generated/old.md").write_text("0", encoding="utf-8")
    names = [f"docs/generated/{n}.md" for n in ("a", "b", "old")]
    assert stale_documents(tmp_path, wanted) == names
    write(tmp_path, wanted)
    assert stale_documents(tmp_path, wanted) == []


def test_every_paragraph_is_in_the_manual(made):
    files = {p.stem.removeprefix("test_") for p in SPEC.glob("test_*.py")}
    assert files - {"adr_0001"} == set(chapters(SPEC))
    manual = made["docs/reference/manual.md"]
    titles = [
        line
        for name in chapters(SPEC)
        for line in re.findall(
            r'def test_\w+\(spec\):\n    """(.+?)(?:"""|\n)',
            (SPEC / f"test_{name}.py").read_text("utf-8"),
        )
    ]
    assert len(titles) > 100
    assert [t for t in titles if f"### {t}" not in manual] == []


def test_a_pack_page_says_all_of_its_pack(made):
    for pack in catalog().packs:
        text = made[f"docs/generated/packs/{pack.code}.md"]
        said = [
            *(n.title for n in pack.norms),
            *(e.story for e in pack.examples),
            *(i.title for i in pack.indicators),
            *(r.about.title for r in pack.records),
        ]
        said += [part.title for p in pack.programmes for part in (p, *p.tasks, *p.loops)]
        assert [s for s in said if s not in text] == []


def test_the_dictionary_has_every_column(made):
    text = made["docs/generated/dictionary.md"]
    for record in catalog().records.values():
        assert [c for c in record.columns() if f"`{c}`" not in text] == []
        assert [c.words for c in record.checks if c.words not in text] == []


def test_what_is_divided_says_by_what():
    """The first sentence of a ratio's definition parts numerator and denominator with ÷."""
    ratios = [
        i
        for editions in catalog().indicators.values()
        for i in editions
        if i.kind in ("proportion", "coverage", "rate")
    ]
    assert [i.code for i in ratios if "÷" not in i.words.splitlines()[0]] == []
