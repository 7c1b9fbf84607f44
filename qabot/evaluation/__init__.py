"""Measuring the bot on cases: what a command line calls.

cases = load_cases(paths)
report = evaluate(bot, cases, out=out, baseline=read_baseline(path), progress=...)
report_text(report, requirements)  or  report_json(report)
report.interrupted, report.worse, report.unmet(requirements)
"""
