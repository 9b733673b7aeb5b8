"""Uploading a file: choose, start the run beside the web, watch it, land on the delivery."""

from __future__ import annotations

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from xinglin.gather.actions import save_map
from xinglin.gather.mapping import checked_map, parse_map
from xinglin.gather.models import ColumnMap
from xinglin.gather.records import record_of, records
from xinglin.kernel.errors import XinglinError
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries import actions, runs
from xinglin.show.deliveries.board import title_of
from xinglin.show.deliveries.models import Upload
from xinglin.show.deliveries.reach import Sender, delivery_here, sender, source_here

MOST = 512 << 20
STEPS = ("收下原件，加密保存", "逐行核对", "装入")


@signed_in
def upload(request: HttpRequest) -> HttpResponse:
    """The form, and its answer: a run that has begun."""
    who = sender(request)
    if request.method == "POST":
        return redirect("upload_progress", _begin(request, who).pk)
    maps = {(m.source_id, m.record) for m in ColumnMap.objects.filter(source__in=[s.code for s in who.sources])}
    return render(request, "deliveries/upload.html", {
        "who": who, "records": [(c, r.about.title) for c, r in records().items()],
        "source": request.GET.get("source", ""), "record": request.GET.get("record", ""), "stored": sorted(maps)})


def _begin(request: HttpRequest, who: Sender) -> Upload:
    source = source_here(who, request.POST.get("source", ""))
    record = record_of(request.POST.get("record", ""))
    file = request.FILES.get("file")
    if file is None:
        raise XinglinError("没有选文件", do="选一个 CSV、Excel、Parquet 或 NDJSON 文件再上传")
    if (file.size or 0) > MOST:
        raise XinglinError(f"文件超过 {MOST >> 20} MB", do="请分成几份，或放进收件夹由系统接收")
    sent = request.FILES.get("mapping")
    text = sent.read(1 << 20).decode("utf-8", errors="replace") if sent else ""
    if text:
        checked_map(parse_map(text, where="列对照表"), record)
        if request.POST.get("act") != "check":      # from now on it holds for this source's files, uploaded here or by program
            save_map(source=source.code, record=record.about.code, text=text, actor=who.staff, org=who.org)
    placed = runs.place(file.name or "", file.chunks(), text)
    started = actions.begin_upload(who=who, source=source.code, record=record.about.code, folder=placed.folder.name,
                                   digest=placed.digest, check_only=request.POST.get("act") == "check")
    runs.start_gather(started, placed)
    return started


@require_POST
@signed_in
def reread(request: HttpRequest, number: int) -> HttpResponse:
    """Read a finished delivery's original again, after codes were mapped."""
    who = sender(request)
    held = delivery_here(who, number)
    started = actions.begin_upload(who=who, source=held.source_id, record=held.record, folder=f"upload-{uuid4().hex}", rereads=held.pk)
    runs.start_reread(started)
    return redirect("upload_progress", started.pk)


@signed_in
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """How far the run is; asks itself every second by HTMX until it has ended."""
    who = sender(request)
    found = Upload.objects.filter(pk=number).first()
    if found is None or not who.sends(found.source):
        raise Http404
    found = runs.look(found)
    told = {"upload": found, "title": title_of(found.record), "step": runs.step(found), "steps": STEPS,
            "seconds": max(0, int(((found.finished_at or timezone.now()) - found.started_at).total_seconds()))}
    if found.state == "done" and found.receipt and found.receipt.get("delivery"):
        told["delivery"] = reverse("delivery", args=[found.receipt["delivery"]])
    return render(request, "deliveries/parts/progress.html" if getattr(request, "htmx", False) else "deliveries/progress.html", told)
