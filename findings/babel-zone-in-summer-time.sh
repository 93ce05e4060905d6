#!/usr/bin/env bash
# Babel: in Russian, Bulgarian, Serbian and Croatian the place of every time zone reads "summer time", in winter
# and in Tokyo too.
# CLDR has three patterns for it, generic, standard and daylight (UTS 35 part 4, regionFormat);
# get_timezone_location and VVVV in a date pattern are the generic one, "Japan" and no more in Russian.
# Surprise: "Япония, летнее время" in January, for a country without summer time. English, German and French are
# right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'babel==2.19.0' 'tzdata==2026.1'
cat >d.py <<'END'
import datetime as D
from babel.dates import format_datetime, get_timezone, get_timezone_location
for locale in "en", "de", "fr", "uk", "ru", "bg", "sr", "hr":
    print(locale, get_timezone_location("Asia/Tokyo", locale=locale), "|", format_datetime(D.datetime(2024, 1, 15, 12), "HH:mm VVVV", tzinfo=get_timezone("Europe/Minsk"), locale=locale))
END
cat >want <<'END'
en Japan Time | 15:00 Belarus Time
de Japan (Ortszeit) | 15:00 Belarus (Ortszeit)
fr heure : Japon | 15:00 heure : Biélorussie
uk час: Японія | 15:00 час: Білорусь
ru Япония, летнее время | 15:00 Беларусь, летнее время
bg Япония – лятно часово време | 15:00 Беларус – лятно часово време
sr Јапан, летње време | 15:00 Белорусија, летње време
hr Japan, ljetno vrijeme | 15:00 Bjelorusija, ljetno vrijeme
END
venv/bin/python d.py >seen
diff want seen || { echo "babel-zone-in-summer-time: no longer as recorded" >&2; exit 1; }
echo "babel-zone-in-summer-time: as recorded"
