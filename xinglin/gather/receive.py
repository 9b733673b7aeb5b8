"""One delivery, from file to receipt: kept, read, judged, linked, taken in, accounted for.

A killed run goes on at the next: the delivery's state says what is done. `stored`: the encrypted
original is kept. `checked`: receipt, questions and workbook are written; the lake may have the rows
or not, its own `delivery` table tells. `done`. Nothing is in the lake before its one transaction.
"""

from __future__ import annotations

import fcntl
import re
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.utils import timezone

from xinglin.declare.record import Record
from xinglin.gather import actions
from xinglin.gather.homes import settle_homes
from xinglin.gather.load import Prepared, prepare, take_in
from xinglin.gather.mapping import ColumnMap, checked_map, parse_map
from xinglin.gather.merged import settle_merges
from xinglin.gather.models import ColumnMap as StoredMap
from xinglin.gather.models import Delivery, Source
from xinglin.gather.originals import digest_of, keep_original, opened_original, quarantine, sweep
from xinglin.gather.queries import receipt_of
from xinglin.gather.receipt import Receipt
from xinglin.gather.records import record_of
from xinglin.gather.refusal import FileRefusedError
from xinglin.gather.sources.files import form_of
from xinglin.kernel.clock import moment
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake

Mapping = ColumnMap | Path | str | None


def receive(home: Home, path: Path, *, source: str, record: str | type[Record],
            mapping: Mapping = None, check_only: bool = False, sent_by: str | None = None) -> Receipt:
    """Gather one file. `mapping`: a parsed map, its TOML or its path; else a `.toml` beside the file,
    the source's stored map, or our own column names and titles.

    A file that cannot be taken as a whole gives a receipt with `problem` and state "refused".
    Raises XinglinError for what is not the file's fault (no such Record, real county, no key).
    """
    sender, dataset = actions.source(source), record_of(record)
    columns = _map_for(path, sender, dataset, mapping)
    _refuse_synthetic(home, sender, columns)
    if check_only:
        return _check_only(home, path, sender=sender, record=dataset, columns=columns)
    with gathering(home):
        digest = digest_of(path)
        held = _held(sender, dataset, digest)
        if held is not None:
            return receipt_of(held, again=True) if held.state == "done" else _work(home, held, path)
        with _keeping(home, path, Delivery(
                source=sender, record=dataset.about.code, digest=digest, form=_form(path),
                size=path.stat().st_size, mapping=columns.text, sent_by=sent_by or "",
                version=_version_of(path, columns, sender, dataset), received_at=moment(timezone.now()))) as (delivery, stored):
            return _work(home, delivery, path, stored)


def gather_waiting(home: Home) -> list[Receipt]:
    """Finish what a killed run left, then gather inbox/<source>/<record>__anything.ext in order of name.

    A gathered file leaves the inbox (its original is kept encrypted); a refused one too.
    """
    with gathering(home):       # nobody is between keeping an original and noting it
        sweep(home)
    receipts = [resume(home, delivery) for delivery in
                Delivery.objects.filter(state__in=("stored", "checked")).order_by("id")]
    for path in sorted(home.inbox.glob("*/*__*")):
        if path.suffix != ".toml" and not path.name.endswith(".part"):
            receipts.append(_from_inbox(home, path))
    return receipts


def _from_inbox(home: Home, path: Path) -> Receipt:
    """One waiting file. What is not the file's fault (its map, its dataset) leaves it waiting."""
    source, record = path.parent.name, path.name.partition("__")[0]
    try:
        receipt = _refused_before(path, source, record) or receive(home, path, source=source, record=record)
    except XinglinError as problem:
        return Receipt(delivery=None, source=source, record=record, title=record, state="waiting",
                       problem=str(problem))
    path.with_suffix(".toml").unlink(missing_ok=True)
    path.unlink()
    return receipt


def _refused_before(path: Path, source: str, record: str) -> Receipt | None:
    """What a run that was killed before it took the file away has said of it; a file sent again is newer than that."""
    last = Delivery.objects.filter(source=source, record=record, state="refused").order_by("-id").first()
    there = datetime.fromtimestamp(path.stat().st_ctime, UTC)
    return receipt_of(last, again=True) if last and last.received_at >= there and last.digest == digest_of(path) else None


def resume(home: Home, delivery: Delivery) -> Receipt:
    """Go on with a delivery that a killed run left stored or checked."""
    with gathering(home):
        return _work(home, delivery, None)


def gather_again(home: Home, delivery: Delivery) -> Receipt:
    """Read a finished delivery's original once more, after codes were mapped; it stays one delivery.

    Rows whose values are now known become newer sightings of the same versions.
    """
    with gathering(home):
        fresh = actions.repeat_delivery(delivery=delivery)
        return _work(home, fresh, None)


