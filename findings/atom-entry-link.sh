#!/usr/bin/env bash
# Atom: if the page has no rel="alternate", the link of an entry is its recording in three parsers, that of the feed its XML in two.
# RFC 4287 section 4.2.7.2: a link without "rel" is one with rel="alternate". The order of what is in an entry has no meaning
# (section 4.1.2), nor has that of the links of a feed (the grammar in 4.1.1), so an enclosure, or "self", may come before the page.
# Surprise: with rel="alternate" written out rss-parser and fastfeedparser find the page; without it they take the first link, so
# the title of a talk leads to its MP3 file (fastfeedparser has the feed's page all the same). htmlparser2 takes the first link with
# it, too. feedparser and @rowanmanning/feed-parser are right in both.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'fastfeedparser==0.6.5' 'lxml==6.1.3' 'feedparser==6.0.14'
npm install --silent --no-audit --no-fund 'rss-parser@3.13.0' 'xml2js@0.5.0' 'htmlparser2@12.0.0' 'domutils@4.0.2' '@rowanmanning/feed-parser@2.1.5' 'fast-xml-parser@5.12.1' >/dev/null
cat >feed.py <<'END'
def feed(alternate):
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:example.org,2024:talks</id><title>Talks</title><updated>2024-03-01T10:00:00Z</updated><author><name>Anna</name></author>
<link rel="self" href="https://example.org/talks.atom"/><link {alternate}href="https://example.org/talks"/>
<entry><id>tag:example.org,2024:1</id><title>Bees</title><updated>2024-03-01T10:00:00Z</updated>
<link rel="enclosure" type="audio/mpeg" href="https://example.org/bees.mp3"/><link {alternate}href="https://example.org/bees"/></entry>
</feed>"""
open("plain.xml", "w").write(feed(""))
open("written.xml", "w").write(feed('rel="alternate" '))
END
cat >p.py <<'END'
import fastfeedparser
import feedparser
for name in "plain", "written":
    text = open(f"{name}.xml", "rb").read()
    for parser in fastfeedparser, feedparser:
        seen = parser.parse(text)
        print(name, parser.__name__, seen.feed.link, seen.entries[0].link)
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import { parseFeed } from "@rowanmanning/feed-parser";
import * as htmlparser2 from "htmlparser2";
import Parser from "rss-parser";
for (const name of ["plain", "written"]) {
  const text = readFileSync(`${name}.xml`, "utf8");
  const one = await new Parser().parseString(text);
  console.log(name, "rss-parser", one.link, one.items[0].link);
  const two = htmlparser2.parseFeed(text);
  console.log(name, "htmlparser2", two.link, two.items[0].link);
  const three = parseFeed(text);
  console.log(name, "@rowanmanning/feed-parser", three.url, three.items[0].url);
}
END
cat >want <<'END'
plain fastfeedparser https://example.org/talks https://example.org/bees.mp3
plain feedparser https://example.org/talks https://example.org/bees
written fastfeedparser https://example.org/talks https://example.org/bees
written feedparser https://example.org/talks https://example.org/bees
plain rss-parser https://example.org/talks.atom https://example.org/bees.mp3
plain htmlparser2 https://example.org/talks.atom https://example.org/bees.mp3
plain @rowanmanning/feed-parser https://example.org/talks https://example.org/bees
written rss-parser https://example.org/talks https://example.org/bees
written htmlparser2 https://example.org/talks.atom https://example.org/bees.mp3
written @rowanmanning/feed-parser https://example.org/talks https://example.org/bees
END
{
  v/bin/python feed.py
  v/bin/python p.py
  node j.mjs
} >seen
diff want seen || { echo "atom-entry-link: no longer as recorded" >&2; exit 1; }
echo "atom-entry-link: as recorded"
