#!/bin/sh
# Posts a comment that plan.sh or apply.sh left, edited in place; with BYLAWS_ISSUE (a title) as one issue instead,
# closed with BYLAWS_CLOSE=true. Ends with 0 if the text is posted, otherwise with 1, regardless of other steps:
# neither result hides the other.
# With BYLAWS_LABELS (a plan as JSON) it also labels a pull request on GitHub: no changes, removes access, new admin.
# Reads BYLAWS_COMMENT_FILE, BYLAWS_LABELS, BYLAWS_COMMIT (the merged request that brought it), BYLAWS_ISSUE,
# BYLAWS_CLOSE, BYLAWS_ROOT; the token from GITHUB_TOKEN or GITLAB_TOKEN, the target from variables of the runner.
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
# shellcheck source=ci/common.sh
. "$here/common.sh"

# Posts only what an earlier step wrote, never a file of the checkout or one that a link there leads to.
written() {
    outside "$1" "$2"
    if [ -L "$place" ]; then fail "$1 '$2' is a symbolic link" "name the file itself"; fi
}

if [ "${GITHUB_ACTIONS:-}" = true ]; then
    forge=github
elif [ "${GITLAB_CI:-}" = true ]; then
    forge=gitlab
else
    fail "this is neither a GitHub nor a GitLab runner" "run bylaws comment github or gitlab yourself"
fi
file=${BYLAWS_COMMENT_FILE:-${BYLAWS_OUT:+$BYLAWS_OUT/plan.md}}
if [ -z "$file" ]; then fail "BYLAWS_COMMENT_FILE is not set" "name the file to post"; fi
written BYLAWS_COMMENT_FILE "$file"
set -- comment "$forge" "--file=$place"
if [ -n "${BYLAWS_ISSUE:-}" ]; then
    set -- "$@" "--issue=$BYLAWS_ISSUE"
    if [ "${BYLAWS_CLOSE:-}" = true ]; then set -- "$@" --close; fi
elif [ -n "${BYLAWS_COMMIT:-}" ]; then
    set -- "$@" "--commit=$BYLAWS_COMMIT"
elif [ "$forge" = github ] && [ -n "${BYLAWS_LABELS:-}" ]; then
    written BYLAWS_LABELS "$BYLAWS_LABELS"
    set -- "$@" "--labels=$place"
fi
cd /
code=0
"$BYLAWS" "$@" || code=$?
if [ "$code" != 0 ]; then
    annotate "the comment was not posted (exit code $code); the plan or apply is not affected"
fi
exit "$code"
