"""Places, organisations, staff, posts, people. Changed by `actions` only.

What has an end keeps its row and gets a last day: `valid_to` (and `to_day` of a post) is the
first day on which it no longer holds. Identifiers of people are sealed with the county key;
they are found by keyed hashes (PersonKey).
"""

from datetime import date

from django.conf import settings
from django.db import models

SINCE_EVER = date(1900, 1, 1)

PLACE_LEVELS = {1: "省", 2: "市", 3: "县", 4: "乡镇街道", 5: "村社区"}
ORGANISATION_KINDS = {
    "bureau": "卫生健康局",
    "cdc": "疾病预防控制中心",
    "county_hospital": "县级综合医院",
    "tcm_hospital": "中医医院",
    "mch": "妇幼保健院",
    "township_centre": "乡镇卫生院（社区卫生服务中心）",
    "village_clinic": "村卫生室（社区卫生服务站）",
    "other": "其他",
}

POPULATION_KINDS = {
    "usual": "常住人口",
    "registered": "户籍人口",
    "elderly": "65 岁及以上常住人口",
    "children": "0–6 岁儿童",
}


class Place(models.Model):
    """A division of the country; `code` has 12 digits (GB/T 2260, 统计用区划代码), zeros to the right."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=100)
    level = models.SmallIntegerField(choices=PLACE_LEVELS)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField(default=SINCE_EVER)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PlaceSuccession(models.Model):
    """What became of a place: merged into, split into, renamed as another from a day on."""

    old = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="successions")
    new = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="predecessors")
    day = models.DateField()
    why = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="succession_once")]


class Organisation(models.Model):
    """An institution; `code` is its 18-character unified social credit code."""

    code = models.CharField(max_length=18, primary_key=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=ORGANISATION_KINDS)
    level = models.SmallIntegerField(choices=PLACE_LEVELS)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="organisations")
    valid_from = models.DateField(default=SINCE_EVER)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Population(models.Model):
    """How many people of a kind a place has in a year, and who says so; one number in force at a time."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="populations")
    year = models.SmallIntegerField()
    kind = models.CharField(max_length=12, choices=POPULATION_KINDS)
    number = models.IntegerField()
    source = models.CharField(max_length=200)
    from_day = models.DateField()
    to_day = models.DateField(null=True)

    class Meta:
        ordering = ["-year", "place", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "year", "kind"], condition=models.Q(to_day=None), name="population_once"
            )
        ]


class Staff(models.Model):
    """Somebody who works in the county's health service."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=60)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="staff"
    )
    phone_sealed = models.BinaryField(null=True)

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A role at an organisation for a time: rights hold from `from_day` until before `to_day`."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=30)
    from_day = models.DateField()
    to_day = models.DateField(null=True)

    class Meta:
        ordering = ["from_day", "id"]
        indexes = [models.Index(fields=["organisation", "role"], name="post_org_role")]


class Person(models.Model):
    """Somebody known here; `number` is the county's own number, which means nothing."""

    number = models.BigIntegerField(primary_key=True)
    name_sealed = models.BinaryField(null=True)
    id_number_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)  # GB/T 2261.1: 1 male, 2 female
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="people")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="people"
    )
    doctor = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="people")


class PersonKey(models.Model):
    """A keyed hash by which a person is found; kinds in `queries.KEY_KINDS`."""

    kind = models.CharField(max_length=12)
    hash64 = models.BigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="keys")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "hash64", "person"], name="person_key_once")
        ]


class PersonMerge(models.Model):
    """An entry that turned out to be somebody registered already. It keeps its row and its keys.

    `root` is the entry that stands for it now, past further merges; `home` the keeper's place, organisation
    and doctor before. Taken apart again, the row stays with its end.
    """

    absorbed = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    keep = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="kept_merges")
    root = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stands_for")
    home = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    split_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=models.Q(split_at=None), name="merged_once"
            )
        ]
