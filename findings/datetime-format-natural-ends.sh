#!/usr/bin/env bash
# DateTime::Format::Natural (Perl): "5 to 7pm" lasts fourteen hours, and "friday to monday" ends four days before it begins.
# Its manual has spans among its examples, such as "monday to friday" and "jan 1 to 2"; parse_datetime_duration gives start and end.
# DateTime's manual says of months that they are added in the mode "wrap" and taken away in "preserve", which keeps the last day
# of a month the last one.
# Surprise: start and end are read one by one, so a weekend ends on the Monday before it, "dec 30 to jan 2" a year before, a night
# in the evening before, and "tomorrow 5 to 7pm" today. On 30 April "1 month ago" is 31 March, as "30 days ago" is; on 31 March
# "1 month from now" is 1 May.
set -euo pipefail
for tool in apt-get perl; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
modules=(libdatetime-format-natural-perl=1.16-1 libdatetime-perl=2:1.59-1 libdatetime-{locale,timezone,hires}-perl
  libb-hooks-endofscope-perl libboolean-perl libclass-{data-inheritable,inspector,singleton}-perl libclone-perl libdate-calc-perl
  libbit-vector-perl libcarp-clan-perl libdevel-stacktrace-perl libeval-closure-perl libexception-class-perl libexporter-tiny-perl
  libfile-sharedir-perl liblist-moreutils-{perl,xs-perl} libmodule-{implementation,runtime,util}-perl libmro-compat-perl
  libnamespace-{autoclean,clean}-perl libpackage-stash-perl libparams-{util,validate,validationcompiler}-perl librole-tiny-perl
  libspecio-perl libsub-{exporter-progressive,identify,name}-perl libtry-tiny-perl libvariable-magic-perl libxstring-perl)
apt-get download -qq "${modules[@]}" 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5:$(echo deb/usr/lib/*-linux-gnu*/perl5/* | tr ' ' ':')
cat >p.pl <<'END'
use strict;
use DateTime;
use DateTime::Format::Natural;
sub show {
    my ($now, @texts) = @_;
    for my $text (@texts) {
        my $parser = DateTime::Format::Natural->new(datetime => $now->clone);
        my @moments = $parser->parse_datetime_duration(string => $text);
        my $shown = $parser->success ? join(' to ', map { $_->strftime('%a %F %H:%M') } @moments) : 'not read';
        print $now->strftime('%a %F'), ", $text: $shown\n";
    }
}
show(DateTime->new(year => 2024, month => 3, day => 4, hour => 9),
    '5pm to 7pm', '5 to 7pm', 'tomorrow 5 to 7pm', '10pm to 2am', 'monday to friday', 'friday to monday', 'dec 30 to jan 2', 'december to february');
show(DateTime->new(year => 2024, month => 4, day => 30, hour => 9), '1 month ago', '30 days ago', '1 month from now');
show(DateTime->new(year => 2024, month => 3, day => 31, hour => 9), '1 month ago', '1 month from now');
END
cat >want <<'END'
Mon 2024-03-04, 5pm to 7pm: Mon 2024-03-04 17:00 to Mon 2024-03-04 19:00
Mon 2024-03-04, 5 to 7pm: Mon 2024-03-04 05:00 to Mon 2024-03-04 19:00
Mon 2024-03-04, tomorrow 5 to 7pm: Tue 2024-03-05 05:00 to Mon 2024-03-04 19:00
Mon 2024-03-04, 10pm to 2am: Mon 2024-03-04 22:00 to Mon 2024-03-04 02:00
Mon 2024-03-04, monday to friday: Mon 2024-03-04 00:00 to Fri 2024-03-08 00:00
Mon 2024-03-04, friday to monday: Fri 2024-03-08 00:00 to Mon 2024-03-04 00:00
Mon 2024-03-04, dec 30 to jan 2: Mon 2024-12-30 00:00 to Tue 2024-01-02 00:00
Mon 2024-03-04, december to february: Sun 2024-12-01 00:00 to Thu 2024-02-01 00:00
Tue 2024-04-30, 1 month ago: Sun 2024-03-31 09:00
Tue 2024-04-30, 30 days ago: Sun 2024-03-31 09:00
Tue 2024-04-30, 1 month from now: Thu 2024-05-30 09:00
Sun 2024-03-31, 1 month ago: Thu 2024-02-29 09:00
Sun 2024-03-31, 1 month from now: Wed 2024-05-01 09:00
END
perl p.pl >seen
diff want seen || { echo "datetime-format-natural-ends: no longer as recorded" >&2; exit 1; }
echo "datetime-format-natural-ends: as recorded"
