#!/usr/bin/env bash
# microformats-parser: noon is 24:00, half past midnight 12:30, "9:30 p.m." no time, and what begins on day 178 ends on day "null".
# The value class pattern of microformats.org, which microformats2 uses for its dates: date and time may stand in parts of their
# own; a time may have am, pm, a.m. or p.m. in any case; a part that is an abbr has its title as value; a date may be an ordinal
# one, YYYY-DDD; an end that has a time only is of the date of the start.
# Surprise: twelve is added to each hour that is pm, also to the twelfth; dots, and the title of an abbr, are not understood; for the
# end the date of the start is found only if it is one of year, month and day. mf2py, of the same community, reads all six.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'mf2py==2.0.2' 'beautifulsoup4==4.15.0' 'html5lib==1.1'
npm install --silent --no-audit --no-fund 'microformats-parser@2.0.6' 'parse5@7.3.0' >/dev/null
cat >page.py <<'END'
events = [
    ("noon", "<span class=value>2024-06-26</span> <span class=value>12pm</span>", None),
    ("midnight", "<span class=value>2024-06-26</span> <span class=value>12:30am</span>", None),
    ("with dots", "<span class=value>2024-06-26</span> <span class=value>9:30 p.m.</span>", None),
    ("abbr", "<abbr class=value title=2024-06-26>Wednesday</abbr> <span class=value>19:00</span>", None),
    ("until 9pm", "<span class=value>2024-06-26</span> <span class=value>7pm</span>", "<span class=value>9pm</span>"),
    ("on day 178", "<span class=value>2024-178</span> <span class=value>7pm</span>", "<span class=value>9pm</span>"),
]
page = ""
for name, start, end in events:
    page += f"<div class=h-event><h1 class=p-name>{name}</h1><p class=dt-start>{start}</p>"
    page += f"<p class=dt-end>{end}</p></div>" if end else "</div>"
open("page.html", "w").write(page)
END
cat >p.py <<'END'
import mf2py
for item in mf2py.parse(open("page.html").read())["items"]:
    found = item["properties"]
    print("mf2py:", *found["name"], "|", *found["start"], "|", *found.get("end", []))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import { mf2 } from "microformats-parser";
for (const { properties: found } of mf2(readFileSync("page.html", "utf8"), { baseUrl: "https://example.org/" }).items)
  console.log("microformats-parser:", ...found.name, "|", ...found.start, "|", ...(found.end ?? []));
END
cat >want <<'END'
mf2py: noon | 2024-06-26 12:00 |
mf2py: midnight | 2024-06-26 00:30 |
mf2py: with dots | 2024-06-26 21:30 |
mf2py: abbr | 2024-06-26 19:00 |
mf2py: until 9pm | 2024-06-26 19:00 | 2024-06-26 21:00
mf2py: on day 178 | 2024-06-26 19:00 | 2024-06-26 21:00
microformats-parser: noon | 2024-06-26 24:00 |
microformats-parser: midnight | 2024-06-26 12:30 |
microformats-parser: with dots | 2024-06-26 9:30 P.M. |
microformats-parser: abbr | WEDNESDAY 19:00 |
microformats-parser: until 9pm | 2024-06-26 19:00 | 2024-06-26 21:00
microformats-parser: on day 178 | 2024-178 19:00 | null 21:00
END
{
  v/bin/python page.py
  v/bin/python p.py
  node j.mjs
} >seen
diff want seen || { echo "microformats-parser-noon-is-24: no longer as recorded" >&2; exit 1; }
echo "microformats-parser-noon-is-24: as recorded"
