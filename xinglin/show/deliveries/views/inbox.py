"""Uploading by program: a file and a token in, a receipt out; everything JSON, every refusal a sentence.

    curl -H "Authorization: Bearer xl_live_…" -H "Idempotency-Key: 2026-03-15-mz" -T mz.csv https://…/in/live/encounter/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from xinglin.gather.models import Delivery
from xinglin.gather.queries import workbook as opened_workbook
from xinglin.gather.records import records
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home
from xinglin.show.deliveries import actions, runs
from xinglin.show.deliveries.models import ENVIRONMENTS, Upload, UploadToken
from xinglin.show.deliveries.reach import Sender
from xinglin.show.deliveries.tokens import token_of
from xinglin.show.deliveries.views.delivery import XLSX
from xinglin.show.deliveries.views.upload import MOST

WAITS = 25.0        # seconds that an answer may take; a longer run is asked for by its receipt
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,80}")
_CHUNK = 1 << 20
View = Callable[..., HttpResponse]


class _RefusedError(XinglinError):
    """A sentence with the status it goes out with."""

    def __init__(self, status: int, what: str, where: str = "", do: str = "") -> None:
        super().__init__(what, where, do)
        self.status = status


def _by_token(view: View) -> View:
    """Only with a valid token, which the view gets; problems leave as JSON."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            token = token_of(request)
            if token is None:
                raise _RefusedError(401, "没有令牌，或令牌不对、已作废、已到期", "请求头 Authorization",
                               '请写 Authorization: Bearer 令牌；令牌由县里的系统管理员在“管理—上传令牌”里发放')
            return view(request, token, *args, **kwargs)
        except XinglinError as problem:
            status = getattr(problem, "status", 400)
            answer = _json({"error": str(problem), "what": problem.what, "where": problem.where, "do": problem.do}, status)
            if status == 401:
                answer["WWW-Authenticate"] = "Bearer"
            return answer
    return guarded


def _json(told: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})


@_by_token
def take(request: HttpRequest, token: UploadToken, environment: str, record: str, name: str = "") -> HttpResponse:
    """Receive a file (POST or PUT, the body is the file; or a form with `file`)."""
    _checked(request, token, environment, record)
    key = request.headers.get("Idempotency-Key", "")
    if key and not _KEY.fullmatch(key):
        raise _RefusedError(400, "Idempotency-Key 不能用", "请求头", "只用字母、数字和 . _ : -，最长 80 个")
    placed = runs.place(*_file(request, name), "")
    key = key or placed.digest
    try:
        upload = _started(token, record, placed, key)
    except BaseException:
        runs.leave(placed)
        raise
    waits = 0.0 if "respond-async" in request.headers.get("Prefer", "") else WAITS
    return _told(runs.wait_for(upload, seconds=waits))


def _checked(request: HttpRequest, token: UploadToken, environment: str, record: str) -> None:
    if request.method not in ("POST", "PUT"):
        raise _RefusedError(405, f"这个地址不接受 {request.method}", "请求的地址", "上传用 POST 或 PUT；查回执用 GET /in/receipts/回执号/")
    if environment not in ENVIRONMENTS:
        raise _RefusedError(404, f"没有“{environment}”这个环境", "请求的地址", "正式写 live，测试写 test")
    if environment != token.environment:
        raise _RefusedError(403, f"这是{ENVIRONMENTS[token.environment]}环境的令牌", "请求的地址",
                       f"请传到 /in/{token.environment}/{record}/，或换用{ENVIRONMENTS[environment]}环境的令牌")
    if record not in records():
        raise _RefusedError(404, f"没有叫“{record}”的数据集", "请求的地址", f"可用：{'、'.join(records())}")


def _file(request: HttpRequest, name: str) -> tuple[str, Iterator[bytes]]:
    """Name and content. Nothing is read beyond the limit."""
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal():
        raise _RefusedError(411, "没有说明文件有多大", "请求头 Content-Length", "curl 请用 -T 文件 或 --data-binary @文件，不要用管道")
    if int(length) > MOST:
        raise _RefusedError(413, f"文件有 {int(length) >> 20} MB，超过 {MOST >> 20} MB", "文件大小", "请按日期分成几份再传")
    if (request.content_type or "").startswith("multipart/"):
        sent = request.FILES.get("file")
        if sent is None:
            raise _RefusedError(400, "表单里没有文件", "file", "curl 请写 -F file=@文件")
        return sent.name or name, iter(sent.chunks())
    if not int(length):
        raise _RefusedError(400, "文件是空的", "请求的内容", "请核对导出是否成功后重传")
    return name or _guessed(request), _body(request, int(length))


def _guessed(request: HttpRequest) -> str:
    return "body.ndjson" if "json" in (request.content_type or "") else "body.csv"


