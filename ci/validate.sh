#!/bin/sh
# Checks the files offline: no credential, no network, nothing in the files is run.
# Reads BYLAWS_PATH, BYLAWS_ROOT, BYLAWS_OUT, BYLAWS_STRICT. Ends with the exit code of `bylaws validate`.
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
# shellcheck source=ci/common.sh
. "$here/common.sh"
begin
enter

set -- validate "$path"
if [ "${BYLAWS_STRICT:-}" = true ]; then set -- "$@" --strict; fi
code=0
if [ "${GITHUB_ACTIONS:-}" = true ]; then
    # Problems become annotations on the lines of the change; the log is for people.
    "$BYLAWS" "$@" --format github > "$BYLAWS_OUT/annotations.txt" 2> "$log" || code=$?
    show "$log" >&2
    cat -- "$BYLAWS_OUT/annotations.txt"
else
    "$BYLAWS" "$@" > "$log" 2>&1 || code=$?
    show "$log"
fi
output exit-code "$code"
exit "$code"
