#!/usr/bin/env bash
# baunsu: the report that a message was delivered is a bounce, as sure as the one that it failed.
# RFC 3464 section 2.3.3: Action is failed, delayed, delivered, relayed or expanded; only the first means that the message will
# not arrive, and a sender who asks for it (RFC 3461, NOTIFY=SUCCESS) gets the others. 2.3.4: Status 2.x.x is success.
# Surprise: the library reads Action and Status and gives both, and says bounced, soft, with one score for all five. Its README
# has it flag addresses by that.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'baunsu@0.2.3' >/dev/null 2>&1
cat >j.cjs <<'END'
const Baunsu = require("baunsu");
const report = (action, status) => ["From: mailer-daemon@example.org", "To: anna@example.org", "Subject: Delivery report", "MIME-Version: 1.0", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
  "--b", "Content-Type: text/plain", "", "About your message.", "",
  "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.org", "", "Final-Recipient: rfc822; ben@example.org", `Action: ${action}`, `Status: ${status}`, "",
  "--b", "Content-Type: message/rfc822", "", "From: anna@example.org", "Subject: Hello", "", "Hello", "--b--", ""].join("\r\n");
for (const [action, status] of Object.entries({ failed: "5.1.1", delayed: "4.4.7", delivered: "2.0.0", relayed: "2.0.0", expanded: "2.0.0" })) {
  const result = new Baunsu().detectSync(report(action, status));
  console.log(result.action, result.status.code, result.bounced ? "bounced" : "not bounced", result.isHard() ? "hard" : result.isSoft() ? "soft" : "neither", result.score);
}
END
cat >want <<'END'
failed 5.1.1 bounced hard 0.5
delayed 4.4.7 bounced soft 0.5
delivered 2.0.0 bounced soft 0.5
relayed 2.0.0 bounced soft 0.5
expanded 2.0.0 bounced soft 0.5
END
{
  node j.cjs
} >seen
diff want seen || { echo "baunsu-delivered-is-a-bounce: no longer as recorded" >&2; exit 1; }
echo "baunsu-delivered-is-a-bounce: as recorded"
