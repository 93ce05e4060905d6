#!/usr/bin/env bash
# atoma: one entry whose content is a picture, or a page at another address, and there is no feed.
# RFC 4287 section 4.1.3.1: the type of atom:content is text, html, xhtml or a media type; section 4.1.3.2: with "src" the content
# is at that address, and the type says what is to be expected there (in the grammar: atomOutOfLineContent).
# Surprise: the whole document is refused, "'text/html' is not a valid AtomTextType", and the entries before it are not to be had;
# the class of the error is ValueError, not the package's own FeedParseError. feedparser reads all three entries.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'atoma==0.0.17' 'python-dateutil==2.9.0.post0' 'feedparser==6.0.14'
cat >p.py <<'END'
import atoma
import feedparser
contents = [
    '<content type="text">Doors open at seven</content>',
    '<content type="text/html" src="https://example.org/bees.html"/>',
    '<content type="image/png" src="https://example.org/bees.png"/>',
]
for number, content in enumerate(contents):
    entries = "".join(
        f"""<entry><id>tag:example.org,2024:{title}</id><title>{title}</title><updated>2024-03-01T10:00:00Z</updated>
        <link href="https://example.org/{title}"/><summary>A talk</summary>{each}</entry>"""
        for title, each in (("first", contents[0]), ("second", content), ("third", contents[0]))
    )
    text = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">
    <id>tag:example.org,2024:talks</id><title>Talks</title><updated>2024-03-01T10:00:00Z</updated><author><name>Anna</name></author>
    {entries}</feed>""".encode()
    print(content)
    print("  feedparser:", *(entry.title for entry in feedparser.parse(text).entries))
    try:
        print("  atoma:", *(entry.title.value for entry in atoma.parse_atom_bytes(text).entries))
    except Exception as error:
        print("  atoma:", type(error).__name__, error)
END
cat >want <<'END'
<content type="text">Doors open at seven</content>
  feedparser: first second third
  atoma: first second third
<content type="text/html" src="https://example.org/bees.html"/>
  feedparser: first second third
  atoma: ValueError 'text/html' is not a valid AtomTextType
<content type="image/png" src="https://example.org/bees.png"/>
  feedparser: first second third
  atoma: ValueError 'image/png' is not a valid AtomTextType
END
v/bin/python p.py >seen
diff want seen || { echo "atoma-content-elsewhere: no longer as recorded" >&2; exit 1; }
echo "atoma-content-elsewhere: as recorded"
