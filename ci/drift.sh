#!/bin/sh
# Looks for drift: compares the organization with the files of the commit, without a reviewer. Writes drift.json, drift.md
# and the summary of the run. Ends with 0 if the result is known, and sets it as the output `drift`; otherwise with the
# exit code of `bylaws drift`. The issue is opened, edited or closed by comment.sh, a separate step.
# Reads BYLAWS_PATH, BYLAWS_ROOT, BYLAWS_OUT, BYLAWS_GUARDS, BYLAWS_LIVE, BYLAWS_NAME, BYLAWS_LINK, and
# BYLAWS_SNAPSHOT: a file for the live state, which `plan --live` takes. It is written first and then compared with, so
# the step asks the service once: on GitLab a job can exchange its identity token only once. A snapshot does not say who
# made a change, so without BYLAWS_SNAPSHOT the result may say more.
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

code=0
if [ -n "${BYLAWS_SNAPSHOT:-}" ]; then
    if [ -n "$live" ]; then
        fail "BYLAWS_LIVE and BYLAWS_SNAPSHOT are both set" "set BYLAWS_SNAPSHOT to ask the service, or BYLAWS_LIVE not to"
    fi
    rm -f -- "$BYLAWS_SNAPSHOT"
    "$BYLAWS" snapshot --out "$BYLAWS_SNAPSHOT" 2> "$log" || code=1
    live=$BYLAWS_SNAPSHOT
fi
set -- drift "$path" --format json --detailed-exitcode
if [ -n "$guards" ]; then set -- "$@" "--guards=$guards"; fi
if [ -n "$live" ]; then set -- "$@" "--live=$live"; fi
if [ "$code" = 0 ]; then
    "$BYLAWS" "$@" > "$document" 2> "$log" || code=$?
fi
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
