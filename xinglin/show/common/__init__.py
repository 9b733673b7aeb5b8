"""What every page shares: the frame, parts, charts, words, sign-in. Look at /_kit/ (XINGLIN_KIT=1).

A new page, in order:

1. `show/<audience>/urls.py` (found by its name, no prefix is added; a folder with `apps.py` is
   an app, found too). Views hold no reads and no writes (`queries.py`, `actions.py`) and are
   decorated with `@signed_in` (signin.py).
2. A template that begins with `{% extends "common/page.html" %}` and fills `title`, `purpose`
   (why records are opened: 今日 = 随访), `actions` (buttons right of the title) and `page`.
   A resident's page extends "common/resident.html" (20 px, one thing per screen).
3. Its entry in `menu.py` (six at most; an entry whose page does not exist is not shown).
4. Its address in `tests/lib/screens.py`; look at both widths.

Words, builtin in every template (templatetags/words.py):
    {{ day|day_words }}            3月15日 周五   (year only where it differs from this one)
    {% share 1204 1760 %}          68.4%　1204/1760; denominator 0 → —（分母为 0）
    {% state "late" "逾期 3 天" %}  ▲ + word + colour; late ▲, soon ●, done ✓, info ⓘ
    {{ name|masked }}              李**
Parts (templatetags/parts.py):
    {% figure_tile title=… value=… %}, {% chart spec %}, {% empty "…" "…" %},
    {% table columns rows %}, {% icon "…" %}

Charts: a dictionary described in charts.py, drawn by static/common/chart.js, always with its
table. Content-Security-Policy is 'self': no inline script, no style attribute, no onclick. Behaviour
goes through HTMX attributes, Alpine (the CSP build: `Alpine.data` in a file of ours) or keys.js.
Keyboard (keys.js): `/` search, `j`/`k` over elements with data-row, `Enter` opens, Ctrl+S saves
the form with data-save.

A request by HTMX is answered with a fragment; a problem in it becomes a sentence in #problem.
"""
