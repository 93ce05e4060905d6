<?php
// Reads a feed from stdin with sabre/vobject (PHP servers) and prints its occurrences up to a day as JSON.
// Debian: php-cli, php-sabre-vobject. Argument: the last day.
error_reporting(E_ALL & ~E_DEPRECATED);
require '/usr/share/php/Sabre/VObject/autoload.php';

function format_time($property) {
    if (!$property) return null;
    $moment = $property->getDateTime();
    $is_day = $property->getDateType() === Sabre\VObject\Property\DateTime::DATE;
    return $is_day ? $moment->format('Y-m-d') : gmdate('Y-m-d\TH:i:s\Z', $moment->getTimestamp());
}

$calendar = Sabre\VObject\Reader::read(stream_get_contents(STDIN));
$end_of_last = new DateTime($argv[1] . 'T23:59:59Z');
$occurrences = [];
foreach ($calendar->select('VEVENT') as $event) {
    if (isset($event->{'RECURRENCE-ID'})) continue;
    $shown = isset($event->RRULE) ? [] : [$event];
    $steps = isset($event->RRULE) ? new Sabre\VObject\RecurrenceIterator($calendar, (string) $event->UID) : null;
    for (; $steps && $steps->valid() && $steps->getDTStart() <= $end_of_last; $steps->next()) $shown[] = $steps->getEventObject();
    foreach ($shown as $occurrence) {
        if ($occurrence->DTSTART->getDateTime() > $end_of_last) continue;
        $end = format_time($occurrence->DTEND);
        if (isset($occurrence->DURATION)) {
            $length = Sabre\VObject\DateTimeParser::parseDuration($occurrence->DURATION->value);
            $end = gmdate('Y-m-d\TH:i:s\Z', (clone $occurrence->DTSTART->getDateTime())->add($length)->getTimestamp());
        }
        $occurrences[] = [(string) $occurrence->UID, format_time($occurrence->DTSTART), $end, $occurrence->SUMMARY->value];
    }
}
echo json_encode($occurrences);
