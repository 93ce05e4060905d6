#!/usr/bin/env bash
# vCard 4: vcf's jCard keeps the backslashes and takes every date for text; vcard4-ts makes one type of "voice,home" and one name of a firm and its department.
# RFC 7095 (jCard) sections 3.3 to 3.5: values are without the escapes of vCard, several values are several elements, and the third
# element is the property's type, for BDAY date-and-or-time. RFC 6350 section 6.4.1 has TYPE="voice,home" for a home phone
# with voice; section 6.6.4: ORG has parts, with semicolons between them.
# Surprise: the birthday, the firm and the categories of one card, in the lines below. vcf also writes back X-ABLabel, which
# address books use for a label of one's own, as X-AB-LABEL, another property. vobject has one type as well; ical.js is right.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'vobject==0.9.9'
npm install --silent --no-audit --no-fund 'vcf@2.1.2' 'vcard4-ts@0.4.1' 'ical.js@2.2.1' >/dev/null
printf '%s\r\n' 'BEGIN:VCARD' 'VERSION:4.0' 'FN:Ann Example' 'BDAY:19850412' 'ORG:Mill\, Lock;Sales' 'CATEGORIES:a\,b,c' 'NOTE:one\ntwo' 'TEL;VALUE=uri;TYPE="voice,home":tel:+1-555-0100' 'item1.EMAIL:a@example.org' 'item1.X-ABLabel:Choir' 'END:VCARD' >card.vcf
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import vcf from "vcf";
import { parseVCards } from "vcard4-ts";
const text = readFileSync("card.vcf", "utf8");
const names = ["bday", "org", "categories", "note", "tel"];
const show = (library, jcard) => jcard[1].filter(([name]) => names.includes(name)).forEach((line) => console.log(library, JSON.stringify(line)));
const [card] = vcf.parse(text);
show("vcf", card.toJSON());
show("ical.js", ICAL.parse(text));
console.log("vcf writes", String(card).split("\r\n").find((line) => line.includes("Choir")));
const { ORG, TEL, CATEGORIES } = parseVCards(text).vCards[0];
console.log("vcard4-ts", JSON.stringify({ org: ORG[0].value, tel: TEL[0].parameters.TYPE, categories: CATEGORIES[0].value }));
END
cat >p.py <<'END'
import vobject
card = vobject.readOne(open("card.vcf", newline="").read())
print("vobject org", card.org.value, "tel", card.tel.params["TYPE"])
END
cat >want <<'END'
vcf ["bday",{},"text","19850412"]
vcf ["org",{},"text","Mill\\, Lock;Sales"]
vcf ["categories",{},"text","a\\,b,c"]
vcf ["note",{},"text","one\\ntwo"]
vcf ["tel",{"value":"uri","type":["voice","home"]},"uri","tel:+1-555-0100"]
ical.js ["bday",{},"date-and-or-time","1985-04-12"]
ical.js ["org",{},"text",["Mill, Lock","Sales"]]
ical.js ["categories",{},"text","a,b","c"]
ical.js ["note",{},"text","one\ntwo"]
ical.js ["tel",{"type":["voice","home"]},"uri","tel:+1-555-0100"]
vcf writes item1.X-AB-LABEL:Choir
vcard4-ts {"org":["Mill, Lock;Sales"],"tel":["voice,home"],"categories":["a,b","c"]}
vobject org ['Mill, Lock', 'Sales'] tel ['voice,home']
END
{
  node j.mjs
  v/bin/python p.py
} >seen
diff want seen || { echo "vcard-jcard-escapes: no longer as recorded" >&2; exit 1; }
echo "vcard-jcard-escapes: as recorded"
