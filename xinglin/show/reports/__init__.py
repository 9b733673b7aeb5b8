"""Reports: the desk that checks and refills a Word report (`desk/`), its pages, later the writer.

`desk/` is plain Python: no Django, no lake, no county; text in, findings out. The pages here and
`xinglin report` are two front doors to it.
"""
