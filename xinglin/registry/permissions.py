"""Who may do what: organisation subtree × role × purpose. Pure: no Django, no clock.

A role is a class with its Chinese title, what it is for, and how far each purpose reaches.
`decides` is the one place where a right is given; everything else asks it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import ClassVar

PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "care": "诊疗与随访",
        "management": "公共卫生管理",
        "quality": "督导与数据质量核查",
        "disease_control": "疾病控制与疫情调查",
        "delivery": "数据报送与退回处理",
        "figures": "查看指标（汇总数）",
        "operation": "系统运行维护",
        "accounts": "人员与权限管理",
        "audit": "日志审计",
    }
)
# Under these people are opened one by one; what heals comes first. Deliveries hold rows, not people's pages.
PERSONAL = ("care", "management", "quality", "disease_control")
# Why a purpose may open records at all: what the page "为什么我能看到" cites.
GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "care": "《国家基本公共卫生服务规范（第三版）》：由服务对象所在的乡镇卫生院、村卫生室（社区卫生服务机构）提供服务、建立和使用健康档案",
        "management": "《国家基本公共卫生服务规范（第三版）》服务要求：卫生院对村卫生室的服务进行管理和考核",
        "quality": "《统计法》：如实提供、核对统计资料；核对时姓名、证件号隐去",
        "disease_control": "《传染病防治法》：疾病预防控制机构进行疫情报告、流行病学调查与防控；慢病防治的技术指导",
        "delivery": "《数据安全法》：数据由报送机构负责，退回的行由它改正",
    }
)
# Under these nobody's record is shown, only sums or the system itself.
IMPERSONAL = frozenset({"figures", "operation", "accounts", "audit"})


class Reach(IntEnum):
    """How far a right goes from the organisation of the post."""

    OWN = 1
    SUBTREE = 2
    COUNTY = 3


class Role:
    """A role that a post gives. `reach`: purpose → how far; a purpose not named is refused."""

    code: ClassVar[str]
    title: ClassVar[str]
    reach: ClassVar[Mapping[str, Reach]]
    masked: ClassVar[frozenset[str]] = frozenset()
    breaks_glass: ClassVar[bool] = False  # may open anybody for hours, with a reason, to be reviewed
    second_factor: ClassVar[bool] = False  # signs in with a code of the phone too, each time

    @classmethod
    def about(cls) -> str:
        """What it is for, in Chinese: the docstring of the role's class."""
        return (cls.__doc__ or "").strip()


class VillageDoctor(Role):
    """看自己卫生室（服务站）签约和管理的居民，登记随访。"""

    code = "village_doctor"
    title = "责任医生"
    reach = {"care": Reach.SUBTREE, "figures": Reach.SUBTREE}
    breaks_glass = True


class TownshipPublicHealth(Role):
    """管理本乡镇各村的公共卫生服务，确认失访，处理退回数据。"""

    code = "township_public_health"
    title = "卫生院公卫科"
    reach = {
        "care": Reach.SUBTREE,
        "management": Reach.SUBTREE,
        "quality": Reach.SUBTREE,
        "delivery": Reach.OWN,
        "figures": Reach.SUBTREE,
    }
    breaks_glass = True


class TownshipManager(Role):
    """看本院及所辖村的指标、逾期和未闭环；名单隐去证件号和电话。"""

    code = "township_manager"
    title = "卫生院院长"
    reach = {"management": Reach.SUBTREE, "quality": Reach.SUBTREE, "figures": Reach.SUBTREE}
    masked = frozenset({"management", "quality"})


class HospitalIT(Role):
    """报送本院数据，下载并改正退回的行。"""

    code = "hospital_it"
    title = "医院信息科"
    reach = {"delivery": Reach.OWN, "figures": Reach.OWN}


class Cdc(Role):
    """全县疾病控制与疫情调查，慢病管理的技术指导与核查。"""

    code = "cdc"
    title = "疾控"
    reach = {
        "disease_control": Reach.COUNTY,
        "quality": Reach.COUNTY,
        "delivery": Reach.OWN,
        "figures": Reach.COUNTY,
    }
    masked = frozenset({"quality"})


class BureauChief(Role):
    """看全县指标和未办结事项；需要看到人时只见隐去的姓名。"""

    code = "bureau_chief"
    title = "局长"
    reach = {"management": Reach.COUNTY, "figures": Reach.COUNTY}
    masked = frozenset({"management"})


