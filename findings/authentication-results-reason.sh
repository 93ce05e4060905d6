#!/usr/bin/env bash
# Authentication-Results in three parsers: reason="good signature" is cut in Go, a quoted sender is two facts in Perl, and a
# quoted first property is lost in Python.
# RFC 8601 section 2.2: a reason is a value of RFC 2045, which may be a quoted string; the value of a property is such a value
# or an address; comments may stand between any two parts. Its appendix B.7 has an example with eleven of them.
# Surprise: go-msgauth keeps of the RFC's own reason="good signature" a quotation mark and the first word, and writes
# reason="\"good". A semicolon in a reason or a comment is an error there. Perl takes smtp.mailfrom="joe smith"@example.net for
# a sender without a domain and a property named @example.net. Python leaves header.i="@example.com" out where it stands first,
# and has it where it stands second; it refuses the example of B.7, which of the three Perl alone reads.
set -euo pipefail
for tool in apt-get perl python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'golang-github-emersion-go-msgauth-dev=0.6.6-2' 'golang-1.19-go=1.19.8-2' 'golang-1.19-src=1.19.8-2' \
  'libmail-authenticationresults-perl=2.20230112-1' libclone-perl libjson-perl 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'authres==1.2.0'
cat >list <<'END'
example.com; dkim=pass reason="good signature" header.d=example.com
example.com; dkim=neutral reason="no key; try later" header.d=example.com
example.com; spf=softfail (no; not now) smtp.helo=mx.example.net
example.com; spf=pass smtp.mailfrom="joe smith"@example.net
example.com; dkim=pass header.i="@example.com" header.d=example.com
example.com; dkim=pass header.d=example.com header.i="@example.com"
foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462
END
mkdir g
cat >g/main.go <<'END'
package main
import (
	"bufio"
	"fmt"
	"os"
	"github.com/emersion/go-msgauth/authres"
)
func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		name, results, err := authres.Parse(lines.Text())
		if err != nil {
			fmt.Println("Go     |", err)
			continue
		}
		fmt.Println("Go     |", authres.Format(name, results))
	}
}
END
cat >p.py <<'END'
from authres import AuthenticationResultsHeader
for line in open("list"):
    try:
        print("Python |", str(AuthenticationResultsHeader.parse("Authentication-Results: " + line.strip())).split(": ", 1)[1])
    except Exception as error:
        print("Python |", type(error).__name__, error)
END
cat >p.pl <<'END'
use strict;
use Mail::AuthenticationResults::Parser;
open my $list, '<', 'list' or die;
while (my $line = <$list>) {
    chomp $line;
    my $header = Mail::AuthenticationResults::Parser->new->parse($line);
    for my $result (grep { ref =~ /::Entry$/ } @{ $header->children }) {
        my @facts = map { ref =~ /SubEntry$/ ? $_->key . ' = ' . $_->value : () } @{ $result->children };
        print 'Perl   | ', join(', ', $result->key . ' ' . $result->value, @facts), "\n";
    }
}
END
cat >want <<'END'
Go     | example.com; dkim=pass reason="\"good" header.d=example.com
Go     | msgauth: malformed authentication method and value
Go     | msgauth: malformed authentication method and value
Go     | example.com; spf=pass smtp.mailfrom="\"joe"
Go     | example.com; dkim=pass header.d=example.com header.i="\"@example.com\""
Go     | example.com; dkim=pass header.d=example.com header.i="\"@example.com\""
Go     | msgauth: unsupported version
Python | example.com; dkim=pass reason="good signature" header.d=example.com
Python | example.com; dkim=neutral reason="no key; try later" header.d=example.com
Python | example.com; spf=softfail smtp.helo=mx.example.net
Python | example.com; spf=pass smtp.mailfrom="joe smith"@example.net
Python | example.com; dkim=pass header.d=example.com
Python | example.com; dkim=pass header.d=example.com header.i=@example.com
Python | SyntaxError Syntax error: Expected "=" at:  = (wait for it) fail policy (A dot can ...
Perl   | dkim pass, reason = good signature, header.d = example.com
Perl   | dkim neutral, reason = no key; try later, header.d = example.com
Perl   | spf softfail, smtp.helo = mx.example.net
Perl   | spf pass, smtp.mailfrom = joe smith, @example.net = 
Perl   | dkim pass, header.i = @example.com, header.d = example.com
Perl   | dkim pass, header.d = example.com, header.i = @example.com
Perl   | dkim fail, policy.expired = 1362471462
END
{
  (
    export GOROOT=$dir/deb/usr/lib/go-1.19 GOPATH=$dir/deb/usr/share/gocode GOCACHE=$dir/cache GO111MODULE=off
    "$GOROOT/bin/go" run ./g <list
  )
  v/bin/python p.py
  PERL5LIB=deb/usr/share/perl5:$(echo deb/usr/lib/*-linux-gnu*/perl5/*) perl p.pl
} >seen
diff want seen || { echo "authentication-results-reason: no longer as recorded" >&2; exit 1; }
echo "authentication-results-reason: as recorded"
