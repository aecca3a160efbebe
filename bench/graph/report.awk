# SPDX-License-Identifier: MIT OR Apache-2.0
#
# awk -v shape=NAME -f report.awk GOALS SYSTEM.txt...: a table of what the
# systems of bench/graph or bench/ldbc printed, ours first, each with its ratio
# to ours; then the goals that were missed. A goal is a most; ">5": a least;
# "/10": a tenth of the quickest peer at most; "x2": twice the first peer at
# most. Ends with 1 where one is missed, 2 where answers differ.

BEGIN { FS = "\t" }

FNR == 1 {
	files++
	system_name = FILENAME
	sub(/.*\//, "", system_name)
	sub(/\.txt$/, "", system_name)
	if (files > 1)
		systems[++count] = system_name
}

files == 1 {
	if ($0 !~ /^#/ && NF == 5) {
		measure[++measures] = $1
		title[$1] = $2
		predicted[$1] = $3
		goal[$1] = index("," $5 ",", "," shape ",") ? $4 : "-"
	}
	next
}

/^=/ {
	# Each name may come twice, before and after the inserts.
	name = substr($1, 2)
	name = name "#" (++seen[system_name, name])
	if (!(name in answer)) {
		answer[name] = $2
		from[name] = system_name
	} else if (answer[name] != $2) {
		printf "%s: %s answers %s, %s %s\n", name, from[name],
		    answer[name], system_name, $2
		wrong = 1
	}
	next
}

{ value[system_name, $1] = $2 }

function figure(x) {
	return x >= 1000 ? sprintf("%d", x + 0.5) : \
	    x >= 100 ? sprintf("%.0f", x) : sprintf("%.3g", x)
}

function cell(m, s,    ours, v) {
	if (!((s, m) in value))
		return "-"
	v = value[s, m]
	ours = value[systems[1], m]
	if (s == systems[1] || ours + 0 == 0)
		return figure(v)
	return figure(v) " = " figure(v / ours)
}

# Whether ours, v, misses the goal of m.
function misses(m, v,    g, i, least) {
	g = goal[m]
	if (g == "-" || v == "")
		return 0
	if (g ~ /^>/)
		return v < substr(g, 2) + 0
	if (g ~ /^x/)
		return (systems[2], m) in value && \
		    v > value[systems[2], m] * substr(g, 2)
	if (g ~ /^\//) {
		for (i = 2; i <= count; i++)
			if ((systems[i], m) in value && (least == "" || \
			    value[systems[i], m] + 0 < least))
				least = value[systems[i], m] + 0
		return least != "" && v * substr(g, 2) > least
	}
	return v > g + 0
}

END {
	line = "| " shape " | predicted | goal"
	rule = "|---|---|---"
	for (i = 1; i <= count; i++) {
		line = line " | " systems[i]
		rule = rule "|---"
	}
	print line " |"
	print rule "|"
	for (k = 1; k <= measures; k++) {
		m = measure[k]
		v = value[systems[1], m]
		if (misses(m, v)) {
			missed = missed "missed on " shape ": " title[m] \
			    " " figure(v) ", goal " goal[m] "\n"
			mark = " (missed)"
		} else
			mark = ""
		line = "| " title[m] " | " predicted[m] " | " goal[m]
		for (i = 1; i <= count; i++)
			line = line " | " cell(m, systems[i]) (i == 1 ? mark : "")
		print line " |"
	}
	printf "\n%s", missed
	exit wrong ? 2 : missed != "" ? 1 : 0
}
