#!/bin/sh
# Validates and plans: writes plan.json, plan.md and the summary of the run, and exits with the code of `bylaws plan`
# (0 planned, 3 a guard refused, 4 problems in the files, 1 failed; with BYLAWS_DETAILED=true also 2 changes pending).
# Reads BYLAWS_PATH, BYLAWS_ROOT, BYLAWS_OUT, BYLAWS_GUARDS, BYLAWS_LIVE, BYLAWS_NAME, BYLAWS_LINK, BYLAWS_STRICT.
# BYLAWS_BASE: the revision to compare with, the tip of the target branch (`--base`); the checkout must contain it.
# BYLAWS_HEAD: the checkout must be the merge of this commit; its first parent is the base unless BYLAWS_BASE is set.
# Posting is a separate step.
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
# shellcheck source=ci/common.sh
. "$here/common.sh"
begin
plan=$BYLAWS_OUT/plan.json
comment=$BYLAWS_OUT/plan.md
rm -f -- "$plan" "$comment"

# Exits the step, and always writes a comment.
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

if [ -n "$live" ] && [ ! -s "$live" ]; then
    fail "there is no snapshot '$live' to plan against" "run drift.sh with BYLAWS_SNAPSHOT first: on GitLab, a pipeline of the default branch"
fi
base=${BYLAWS_BASE:-}
if [ -n "$base${BYLAWS_HEAD:-}" ] && ! reason=$(git_here rev-parse --git-dir 2>&1); then
    fail "git cannot read the checkout: $reason" "check that this user owns it, or set safe.directory"
fi
if [ -n "${BYLAWS_HEAD:-}" ]; then
    if [ "$(commit_of 'HEAD^2')" != "$BYLAWS_HEAD" ]; then
        fail "the checkout is not the merge of the newest commit: the branch conflicts with its base, or has changed" \
            "resolve the conflict, or run this again"
    fi
    base=${base:-HEAD^1}
fi
if [ -n "$base" ]; then
    commit=$(commit_of "$base")
    if [ -z "$commit" ]; then
        if [ "$(git_here rev-parse --is-shallow-repository 2> /dev/null)" = true ]; then
            fail "this shallow clone does not contain the base '$base'" "fetch it, or clone with more depth (fetch-depth: 0, GIT_DEPTH: 0)"
        fi
        fail "the checkout does not contain the base '$base'" "fetch the target branch first"
    fi
    # The plan of a branch that lacks commits of its base would undo them.
    if ! git_here merge-base --is-ancestor "$commit" HEAD 2> /dev/null; then
        fail "the branch lacks commits of its target, and its plan would undo them" "rebase it"
    fi
fi

code=0
"$here/validate.sh" || code=$?
if [ "$code" != 0 ]; then end "$code"; fi

set -- plan "$path" --format json
if [ -n "$base" ]; then set -- "$@" "--base=$commit"; fi
if [ -n "$guards" ]; then set -- "$@" "--guards=$guards"; fi
if [ -n "$live" ]; then set -- "$@" "--live=$live"; fi
if [ "${BYLAWS_STRICT:-}" = true ]; then set -- "$@" --strict; fi
if [ "${BYLAWS_DETAILED:-}" = true ]; then set -- "$@" --detailed-exitcode; fi
"$BYLAWS" "$@" > "$plan" 2> "$log" || code=$?
show "$log" >&2

if [ -s "$plan" ]; then
    show_document "$plan" || :
    write_comment "$plan" "$comment"
    output plan-file "$plan"
    output fingerprint "$(text_in "$plan" fingerprint)"
    output changes "$(count_in "$plan" changes)"
    output refused "$(count_in "$plan" refused)"
fi
end "$code"
