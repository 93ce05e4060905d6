#!/usr/bin/env bash
# bounced (Python): one recipient behind a gateway, or with letters beyond ASCII, and the failures of all others are lost, too.
# RFC 3464 section 2.1.2: addresses, codes and MTAs have a type before a semicolon, so that those of other mail systems can be named;
# RFC 6533 sections 3 and 4: the type "utf-8", and message/global-delivery-status. RFC 5322 section 2.2.3: a field may be folded
# before its first word.
# Surprise: get_bounces is a ValueError for the whole report as soon as one address or MTA has a type that it does not know, or a
# recipient stands on a second line; an internationalized report is none. A code of an unknown type is passed over. The status is
# "511" for 5.1.1, but that of the SMTP reply where one is quoted, so a failure of 5.2.2, which is final, is a "452", to be tried again
# (RFC 3463 section 2, RFC 5321 section 4.2.1).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'bounced==0.3.0' 'attrs==26.1.0'
cat >r.py <<'END'
import email, email.policy
import bounced
ANNA = "Final-Recipient: rfc822; anna@example.com|Action: failed|Status: 5.1.1"
def show(title, *recipients, mta="dns; mx.example.org", kind="delivery-status"):
    text = (f"Subject: Report|MIME-Version: 1.0|Content-Type: multipart/report; report-type={kind}; boundary=b||--b|Content-Type: text/plain||See below.||"
            f"--b|Content-Type: message/{kind}||Reporting-MTA: {mta}||{'||'.join(recipients)}||--b--|")
    try:
        found = bounced.get_bounces(email.message_from_string(text.replace("|", "\n")))
        print(title, found and sorted((bounce.recipient[1], bounce.action, bounce.status) for bounce in found))
    except Exception as error:
        print(title, type(error).__name__)
show("two          ", ANNA, ANNA.replace("anna", "ben"))
show("own code     ", ANNA + "|Diagnostic-Code: x-local; no such user")
show("gateway      ", ANNA, "Final-Recipient: unknown; smith_b|Action: failed|Status: 5.0.0")
show("its MTA      ", ANNA, mta="mailbus; SYSTEM30")
show("utf-8        ", ANNA, "Final-Recipient: utf-8; j\u00f6rg@example.com|Action: failed|Status: 5.1.1")
show("global       ", ANNA, kind="global-delivery-status")
show("folded       ", ANNA.replace(": rfc822", ":| rfc822"))
show("reply differs", ANNA.replace("5.1.1", "5.2.2") + "|Diagnostic-Code: smtp; 452 4.2.2 mailbox full")
END
cat >want <<'END'
two           [('anna@example.com', 'failed', '511'), ('ben@example.com', 'failed', '511')]
own code      [('anna@example.com', 'failed', '511')]
gateway       ValueError
its MTA       ValueError
utf-8         ValueError
global        None
folded        ValueError
reply differs [('anna@example.com', 'failed', '452')]
END
venv/bin/python r.py >seen
diff want seen || { echo "bounced-all-or-none: no longer as recorded" >&2; exit 1; }
echo "bounced-all-or-none: as recorded"
