#!/usr/bin/env bash
# jsonfeed-to-rss: an item that was only modified, or has no date, is of "Invalid Date" in RSS.
# JSON Feed 1: date_published and date_modified are both optional. RSS 2.0: pubDate is optional, and a date of RFC 822.
# Surprise: "<pubDate>Invalid Date</pubDate>", without an error, while the moment of the change is the date of the whole feed.
# jsonfeed-to-atom, by the same author, writes that moment as updated, which Atom requires, and no published.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'jsonfeed-to-rss@3.0.8' 'jsonfeed-to-atom@1.2.5' 'xmlbuilder@15.1.1' >/dev/null
cat >j.cjs <<'END'
const rss = require("jsonfeed-to-rss");
const atom = require("jsonfeed-to-atom");
const feed = (items) => ({
  version: "https://jsonfeed.org/version/1",
  title: "Talks",
  home_page_url: "https://example.org/",
  feed_url: "https://example.org/feed.json",
  description: "All talks",
  author: { name: "Anna" },
  items: items.map((item) => ({ content_text: "At seven", url: `https://example.org/${item.id}`, ...item })),
});
const published = { id: "1", title: "Published", date_published: "2024-02-01T10:00:00Z" };
const modified = { id: "2", title: "Modified", date_modified: "2024-03-01T10:00:00Z" };
const undated = { id: "3", title: "Undated" };
const lines = (text) => text.match(/<(title|pubDate|updated|published)>.*/g).map((line) => `  ${line}`).join("\n");
console.log(`RSS:\n${lines(rss(feed([published, modified, undated])))}`);
console.log(`Atom:\n${lines(atom(feed([published, modified])))}`);
END
cat >want <<'END'
RSS:
  <title>Talks</title>
  <pubDate>Fri, 01 Mar 2024 10:00:00 GMT</pubDate>
  <title>Published</title>
  <pubDate>Thu, 01 Feb 2024 10:00:00 GMT</pubDate>
  <title>Modified</title>
  <pubDate>Invalid Date</pubDate>
  <title>Undated</title>
  <pubDate>Invalid Date</pubDate>
Atom:
  <title>Talks</title>
  <updated>2024-03-01T10:00:00Z</updated>
  <title>Published</title>
  <updated>2024-02-01T10:00:00Z</updated>
  <published>2024-02-01T10:00:00Z</published>
  <title>Modified</title>
  <updated>2024-03-01T10:00:00Z</updated>
END
node j.cjs >seen
diff want seen || { echo "jsonfeed-to-rss-invalid-date: no longer as recorded" >&2; exit 1; }
echo "jsonfeed-to-rss-invalid-date: as recorded"
