#!/usr/bin/env bash
# jsonfeed-to-rss: an item that was only modified is of "Invalid Date", and "if a<b, or 5 < 6" in a plain text loses its middle.
# JSON Feed 1: date_published and date_modified are both optional; content_text is plain text. RSS 2.0: pubDate is a date of
# RFC 822, and optional; a description may be HTML, and readers take it for that, so a "<" of plain text has to be escaped twice.
# Surprise: "<pubDate>Invalid Date</pubDate>", while the same moment is the date of the feed; and the text is escaped once, as for
# XML alone. jsonfeed-to-atom, by the same author, writes text as text and the moment as updated.
# feedparser reads both here; its HTML is turned into text by Python's own parser.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'feedparser==6.0.14'
npm install --silent --no-audit --no-fund 'jsonfeed-to-rss@3.0.8' 'jsonfeed-to-atom@1.2.5' >/dev/null
cat >j.cjs <<'END'
const { writeFileSync } = require("node:fs");
const feed = {
  version: "https://jsonfeed.org/version/1",
  title: "Talks",
  home_page_url: "https://example.org/",
  feed_url: "https://example.org/feed.json",
  description: "All talks",
  author: { name: "Anna" },
  items: [
    { id: "1", url: "https://example.org/1", title: "Bees", content_text: "Come if a<b, or 5 < 6 & 7", date_published: "2024-02-01T10:00:00Z" },
    { id: "2", url: "https://example.org/2", title: "Ants", content_text: "At seven", date_modified: "2024-03-01T10:00:00Z" },
  ],
};
writeFileSync("rss.xml", require("jsonfeed-to-rss")(feed));
writeFileSync("atom.xml", require("jsonfeed-to-atom")(feed));
END
cat >p.py <<'END'
from html.parser import HTMLParser
import re
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
    return parser.text
for name in "rss", "atom":
    text = open(f"{name}.xml").read()
    print(name, *re.findall(r"<(?:description|content|pubDate|updated|published)\b.*?>.*?</\w+>", text), sep="\n  ")
    for entry in feedparser.parse(text, sanitize_html=False).entries:
        detail = entry.content[0] if "content" in entry else entry.summary_detail
        print(f"  {entry.title}: {detail.type}, shown: {shown(detail)} | published {entry.get('published_parsed') and entry.published}")
END
cat >want <<'END'
rss
  <description>All talks</description>
  <pubDate>Fri, 01 Mar 2024 10:00:00 GMT</pubDate>
  <description>Come if a&lt;b, or 5 &lt; 6 &amp; 7</description>
  <pubDate>Thu, 01 Feb 2024 10:00:00 GMT</pubDate>
  <description>At seven</description>
  <pubDate>Invalid Date</pubDate>
  Bees: text/html, shown: Come if a< 6 & 7 | published Thu, 01 Feb 2024 10:00:00 GMT
  Ants: text/html, shown: At seven | published None
atom
  <updated>2024-03-01T10:00:00Z</updated>
  <updated>2024-02-01T10:00:00Z</updated>
  <published>2024-02-01T10:00:00Z</published>
  <content type="text">Come if a&lt;b, or 5 &lt; 6 &amp; 7</content>
  <updated>2024-03-01T10:00:00Z</updated>
  <content type="text">At seven</content>
  Bees: text/plain, shown: Come if a<b, or 5 < 6 & 7 | published 2024-02-01T10:00:00Z
  Ants: text/plain, shown: At seven | published None
END
{
  node j.cjs
  v/bin/python p.py
} >seen
diff want seen || { echo "jsonfeed-to-rss-dates-and-text: no longer as recorded" >&2; exit 1; }
echo "jsonfeed-to-rss-dates-and-text: as recorded"
