"""The matrix itself: a new address adds a line here; `tests/unit/show/test_rights_matrix.py` says which.

The columns stand in the order of the roles:
                                   村医 公卫 院长 信息 疾控 局长 统计 系统 安全 审计 无岗
"""

from xinglin.show.handbook.matrix import Line

_ALL = "是 是 是 是 是 是 是 是 是 是 是"
_LIST = "是 是 是 － － 是 － － － － －"
_PERSON = "下 下 下＊ － 全？ 全＊？ 全＊？ － － － －"
_CARE = "下 下 － － － － － － － － －"
_SERVES = "是 是 － － － － － － － － －"
_FIGURES = "是 是 是 是 是 是 是 － － － －"
_PLACE = "辖 辖 辖 县 全 全 全 － － － －"
_ROWS = "下 下 下＊ － 全＊ 全＊ 全＊ － － － －"
_ASK = "下＊ 下＊ 下＊ － 全＊ 全＊ 全＊ － － － －"
_CARES = "－ 是 是 － 是 － 是 － － － －"
_COUNTY = "－ － － － 是 是 是 － － － －"
_SENDS = "－ 是 － 是 是 － 是 － － － －"
_SENT = "－ 自 － 自 自 － 全 － － － －"
_SENT_CLEAR = "－ 自 － 自 自 － － － － － －"
_AUDIT = "－ － － － － － － － － 是 －"
_SYSTEM = "－ － － － － － － 是 － － －"
_TOWNSHIP = "－ 是 － － － － － － － － －"
_NOBODY = "－ － － － － － － － － － －"      # no sign-in opens it: what counts is the token in the request
_SECURITY = "－ － － － － － － － 是 － －"
_ADMIN = "－ － － － － － － 是 是 是 －"
_EXPORT = {"reason": "季度通报附表", "form": "csv"}

