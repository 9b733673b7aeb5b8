"""The Word desk: a draft checked, last year's report turned into this year's; nothing is kept.

read.py      .docx .txt .pdf or pasted words → Document (paragraphs with places)
slots.py     numbers, dates, places, blanks of a text → Slot
rules/       one module a family; a Rule is data with examples; check.py runs them
comment.py   findings as Word comments in a copy of the file
adopt.py     slots of last year's report → Row; sheets.py: rows ↔ workbooks by office
collect.py   what the offices sent back; fill.py: this year's draft in their own styles
compare.py   versions by their numbers; brief.py: ten figures for the leader
"""
