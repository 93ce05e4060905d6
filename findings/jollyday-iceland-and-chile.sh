#!/usr/bin/env bash
# Jollyday (Java): no Good Friday in Iceland, Mothers' Day there on each 13 May, and Chile's Saint Peter and Paul on each 28 June.
# holidays (Python) names the laws and goes by them: Iceland's 88/1971, Chile's 19.668, which moves 29 June and 12 October to a
# Monday or leaves them, and Colombia's 51 of 1983, which moves its feasts to Mondays.
# Surprise: what moves is fixed, Chile's two on the day before in each year, and Mothers' Day is a Saturday in 2023. Of Iceland's
# Easter two days are left; Maundy Thursday, Good Friday, Ascension and Whitsun are working days. Colombia's Saint Joseph and
# Assumption do move, the feasts that follow Easter stay on their Thursdays and Fridays.
set -euo pipefail
for tool in apt-get java python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'libjollyday-java=0.5.10-2' 'libthreeten-extra-java=1.5.0-1' 'libslf4j-java=1.7.32-1' 'libjaxb-api-java=2.3.1-1' 'libjaxb-java=2.3.0.1-10.1' 'libactivation-java=1.2.0-2' 'libistack-commons-java=3.0.6-5' 2>/dev/null ||
  { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'holidays==0.109' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >J.java <<'END'
import de.jollyday.*;
import java.util.*;

class J {
  public static void main(String[] arguments) {
    Map<String, String> wanted = Map.of("IS", "EASTER|MOTHERS_DAY|ASCENSION|PENTECOST|GOOD_FRIDAY|MAUNDY", "CL", "ST_PETER_PAUL|COLUMBUS", "CO", "ASCENSION|CORPUS|SACRED|ST_JOSEPH|ASSUMPTION");
    for (String country : List.of("IS", "CL", "CO"))
      for (int year : List.of(2023, 2024)) {
        HolidayManager manager = HolidayManager.getInstance(ManagerParameters.create(country.toLowerCase()));
        TreeSet<String> days = new TreeSet<>();
        for (Holiday holiday : manager.getHolidays(year))
          for (String word : wanted.get(country).split("\\|"))
            if (holiday.getPropertiesKey().contains(word))
              days.add(holiday.getDate().toString().substring(5) + holiday.getDate().getDayOfWeek().toString().substring(0, 2).toLowerCase() + " " + holiday.getPropertiesKey().toLowerCase().replace("christian.", ""));
        System.out.println("Jollyday " + country + " " + year + ": " + String.join(", ", days));
      }
  }
}
END
cat >p.py <<'END'
import holidays
wanted = {"IS": ("Maundy", "Good Friday", "Easter", "Ascension", "Pentecost"), "CL": ("Paul", "Two Worlds"), "CO": ("Joseph", "Ascension", "Corpus", "Sacred", "Assumption")}
for country, words in wanted.items():
    for year in 2023, 2024:
        named = sorted(holidays.country_holidays(country, years=year, language="en_US").items())
        days = (f"{day:%m-%d}{day:%a}"[:7].lower() + " " + name.removesuffix(" (observed)") for day, name in named if any(word in name for word in words))
        print(f"holidays {country} {year}:", ", ".join(days))
END
cat >want <<'END'
Jollyday IS 2023: 04-09su easter, 04-10mo easter_monday, 05-13sa mothers_day
Jollyday IS 2024: 03-31su easter, 04-01mo easter_monday, 05-13mo mothers_day
Jollyday CL 2023: 06-28we st_peter_paul, 10-11we columbus_day
Jollyday CL 2024: 06-28fr st_peter_paul, 10-11fr columbus_day
Jollyday CO 2023: 03-20mo st_joseph, 05-18th ascension_day, 06-08th corpus_christi, 06-16fr sacred_heart, 08-21mo assumption_mary
Jollyday CO 2024: 03-25mo st_joseph, 05-09th ascension_day, 05-30th corpus_christi, 06-07fr sacred_heart, 08-19mo assumption_mary
holidays IS 2023: 04-06th Maundy Thursday, 04-07fr Good Friday, 04-09su Easter Sunday, 04-10mo Easter Monday, 05-18th Ascension Day, 05-28su Pentecost, 05-29mo Pentecost Monday
holidays IS 2024: 03-28th Maundy Thursday, 03-29fr Good Friday, 03-31su Easter Sunday, 04-01mo Easter Monday, 05-09th Ascension Day, 05-19su Pentecost, 05-20mo Pentecost Monday
holidays CL 2023: 06-26mo Saint Peter and Saint Paul's Day, 10-09mo Meeting of Two Worlds' Day
holidays CL 2024: 06-29sa Saint Peter and Saint Paul's Day, 10-12sa Meeting of Two Worlds' Day
holidays CO 2023: 03-20mo Saint Joseph's Day, 05-22mo Ascension Day, 06-12mo Corpus Christi, 06-19mo Sacred Heart, 08-21mo Assumption Day
holidays CO 2024: 03-25mo Saint Joseph's Day, 05-13mo Ascension Day, 06-03mo Corpus Christi, 06-10mo Sacred Heart, 08-19mo Assumption Day
END
jars=deb/usr/share/java
{
  java -cp "$(printf "$jars/%s.jar:" jollyday threeten-extra slf4j-api slf4j-nop jaxb-api jaxb-runtime jaxb-core jaxb-impl javax.activation istack-commons-runtime)" J.java
  v/bin/python p.py
} >seen
diff want seen || { echo "jollyday-iceland-and-chile: no longer as recorded" >&2; exit 1; }
echo "jollyday-iceland-and-chile: as recorded"