@contextmanager
def gathering(home: Home) -> Iterator[None]:
    """One gatherer at a time on this machine; the system frees the lock of a killed one."""
    with (home.root / "gather.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _held(sender: Source, record: type[Record], digest: str) -> Delivery | None:
    """The delivery of this very file, where it was not refused."""
    return Delivery.objects.filter(source=sender, record=record.about.code, digest=digest) \
        .exclude(state="refused").first()


def _form(path: Path) -> str:
    try:
        return form_of(path)
    except FileRefusedError:
        return "file"       # said again, in words, when it is read


@contextmanager
def _keeping(home: Home, path: Path, delivery: Delivery) -> Iterator[tuple[Delivery, Callable[[], None]]]:
    """The original is encrypted while the file is read; calling waits for it and notes the delivery.

    Whatever happens to the file, its delivery is noted once the original is kept.
    """
    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(keep_original, home, path)

        def stored() -> None:
            if delivery.pk is None:
                raw, key = kept.result()
                actions.store_delivery(delivery=delivery, raw=raw, key_wrapped=key)

        try:
            yield delivery, stored
        except Exception:
            stored()
            raise


def _version_of(path: Path, columns: ColumnMap, sender: Source, record: type[Record]) -> int:
    """Version of rows that bring none: as the map says, the day in the file's name, as 20240301, or that of its receipt."""
    if columns.version is not None:
        return columns.version
    for digits in re.findall(r"(?<!\d)(20\d{6})(?!\d)", path.name):
        try:
            datetime.strptime(digits, "%Y%m%d")  # noqa: DTZ007
        except ValueError:
            continue
        return int(digits)
    return _version_by_clock(sender, record)


def _version_by_clock(sender: Source, record: type[Record]) -> int:
    """The day of receipt, and never less than an earlier delivery's: a clock set back must not make news old."""
    earlier = Delivery.objects.filter(source=sender, record=record.about.code, version__lte=99991231).aggregate(n=Max("version"))["n"]
    return max(int(f"{timezone.localdate(moment(timezone.now())):%Y%m%d}"), earlier or 0)


def _work(home: Home, delivery: Delivery, path: Path | None,
          stored: Callable[[], None] = lambda: None) -> Receipt:
    lake = open_lake(home)
    record = record_of(delivery.record)
    lake.ensure([record])
    held = lake.delivered(delivery.pk) if delivery.pk else None
    if held is not None and delivery.state == "checked":
        settle_merges(home)
        settle_homes(lake, delivery)
        return receipt_of(actions.finish(delivery=delivery, counts=held))
    if path is None:
        with opened_original(home, delivery) as plain:
            return _load(home, delivery, plain, stored)
    return _load(home, delivery, path, stored)


def _load(home: Home, delivery: Delivery, path: Path, stored: Callable[[], None]) -> Receipt:
    lake = open_lake(home)
    try:
        with prepare(home, lake, path, record=record_of(delivery.record), delivery=delivery,
                     columns=parse_map(delivery.mapping), stored=stored) as prepared:
            actions.note_checked(home=home, delivery=delivery, prepared=prepared)
            counts = take_in(lake, prepared, delivery)
            settle_merges(home)
            with prepared.clock("登记住处"):
                settle_homes(lake, delivery)
            seconds = prepared.clock.seconds
    except FileRefusedError as problem:
        stored()
        quarantine(home, delivery)
        return receipt_of(actions.refuse_delivery(delivery=delivery, problem=str(problem)))
    return receipt_of(actions.finish(delivery=delivery, counts=counts), seconds=seconds)


def _check_only(home: Home, path: Path, *, sender: Source, record: type[Record],
                columns: ColumnMap) -> Receipt:
    """What would happen, without keeping the file, registering people or touching the lake."""
    trial = Delivery(source=sender, record=record.about.code, mapping=columns.text,
                     version=_version_of(path, columns, sender, record), received_at=timezone.now())
    common: dict[str, Any] = {"delivery": None, "source": sender.code, "record": record.about.code,
              "title": record.about.title, "check_only": True}
    try:
        with prepare(home, None, path, record=record, delivery=trial, columns=columns) as found:
            return _trial_receipt(found, common)
    except FileRefusedError as problem:
        return Receipt(**common, state="refused", problem=str(problem))


def _trial_receipt(found: Prepared, common: dict[str, Any]) -> Receipt:
    return Receipt(**common, **found.counts, state="checked", notes=found.notes,
                   reasons=tuple((r.act, r.words, r.rows) for r in found.reasons),
                   seconds=found.clock.seconds)


def _map_for(path: Path, sender: Source, record: type[Record], given: Mapping) -> ColumnMap:
    if isinstance(given, ColumnMap):
        return checked_map(given, record)
    if isinstance(given, str):
        return checked_map(parse_map(given), record)
    file = given or path.with_suffix(".toml")
    if given or file.exists():
        return checked_map(parse_map(file.read_text("utf-8"), where=file.name), record)
    stored = StoredMap.objects.filter(source=sender, record=record.about.code).first()
    return checked_map(parse_map(stored.text if stored else ""), record)


def _refuse_synthetic(home: Home, sender: Source, columns: ColumnMap) -> None:
    """Synthetic data never enter a county that is marked real."""
    if not (sender.synthetic or columns.synthetic) or not home.county_file.exists():
        return
    if tomllib.loads(home.county_file.read_text("utf-8")).get("kind") == "real":
        raise XinglinError("模拟数据不能装入真实的县", f"来源 {sender.code}", "请在演示用的县里使用")
