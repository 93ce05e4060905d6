# Reads a mail from standard input with MIME::Tools, which ends at an error and notes what is doubtful, and prints
# what it read as JSON: headers in Unicode, parts in order, and the notes.
use strict;
use warnings;
use Encode qw(decode encode);
use JSON::PP;
use MIME::Parser;

binmode STDIN;
my $parser = MIME::Parser->new;
$parser->output_to_core(1);
$parser->tmp_to_core(1);
$parser->ignore_errors(0);
my $mail = $parser->parse(\*STDIN);
my @notes = $parser->results->msgs;
my $head = $mail->head;
my %headers;
for my $name ($head->tags) {
    my $value = decode('MIME-Header', $head->get($name));
    $value =~ s/\r?\n[ \t]*/ /g;
    $value =~ s/\s+\z//;
    $headers{lc $name} = $value;
}
my @parts;
for my $part (grep { !$_->is_multipart } $mail->parts_DFS) {
    my $content = $part->bodyhandle->as_string;
    my $charset = $part->head->mime_attr('content-type.charset') || 'us-ascii';
    push @parts, {
        type => $part->mime_type,
        name => $part->head->recommended_filename,
        text => decode($charset, $content, Encode::FB_CROAK),
    };
}
my $shape = join ' ', map { $_->mime_type } $mail->parts_DFS;
print encode('UTF-8', JSON::PP->new->canonical->encode({ headers => \%headers, parts => \@parts, notes => \@notes, shape => $shape }));
