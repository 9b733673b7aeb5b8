"""Bytes → Document, by what the file is and not by what its name says; nothing touches the disk.

Everything is read as far as it can be; what was not is a sentence in `Document.notes`. Only a
file of which nothing can be read is refused.
"""

import io
import zipfile
from pathlib import Path

from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.document import Document, of_lines

LARGEST = 60 * 1024 * 1024
WORD_PART = "word/document.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TITLES = {
    "docx": "Word 文档（.docx）",
    "pdf": "PDF",
    "txt": "纯文本",
    "doc": "旧版 Word 或 WPS 文档",
}
ENDINGS = {".docx": "docx", ".docm": "docx", ".pdf": "pdf", ".txt": "txt", ".md": "txt",
           ".doc": "doc", ".wps": "doc"}  # fmt: skip


def read_file(path: Path) -> Document:
    """The report in a file."""
    if not path.is_file():
        raise XinglinError("找不到这个文件", where=path.name, do="请核对文件名和所在的文件夹")
    return read(path.read_bytes(), name=path.name)


def read(data: bytes, *, name: str) -> Document:
    """The report in some bytes; `name` is only used in sentences."""
    if not data.strip():
        raise XinglinError("这个文件是空的", where=name, do="请核对是否选错了文件")
    if len(data) > LARGEST:
        raise XinglinError(
            f"文件有 {len(data) >> 20} MB，太大了", where=name, do="请删去图片后再来（上限 60 MB）"
        )
    kind = kind_of(data, name=name)
    document = {"docx": _docx, "pdf": _pdf, "doc": _old_word, "txt": _plain}[kind](data, name)
    return _with_note(document, _misnamed(kind, name))


def pasted(text: str) -> Document:
    """Words pasted into the page."""
    if not text.strip():
        raise XinglinError("没有文字", do="请粘贴报告正文，或者选一个文件")
    return of_lines(text.splitlines(), name="粘贴的文字", kind="pasted")


def kind_of(data: bytes, *, name: str) -> str:
    """docx, pdf, doc or txt by the first bytes; other known files are refused by name."""
    if data.startswith(b"PK"):
        return _of_zip(data, name)
    if data.startswith(b"%PDF"):
        return "pdf"
    if data.startswith(OLE):
        return "doc"
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")):
        raise XinglinError(
            "这是一张图片，里面没有可以读的文字",
            where=name,
            do="请先做文字识别，或者请提供 Word 原稿",
        )
    return "txt"


def _of_zip(data: bytes, name: str) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except zipfile.BadZipFile:
        raise XinglinError(
            "文件已损坏，打不开", where=name, do="请重新拷贝或下载一次，再试"
        ) from None
    if WORD_PART in names:
        return "docx"
    what = "Excel 表格" if "xl/workbook.xml" in names else "压缩包或别的文件"
    raise XinglinError(
        f"这不是 Word 文档，是{what}", where=name, do="请选报告的 Word 文档（.docx）"
    )


def _misnamed(kind: str, name: str) -> str:
    said = ENDINGS.get(Path(name).suffix.lower())
    if said is None or said == kind:
        return ""
    return f"文件名写的是{TITLES[said]}，内容其实是{TITLES[kind]}，已按内容读取。"


def _with_note(document: Document, note: str) -> Document:
    if not note:
        return document
    return Document(name=document.name, kind=document.kind, paragraphs=document.paragraphs,
                    notes=(note, *document.notes), tree=document.tree, parts=document.parts)  # fmt: skip


def _docx(data: bytes, name: str) -> Document:
    from xinglin.show.reports.desk import word

    return word.read(data, name=name)


def _plain(data: bytes, name: str) -> Document:
    for code in _codes(data):
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return of_lines(text.splitlines(), name=name, kind="txt")
    raise XinglinError("看不出这是什么文件", where=name, do="请选 .docx、.txt 或有文字的 .pdf")


def _codes(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")


def _pdf(data: bytes, name: str) -> Document:
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise XinglinError(
                "这个 PDF 有打开密码", where=name, do="请去掉密码另存一份，或者提供 Word 原稿"
            )
        pages = [page.extract_text() or "" for page in reader.pages]
    except (PyPdfError, ValueError, KeyError) as problem:
        raise XinglinError(
            "这个 PDF 已损坏，打不开", where=name, do="请重新导出一次，或者提供 Word 原稿"
        ) from problem
    return _of_pages(pages, name)


def _of_pages(pages: list[str], name: str) -> Document:
    silent = [str(number) for number, text in enumerate(pages, 1) if not text.strip()]
    if len(silent) == len(pages):
        raise XinglinError(
            "这个 PDF 是扫描件，里面只有图片没有文字",
            where=name,
            do="请先做文字识别，或者提供 Word 原稿",
        )
    notes = [f"第 {'、'.join(silent[:8])} 页没有文字（可能是图片），没有读。"] if silent else []
    notes.append("PDF 里不分段，按行尾的句号猜出段落；批注会写在新建的 Word 文档里。")
    return of_lines(_joined("\n".join(pages)), name=name, kind="pdf", notes=tuple(notes))


def _joined(text: str) -> list[str]:
    """Lines of a printed page put together again: a line ends a paragraph when a stop ends it."""
    made: list[str] = []
    widest = max((len(line) for line in text.splitlines()), default=0)
    open_line = False
    for line in (each.strip() for each in text.splitlines()):
        if not line:
            continue
        if open_line:
            made[-1] += line
        else:
            made.append(line)
        open_line = len(line) > 0.8 * widest and not line.endswith(("。", "！", "？", "："))
    return made


def _old_word(data: bytes, name: str) -> Document:
    from xinglin.show.reports.desk import old_word

    return old_word.read(data, name=name)
