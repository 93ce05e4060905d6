#!/usr/bin/env bash
# feed (npm): in Atom the title of an item is declared to be HTML and left as it is, so "How to use <em>" is "How to use".
# RFC 4287 section 3.1.1: without a type it is text, with type="html" it is markup, in which the "<" of a plain title is "&lt;".
# The README has "HTML allowed" for an item's content alone; its title is a string, as is that of the feed.
# Surprise: for a reader that goes by the type the word in angle brackets is an element, and "&lt;" is "<". The feed's own title
# is written as text, with the same words. The JSON Feed of the same object has the title as it was given.
# feedparser gives type and value; the HTML is turned into text by Python's own parser.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'feedparser==6.0.14' 'feedparser-sgmllib==2.1.0'
npm install --silent --no-audit --no-fund 'feed@6.0.0' 'xml-js@1.6.11' >/dev/null
cat >j.cjs <<'END'
const { writeFileSync } = require("node:fs");
const { Feed } = require("feed");
const feed = new Feed({ title: "All about <em>", id: "https://example.org/", link: "https://example.org/", updated: new Date("2024-03-01T10:00:00Z"), copyright: "" });
for (const title of ["How to use <em>", "What &lt; is for", "Bees & flowers"])
  feed.addItem({ title, id: `https://example.org/${title.length}`, link: "https://example.org/", date: new Date("2024-03-01T10:00:00Z") });
writeFileSync("atom.xml", feed.atom1());
console.log("JSON Feed:", ...JSON.parse(feed.json1()).items.map((item) => item.title + ";"));
END
cat >p.py <<'END'
from html.parser import HTMLParser
import feedparser
class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.text = ""
    def handle_data(self, data):
        self.text += data
def shown(detail):
    if detail.type == "text/plain":
        return detail.value
    parser = Text()
    parser.feed(detail.value)
    parser.close()
    return parser.text
seen = feedparser.parse(open("atom.xml").read())
for detail in seen.feed.title_detail, *(entry.title_detail for entry in seen.entries):
    print(f"Atom: {detail.type}: {detail.value} | shown: {shown(detail)}")
END
cat >want <<'END'
JSON Feed: How to use <em>; What &lt; is for; Bees & flowers;
Atom: text/plain: All about <em> | shown: All about <em>
Atom: text/html: How to use <em> | shown: How to use 
Atom: text/html: What &lt; is for | shown: What < is for
Atom: text/html: Bees & flowers | shown: Bees & flowers
END
{
  node j.cjs
  v/bin/python p.py
} >seen
diff want seen || { echo "feed-npm-item-title-is-html: no longer as recorded" >&2; exit 1; }
echo "feed-npm-item-title-is-html: as recorded"
