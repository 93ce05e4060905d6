# Reads a feed from stdin with ruby-icalendar, repeats its events with ice_cube and ActiveSupport's zones, as the gem
# icalendar-recurrence does, and prints the occurrences up to a day as JSON.
# Debian: ruby-icalendar, ruby-ice-cube, ruby-activesupport. Argument: the last day.
require "json"
require "active_support"
require "active_support/time"
require "icalendar"
require "ice_cube"

Time.zone = "UTC"

def day?(value) = value.is_a?(Icalendar::Values::Date)

def plain(value)
  return Time.utc(value.year, value.month, value.day) if day?(value)
  zone = Array(value.ical_params["tzid"]).first || "UTC"
  ActiveSupport::TimeZone[zone].local(value.year, value.month, value.day, value.hour, value.min, value.sec)
end

def format_time(moment, is_day) = is_day ? moment.strftime("%F") : moment.utc.strftime("%FT%TZ")

last = Time.parse("#{ARGV[0]}T23:59:59Z")
events = Icalendar::Calendar.parse($stdin.read.force_encoding("UTF-8")).flat_map(&:events)
overridden = Hash.new { |hash, uid| hash[uid] = [] }
events.each { |event| overridden[event.uid.to_s] << plain(event.recurrence_id) if event.recurrence_id }

occurrences = events.flat_map do |event|
  is_day, start = day?(event.dtstart), plain(event.dtstart)
  length = event.dtend && plain(event.dtend) - start
  length = event.duration.hours.hours + event.duration.minutes.minutes + event.duration.seconds if event.duration
  starts = [start]
  unless event.rrule.empty?
    schedule = IceCube::Schedule.new(start)
    event.rrule.each { |rule| schedule.add_recurrence_rule(IceCube::IcalParser.rule_from_ical(rule.value_ical)) }
    event.exdate.flatten.each { |day| schedule.add_exception_time(plain(day)) }
    starts = schedule.occurrences(last).map(&:to_time) - overridden[event.uid.to_s].map(&:to_time)
  end
  starts.select { |moment| moment <= last }.map do |moment|
    [event.uid.to_s, format_time(moment, is_day), length && format_time(moment + length, is_day), event.summary.to_s]
  end
end
puts JSON.generate(occurrences)
