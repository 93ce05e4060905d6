#!/usr/bin/env bash
# mail (Ruby): a message that two addresses refuse for good is "retryable", and so is one that was delivered.
# RFC 3464 section 2.3.4: Status 5.x.x is permanent, 4.x.x may succeed later, 2.x.x is success; 2.3: each recipient has fields of
# its own. The library's README has retryable? false for 5.5.0, beside error_status.
# Surprise: with one recipient it is right; with two error_status is a list, which is matched against a pattern as if it were a
# text, so two 5.1.1 may be tried again. So may a 2.0.0, for only 5 is no. The address comes with its type, "rfc822; ...".
set -euo pipefail
for tool in apt-get ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'ruby-mail=2.7.1+dfsg1-2' 'ruby-mini-mime=1.1.1-2' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >r.rb <<'END'
(Dir["deb/usr/share/rubygems-integration/all/gems/*/lib"] + ["deb/usr/lib/ruby/vendor_ruby"]).each { |path| $:.unshift path }
require "mail"
def show(title, *recipients)
  fields = recipients.map { |address, action, status| "Final-Recipient: rfc822; #{address}\nAction: #{action}\nStatus: #{status}\n" }.join("\n")
  report = Mail.new(<<~MAIL.gsub("\n", "\r\n"))
    From: MAILER-DAEMON@mx.example.net
    To: list@example.org
    Subject: Delivery report
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=delivery-status; boundary=b

    --b
    Content-Type: text/plain

    See below.
    --b
    Content-Type: message/delivery-status

    Reporting-MTA: dns; mx.example.net

    #{fields}
    --b--
  MAIL
  puts "#{title}: bounced #{report.bounced?}, status #{report.error_status}, retryable #{report.retryable?}, #{report.final_recipient}"
end
show("one address", ["ann@example.com", "failed", "5.1.1"])
show("two addresses", ["ann@example.com", "failed", "5.1.1"], ["ben@example.com", "failed", "5.1.1"])
show("later", ["ann@example.com", "delayed", "4.4.1"])
show("delivered", ["ann@example.com", "delivered", "2.0.0"])
END
cat >want <<'END'
one address: bounced true, status 5.1.1, retryable false, rfc822; ann@example.com
two addresses: bounced true, status ["5.1.1", "5.1.1"], retryable true, ["rfc822; ann@example.com", "rfc822; ben@example.com"]
later: bounced false, status 4.4.1, retryable true, rfc822; ann@example.com
delivered: bounced false, status 2.0.0, retryable true, rfc822; ann@example.com
END
{
  ruby r.rb
} >seen
diff want seen || { echo "ruby-mail-retryable: no longer as recorded" >&2; exit 1; }
echo "ruby-mail-retryable: as recorded"
