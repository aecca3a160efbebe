# completion of alk for fish: alk completion fish | source
function __alk_complete
	set -l words (commandline -opc) (commandline -ct)
	for line in ($words[1] __complete -- $words[2..-1] 2>/dev/null)
		if test "$line" = :file
			__fish_complete_path (commandline -ct)
		else
			echo $line
		end
	end
end
complete -c alk -f -a '(__alk_complete)'
