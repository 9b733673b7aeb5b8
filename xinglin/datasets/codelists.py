"""Codelists that several Records and packs share."""

from xinglin.declare.codelist import codelist

SEX = codelist("sex", "性别", {"男": "男", "女": "女", "未知": "未知"}, source="GB/T 2261.1")

HYPERTENSION = codelist(
    "icd10_hypertension", "原发性高血压（ICD-10）",
    {"I10": "特发性（原发性）高血压", "I11": "高血压性心脏病", "I12": "高血压性肾脏病",
     "I13": "高血压性心脏和肾脏病"},
    match="prefix", source="ICD-10")

UNCERTAIN_WORDS = ("待查", "？", "?", "史", "疑似", "排除")

ENCOUNTER_KIND = codelist("encounter_kind", "就诊类别", {
    "门诊": "门诊", "急诊": "急诊", "住院": "住院", "体检": "体检", "家庭": "家庭出诊"})

DIAGNOSIS_KIND = codelist("diagnosis_kind", "诊断类别", {"门诊": "门诊诊断", "出院": "出院诊断"})

VISIT_WAY = codelist("visit_way", "随访方式", {
    "门诊": "门诊", "家庭": "家庭", "电话": "电话", "视频": "视频"})
FACE_TO_FACE = ("门诊", "家庭")       # of VISIT_WAY: the person was met

ADHERENCE = codelist("adherence", "服药依从性", {"规律": "规律", "间断": "间断", "不服药": "不服药"})

CASE_CHANGE = codelist("case_change", "专案变化", {
    "纳入": "纳入管理", "排除": "核实后排除", "失访": "失访", "拒绝": "拒绝服务",
    "恢复": "恢复管理", "结案": "结案"})

CONTACT_OUTCOME = codelist("contact_outcome", "联系结果", {
    "未见到": "未见到", "外出": "外出", "住院": "住院", "拒绝": "拒绝", "改期": "改期",
    "迁出": "迁出", "死亡": "死亡"})

CONTACT_MEANS = codelist("contact_means", "联系方式", {
    "上门": "上门", "电话": "电话", "委托": "委托村组", "短信": "短信"})

LAB_ITEM = codelist("lab_item", "检验项目", {
    "GLU": "空腹血糖", "GLU2H": "餐后2小时血糖", "HBA1C": "糖化血红蛋白", "TC": "总胆固醇",
    "TG": "甘油三酯", "LDL": "低密度脂蛋白胆固醇", "HDL": "高密度脂蛋白胆固醇", "CREA": "肌酐",
    "BUN": "尿素氮", "UA": "尿酸", "ALT": "丙氨酸氨基转移酶", "AST": "天门冬氨酸氨基转移酶",
    "HGB": "血红蛋白", "WBC": "白细胞计数", "PLT": "血小板计数", "K": "血钾",
    "UPRO": "尿蛋白", "CRP": "C反应蛋白", "HBSAG": "乙肝表面抗原", "HCG": "人绒毛膜促性腺激素"})

# Titles as report sheets print them.
UCUM = codelist("ucum", "单位", {
    "mmol/L": "mmol/L", "umol/L": "μmol/L", "g/L": "g/L", "mg/L": "mg/L", "mg/dL": "mg/dL", "U/L": "U/L",
    "10*9/L": "×10⁹/L", "%": "%", "mIU/mL": "mIU/mL", "{qual}": "定性"}, source="UCUM")

DISEASE = codelist("disease", "病种", {
    "dengue": "登革热", "h7n9": "人感染H7N9禽流感", "influenza": "流行性感冒", "hfmd": "手足口病",
    "tb": "肺结核", "hbv": "乙型肝炎", "syphilis": "梅毒", "diarrhoea": "其他感染性腹泻",
    "mumps": "流行性腮腺炎", "varicella": "水痘", "rabies": "狂犬病", "measles": "麻疹"})

CASE_CLASS = codelist("case_class", "病例分类", {
    "确诊": "确诊病例", "临床": "临床诊断病例", "疑似": "疑似病例", "携带": "病原携带者"})