class Statistician(Role):
    """核对全县指标到行，姓名、证件号和电话隐去。"""

    code = "statistician"
    title = "统计"
    reach = {"quality": Reach.COUNTY, "delivery": Reach.COUNTY, "figures": Reach.COUNTY}
    masked = frozenset({"quality", "delivery"})


class SystemAdmin(Role):
    """运行与备份；看不到居民记录。"""

    code = "system_admin"
    title = "系统管理员"
    reach = {"operation": Reach.COUNTY}
    second_factor = True


class SecurityAdmin(Role):
    """开设账号、任免岗位、管理密钥；看不到居民记录。"""

    code = "security_admin"
    title = "安全管理员"
    reach = {"accounts": Reach.COUNTY}
    second_factor = True


class AuditAdmin(Role):
    """查看和核验日志；看不到居民记录。"""

    code = "audit_admin"
    title = "审计管理员"
    reach = {"audit": Reach.COUNTY}
    second_factor = True


ROLES: Mapping[str, type[Role]] = MappingProxyType(
    {
        role.code: role
        for role in (
            VillageDoctor,
            TownshipPublicHealth,
            TownshipManager,
            HospitalIT,
            Cdc,
            BureauChief,
            Statistician,
            SystemAdmin,
            SecurityAdmin,
            AuditAdmin,
        )
    }
)
# 三员分立: nobody holds two of these, nor one of them beside a role that sees residents.
ADMINS = frozenset({"system_admin", "security_admin", "audit_admin"})


@dataclass(frozen=True)
class Decision:
    """`why` is a Chinese sentence for the page and the log; `masked`: identifiers are starred."""

    allowed: bool
    why: str
    masked: bool = False

    def __bool__(self) -> bool:
        return self.allowed


def role_title(code: str) -> str:
    """The Chinese title; an unknown code comes back as it is."""
    role = ROLES.get(code)
    return role.title if role else code


def personal_purpose(role: str) -> str | None:
    """The purpose under which this role opens a figure or list to people; None if it may not."""
    kind = ROLES.get(role)
    reach = kind.reach if kind else {}
    return next((p for p in PERSONAL if p in reach), None)


def tied(*, role: str, own_org: str, org_of_thing: Sequence[str]) -> bool:
    """Does the post serve where the person belongs? A right over the whole county is no tie."""
    kind = ROLES.get(role)
    reaches = [kind.reach[p] for p in PERSONAL if p in kind.reach] if kind else []
    return any(r is not Reach.COUNTY and _within(r, own_org, org_of_thing) for r in reaches)


def needs_second_factor(roles: Sequence[str], *, also: Sequence[str] = ()) -> bool:
    """Must the holder of these posts sign in with a second factor? `also`: roles that a county adds."""
    return any(r in also or (r in ROLES and ROLES[r].second_factor) for r in roles)


def decides(*, role: str, own_org: str, org_of_thing: Sequence[str], purpose: str) -> Decision:
    """May a post with this role at `own_org` reach a thing for this purpose?

    `org_of_thing` is the organisation that the thing belongs to, followed by those above it
    (`queries.chain_of`); empty when it belongs to none: then only county-wide rights reach it.
    """
    kind = ROLES.get(role)
    if kind is None:
        return Decision(False, f"没有“{role}”这个角色")
    if purpose not in PURPOSES:
        return Decision(False, f"没有“{purpose}”这个用途")
    reach = kind.reach.get(purpose)
    if reach is None:
        return Decision(False, f"{kind.title}不能用于“{PURPOSES[purpose]}”")
    if not _within(reach, own_org, org_of_thing):
        return Decision(False, f"不属于本机构{'' if reach is Reach.OWN else '及下属机构'}的范围")
    return Decision(True, f"{kind.title}，{PURPOSES[purpose]}", masked=purpose in kind.masked)


def _within(reach: Reach, own_org: str, chain: Sequence[str]) -> bool:
    if reach is Reach.COUNTY:
        return True
    return own_org in (chain if reach is Reach.SUBTREE else chain[:1])


def best(decisions: Sequence[Decision]) -> Decision:
    """Of several posts: an unmasked right before a masked one before the first refusal."""
    ranked = sorted(decisions, key=lambda d: (not d.allowed, d.masked))
    return ranked[0] if ranked else Decision(False, "没有在任的岗位")


def posts_clash(roles: Sequence[str]) -> bool:
    """三员分立: whether one person may not hold these roles together."""
    held = set(roles)
    return bool(held & ADMINS) and len(held) > 1
