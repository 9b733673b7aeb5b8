"""The layout of GB/T 9704-2012 in numbers: paper, margins, grid, typefaces, sizes."""

PAPER = (210, 297)                  # mm
TOP, LEFT, RIGHT, BOTTOM = 37, 28, 26, 35   # mm: 天头, 订口; the type area is 156 × 225
LINES, CHARACTERS = 22, 28
BODY_SIZE = 16.0                    # 3号, pt
TITLE_SIZE = 22.0                   # 2号
PAGE_SIZE = 14.0                    # 4号, of page numbers
TABLE_SIZE = 12.0                   # 小4号, of tables, which the standard leaves open
PITCH = 28.95                       # pt between lines: 22 of them fill 225 mm
TRACKING = (210 - LEFT - RIGHT) / 25.4 * 72 / CHARACTERS - BODY_SIZE   # pt: 28 characters fill 156 mm

TITLE_FACE, BODY_FACE = "方正小标宋简体", "仿宋_GB2312"
LEVEL_FACES = ("黑体", "楷体_GB2312", BODY_FACE, BODY_FACE)   # 一、 （一） 1. （1）
PAGE_FACE = "宋体"
SMALL_FACE = BODY_FACE

# Where the official typefaces are not installed, what stands for them in a PDF.
FALLBACK = "Noto Sans CJK SC"
PDF_NAMES = {
    TITLE_FACE: ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
    "仿宋_GB2312": ("FangSong_GB2312", "FangSong", "STFangsong"),
    "楷体_GB2312": ("KaiTi_GB2312", "KaiTi", "STKaiti"),
    "黑体": ("SimHei", "STHeiti"),
    "宋体": ("SimSun", "STSong"),
}