def _body(request: HttpRequest, length: int) -> Iterator[bytes]:
    got = 0
    while chunk := request.read(_CHUNK):
        got += len(chunk)
        yield chunk
    if got != length:
        raise _RefusedError(400, f"只收到 {got} 字节，应有 {length} 字节", "请求的内容", "网络断了；用同一个 Idempotency-Key 再传一次即可")


def _started(token: UploadToken, record: str, placed: runs.Placed, key: str) -> Upload:
    """The run of this file; of a file that came before under the same key, that one."""
    held = _held(token, key)
    if held is None:
        try:
            started = actions.begin_upload(
                who=Sender(f"token:{token.pk}", token.org, (), False, True), source=token.source, record=record,
                folder=placed.folder.name, digest=placed.digest, check_only=token.environment == "test", token=token, key=key)
        except IntegrityError:      # sent twice at one moment: the other one is it
            held = _held(token, key)
        else:
            runs.start_gather(started, placed)
            return started
    assert held is not None
    runs.leave(placed)
    if (held.digest, held.record) != (placed.digest, record):
        raise _RefusedError(409, "这个 Idempotency-Key 已经用在另一份文件上", f"回执 {held.pk}", "新的文件请换一个新的 Idempotency-Key")
    return held


def _held(token: UploadToken, key: str) -> Upload | None:
    found = Upload.objects.filter(token=token, key=key).first()
    if found is not None and runs.look(found).state == "failed":
        actions.forget_key(upload=found)
        return None
    return found


def _told(upload: Upload) -> JsonResponse:
    """The receipt as it stands: 202 while it runs, 422 when the whole file went back."""
    address = reverse("inbox_receipt", args=[upload.pk])
    told: dict[str, Any] = {"receipt": upload.pk, "address": address, "environment": "test" if upload.check_only else "live",
                            "source": upload.source, "record": upload.record, "state": upload.state, "sha256": upload.digest}
    if upload.state == "running":
        return _json(told | {"words": "正在处理，请稍后用 GET 查回执"}, 202)
    if upload.state == "failed" or upload.receipt is None:
        return _json(told | {"error": upload.problem, "words": upload.problem}, 500)
    held = upload.receipt
    if held["problem"]:
        return _json(told | {"state": "refused", "error": held["problem"], "words": f"整份退回：{held['problem']}"}, 422)
    counts = {n: held[n] for n in ("received", "accepted", "rejected", "queried", "new", "updated", "unchanged", "duplicates")}
    told |= counts | {"delivery": held["delivery"], "again": held["again"], "reasons": held["reasons"], "words": _words(upload, held)}
    if held["rejected"] and held["delivery"]:
        told["workbook"] = reverse("inbox_workbook", args=[upload.pk])
    return _json(told)


def _words(upload: Upload, held: dict[str, Any]) -> str:
    sums = f"收到 {held['received']} = {'可入库' if upload.check_only else '入库'} {held['accepted']} + 退回 {held['rejected']} " \
           f"+ 待核实 {held['queried']}"
    if upload.check_only:
        return f"测试：只核对，没有入库。{sums}"
    more = "。退回的行请从 workbook 下载，改好后只传这些行" if held["rejected"] else ""
    more += "。待核实的行已入库，请在页面“数据—待答复”“代码对照”里答复" if held["queried"] else ""
    return f"{'这份文件此前已经收过，没有重复入库。' if held['again'] else ''}{sums}{more}"


def _own(token: UploadToken, number: int) -> Upload:
    """A receipt of this token's source and environment; 404 for others, as if there were none."""
    found = Upload.objects.filter(pk=number, token__source=token.source, token__environment=token.environment).first()
    if found is None:
        raise _RefusedError(404, "没有这张回执", f"回执 {number}", "请核对回执号；它在上传时的答复里")
    return found


@_by_token
def receipt(request: HttpRequest, token: UploadToken, number: int) -> HttpResponse:
    """The receipt of an upload."""
    if request.method != "GET":
        raise _RefusedError(405, f"这个地址不接受 {request.method}", "请求的地址", "查回执用 GET")
    return _told(runs.look(_own(token, number)))


@_by_token
def workbook(request: HttpRequest, token: UploadToken, number: int) -> HttpResponse:
    """The rejected rows as they were sent, with reasons; an act and an access like on the page."""
    if request.method != "GET":
        raise _RefusedError(405, f"这个地址不接受 {request.method}", "请求的地址", "下载用 GET")
    held = _own(token, number)
    delivery = Delivery.objects.filter(pk=(held.receipt or {}).get("delivery") or 0, source=token.source).first()
    if delivery is None or not delivery.workbook:
        raise _RefusedError(404, "这次没有退回的行", f"回执 {number}", "不用下载")
    content = actions.take_workbook(who=Sender(f"token:{token.pk}", token.org, (), False, False), delivery=delivery,
                                    content=opened_workbook(home(), delivery), most=actions.A_DAY_BY_TOKEN)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{delivery.record}-{delivery.pk}-rejected.xlsx"'
    return answer
