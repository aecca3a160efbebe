#!/usr/bin/perl
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# count.pl [PACKAGES...]: counts packages, virtual packages and edges by kind in
# Debian Packages indexes, to compare an import with. Shares neither code nor
# method with apt2jsonl.c. Needs perl-base only. Prints lines "TYPE COUNT".

use strict;
use warnings;

my %edge = map { $_ => ($_ =~ s/-//gr) . 'Edge' }
    qw(Depends Pre-Depends Recommends Suggests Enhances Conflicts Breaks
    Replaces Provides);

# A part of a version as words and numbers, with an order that `cmp` knows:
# ~ < end < letters < other signs, and numbers by length first.
sub sortable {
	my ($part) = @_;
	my $key = '';
	while (length $part) {
		$part =~ s/^([^0-9]*)([0-9]*)//;
		my ($word, $number) = ($1, $2);
		for my $c (split //, $word) {
			$key .= $c eq '~' ? "\x01" :
			    $c =~ /[A-Za-z]/ ? $c : chr(128 + ord $c);
		}
		$number =~ s/^0+//;
		$key .= "\x02" . sprintf('%05d', length $number) . $number;
	}
	return $key . "\x02" . '00000' . "\x02";
}

sub newer {
	my ($x, $y) = @_;
	return 0 if $x eq $y;
	for my $v ($x, $y) {
		$v =~ /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/;
		$v = [$1 // 0, sortable($2), sortable($3 // '')];
	}
	return ($x->[0] <=> $y->[0] || $x->[1] cmp $y->[1] ||
	    $x->[2] cmp $y->[2]) > 0;
}

my (%version, %stanza);
{
	local $/ = '';  # a stanza at a time
	while (my $text = <>) {
		$text =~ s/\n[ \t]+/ /g;
		my ($name) = $text =~ /^Package:\s*(\S+)/m or next;
		my ($version) = $text =~ /^Version:\s*(\S+)/m;
		next if exists $version{$name} &&
		    !newer($version, $version{$name});
		$version{$name} = $version;
		$stanza{$name} = $text;
	}
}

my (%count, %target);
for my $text (values %stanza) {
	while ($text =~ /^([A-Z][A-Za-z-]+):(.*)$/mg) {
		next unless exists $edge{$1};
		my ($type, $list) = ($edge{$1}, $2);
		$list =~ s/\([^)]*\)|:[a-z0-9-]+//g;
		while ($list =~ /([^\s,|]+)/g) {
			$count{$type}++;
			$target{$1} = 1;
		}
	}
}
$count{PackageNode} = keys %stanza;
$count{VirtualPackageNode} = grep { !exists $stanza{$_} } keys %target;
print "$_ $count{$_}\n" for sort keys %count;
