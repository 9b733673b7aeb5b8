"""A county with a handful of organisations and accounts, for browser tests that need no data.

Run as a program on an empty XINGLIN_HOME: `python -m tests.lib.small_county`.
"""

from datetime import date

from xinglin.kernel.crypto import Keys
from xinglin.kernel.home import home
from xinglin.site.commands import databases_ready

PASSWORD = "xinglin-demo-2024"
# username: (name, role, organisation, the line on the sign-in page)
PEOPLE = {
    "wang": ("王大夫", "village_doctor", "clinic", "责任医生 · 下涯村卫生室"),
    "chen": ("陈公卫", "township_public_health", "township", "卫生院公卫科 · 下涯镇卫生院"),
    "zhou": ("周局长", "bureau_chief", "bureau", "局长 · 示例县卫生健康局"),
    "an": ("安保全", "security_admin", "bureau", "安全管理员 · 示例县卫生健康局"),
    "shen": ("申审计", "audit_admin", "bureau", "审计管理员 · 示例县卫生健康局"),
    "idle": ("无岗者", "", "", "还没有岗位的人"),
}
ORGANISATIONS = {
    "bureau": ("11330182002518601A", "示例县卫生健康局", "bureau", 3, None),
    "township": ("12330182470000001B", "下涯镇卫生院", "township_centre", 4, "bureau"),
    "clinic": ("52330182470000002C", "下涯村卫生室", "village_clinic", 5, "township"),
}


def credit_code(stem: str) -> str:
    """The code with its right check character (GB 32100)."""
    from stdnum.cn import uscc

    return stem[:17] + uscc.calc_check_digit(stem[:17])


def build() -> None:
    """Make the county of this home."""
    Keys.create(home().ensure().keys)
    databases_ready()
    _registry()
    _county_file()


def _registry() -> None:
    from django.contrib.auth.hashers import make_password

    from xinglin.registry import actions
    from xinglin.registry.actions import By, NewOrganisation, NewPost, NewStaff
    from xinglin.registry.places import PlaceRow

    county = "330182000000"
    actions.add_places(
        rows=[PlaceRow(code=county, name="示例县", level=3, parent=None)],
        valid_from=date(2000, 1, 1), by=By(key="places"),
    )  # fmt: skip
    codes = {key: credit_code(row[0]) for key, row in ORGANISATIONS.items()}
    rows = [
        NewOrganisation(code=codes[key], name=name, kind=kind, level=level, place=county,
                        parent=codes.get(above or ""))
        for key, (_stem, name, kind, level, above) in ORGANISATIONS.items()
    ]  # fmt: skip
    actions.add_organisations(rows=rows, by=By(key="organisations"))
    actions.add_staff(
        rows=[NewStaff(code=u, name=p[0]) for u, p in PEOPLE.items()], by=By(key="staff")
    )
    posts = [
        NewPost(staff=u, organisation=codes[org], role=role, from_day=date(2020, 1, 1))
        for u, (_name, role, org, _about) in PEOPLE.items()
        if role
    ]
    actions.appoint(rows=posts, by=By(key="posts"))
    hashed = make_password(PASSWORD)
    for username in PEOPLE:
        actions.open_account(
            staff=username, username=username, password=PASSWORD, hashed=hashed, by=By(key=f"account-{username}")
        )


def _county_file() -> None:
    lines = ['code = "330182"', 'name = "示例县"', 'kind = "synthetic"']
    for username, person in PEOPLE.items():
        lines += ["", "[[accounts]]", f'username = "{username}"', f'password = "{PASSWORD}"',
                  f'about = "{person[3]}"']  # fmt: skip
    home().county_file.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build()
