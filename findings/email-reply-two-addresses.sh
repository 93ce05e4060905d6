#!/usr/bin/env bash
# Email::Reply (Perl): a message with two addresses in Reply-To, or of two authors, is "strange" and cannot be replied to.
# RFC 5322 section 3.6.2: From is a list of mailboxes, with more than one of them a Sender is there; Reply-To is a list of
# addresses, those to which the author suggests that replies be sent. Section 3.6.3: where they are, all of them may be addressed.
# Surprise: a second address in either field is an error, whatever is asked for, where two addresses in To or Cc, and a group, are
# taken. A Reply-To without a name gets the name of the author, so the reply goes to a list under the name of one person, and
# says that the list wrote what is quoted. Python's email has both addresses.
set -euo pipefail
for tool in apt-get perl python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'libemail-reply-perl=1.204-3' libemail-{abstract,address-xs,date-format,messageid,mime,mime-contenttype,mime-encodings,simple}-perl \
  libmime-types-perl libmodule-{pluggable,runtime}-perl libmro-compat-perl libtext-unidecode-perl 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5:$(echo deb/usr/lib/*-linux-gnu*/perl5/*)
cat >p.pl <<'END'
use strict;
use Email::Reply;
use Email::Simple;
my %given = (
    'a one author' => ['Ben <ben@example.org>'],
    'b two in Reply-To' => ['Ben <ben@example.org>', 'choir@example.org, office@example.org'],
    'c two authors' => ["Ben <ben\@example.org>, Cy <cy\@example.org>\nSender: Ben <ben\@example.org>"],
    'd Reply-To without a name' => ['Ben <ben@example.org>', 'choir@example.org'],
);
for my $title (sort keys %given) {
    my ($from, $reply_to) = @{$given{$title}};
    my $text = "From: $from\n" . ($reply_to ? "Reply-To: $reply_to\n" : '') . "To: Anna <anna\@example.org>, dan\@example.org\n"
        . "Cc: Friends: eve\@example.org, flo\@example.org;\nSubject: Choir\nMessage-ID: <1\@example.org>\n\nAt seven?\n";
    my $reply = eval { reply(to => Email::Simple->new($text), from => 'anna@example.org', all => 1, body => "Yes\n") };
    my @seen = $reply ? (map({ "$_: " . $reply->header($_) } 'To', 'Cc'), $reply->body =~ /^(.*wrote:)/m) : $@ =~ /^(strange).*(parses to more than one address)/;
    print substr($title, 2), ': ', join(' | ', @seen), "\n";
}
END
cat >p.py <<'END'
from email import message_from_string, policy
message = message_from_string("From: Ben <ben@example.org>\nReply-To: choir@example.org, office@example.org\n\n", policy=policy.default)
print("Python:", *(address.addr_spec for address in message["Reply-To"].addresses))
END
cat >want <<'END'
one author: To: Ben <ben@example.org> | Cc: dan@example.org, eve@example.org, flo@example.org | Ben wrote:
two in Reply-To: strange | parses to more than one address
two authors: strange | parses to more than one address
Reply-To without a name: To: Ben <choir@example.org> | Cc: dan@example.org, eve@example.org, flo@example.org | choir wrote:
Python: choir@example.org office@example.org
END
{
  perl p.pl
  python3 p.py
} >seen
diff want seen || { echo "email-reply-two-addresses: no longer as recorded" >&2; exit 1; }
echo "email-reply-two-addresses: as recorded"
