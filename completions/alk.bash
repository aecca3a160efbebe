# completion of alk for bash: source <(alk completion bash)
_alk()
{
	local line cur=${COMP_WORDS[COMP_CWORD]}
	COMPREPLY=()
	while IFS= read -r line; do
		if [ "$line" = :file ]; then
			compopt -o filenames
			while IFS= read -r line; do
				COMPREPLY+=("$line")
			done < <(compgen -f -- "$cur")
		else
			printf -v line %q "${line%%$'\t'*}"
			COMPREPLY+=("$line")
		fi
	done < <("${COMP_WORDS[0]}" __complete -- \
	    "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _alk alk
