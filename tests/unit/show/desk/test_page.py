"""Uploads of the Word desk stay in memory, whatever their size."""

import io
import os
from pathlib import Path

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from tests.lib.desk_files import saved, word_of
from tests.lib.desk_reports import REPORTS
from xinglin.kernel.home import home
from xinglin.show.reports.desk.rules import RULES


@pytest.fixture
def browser(db):
    return Client()


def heavy():
    """A Word file with five megabytes beside its words."""
    tree = docx.Document(io.BytesIO(word_of(REPORTS[0].faulty)))
    part = tree.part.package.main_document_part
    picture = Part(
        PackURI("/word/media/noise.bin"),
        "application/octet-stream",
        os.urandom(5_000_000),
        part.package,
    )
    part.relate_to(
        picture, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    )
    return saved(tree)


def test_a_file_of_five_megabytes_never_touches_the_disk(browser):
    kept = list(Path(home().tmp).glob("*"))
    answer = browser.post("/reports/check/", {"report": SimpleUploadedFile("稿.docx", heavy())})
    assert answer.status_code == 200
    assert answer.content.decode().count("<mark") == len(REPORTS[0].plants)
    assert list(Path(home().tmp).glob("*")) == kept


def test_a_post_without_its_token_is_refused():
    answer = Client(enforce_csrf_checks=True).post("/reports/check/", {"pasted": "甲"})
    assert answer.status_code == 403


def test_a_bad_file_is_answered_in_words(browser):
    answer = browser.post(
        "/reports/check/", {"report": SimpleUploadedFile("稿.docx", b"PK\x03\x04")}
    )
    assert answer.status_code == 400
    assert "文件已损坏，打不开" in answer.content.decode()


def test_every_rule_has_its_page(browser):
    for rule in RULES:
        page = browser.get(f"/reports/rules/{rule.code}/").content.decode()
        assert rule.sentence in page.replace("&quot;", '"') or rule.title in page
    assert browser.get("/reports/rules/nothing/").status_code == 400
