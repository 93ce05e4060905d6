#!/usr/bin/env bash
# Apprise: a notification in HTML, sent to a service of plain text, loses the address of its links: "Book a seat here today".
# Its documentation: body_format says what the body is, and it is converted to what each service takes (HTML, Markdown or text).
# Surprise: of "Book a seat <a href=...>here</a>" the word "here" is left, so a reminder arrives without the page that it is about;
# a service of Markdown gets the address with the same body. Text for a service of HTML has "&nbsp;" for each space, also a single
# one, so a paragraph is one line that cannot be wrapped. The services are written here, on Apprise's own base class.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'apprise==2.3.0'
cat >p.py <<'END'
from apprise import Apprise, NotifyFormat
from apprise.plugins import NotifyBase
def service(kind):
    class Service(NotifyBase):
        service_name = kind
        protocol = f"to{kind}"
        notify_format = NotifyFormat(kind)
        request_rate_per_sec = 0
        templates = ("{schema}://",)
        def url(self, *args, **kwargs):
            return f"{self.protocol}://"
        def send(self, body, title="", notify_type=None, **kwargs):
            print(f"  {kind}: {body}")
            return True
        @staticmethod
        def parse_url(url):
            return NotifyBase.parse_url(url, verify_host=False)
    return Service
service_of = {kind: service(kind) for kind in ("html", "markdown", "text")}
for body_format, body in (
    (NotifyFormat.HTML, 'Book a seat <a href="https://example.org/seats">here</a> today'),
    (NotifyFormat.TEXT, "Doors open at seven"),
):
    print(f"{body_format.value} given: {body}")
    for kind in service_of:
        notifier = Apprise()
        notifier.add(service_of[kind](schema=f"to{kind}"))
        notifier.notify(body=body, body_format=body_format)
END
cat >want <<'END'
html given: Book a seat <a href="https://example.org/seats">here</a> today
  html: Book a seat <a href="https://example.org/seats">here</a> today
  markdown: Book a seat [here](<https://example.org/seats>) today
  text: Book a seat here today
text given: Doors open at seven
  html: Doors&nbsp;open&nbsp;at&nbsp;seven
  markdown: Doors open at seven
  text: Doors open at seven
END
v/bin/python p.py >seen
diff want seen || { echo "apprise-link-without-address: no longer as recorded" >&2; exit 1; }
echo "apprise-link-without-address: as recorded"
