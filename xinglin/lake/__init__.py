"""湖 The lake: dated versions of every dataset, in DuckLake tables under the county's home.

Open it with `store.open_lake`; write in `lake.write(...)`; read by Record with
`reader.LakeReader`. Nothing here knows a pack or a page. Names, numbers and phones never come in.
"""
