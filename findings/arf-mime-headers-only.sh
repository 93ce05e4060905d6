#!/usr/bin/env bash
# arf-mime (Python): a complaint that returns only the header of the message has no message, and one about two recipients has one.
# RFC 5965 section 2: the third part is message/rfc822 or text/rfc822-headers; section 3.3: Original-Rcpt-To may appear any
# number of times; RFC 2045 section 6: a part's text may be in base64.
# Surprise: of text/rfc822-headers there is no header at all, so neither Message-ID nor List-Unsubscribe says which subscriber
# complained, and the JSON of it is a TypeError. get_original_rcpt_to gives the first recipient, the JSON of the report both; the
# text for people stays in base64. With message/rfc822 all else is there.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'arf-mime==1.1.0'
cat >r.py <<'END'
import arf
for kind, end, encoding, text in ("message/rfc822", "|Hello|", "7bit", "A complaint."), ("text/rfc822-headers", "", "base64", "QSBjb21wbGFpbnQu"):
    message = arf.ARFMessage((
        "Subject: Complaint|MIME-Version: 1.0|Content-Type: multipart/report; report-type=feedback-report; boundary=b||"
        f"--b|Content-Type: text/plain|Content-Transfer-Encoding: {encoding}||{text}|"
        "--b|Content-Type: message/feedback-report||Feedback-Type: abuse|User-Agent: Example/1.0|Version: 1|"
        "Original-Rcpt-To: <anna@example.com>|Original-Rcpt-To: <ben@example.com>||"
        f"--b|Content-Type: {kind}||Subject: News|Message-ID: <1@example.org>|List-Unsubscribe: <https://example.org/u/1>|{end}--b--|").replace("|", "\n"))
    print(kind, message.get_original_message_headers(), message.get_feedback_report().get_original_rcpt_to(), message.get_descriptive_payload().strip())
    print("  report:", message.serialize_report()["FeedbackReport"]["OriginalRcptTo"], message.serialize_report()["OriginalMessageHeaders"])
    try:
        print("  JSON:", message.serialize_original_message_headers_to_json())
    except Exception as error:
        print("  JSON:", type(error).__name__)
END
cat >want <<'END'
message/rfc822 [('Subject', 'News'), ('Message-ID', '<1@example.org>'), ('List-Unsubscribe', '<https://example.org/u/1>')] <anna@example.com> A complaint.
  report: ['<anna@example.com>', '<ben@example.com>'] {'Subject': 'News', 'MessageId': '<1@example.org>', 'ListUnsubscribe': '<https://example.org/u/1>'}
  JSON: {"Subject": "News", "MessageId": "<1@example.org>", "ListUnsubscribe": "<https://example.org/u/1>"}
text/rfc822-headers None <anna@example.com> QSBjb21wbGFpbnQu
  report: ['<anna@example.com>', '<ben@example.com>'] {}
  JSON: TypeError
END
venv/bin/python r.py >seen
diff want seen || { echo "arf-mime-headers-only: no longer as recorded" >&2; exit 1; }
echo "arf-mime-headers-only: as recorded"
