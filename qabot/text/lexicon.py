"""Closed lists of English words that several files need: each stands here once, in the order of what it names."""

from __future__ import annotations

UPPER = "A-Z" + "".join(filter(str.isupper, map(chr, range(0xC0, 0x250))))
"""The capitals of Latin letters, as a class of a pattern holds them."""
MONTHS = tuple("January February March April May June July August September October November December".split())
"""In any locale, unlike those of the standard library."""
LOOSE_MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS if name != 'September')}|Sept?(?:ember)?)"
"""One of them, full or short, whatever follows."""
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
SHORT_WEEKDAY = r"(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)"
SEASONS = ("spring", "summer", "autumn", "fall", "winter")
TIME_UNITS = tuple("second minute hour day week fortnight month year decade century".split())
TIME_UNIT = rf"(?:{'|'.join(TIME_UNITS[:-1])}|centur(?:y|ies))s?"
"""One of them in the singular or plural."""

ONES = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
ORDINALS = tuple(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth twenty-first".split()
)
SCALES = {
    "dozen": 12, "hundred": 1e2, "thousand": 1e3, "lakh": 1e5, "million": 1e6, "crore": 1e7, "billion": 1e9,
    "trillion": 1e12,
}  # fmt: skip
"""What multiplies the number before it."""
SHORT_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "tn": "trillion"}

AUXILIARIES = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|shall|(?-i:may)|might|must)"
"""A question may begin with one; "May" is a month."""
QUESTION_WORDS = r"(?:when|where|why|how|who|whom|whose|which|what)"
SAYING = (
    r"(?:said|says|told|tells|added|adds|asked|asks|replied|replies|wrote|writes|warned|warns|explained|explains|argued|"
    r"argues|claimed|claims|declared|declares|insisted|insists|complained|complains|recalled|recalls|joked|jokes)"
)
"""A verb with which somebody's words are told."""
CONNECTIVES = tuple("however meanwhile moreover furthermore additionally therefore thus although though".split())
"""With one a sentence goes on from what was said before; it states nothing itself."""
OPENERS = frozenset(CONNECTIVES) | frozenset(
    "across ahead almost alongside amid among another approximately around currently despite earlier even eventually"
    " every finally following inside including initially later like maybe nearly often only outside perhaps previously"
    " recently reportedly roughly since sometimes soon throughout today tomorrow tonight unless unlike whatever whereas"
    " yesterday".split()
)
"""What a sentence begins with and is part of no name ("Although Ada Quill")."""
HONORIFICS = ("Mr", "Mrs", "Ms", "Dr")
OFFICES = tuple(
    "ambassador analyst archbishop author bishop captain chancellor coach colonel commander director envoy expert"
    " general governor journalist judge king leader mayor minister mullah official pope president professor queen"
    " researcher secretary senator sheikh spokesman spokesperson spokeswoman".split()
)
"""What a person is called by beside the name, and what a question asks for by "which"."""
NEVER_LAST = tuple(
    "Ald Amb Asst Assoc Atty Cdr Cllr Cmdt Const Cpt Dep Ft Gens Govs Hon Lieut Lts Messrs Mme Mmes Monsig Ms Mts Mx"
    " Ofc Profs Pt Pte Revd Sgts Spc Ssgt Sta Ste Supt Sts Tpr Benj Chas Edw Geo Jas Jos Robt Saml Thos Wm".split()
)
"""Abbreviations of what stands before a name ("Ft. Lowell", "Thos. Hale"): none ends a sentence."""
TITLES = (
    *HONORIFICS,
    *"Sen Sens Rep Reps Gov Pres Sec Gen Brig Maj Col Lt Capt Cpl Sgt Adm Prof Rev Fr St".split(),
    *NEVER_LAST,
)
"""All abbreviations of what stands before a name, and belongs to it."""


def month_number(name: str) -> int:
    """Return the number of a month by its name, full or short, in any case."""
    return [month[:3].lower() for month in MONTHS].index(name[:3].lower()) + 1
