#!/usr/bin/env bash
# ez-vcard (Java): reading and writing takes "Maria" from "N:Miller;Anna,Maria;;Dr.;", and a birthday without a year is "BDAY:" in vCard 3.
# RFC 6350 section 6.2.2 and RFC 2426 section 3.1.2: each component of a name may have several values with commas between them.
# RFC 6350 section 4.3.1 has dates without a year, RFC 2426 section 3.1.5 a date in full and no empty one.
# Surprise: of several family or given names the first is kept, in vCard 3 and 4 and in jCard, where additional names and
# prefixes keep all. Other properties that vCard 3 lacks are left out of it; this one is written without a value, which no reader
# of dates can take. vobject (Python) has both given names.
set -euo pipefail
for tool in apt-get java python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'libez-vcard-java=0.11.2+dfsg-1' libvinnie-java libjackson2-{core,databind,annotations}-java libjsoup-java libfreemarker-java 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'vobject==0.9.9' 'python-dateutil==2.9.0.post0' 'pytz==2026.6'
cat >list <<'END'
N:Miller;Anna,Maria;;Dr.;
N:Garcia,Lopez;Ana;;;
N:Stevenson;John;Philip,Paul;Dr.,Prof.;
BDAY:--0229
KIND:individual
END
cat >J.java <<'END'
import ezvcard.*;
import java.nio.file.*;

class J {
  static String line(String text) {
    return text.replaceAll("(?s).*FN:Name\r\n|END:VCARD\r\n", "").replace("\r\n", "");
  }
  public static void main(String[] arguments) throws Exception {
    for (String line : Files.readAllLines(Path.of("list"))) {
      VCard card = Ezvcard.parse("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Name\r\n" + line + "\r\nEND:VCARD\r\n").first();
      String four = line(Ezvcard.write(card).version(VCardVersion.V4_0).prodId(false).go());
      String three = line(Ezvcard.write(card).version(VCardVersion.V3_0).prodId(false).go());
      String json = Ezvcard.writeJson(card).prodId(false).go().replaceAll(".*\"Name\"\\],|\\]\\]$", "");
      System.out.println(line + " | 4.0 " + four + " | 3.0 " + three + " | jCard " + json);
    }
  }
}
END
cat >p.py <<'END'
import vobject
for line in open("list").read().split("\n")[:3]:
    name = vobject.readOne(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Name\r\n{line}\r\nEND:VCARD\r\n").n.value
    print("vobject:", name.family, name.given, name.additional, name.prefix)
END
cat >want <<'END'
N:Miller;Anna,Maria;;Dr.; | 4.0 N:Miller;Anna;;Dr.; | 3.0 N:Miller;Anna;;Dr. | jCard ["n",{},"text",["Miller","Anna","","Dr.",""]]
N:Garcia,Lopez;Ana;;; | 4.0 N:Garcia;Ana;;; | 3.0 N:Garcia;Ana | jCard ["n",{},"text",["Garcia","Ana","","",""]]
N:Stevenson;John;Philip,Paul;Dr.,Prof.; | 4.0 N:Stevenson;John;Philip,Paul;Dr.,Prof.; | 3.0 N:Stevenson;John;Philip,Paul;Dr.,Prof. | jCard ["n",{},"text",["Stevenson","John",["Philip","Paul"],["Dr.","Prof."],""]]
BDAY:--0229 | 4.0 BDAY:--0229 | 3.0 BDAY: | jCard ["bday",{},"date","--02-29"]
KIND:individual | 4.0 KIND:individual | 3.0  | jCard ["kind",{},"text","individual"]
vobject: Miller ['Anna', 'Maria']  Dr.
vobject: ['Garcia', 'Lopez'] Ana  
vobject: Stevenson John ['Philip', 'Paul'] ['Dr.', 'Prof.']
END
{
  java -cp "deb/usr/share/java/*" J.java
  v/bin/python p.py
} >seen
diff want seen || { echo "ez-vcard-second-given-name: no longer as recorded" >&2; exit 1; }
echo "ez-vcard-second-given-name: as recorded"
