"""The report writer: declared sentences over told figures → a document → .docx, .pdf, page.

Plain Python: no Django, no lake. `Told` figures come in (`told.py`), `compose` says the sentences,
`word.py`, `pdf.py` and the page set the same document in the layout of GB/T 9704-2012.
"""
