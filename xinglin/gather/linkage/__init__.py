"""Who is who where no number says so: records compared by Splink, put together, or left for a person to judge.

`declared` says what is compared and what it is worth; `clean` brings records to one form; `score` compares;
`cluster` decides; `resolve` is the way through all of them. Nothing here knows Django or the county.
"""