LINES = (
    # 登录与首页
    Line("front", "首页：转到本岗位的第一页", _ALL),
    Line("sign_in", "登录", _ALL, public=True),
    Line("sign_in", "登录", _ALL, method="POST", public=True),
    Line("password", "改自己的密码", _ALL),
    Line("password", "保存新密码", _ALL, method="POST"),
    Line("second", "动态口令", _ALL, public=True),
    Line("second_setup", "启用动态口令", _ALL, public=True),
    Line("sign_out", "退出", _ALL, method="POST", public=True),
    Line("set_language", "换语言", _ALL, method="POST", public=True),
    # 今日
    Line("today", "今日名单", _LIST),
    Line("today", "今日名单，指明一个机构", "下 下 下 － － 全 － － － － －", of="list", refused=404),
    Line("today_print", "打印今日名单", _LIST),
    Line("suspects", "待核实名单", _LIST),
    Line("suspects", "纳入或排除", _SERVES, method="POST"),
    Line("loops", "未了闭环", _LIST),
    Line("lost", "失访待确认", "－ 是 － － － － － － － － －"),
    Line("lost", "确认失访", "－ 是 － － － － － － － － －", method="POST"),
    Line("backfill", "补录", _SERVES),
    Line("backfill", "补录", _SERVES, method="POST"),
    # 居民
    Line("find", "查找居民：结果在权限之内", _ROWS, of="hit", method="POST"),
    Line("find", "查找居民", _ALL),
    Line("why_lists", "我能看到什么、为什么", _ALL),
    Line("emergency", "紧急查看", _SERVES),
    Line("emergency", "紧急打开", _SERVES, method="POST"),
    Line("people", "查找居民", _ALL),
    Line("duplicates", "疑似重复档案：至少一方在权限之内", _CARES),
    Line("decide_duplicates", "判断是否同一人：双方都在权限之内", _CARES, method="POST"),
    Line("person", "居民页", _PERSON, of="person", refused=404),
    Line("person_programmes", "居民页：方案", _PERSON, of="person", refused=404),
    Line("person_reason", "先写明原因", _ASK, of="person", refused=404),
    Line("person_reason", "写下原因", _ASK, of="person", method="POST", refused=404),
    Line("person_why", "为什么我能看到", _PERSON, of="person", refused=404),
    Line("person_seen", "谁看过", _PERSON, of="person", refused=404),
    Line("person_act", "本系统的一条记录", _PERSON, of="act", refused=404),
    Line("person_event", "送来的一条记录", _PERSON, of="event", refused=404),
    Line("visit", "随访表", _CARE, of="programme", refused=404),
    Line("visit", "保存随访", _CARE, of="programme", method="POST", refused=404),
    Line("visit_draft", "随访表：边填边算", _CARE, of="programme", method="POST", refused=404),
    Line("attempt", "没见到、外出、拒绝等", _CARE, of="programme", refused=404),
    Line("attempt", "记下没见到、外出、拒绝等", _CARE, of="programme", method="POST", refused=404),
    Line("loop_step", "闭环的下一步", _CARE, of="loop", refused=404),
    Line("loop_step", "记下闭环的一步", _CARE, of="loop", method="POST", refused=404),
    Line("saved", "保存之后", _CARE, of="act", refused=404),
    Line("correct", "更正", _CARE, of="act", refused=404),
    Line("correct", "保存更正", _CARE, of="act", method="POST", refused=404),
    Line("void", "撤销一条记录", _CARE, of="act", refused=404),
    Line("void", "撤销一条记录", _CARE, of="act", method="POST", refused=404),
    Line("dispute", "对送来的记录有疑问", _CARE, of="event", refused=404),
    Line("dispute", "发出疑问", _CARE, of="event", method="POST", refused=404),
    # 指标
    Line("figures", "指标", _FIGURES),
    Line("figures", "某地的指标", _PLACE, of="place"),
    Line("figure", "一个指标", _PLACE, of="place figure"),
    Line("figure_why", "为什么变了", _PLACE, of="place figure"),
    Line("figure_rows", "看名单", _ROWS, of="place figure"),
    Line("figure_row", "名单中的一条记录", _ROWS, of="unit", refused=404),
    Line("figure_export", "导出汇总数", _PLACE, of="place figure", method="POST", send=_EXPORT),
    Line("figure_export", "导出名单（一律隐名）", _ROWS, of="place figure", method="POST",
         send={**_EXPORT, "what": "rows"}),
    Line("handbook", "口径手册", _ALL),
    Line("handbook_page", "口径手册的一页", _ALL, of="handbook"),
    # 驾驶舱
    Line("cockpit", "驾驶舱", _COUNTY),
    Line("cockpit_assign", "交办", "－ － － － － 是 － － － － －", method="POST"),
    Line("cockpit_visit", "参观模式", _COUNTY, method="POST"),
    # 数据
    Line("deliveries", "数据", _SENDS),
    Line("upload", "上传", _SENDS),
    Line("upload", "上传本机构的文件", _SENT, of="upload to", method="POST", refused=404),
    Line("upload_progress", "接收到哪一步", _SENT, of="upload", refused=404),
    Line("questions", "待核实的行", _SENDS),
    Line("question_rows", "同一问题的各行", _SENT, of="question", refused=404),
    Line("answer_question", "答复待核实的一行", _SENT, of="question", method="POST", refused=404),
    Line("answer_alike", "同一问题的各行一并答复", _SENT, of="question", method="POST", refused=404),
    Line("codes", "代码对照", _SENT, of="source", refused=404),
    Line("map_code", "对照一个代码", _SENT, of="code", method="POST", refused=404),
    Line("forms_from_where", "对接清单", _SENDS),
    Line("kits", "对接资料", _SENDS),
    Line("kit", "一个数据集的对接资料", _SENDS, of="record"),
    Line("kit_file", "下载对接资料", _SENDS, of="record file"),
    Line("delivery", "一批数据的回执", _SENT, of="delivery", refused=404),
    Line("delivery_workbook", "下载退回的行（含姓名、证件号）", _SENT_CLEAR, of="delivery", method="POST", refused=404),
    Line("delivery_reread", "用新对照重读", _SENT, of="delivery", method="POST", refused=404),
    Line("source", "一个来源：约定、情形、要处理的事", _SENT, of="source", refused=404),
    Line("source_matter", "来源的事：说明、交办、销号", _SENDS, method="POST"),
    Line("platform", "省平台报送", _TOWNSHIP),
    Line("platform_export", "按省平台模板导出（含姓名、证件号）", _TOWNSHIP, method="POST"),
    Line("platform_answer", "读回省平台的导入结果", _TOWNSHIP, method="POST"),
    Line("tokens", "上传令牌", _SYSTEM),
    Line("tokens", "发一枚令牌", _SYSTEM, method="POST"),
    Line("token_revoke", "作废一枚令牌", _SYSTEM, method="POST"),
    Line("inbox", "对方的程序凭令牌上传", _NOBODY, method="POST", public=True),
    Line("inbox_named", "对方的程序凭令牌上传，地址里有文件名", _NOBODY, method="POST", public=True),
    Line("inbox_receipt", "对方的程序凭令牌查回执", _NOBODY, public=True),
    Line("inbox_workbook", "对方的程序凭令牌下载退回的行", _NOBODY, public=True),
    # 报告
    Line("reports", "报告台", _FIGURES),
    Line("report_check", "核对报告", _FIGURES, method="POST"),
    Line("report_sheets", "生成填报表", _FIGURES, method="POST"),
    Line("report_collect", "收回填报表", _FIGURES, method="POST"),
    Line("report_draft", "生成今年草稿", _FIGURES, method="POST"),
    Line("report_compare", "比较两稿", _FIGURES, method="POST"),
    Line("report_rows", "核对认出的数", _FIGURES, method="POST"),
    Line("report_remember", "记住更正", _FIGURES, method="POST"),
    Line("report_rules", "核对的规则", _FIGURES),
    Line("report_rule", "一条规则", _FIGURES, of="rule"),
    Line("annual", "年度报告", _COUNTY, send={"year": "1990"}),
    Line("annual_file", "年度报告的文件", _COUNTY, of="report file", send={"year": "1990"}),
    Line("annual_fill", "填一个系统算不出的数", _COUNTY, method="POST", send={"given": "population"}),
    Line("annual_owed", "把欠缺的数交办给科室", _COUNTY, method="POST"),
    Line("annual_freeze", "年度报告定稿", _COUNTY, method="POST", send={"as_of": "？"}),
    Line("annual_edition", "定稿的年度报告", _COUNTY, of="edition"),
    Line("annual_edition_file", "定稿的文件", _COUNTY, of="edition file"),
    Line("annual_rows", "定稿里一个数的名单", "－ － － － 是＊ 是＊ 是＊ － － － －", of="edition rows"),
    # 管理
    Line("administration", "管理", _ADMIN),
    Line("verify_journal", "核验日志", _AUDIT, method="POST"),
    Line("checkup", "系统体检", _SYSTEM),
    Line("health", "是否在服务：给监控程序，不涉及任何人", _ALL, public=True),
    Line("register", "登记册：人员、机构、地点、人口数", _SECURITY, of="register"),
    Line("register", "登记一行", _SECURITY, of="register", method="POST"),
    Line("register_deed", "改动一行：任免、开号、改名、停用", _SECURITY, of="deed"),
    Line("register_deed", "保存改动", _SECURITY, of="deed", method="POST"),
    Line("reviews", "紧急查看复核", _AUDIT),
    Line("reviews", "写复核结论", _AUDIT, method="POST"),
    Line("admin_looks", "查阅日志", _AUDIT),
    Line("admin_looks", "查谁看过一位居民，或一人看过什么", _AUDIT, method="POST"),
    Line("admin_acts", "三员操作与导出", _AUDIT),
)
