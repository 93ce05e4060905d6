#!/usr/bin/env bash
# Mail::DeliveryStatus::BounceParser: one recipient of two was delivered, so the other's failure is no bounce.
# RFC 3464 section 2.3: each recipient has its own group of fields with its own Action; section 2.1.1 allows comments.
# Surprise: for a report that says "delivered" for the first and "failed" for the second address is_bounce is false and
# the list of addresses empty; with "delayed" or "relayed" for the first it is the same, and the other way round the
# address is listed and is_bounce false all the same. A comment behind an address becomes a part of the address.
# Sisimai reads the pairs, and gives nothing at all for the comment or for field names in capitals, which RFC 5322
# section 1.2.2 makes the same names; BounceParser reads those.
set -euo pipefail
for tool in apt-get perl; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'libmail-deliverystatus-bounceparser-perl=1.543+repacked-1' 'libsisimai-perl=4.25.15-1' libmailtools-perl libmime-tools-perl \
  libtimedate-perl libclass-accessor-lite-perl libjson-perl libtry-tiny-perl 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5
cat >p.pl <<'END'
use strict;
use Mail::DeliveryStatus::BounceParser;
use Sisimai;
sub show {
    my ($title, @recipients) = @_;
    my $fields = join "\n", map { join('', map {"$_\n"} @$_) } @recipients;
    my $report = <<"MAIL";
From: MAILER-DAEMON\@mx.example.net
To: list\@example.org
Subject: Delivery report
Date: Mon, 1 Jan 2024 09:00:00 +0000
Message-ID: <1\@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

See the report below.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 1 Jan 2024 08:59:00 +0000

$fields
--b
Content-Type: message/rfc822

From: list\@example.org
To: a\@example.com
Subject: News
Message-ID: <0\@example.org>
Date: Mon, 1 Jan 2024 08:00:00 +0000

Text
--b--
MAIL
    my $bounce = Mail::DeliveryStatus::BounceParser->new($report);
    print "$title | BounceParser: bounce ", ($bounce->is_bounce ? 'yes' : 'no'), ' [', join(', ', $bounce->addresses), "]\n";
    open my $file, '>', 'mail' or die;
    print $file $report;
    close $file;
    my $data = Sisimai->make('mail', delivered => 1) || [];
    print "$title | Sisimai: [", join(', ', map { $_->recipient->address . ' ' . $_->action } @$data), "]\n";
}
sub recipient {
    my ($address, $action, $status) = @_;
    return ["Final-Recipient: rfc822; $address", "Action: $action", "Status: $status"];
}
my $failed = recipient('b@example.com', 'failed', '5.1.1');
show('failed', $failed);
show('delivered, failed', recipient('a@example.com', 'delivered', '2.0.0'), $failed);
show('delayed, failed', recipient('a@example.com', 'delayed', '4.4.1'), $failed);
show('failed, delivered', $failed, recipient('a@example.com', 'delivered', '2.0.0'));
show('comment', recipient('b@example.com (former member)', 'failed', '5.1.1'));
show('capitals', [map { /(.*?)(:.*)/; uc($1) . $2 } @$failed]);
END
cat >want <<'END'
failed | BounceParser: bounce yes [b@example.com]
failed | Sisimai: [b@example.com failed]
delivered, failed | BounceParser: bounce no []
delivered, failed | Sisimai: [a@example.com delivered, b@example.com failed]
delayed, failed | BounceParser: bounce no []
delayed, failed | Sisimai: [a@example.com delayed, b@example.com failed]
failed, delivered | BounceParser: bounce no [b@example.com]
failed, delivered | Sisimai: [b@example.com failed, a@example.com delivered]
comment | BounceParser: bounce yes [b@example.com former member]
comment | Sisimai: []
capitals | BounceParser: bounce yes [b@example.com]
capitals | Sisimai: []
END
{
  perl p.pl
} >seen
diff want seen || { echo "bounceparser-two-recipients: no longer as recorded" >&2; exit 1; }
echo "bounceparser-two-recipients: as recorded"
