"""The kinds of planted truth, in Chinese, and by what the product can find each.

Finders: `find:` a declared finding over the lake; `ask:` a question to the sender; `back:` a row
sent back; `reg:` a comparison in the registry. A kind without finder is found by being read
right: the lake holds the value (or the person) that a careful reader would have written.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`prefix`: keys of other Records that the finder names are another kind's business."""

    code: str
    title: str
    finders: tuple[str, ...] = ()
    prefix: str = ""
    honest: bool = False

    def mine(self, key: str) -> bool:
        return key.startswith(self.prefix)


KINDS = (
    # who people are
    Kind("newborn_named_later", "新生儿后取名", ("find:newborn_unnamed",)),
    Kind("mother_number_on_child", "孩子用了母亲的证件号", ("ask:identity",), "cdc/"),
    Kind("id_15_digit", "15 位旧证号"), Kind("id_lower_x", "末位小写 x"),
    Kind("id_wrong_check_digit", "校验位错", ("ask:check_digit",)),
    Kind("id_cut_by_excel", "被 Excel 截断的证号", ("ask:excel",)),
    Kind("two_people_one_number", "两人同一证号", ("ask:identity",), "register/"),
    Kind("shared_phone", "多人同一电话", ("reg:shared_phone",)),
    Kind("rare_character", "生僻字姓名"), Kind("dotted_name", "带“·”的姓名"),
    Kind("birthday_1_january", "生日填成 1 月 1 日", ("reg:new_year",)),
    Kind("filed_in_two_towns", "两个乡镇都建档", ("find:two_files",)),
    Kind("spouse_card", "用了配偶的卡", ("find:other_sex",)),
    # single values
    Kind("swapped", "收缩压舒张压颠倒", ("ask:swapped",)), Kind("kpa", "以 kPa 填写", ("back:pressure",)),
    Kind("extra_zero", "多一个零（1300）", ("back:pressure",)), Kind("mg_dl", "以 mg/dL 报告"),
    Kind("jin", "以市斤填写", ("find:weight_in_jin",)), Kind("less_than", "“<0.5”"),
    Kind("negative_sign", "“阴性(-)”"), Kind("arrow", "“5.6↑”"), Kind("full_width", "全角数字"),
    Kind("full_width_pressure", "全角血压"), Kind("excel_serial_date", "Excel 日期序号"),
    Kind("day_1900", "1900-01-01", ("back:no_day",)), Kind("total_row", "合计行", ("back:total",)),
    Kind("questioned_diagnosis", "“高血压？”不当作确诊"),
    # how deliveries come
    Kind("serial_restarts", "流水号每年重来", ("find:key_reused",)),
    Kind("keys_changed", "换系统后编号变了", ("find:two_keys",)),
    Kind("month_resent_changed", "重传的月份有改动", ("find:content_changed",)),
    Kind("late_month", "迟到的月份", ("find:late_month",)),
    Kind("upstream_deletion", "来源方撤销", ("find:withdrawn",)),
    Kind("four_visits_20_december", "年底补录四次", ("find:year_in_one_go",)),
    Kind("death_known_late", "死亡半年后才知道", ("find:death_reported_late",)),
    Kind("visits_after_death", "死后仍有随访", ("find:visit_after_death",)),
    Kind("dead_man_alive", "登记死亡而健在", ("find:seen_after_death",)),
    # places and people who left
    Kind("merged_villages", "已撤并的村", ("find:place_merged",)),
    Kind("renamed_town", "已更名的乡镇", ("find:town_renamed",)),
    Kind("closed_clinic", "已关闭的卫生室", ("find:closed_clinic",)),
    Kind("doctor_left", "已离岗的医生", ("find:doctor_left",)),
    # how people work
    Kind("copied_measurements", "血压、血糖雷同", ("find:copied_measurements",)),
    Kind("forty_visits_a_day", "一日四十人次", ("find:crowded_day",)),
    Kind("visits_during_admission", "住院期间面访", ("find:visit_in_hospital",)),
    # honest look-alikes: what must be left alone
    Kind("like_twins", "真双胞胎，证号相邻", ("merged",), honest=True),
    Kind("like_namesake", "同名同生日的两个人", ("merged",), honest=True),
    Kind("like_true_1_january", "真生于 1 月 1 日", ("reg:new_year",), honest=True),
    Kind("like_crisis", "真的 180/110", ("ask:swapped", "back:pressure"), honest=True),
    Kind("like_exam_day", "体检日真看了 38 人", ("find:crowded_day",), honest=True),
    Kind("like_both_forms", "一人两表，表多人不多", ("find:crowded_day",), honest=True),
    Kind("like_call_during_admission", "住院期间的电话随访", ("find:visit_in_hospital",), honest=True),
    Kind("like_two_visits_one_day", "一天真看了两次", ("find:two_keys",), honest=True),
    Kind("like_month_resent", "原样重传的月份", ("find:content_changed",), honest=True),
)
