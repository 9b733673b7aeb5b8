"""The second factor: codes of an authenticator app (TOTP), recovery codes, trusted devices.

Administrators always sign in with it; a county adds roles by `second_factor` in county.toml. A made-up
county has it switched off, and says so on its sign-in page.
"""

import secrets
from datetime import timedelta
from typing import Any

import pyotp
import segno
from django.db import transaction
from django.utils import timezone

from xinglin.kernel.clock import AHEAD
from xinglin.kernel.errors import XinglinError
from xinglin.registry.keys import county_keys
from xinglin.registry.permissions import ROLES, needs_second_factor
from xinglin.registry.queries import posts_of
from xinglin.show.common.actions import note_session
from xinglin.show.common.county import County, county
from xinglin.show.common.models import SecondFactor, TrustedDevice

TRUST = timedelta(days=30)
FRESH = timedelta(minutes=15)  # for exports: how long a code just entered counts
WRONG_MOST, LOCKED = 5, timedelta(minutes=15)
RECOVERY = 10
STEP = 30  # seconds


def required(user: Any) -> bool:
    """Must this user sign in with a code? By their posts of today and the county's setting."""
    setting = county().second_factor
    if setting == "off":
        return False
    return needs_second_factor([p.role for p in posts_of(user)], also=setting.split(","))


def asked(user: Any) -> bool:
    """Is a code asked at all: required, or taken up freely?"""
    return required(user) or factor_of(user) is not None


def factor_of(user: Any) -> SecondFactor | None:
    """The factor in force."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()


def always(user: Any) -> bool:
    """Is the code asked each time, whatever the device? Of those who administer."""
    return any(ROLES[p.role].second_factor for p in posts_of(user) if p.role in ROLES)


def trusted(user: Any, device: str) -> bool:
    """Was this device trusted less than 30 days ago?"""
    if not device or always(user):
        return False
    return TrustedDevice.objects.filter(user=user, device=digest(device), until__range=(timezone.now(), timezone.now() + TRUST + AHEAD)).exists()


def trust(user: Any, device: str) -> None:
    """Ask no code on this device for 30 days."""
    if device and not always(user):
        TrustedDevice.objects.update_or_create(
            user=user, device=digest(device), defaults={"until": timezone.now() + TRUST})  # fmt: skip


def digest(text: str) -> str:
    """What is stored of a cookie or session key: with the database alone nobody takes a seat."""
    return county_keys().hash_hex("seat", text)


# -- enrolling ---------------------------------------------------------------------------------------


@transaction.atomic
def begin(user: Any) -> str:
    """A new secret, not yet in force; the same one until it is confirmed."""
    held = SecondFactor.objects.filter(user=user).first()
    if held is not None and held.confirmed_at:
        raise XinglinError("动态口令已经启用", do="要换手机，请安全管理员先为您取消")
    if held is None:
        held = SecondFactor.objects.create(user=user, secret_sealed=county_keys().seal_text(pyotp.random_base32()))
    return _secret(held)


def picture(user: Any, secret: str, place: County) -> str:
    """The QR code for the app as inline SVG; it holds the account's name and the county's."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name=f"杏林 {place.name}")
    drawn: str = segno.make(address, error="m").svg_inline(omitsize=True, border=2)
    return drawn


@transaction.atomic
def confirm(user: Any, code: str) -> list[str]:
    """The first right code puts the factor in force; gives the recovery codes, this once."""
    held = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if held is None:
        raise XinglinError("还没有生成动态口令的密钥", do="请重新打开本页")
    step = _step(_secret(held), code, after=0)
    if step is None:
        raise XinglinError("动态口令不对", do="请看手机上现在的 6 位数；若总不对，请校准手机的时间")
    codes = [f"{n[:4]}-{n[4:]}" for n in (secrets.token_hex(4) for _ in range(RECOVERY))]
    held.confirmed_at, held.last_step = timezone.now(), step
    held.recovery = [_recovery_hash(c) for c in codes]
    held.save()
    note_session(kind="second_factor.enrolled", user=user)
    return codes


@transaction.atomic
def remove(user: Any, *, note: bool = True) -> None:
    """Take the factor away (a lost phone); trusted devices with it."""
    SecondFactor.objects.filter(user=user).delete()
    TrustedDevice.objects.filter(user=user).delete()


# -- checking ----------------------------------------------------------------------------------------


def check(user: Any, code: str) -> None:
    """Accept a code or a recovery code, once each. XinglinError with what to do; five wrong ones lock."""
    with transaction.atomic():
        held = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
        if held is None:
            raise XinglinError("这个账号还没有启用动态口令", do="请先启用")
        problem = _tried(held, user, code)
    if problem:  # after the commit: a wrong try is counted though it is refused
        raise problem


def _tried(held: SecondFactor, user: Any, code: str) -> XinglinError | None:
    now = timezone.now()
    if held.locked_until and now < held.locked_until <= now + LOCKED + AHEAD:    # later: of a clock that was set back
        minutes = int((held.locked_until - now).total_seconds() // 60) + 1
        return XinglinError("动态口令连续输错，已锁定", do=f"请 {minutes} 分钟后再试；手机丢失请找安全管理员")
    if not _accepted(held, user, code):
        held.wrong += 1
        if held.wrong >= WRONG_MOST:
            held.wrong, held.locked_until = 0, now + LOCKED
        held.save()
        return XinglinError("动态口令不对或已用过", do="请等手机上换了新的 6 位数再输；也可用一个恢复码")
    held.wrong, held.locked_until = 0, None
    held.save()
    return None


def _accepted(held: SecondFactor, user: Any, code: str) -> bool:
    step = _step(_secret(held), code, after=held.last_step)
    if step is not None:
        held.last_step = step
        return True
    spent = _recovery_hash(code)
    if spent in held.recovery:
        held.recovery = [c for c in held.recovery if c != spent]
        note_session(kind="second_factor.recovered", user=user)
        return True
    return False


def _step(secret: str, code: str, *, after: int) -> int | None:
    """The time step that a code is of: this one or a neighbour, and none that was used."""
    plain = "".join(code.split())
    now = int(timezone.now().timestamp()) // STEP
    for step in (now, now - 1, now + 1):
        if step > after and secrets.compare_digest(pyotp.TOTP(secret).at(step * STEP).encode(), plain.encode()):
            return step
    return None


def _secret(held: SecondFactor) -> str:
    return str(county_keys().open_text(bytes(held.secret_sealed)))


def _recovery_hash(code: str) -> str:
    return county_keys().hash_hex("recovery", "".join(c for c in code.lower() if c.isalnum()))
