#!/bin/sh
# Posts a comment that plan.sh or apply.sh left, edited in place; with BYLAWS_ISSUE (a title) as one issue instead,
# closed with BYLAWS_CLOSE=true. Ends with 0 where the text stands there, with 1 where it does not, and looks at
# no other step: neither hides the other's failure.
# With BYLAWS_LABELS (a plan as JSON) it also labels a pull request on GitHub: no changes, removes access, new admin.
# Reads BYLAWS_COMMENT_FILE, BYLAWS_LABELS, BYLAWS_COMMIT (the merged request that brought it), BYLAWS_ISSUE, BYLAWS_CLOSE; the
# token from GITHUB_TOKEN or GITLAB_TOKEN, the target from what the forge's runner sets.
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
# shellcheck source=ci/common.sh
. "$here/common.sh"

if [ "${GITHUB_ACTIONS:-}" = true ]; then
    forge=github
elif [ "${GITLAB_CI:-}" = true ]; then
    forge=gitlab
else
    fail "which forge this is cannot be told" "run bylaws comment github or gitlab yourself"
fi
set -- comment "$forge" --file "${BYLAWS_COMMENT_FILE:-$BYLAWS_OUT/plan.md}"
if [ -n "${BYLAWS_ISSUE:-}" ]; then
    set -- "$@" "--issue=$BYLAWS_ISSUE"
    if [ "${BYLAWS_CLOSE:-}" = true ]; then set -- "$@" --close; fi
elif [ -n "${BYLAWS_COMMIT:-}" ]; then
    set -- "$@" "--commit=$BYLAWS_COMMIT"
elif [ "$forge" = github ] && [ -n "${BYLAWS_LABELS:-}" ]; then
    set -- "$@" "--labels=$BYLAWS_LABELS"
fi
code=0
"$BYLAWS" "$@" || code=$?
if [ "$code" != 0 ]; then
    annotate "the comment was not posted (exit code $code); what was planned or applied is not changed by that"
fi
exit "$code"
