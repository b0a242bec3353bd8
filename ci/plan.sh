#!/bin/sh
# Validates and plans: writes plan.json, plan.md and the page of the run, and ends with the exit code of
# `bylaws plan` (0 planned, 3 a guard refused, 4 problems in the files, 1 failed; BYLAWS_DETAILED=true: 2 changes).
# Reads BYLAWS_PATH, BYLAWS_ROOT, BYLAWS_OUT, BYLAWS_GUARDS, BYLAWS_LIVE, BYLAWS_NAME, BYLAWS_LINK, BYLAWS_STRICT;
# BYLAWS_HEAD and BYLAWS_BASE check that the checkout is what a merge would give. Posting is a step of its own.
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
# shellcheck source=ci/common.sh
. "$here/common.sh"
begin
plan=$BYLAWS_OUT/plan.json
comment=$BYLAWS_OUT/plan.md
rm -f -- "$plan" "$comment"

# Ends the step, and leaves a comment in any case.
end() {
    if [ ! -s "$comment" ]; then
        say_failed plan "$1" "$comment"
    fi
    summary "$comment"
    output exit-code "$1"
    output comment-file "$comment"
    exit "$1"
}
ending=end
enter

# git as it is needed here: a commit may hold a folder in the shape of a repository.
git_here() { git -c safe.bareRepository=explicit "$@" 2> /dev/null; }

# A branch that lacks newer commits of the base would seem to undo them.
if [ -n "${BYLAWS_HEAD:-}" ] && [ "$(git_here rev-parse HEAD^2)" != "$BYLAWS_HEAD" ]; then
    fail "the checkout is no merge of the newest commit: the branch conflicts with its base, or moved meanwhile" \
        "resolve the conflict, or run this again"
fi
if [ -n "${BYLAWS_BASE:-}" ] && ! git_here merge-base --is-ancestor "$BYLAWS_BASE" HEAD; then
    fail "the branch lacks commits of its target, and its plan would undo them" "rebase it"
fi

code=0
"$here/validate.sh" || code=$?
if [ "$code" != 0 ]; then end "$code"; fi

set -- plan "$path" --format json
if [ -n "$guards" ]; then set -- "$@" --guards "$guards"; fi
if [ -n "$live" ]; then set -- "$@" --live "$live"; fi
if [ "${BYLAWS_STRICT:-}" = true ]; then set -- "$@" --strict; fi
if [ "${BYLAWS_DETAILED:-}" = true ]; then set -- "$@" --detailed-exitcode; fi
"$BYLAWS" "$@" > "$plan" 2> "$log" || code=$?
show "$log" >&2

if [ -s "$plan" ]; then
    show_document "$plan" || :
    set -- show "$plan" --format markdown --comment-name="$(name)"
    if [ -n "${BYLAWS_LINK:-}" ]; then set -- "$@" --link "$BYLAWS_LINK"; fi
    "$BYLAWS" "$@" > "$comment" || rm -f -- "$comment"
    output plan-file "$plan"
    output fingerprint "$(text_in "$plan" fingerprint)"
    output changes "$(count_in "$plan" changes)"
    output refused "$(count_in "$plan" refused)"
fi
end "$code"
