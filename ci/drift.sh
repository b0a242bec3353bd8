#!/bin/sh
# Detects drift by planning on the default branch. Exits with 0 if the result is known (in sync, changes pending, or a
# guard would refuse them) and writes it to the output `drift`; else exits with the code of `bylaws plan`. comment.sh, a
# separate step, opens, edits or closes the issue.
# Reads what plan.sh reads, and BYLAWS_SNAPSHOT: the file to write the live state to, for `plan --live` in forks.
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
# shellcheck source=ci/common.sh
. "$here/common.sh"
begin
if [ -n "${BYLAWS_SNAPSHOT:-}" ]; then
    outside BYLAWS_SNAPSHOT "$BYLAWS_SNAPSHOT"
    BYLAWS_SNAPSHOT=$place
fi
code=0
BYLAWS_DETAILED=true "$here/plan.sh" || code=$?
case $code in
    0) drift=false ;;
    2 | 3) drift=true ;;
    *) exit "$code" ;;
esac
output drift "$drift"
if [ -n "${BYLAWS_SNAPSHOT:-}" ]; then
    code=0
    rm -f -- "$BYLAWS_SNAPSHOT" "$BYLAWS_OUT/snapshot.txt"
    "$BYLAWS" snapshot --out "$BYLAWS_SNAPSHOT" 2> "$BYLAWS_OUT/snapshot.txt" || code=$?
    show "$BYLAWS_OUT/snapshot.txt" >&2
    exit "$code"
fi
