#!/bin/sh
# Looks for drift: compares the organization with the files of the commit, without a reviewer. Writes drift.json, drift.md
# and the summary of the run. Ends with 0 if the result is known, and sets it as the output `drift`; otherwise with the
# exit code of `bylaws drift`. The issue is opened, edited or closed by comment.sh, a separate step.
# Reads BYLAWS_PATH, BYLAWS_ROOT, BYLAWS_OUT, BYLAWS_GUARDS, BYLAWS_LIVE, BYLAWS_NAME, BYLAWS_LINK, and
# BYLAWS_SNAPSHOT: a file for the live state, which `plan --live` of forks takes.
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
# shellcheck source=ci/common.sh
. "$here/common.sh"
begin
if [ -n "${BYLAWS_SNAPSHOT:-}" ]; then
    outside BYLAWS_SNAPSHOT "$BYLAWS_SNAPSHOT"
    BYLAWS_SNAPSHOT=$place
fi
document=$BYLAWS_OUT/drift.json
comment=$BYLAWS_OUT/drift.md
rm -f -- "$document" "$comment"
enter

set -- drift "$path" --format json --detailed-exitcode
if [ -n "$guards" ]; then set -- "$@" "--guards=$guards"; fi
if [ -n "$live" ]; then set -- "$@" "--live=$live"; fi
code=0
"$BYLAWS" "$@" > "$document" 2> "$log" || code=$?
show "$log" >&2
if [ -s "$document" ]; then
    show_document "$document" || :
    write_comment "$document" "$comment"
    output drift-file "$document"
fi
if [ ! -s "$comment" ]; then say_failed drift "$code" "$comment"; fi
summary "$comment"
output exit-code "$code"
output comment-file "$comment"
case $code in
    0) drift=false ;;
    2) drift=true ;;
    *)
        annotate "drift: $(meaning "$code") (exit code $code)"
        exit "$code"
        ;;
esac
output drift "$drift"
if [ -n "${BYLAWS_SNAPSHOT:-}" ]; then
    code=0
    rm -f -- "$BYLAWS_SNAPSHOT" "$BYLAWS_OUT/snapshot.txt"
    "$BYLAWS" snapshot --out "$BYLAWS_SNAPSHOT" 2> "$BYLAWS_OUT/snapshot.txt" || code=$?
    show "$BYLAWS_OUT/snapshot.txt" >&2
    exit "$code"
fi
