"""Measuring the bot on cases: what a command line calls.

cases = own_cases(paths)                                    or load_set(name, folder, store)
with cases.open(settings, progress) as opened:
    record = RunRecord.begin(settings, cases.cases, index=opened.index, encoder=opened.encoder)
    report = evaluate(opened.respondent, cases.cases, record, out=out)
report_text(report), report_json(report) or write_page(path, report)
"""
