#!/usr/bin/env bash
# unstruwwel (Python): "not before 1600" ends with 1599, "1st half of the 19th century" is all of it, and "1st century BC" is AD.
# Its README: it turns verbal datings into spans, and its first example, "circa 1st half of the 19th century", ends in 1850.
# Surprise: "not" is passed over, so the span is the opposite of what is said, in German too; with "of the" behind it, as in that
# example, the part of a century is passed over; of two centuries the first, if it is only a number; and "BC" in capitals, where
# "b.c." is read. The same parts without "of the", and two centuries written out, are right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'unstruwwel==1.0.2' 'regex==2026.11.19'
cat >p.py <<'END'
from unstruwwel import unstruwwel
texts = {
    "en": """before 1600|not before 1600|after 1600|not after 1600|1st half 19th century|1st half of the 19th century
circa 1st half of the 19th century|last third 15th century|last third of the 15th century|16th century - 18th century
16th-18th century|18th or 19th century|1st century b.c.|1st century BC""",
    "de": "vor 1600|nicht vor 1600|nach 1600",
}
for language, lines in texts.items():
    for text in lines.replace("\n", "|").split("|"):
        print(f"{language}: {text}: {unstruwwel(text, language)}, {unstruwwel(text, language, scheme='iso-format')}")
END
cat >want <<'END'
en: before 1600: (-inf, 1599), ..1599-12-31
en: not before 1600: (-inf, 1599), ..1599-12-31
en: after 1600: (1601, inf), 1601-01-01..
en: not after 1600: (1601, inf), 1601-01-01..
en: 1st half 19th century: (1801, 1850), 1801-01-01/1850-12-31
en: 1st half of the 19th century: (1801, 1900), 1801-01-01/1900-12-31
en: circa 1st half of the 19th century: (1801, 1900), 1801-01-01~/1900-12-31~
en: last third 15th century: (1467, 1500), 1467-01-01/1500-12-31
en: last third of the 15th century: (1401, 1500), 1401-01-01/1500-12-31
en: 16th century - 18th century: (1501, 1800), 1501-01-01/1800-12-31
en: 16th-18th century: (1701, 1800), 1701-01-01/1800-12-31
en: 18th or 19th century: (1801, 1900), 1801-01-01/1900-12-31
en: 1st century b.c.: (-100, -1), -0100-12-31/-0001-01-01
en: 1st century BC: (1, 100), 0001-01-01/0100-12-31
de: vor 1600: (-inf, 1599), ..1599-12-31
de: nicht vor 1600: (-inf, 1599), ..1599-12-31
de: nach 1600: (1601, inf), 1601-01-01..
END
v/bin/python p.py >seen
diff want seen || { echo "unstruwwel-not-before: no longer as recorded" >&2; exit 1; }
echo "unstruwwel-not-before: as recorded"
