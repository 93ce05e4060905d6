#!/usr/bin/env bash
# mcron (Guile): in a crontab month 12 is January, "2-4" is March to May, and "dec" is December.
# POSIX crontab: months are 1 to 12. mcron's manual has Vixie cron's text as the definitive one, with months 0-12 "or names", and
# of 12 that it will wait until January, on which one shall not rely.
# Surprise: all numbers are counted from 0, as Guile does, names are right, and so is "*/3": one calendar is right in two of
# three spellings. A job for 29 February runs on 29 March of every year. Days of the month and of the week are right.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'mcron=1.0.8-1.1' 'guile-3.0-libs=3.0.8-2' libgc1 libunistring2 'libfaketime=0.9.10-2.1' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
lib=$(echo "$dir"/deb/usr/lib/*-linux-gnu*)
ln -s deb/usr/share scm
export LD_LIBRARY_PATH=$lib GUILE_LOAD_PATH=$dir/deb/usr/share/guile/3.0 GUILE_LOAD_COMPILED_PATH=$lib/guile/3.0/ccache GUILE_AUTO_COMPILE=0
cat >want <<'END'
0 9 25 12 *: Sun25Jan2026 Mon25Jan2027 Tue25Jan2028 Thu25Jan2029 Fri25Jan2030
0 9 25 dec *: Thu25Dec2025 Fri25Dec2026 Sat25Dec2027 Mon25Dec2028 Tue25Dec2029
0 9 1 2-4 *: Sun1Mar2026 Wed1Apr2026 Fri1May2026 Mon1Mar2027 Thu1Apr2027
0 9 1 feb *: Sun1Feb2026 Mon1Feb2027 Tue1Feb2028 Thu1Feb2029 Fri1Feb2030
0 9 29 2 *: Sun29Mar2026 Mon29Mar2027 Wed29Mar2028 Thu29Mar2029 Fri29Mar2030
0 9 1 */3 *: Thu1Jan2026 Wed1Apr2026 Wed1Jul2026 Thu1Oct2026 Fri1Jan2027
0 9 13 * 5: Fri26Dec2025 Fri2Jan2026 Fri9Jan2026 Tue13Jan2026 Fri16Jan2026
END
for line in '0 9 25 12 *' '0 9 25 dec *' '0 9 1 2-4 *' '0 9 1 feb *' '0 9 29 2 *' '0 9 1 */3 *' '0 9 13 * 5'; do
  echo "$line:" $(echo "$line true" | FAKETIME='2025-12-20 00:00:00' LD_PRELOAD=$lib/faketime/libfaketime.so.1 deb/usr/bin/mcron -s 5 -i vixie - | awk '/:00:00/ { print $1 $3 $2 $5 }')
done >seen
diff want seen || { echo "mcron-months: no longer as recorded" >&2; exit 1; }
echo "mcron-months: as recorded"
