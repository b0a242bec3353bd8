#!/bin/sh
# Checks for drift: plans on the default branch without a reviewer. Ends with 0 if the result is known (in sync,
# changes pending, or a guard would refuse them) and sets it as the output `drift`; otherwise with the exit code of
# `bylaws plan`. The issue is opened, edited or closed by comment.sh, a separate step.
# Reads what plan.sh reads, and BYLAWS_SNAPSHOT: a file for the live state, which `plan --live` of forks takes.
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
