"""Works by the names of their files in the sets that models learn from, as a musician says them.

By catalogue number, which every language shares; a movement is a Roman numeral.
A name that no rule knows is said as it is, without its ending.
"""

from __future__ import annotations

import re

ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII")
MONTHS = (
    *("januar", "februar", "maerz", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "dezember"),
)
NAMED = {
    "elise": "WoO 59",
    "islamei": "Op. 18",
    "liz_donjuan": "S. 418",
    "schum_abegg": "Op. 1",
    "DEB_CLAI": "Clair de lune",
    "DEB_PASS": "Passepied",
    "deb_menu": "Menuet",
    "deb_prel": "Prélude",
    "br_rhap": "Op. 79 No. 2",
}


class _Number(int):
    """A number that can be written in Roman numerals, as ``{:r}``."""

    def __format__(self, spec: str) -> str:
        if spec == "r":
            return ROMAN[self] if self < len(ROMAN) else str(int(self))
        return format(int(self), spec)


RULES = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        # First editions: opus, edition, publisher, number.
        (r"(0(?:04|35|58))-\w+-\w+-(\d{3})", "Op. {}, {:r}"),
        (r"(\d{3})_(\d)-\w+-[A-Za-z]+(?:-\d{3})?", "Op. {} No. {}"),
        (r"(\d{3})-\w+-\w+-(\d{3})(?:-[a-z-]+)?", "Op. {} No. {}"),
        (r"(\d{3})-\w+-\w+", "Op. {}"),
        # The published set: composer, work, number or movement.
        (r"chpn-p(\d+)", "Op. 28 No. {}"),
        (r"chpn_op(35)_(\d)", "Op. {}, {:r}"),
        (r"chpn?_op(\d+)_e?(\d+)", "Op. {} No. {}"),
        (r"chpn?_op(\d+)", "Op. {}"),
        (r"mz_(\d+)_(\d)", "K. {}, {:r}"),
        (r"haydn?_(\d+)_(\d)", "Hob. XVI:{}, {:r}"),
        (r"bach_(\d+)", "BWV {}"),
        (r"beethoven_opus(10)_(\d)", "Op. {} No. 1, {:r}"),
        (r"(?:beethoven|brahms)_opus(1|22|90)_(\d)", "Op. {}, {:r}"),
        (r"beethoven_hammerklavier_(\d)", "Op. 106, {:r}"),
        (r"beethoven_les_adieux_(\d)", "Op. 81a, {:r}"),
        (r"appass_(\d)", "Op. 57, {:r}"),
        (r"mond_(\d)", "Op. 27 No. 2, {:r}"),
        (r"pathetique_(\d)", "Op. 13, {:r}"),
        (r"waldstein_(\d)", "Op. 53, {:r}"),
        (r"schu_143_(\d)", "D. 784, {:r}"),
        (r"schub(?:ert)?_[dD](760|850|960)_(\d)", "D. {}, {:r}"),
        (r"schub(?:ert)?_[dD](\d+)_(\d)", "D. {} No. {}"),
        (r"schuim-(\d)", "D. 899 No. {}"),
        (r"schumm-(\d)", "D. 780 No. {}"),
        (r"scn(\d+)_(\d+)", "Op. {} No. {}"),
        (r"alb_esp(\d)", "Op. 165 No. {}"),
        (r"alb_se(\d)", "Op. 47 No. {}"),
        (r"gra_esp_(\d)", "Op. 37 No. {}"),
        (r"liz_et_trans(\d+)", "S. 139 No. {}"),
        (r"liz_et(\d)", "S. 141 No. {}"),
        (r"liz_rhap(\d+)", "S. 244 No. {}"),
        (r"muss_(\d)", "Pictures at an Exhibition, {}"),
        (r"debussy_cc_(\d)", "Children\N{RIGHT SINGLE QUOTATION MARK}s Corner, {:r}"),
        (r"\w+?_op(?:us)?(\d+)_(\d+)", "Op. {} No. {}"),
    )
)


def title(file: str, composer: str = "") -> str:
    """Return what the work in ``file`` is called.

    >>> title("chpn_op10_e05.mid"), title("mz_331_3.mid"), title("ty_november.mid")
    ('Op. 10 No. 5', 'K. 331, III', 'Op. 37a No. 11')
    """
    stem = re.sub(r"\.midi?$", "", file, flags=re.IGNORECASE)
    if stem in NAMED:
        return NAMED[stem]
    if stem.startswith("ty_") and stem[3:] in MONTHS:
        return f"Op. 37a No. {MONTHS.index(stem[3:]) + 1}"
    for pattern, words in RULES:
        found = pattern.fullmatch(stem)
        if found:
            return words.format(*(_Number(number) for number in found.groups()))
    return _said(stem, composer)


def _said(stem: str, composer: str) -> str:
    """Return the words of a file's name, without the composer's that it begins with."""
    words = re.sub(r"[_\s]+", " ", stem).strip()
    first, _, rest = words.partition(" ")
    if rest and composer and composer[:4].casefold() == first[:4].casefold():
        words = rest
    return words[:1].upper() + words[1:]
