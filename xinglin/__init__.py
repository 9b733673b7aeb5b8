"""杏林 (Xinglin): the open system that a county health bureau runs on.

The story, read from below (a folder imports only from those under it in this list):

    site         the only place that puts it together: settings, urls, night, commands
    localities   a province's and a county's own norms and choices
    packs        what a county does: one business, one module, declarations only
    show         呈  cockpit, doctor, resident, manager, reports, API
    act          行  programmes, worklists, ledgers, payments, oversight
    know         知  indicators and alerts          gather  汇  deliveries, checks, linkage
    lake         湖  dated versions of every dataset
    registry     册  places, organisations, people, staff, rights
    journal          two append-only streams: acts, and access to people's records
    datasets         the lake's vocabulary: Records and codelists
    declare      定  the language: frozen dataclasses, no input or output
    kernel           dates, identity numbers, units, money, errors, keys, the home folder

There are two truths, history (lake and journal) and registry; everything else is derived
and can be dropped. The loop closes through data, never through imports.
"""
