"""Who is signed in where, and with which second factor. Written by `seats` and `second` only."""

from django.conf import settings
from django.db import models


class Seat(models.Model):
    """A session on a device: two of one account in use at once are a shared account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    session = models.CharField(max_length=64, unique=True)  # digest of the session's key
    device = models.CharField(max_length=64)  # digest of the device's cookie
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "seen_at"], name="seat_user_seen")]


class SecondFactor(models.Model):
    """The secret of somebody's code generator (RFC 6238), sealed; in force once `confirmed_at` is set."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor")
    secret_sealed = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)  # a code serves once
    wrong = models.SmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    recovery = models.JSONField(default=list)  # keyed hashes of unused recovery codes


class TrustedDevice(models.Model):
    """A device on which the code is not asked again until a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trusted_devices")
    device = models.CharField(max_length=64)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "device"], name="trusted_once")]
