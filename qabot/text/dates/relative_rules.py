"""Expressions relative to the day of publication or to the time told before: "on Thursday", "six years later"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from qabot.text.dates.calendar_rules import COUNT, SEASON, WEEKDAY, count_of
from qabot.text.dates.period import Period, moved, part_of, unit_of
from qabot.text.dates.resolution import (
    Match,
    Precision,
    Resolution,
    Rule,
    Setting,
    behind,
    from_publication,
    from_text,
    tense_beside,
)
from qabot.text.lexicon import SEASONS, TIME_UNITS, WEEKDAYS

_DAY = timedelta(days=1)
_UNIT = rf"(?:{'|'.join(TIME_UNITS[3:-1])}|quarter|centur(?:y|ie))"
_NAMED_DAY = re.compile(
    r"\b(?:Black|Good|Super|Bloody|Cyber|Ash|Holy|Easter|Shrove|Maundy|Palm|Fat|Giving|Throwback|Footloose|Freaky|Big"
    r"|Whit|Boxing|Casual|Manic|Ruby|Joe|Robinson|Man)\s$"
)
_NAMED_BY_DAY = re.compile(
    r"\s(?:Times|Mail|Mirror|Telegraph|Express|Post|Star|Sun|Night (?:Live|Football|Lights)|Morning America|School|Club"
    r"|Agreement|prayers?|brunch)\b"
)
_NAMED_TODAY = re.compile(r"(?:\bUSA|[A-Z][\w’'-]+)\s$")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?:”\"“\n•—–-]\s*)$")
_UNIT_PRECISION: dict[str, Precision] = {
    "day": "day",
    "week": "week",
    "fortnight": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "decade": "decade",
    "century": "century",
}
_DAY_WORDS = {
    "yesterday": -1,
    "last night": -1,
    "day before yesterday": -2,
    "tomorrow": 1,
    "day after tomorrow": 2,
}
_DETERMINED = re.compile(r"\b(?:the|his|her|its|their|our|my|your)\s$", re.IGNORECASE)
_SPAN_BEFORE = re.compile(r"\b(?:in|over|for|within|during|of)\s$", re.IGNORECASE)
_SHIFTS = {"this": 0, "the": 0, "last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1, "following": 1}


def _named_day(match: Match, setting: Setting) -> Resolution | None:
    """Resolve today, yesterday, tomorrow, this morning."""
    word = " ".join(match["day"].lower().split()).removeprefix("the ")
    left = setting.text[max(0, match.start("day") - 30) : match.start("day")]
    if word == "today" and match["day"] != "today":
        head = re.search(r"\S+\s$", left)
        if head and _NAMED_TODAY.search(left) and not _SENTENCE_BEGINS.search(left[: head.start()]):
            return None
        if left.endswith("USA ") or re.match(r"['’ ](?:show|Show|SHOW)\b", behind(match, setting)):
            return None
    if re.search(r"\b(?:like|as if|as though) (?:it (?:was|were|is) )?(?:just |only )?$", left):
        return None
    shift = _DAY_WORDS.get(word, 0)
    how = word if abs(shift) > 1 else ("the day of publication", "the day after", "the day before")[shift]
    return from_publication(setting, "day", lambda day: Period(day + shift * _DAY, day + shift * _DAY), how)


def _weekday(match: Match, setting: Setting) -> Resolution | None:
    left, right = setting.text[max(0, match.start() - 25) : match.start()], behind(match, setting)
    if _NAMED_DAY.search(left) or _NAMED_BY_DAY.match(right):
        return None
    number = WEEKDAYS.index(match["weekday"])
    which = (match["which"] or "").lower()
    if which in ("every", "each", "most"):
        return None
    if which in ("the following", "the previous", "the next", "that"):
        step = {"the previous": -1, "that": 0}.get(which, 1)

        def beside(told: Period) -> Period | None:
            if told.earliest is None or told.earliest != told.latest:
                return None
            return _only(_nearest_weekday(told.earliest + step * _DAY, number, -1 if step < 0 else 1))

        return from_text(setting, "day", beside, f"{which} {match['weekday']}, counted from")
    if which == "last":
        return from_publication(
            setting, "day", lambda day: _only(_nearest_weekday(day - _DAY, number, -1)), "the last one before the day"
        )
    if which == "next":
        return from_publication(
            setting,
            "day",
            lambda day: _only(day + (7 + number - day.weekday()) * _DAY),
            "of the next week",
        )
    ahead = which == "coming" or tense_beside(setting.text, match.start(), match.end()) == "future"
    how = "the first one on or after the day" if ahead else "the last one on or before the day"
    resolution = from_publication(
        setting, "day", lambda day: _only(_nearest_weekday(day, number, 1 if ahead else -1)), how
    )
    if resolution.period and setting.published and setting.published.earliest:
        name = WEEKDAYS[setting.published.earliest.weekday()]
        return Resolution(resolution.period, "day", f"{resolution.reasoning} (a {name})", "published")
    return resolution


def _this_unit(match: Match, setting: Setting) -> Resolution | None:
    """Resolve this week, last month, next year, earlier this year, the rest of the month."""
    which, part = match["which"].lower(), (match["part"] or "").lower()
    word = match["unit"].lower()
    weekend = word == "weekend"
    unit = "week" if weekend else word if word in SEASONS else _unit_named(word)
    if _is_last_of(match, setting) and _DETERMINED.search(setting.text[max(0, match.start() - 8) : match.start()]):
        return None
    if which == "the" and not (part and unit in ("week", "month", "year")) and not weekend:
        return None
    precision: Precision = "day" if weekend else "season" if word in SEASONS else _UNIT_PRECISION[unit]
    shift = _SHIFTS[which]
    ahead = tense_beside(setting.text, match.start(), match.end()) == "future"

    def meant(day: date) -> Period | None:
        if weekend:
            return _weekend(day, which, ahead)
        period: Period | None = unit_of(day, unit)
        if unit in SEASONS:
            period = _season_nearby(day, unit, which)
        elif shift:
            period = unit_of(
                moved(day if unit in ("week", "fortnight", "day") else day.replace(day=1), shift, unit), unit
            )
        return _clipped(period, day, part) if period else None

    return from_publication(setting, precision, meant, f"{which} {word}".replace("the ", "this "))


def _clipped(period: Period, day: date, part: str) -> Period:
    if part == "earlier" and period.earliest and period.earliest <= day:
        return Period(period.earliest, day)
    if part in ("later", "the rest of", "rest of", "remainder of") and period.latest and day <= period.latest:
        return Period(day, period.latest)
    if part.split(" ")[-1] == "of":
        part = part.removesuffix(" of").removeprefix("the ")
    part = {"start": "early", "beginning": "early", "end": "late", "middle": "mid"}.get(part, part)
    return part_of(period, part) if part in ("early", "mid", "late") else period


def _season_nearby(day: date, season: str, which: str) -> Period | None:
    found = [
        unit_of(date(year, 1 if season == "winter" else 12, 1), season) for year in range(day.year - 2, day.year + 3)
    ]
    current = [p for p in found if p.earliest and p.latest and p.earliest <= day <= p.latest]
    earlier = [p for p in found if p.latest and p.latest < day]
    later = [p for p in found if p.earliest and p.earliest > day]
    if which == "last":
        return earlier[-1]
    if which == "next":
        return later[0]
    if current:
        return current[0]
    # "This spring" said in autumn is the one of the same year.
    same = [p for p in found if p.earliest and p.earliest.year == day.year]
    return same[0] if same else None


def _bare_season(match: Match, setting: Setting) -> Resolution | None:
    """Resolve "in the spring": the last one or, where the verb looks forward, the next one."""
    season = match["season"].lower()
    ahead = tense_beside(setting.text, match.start(), match.end()) == "future"

    def meant(day: date) -> Period | None:
        period = unit_of(day, season)
        if period.earliest and ahead and period.latest and period.latest < day:
            return unit_of(moved(day, 1, "year"), season)
        if period.earliest and not ahead and period.earliest > day:
            return unit_of(moved(day, -1, "year"), season)
        return period

    return from_publication(setting, "season", meant, f"the {'next' if ahead else 'last'} {season}")


def _weekend(day: date, which: str, ahead: bool) -> Period:
    saturday = day + (5 - day.weekday()) * _DAY
    # On a Monday or Tuesday, what happened "this weekend" happened two days ago.
    if which == "last" or (which in ("this", "the", "past") and not ahead and day.weekday() < 4):
        saturday -= 7 * _DAY
    if which == "next" and day.weekday() >= 4:
        saturday += 7 * _DAY
    return Period(saturday, saturday + _DAY)


def _running(match: Match, setting: Setting) -> Resolution | None:
    """Resolve the past three years, the next two weeks, the last decade: counted from the day of publication."""
    count, unit = count_of(match["count"] or "one"), _unit_named(match["unit"])
    which = match["which"].lower()
    if (not match["count"] and match["unit"].lower() != unit) or _is_last_of(match, setting):
        return None  # "in the coming days"
    if not match["count"] and (which in ("following", "previous") or (which == "next" and _is_told(match, setting))):
        step = -1 if which == "previous" else 1
        how = f"the {unit} {'following' if step > 0 else 'before'}"
        return from_text(setting, _UNIT_PRECISION[unit], lambda told: _unit_beside(told, step, unit), how)
    ahead = which in ("next", "coming", "following")

    def meant(day: date) -> Period | None:
        end = moved(day, count if ahead else -count, unit)
        return Period(day, end) if ahead else Period(end, day)

    return from_publication(setting, "span", meant, f"{'from' if ahead else 'up to'} the day")


def _is_last_of(match: Match, setting: Setting) -> bool:
    """True if an expression is the last part of something: "the last year of the war"."""
    return match["which"].lower() == "last" and behind(match, setting).startswith(" of ")


def _is_told(match: Match, setting: Setting) -> bool:
    """True if "the next day" is the one after a day told before: not "over the next day", nor what will be then."""
    left = setting.text[max(0, match.start() - 10) : match.start()]
    return not _SPAN_BEFORE.search(left) and tense_beside(setting.text, match.start(), match.end()) != "future"


def _ago(match: Match, setting: Setting) -> Resolution | None:
    if re.search(
        r"\b(?:over|more than|less than|at least|under|up to)\s$",
        setting.text[max(0, match.start() - 15) : match.start()],
    ):
        return Resolution(None, "span", "only a bound is told", None)
    count = count_of(match["count"]) + (0.5 if match["half"] or match["half_"] else 0)
    unit = _unit_named(match["unit"])
    exact = unit if count == int(count) or unit == "day" else {"year": "month", "month": "week"}.get(unit, "day")
    precise = _UNIT_PRECISION["month" if unit == "quarter" else "year" if unit in ("decade", "century") else exact]

    def meant(day: date) -> Period | None:
        return unit_of(moved(day, -count, unit), precise)

    return from_publication(setting, precise, meant, match[0])


def _later(match: Match, setting: Setting) -> Resolution | None:
    """Resolve six years later, two days earlier, a year after that."""
    count = count_of(match["count"]) + (0.5 if match["half"] else 0)
    unit = _unit_named(match["unit"])
    step = -count if match["way"].lower().startswith(("earlier", "before", "prior")) else count
    return from_text(
        setting,
        _UNIT_PRECISION[unit],
        lambda told: _unit_beside(told, step, unit),
        f"{match[0].lower()}, counted from",
    )


def _unit_beside(told: Period, step: float, unit: str) -> Period | None:
    """Return the unit ``step`` units from the one told; None where the time told is less exact than the unit."""
    if told.earliest is None or told.latest is None:
        return None
    coarse = "year" if unit in ("decade", "century") and step != int(step) else unit
    if unit in ("decade", "century") and (told.latest - told.earliest).days < 400 and abs(step) >= 1:
        coarse = "year"  # "a decade later" after a year is a year
    first, last = unit_of(told.earliest, coarse), unit_of(told.latest, coarse)
    if first != last:
        return None
    assert first.earliest
    anchor = told.earliest if unit in ("day", "week", "fortnight") else first.earliest
    return unit_of(moved(anchor, step, unit), coarse)


def _same_unit(match: Match, setting: Setting) -> Resolution | None:
    """Resolve that year, the same month, the following day, the year before."""
    unit, which, way = _unit_named(match["unit"]), (match["which"] or "").lower(), (match["way"] or "").lower()
    if not which and not way:
        return None
    if which in ("following", "next") and not match[0].lower().startswith("the"):
        return None
    step = 1 if which in ("following", "next") or way in ("after", "later") else -1 if which == "previous" or way else 0
    if way and re.match(r" (?!(?:that|and|but)\b)[\w“\"]", behind(match, setting)):
        return None  # "the year before his death"
    return from_text(setting, _UNIT_PRECISION[unit], lambda told: _unit_beside(told, step, unit), "counted from")


def _unit_named(word: str) -> str:
    """Return a unit in the singular, lower case."""
    folded = word.lower()
    return "century" if folded.startswith("centur") else folded.removesuffix("s")


def _only(day: date) -> Period:
    return Period(day, day)


def _nearest_weekday(day: date, number: int, step: int) -> date:
    """Return the first day of that weekday on or after ``day``, or for a step of -1 on or before it."""
    return day + step * ((number - day.weekday()) * step % 7) * _DAY


_THIS_UNITS = rf"week|weekend|month|year|decade|century|quarter|{SEASON}"
_WITHIN = r"earlier|later|early|late|mid|(?:the )?(?:rest|remainder|end|start|beginning|middle) of"
_BESIDE_DAY = r"(?i:(?P<which>the following|the previous|the next|that|last|next|coming|every|each|most))"
_RUNNING = rf"(?P<which>last|past|previous|next|coming|following) (?:(?P<count>{COUNT}) )?(?P<unit>{_UNIT}s?)\b"
_COUNTED = rf"(?<![\d.,])\b(?P<count>{COUNT})(?P<half> and a half)? (?P<unit>{_UNIT})s?"
_WAY = r"(?P<way>later|earlier|afterwards?|(?:before|after)(?: that)?(?=[.,;:]))(?! (?:than|this)\b)"
_BESIDE = r"(?:(?:(?:that|the) )?(?P<which>same|following|next|previous|(?<!so )that) |the )"
_PATTERNS = (
    (
        r"(?i:\b(?:(?:earlier|later|late|early) )?"
        r"(?P<day>(?:the )?day (?:before yesterday|after tomorrow)"
        r"|yesterday|today|tomorrow|tonight|last night|this (?:morning|afternoon|evening))\b)",
        _named_day,
    ),
    (
        rf"\b(?:(?i:earlier|later|early|late) )?(?:{_BESIDE_DAY} |(?i:this) )?"
        rf"(?P<weekday>{WEEKDAY})\b(?!s\b)",
        _weekday,
    ),
    (
        rf"(?i:\b(?:(?P<part>{_WITHIN})[ -])?(?:in )?(?P<which>this|last|next|the) (?P<unit>{_THIS_UNITS})\b)",
        _this_unit,
    ),
    (r"(?i:\b(?P<part>(?P<which>this|the)) past (?P<unit>weekend)\b)", _this_unit),
    (rf"(?i:\b(?:the|these|those|this) {_RUNNING})", _running),
    (rf"(?i:\b(?P<which>past|last|next) (?P<count>{COUNT}) (?P<unit>{_UNIT}s)\b)", _running),
    (rf"(?i:(?<=\bover )(?P<which>past)(?P<count>) (?P<unit>{_UNIT})\b)", _running),
    (rf"(?i:{_COUNTED}(?P<half_> and a half)? ago\b)", _ago),
    (rf"(?i:{_COUNTED} {_WAY})", _later),
    (
        rf"(?i:\b{_BESIDE}(?P<unit>day|week|month|year|decade|century)(?: (?P<way>before|after|earlier|later))?\b)",
        _same_unit,
    ),
    (rf"\b(?i:(?:in|over|during|since|by) the )(?P<season>{SEASON})\b(?! of\b)", _bare_season),
)
RULES = tuple(Rule(re.compile(pattern), resolve) for pattern, resolve in _PATTERNS)
"""Of overlapping expressions the one that begins first counts; of two that begin together, the longer one."""
