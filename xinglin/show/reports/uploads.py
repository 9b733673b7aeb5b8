"""Files that come in with a request, held in memory only: no temporary file, nothing stored."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from xinglin.kernel.errors import XinglinError
from xinglin.registry.queries import posts_of
from xinglin.show.common.county import NO_COUNTY, county
from xinglin.show.common.menu import purposes_of
from xinglin.show.common.signin import signed_in
from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.read import LARGEST, pasted, read

View = Callable[..., HttpResponse]


class InMemory(MemoryFileUploadHandler):
    """Keeps files of any size up to the desk's limit in memory."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  Django names it so
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > 4 * LARGEST:
            raise StopUpload(connection_reset=True)
        self.activated = True


def in_memory(view: View) -> View:
    """The handlers must be named before anything reads the request, the CSRF check too."""
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def held(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [InMemory(request)]
        return checked(request, *args, **kwargs)

    return held


def desk_open(view: View) -> View:
    """With a county the reader signs in, and may see figures; before one is made the desk is open to this machine's users."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "figures" not in purposes_of(posts_of(request.user)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = view if county() == NO_COUNTY else guarded
        return chosen(request, *args, **kwargs)

    return opened


def document_of(request: HttpRequest, field: str = "report") -> Document:
    """The report of a request: its file, else the pasted words."""
    file = request.FILES.get(field)
    if file is not None:
        return read(file.read(), name=file.name or "报告")
    if field == "report" and request.POST.get("pasted", "").strip():
        return pasted(request.POST["pasted"])
    raise XinglinError("还没有选报告", do="请选一个 Word 文件，或者把文字粘贴进来")


def workbooks_of(request: HttpRequest) -> dict[str, bytes]:
    """The returned workbooks of a request, by file name."""
    files = {
        file.name or f"{number}.xlsx": file.read()
        for number, file in enumerate(request.FILES.getlist("sheets"), 1)
    }
    if not files:
        raise XinglinError("还没有选科室交来的表", do="请把交来的 .xlsx 一起选上（可多选）")
    return files
