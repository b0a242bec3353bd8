#!/bin/sh
# Collects the input of `bylaws apply --base … --reviewed …` from GitHub or GitLab, never from the checkout:
#   output `baseline`: the last applied commit, an ancestor of the checkout; empty if there is none
#   output `reviewed`: a folder with the plans of the pull or merge requests merged since then, as the workflow of the
#     default branch made them for their last commit before the merge
#   output `journal`: the journal of the newest run that kept one, and `earlier-head`: its last hash, as that run
#     recorded it apart from the journal; both empty if there is none
# A request without such a plan is skipped, so its changes count as not reviewed.
# Reads BYLAWS_ROOT (a checkout of the default branch with its whole history), BYLAWS_OUT, BYLAWS_BRANCH (the default
# branch); the token from GITHUB_TOKEN or GITLAB_TOKEN. Needs git, curl and jq, on GitHub unzip too.
# On GitHub, BYLAWS_PLAN_WORKFLOW is the file name of the workflow that plans [default pull-request.yml].
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
# shellcheck source=ci/common.sh
. "$here/common.sh"
begin
enter_root

branch=${BYLAWS_BRANCH:?}
if [ "$(git_here rev-parse --is-shallow-repository)" != false ]; then
    fail "the checkout is a shallow clone, so the commits since the last apply are not known" \
        "check out the whole history (fetch-depth: 0)"
fi
reviewed=$BYLAWS_OUT/reviewed
answers=$BYLAWS_OUT/answers
rm -rf -- "$reviewed" "$answers"
mkdir -- "$reviewed" "$answers"

# Requests JSON from the API: `ask FILE PATH`. The token is in a header file, never an argument.
ask() {
    curl --disable --silent --show-error --fail --retry 2 --max-time 60 --proto "$proto" \
        --header "@$answers/header" --output "$answers/$1" "$api/$2" ||
        fail "no answer from $api/$2" "check the permissions of the token, then run this again"
}
# Downloads a file: `download FILE PATH [HEADER FILE]`. Ends with 1 if there is no such file.
download() {
    fetch_file "$1" "$api/$2" "${3:-$answers/header}"
}
# Applies a filter to an answer, one result per line; the variables are those that both services need.
pick() {
    jq --raw-output --arg branch "$branch" --arg commit "${commit:-}" --arg head "${head:-}" --arg merged "${merged:-}" \
        --arg workflow "${workflow:-}" --arg repository "${GITHUB_REPOSITORY:-}" --arg project "${CI_PROJECT_ID:-}" \
        "$2" "$answers/$1"
}
# Checks whether the checkout contains a commit. The API could name any.
is_ancestor() {
    case $1 in '' | *[!0-9a-f]*) return 1 ;; esac
    git_here merge-base --is-ancestor "$1" HEAD 2> /dev/null
}

if [ "${GITHUB_ACTIONS:-}" = true ]; then
    api=${GITHUB_API_URL:?}
    printf 'authorization: Bearer %s\naccept: application/vnd.github+json\n' "${GITHUB_TOKEN:?}" > "$answers/header"
    forge=$here/reviewed-github.sh
elif [ "${GITLAB_CI:-}" = true ]; then
    api=${CI_API_V4_URL:?}
    printf 'authorization: Bearer %s\n' "${GITLAB_TOKEN:?}" > "$answers/header"
    forge=$here/reviewed-gitlab.sh
else
    fail "this is neither a GitHub nor a GitLab runner" "collect the reviewed plans yourself and set BYLAWS_REVIEWED"
fi
check_api "$api"
# shellcheck source=/dev/null
. "$forge"

baseline=
find_baseline
journal=$BYLAWS_OUT/earlier.jsonl earlier_head=
rm -f -- "$journal"
find_journal
if [ ! -s "$journal" ]; then journal='' earlier_head=''; fi
count=0
if [ -n "$baseline" ]; then
    # A merge is one commit of the branch itself. Merges past the limit count as not reviewed.
    git_here rev-list --first-parent --max-count=200 "$baseline..HEAD" > "$answers/commits"
    while read -r commit; do collect_plans; done < "$answers/commits"
    for file in "$reviewed"/*.json; do if [ -f "$file" ]; then count=$((count + 1)); fi; done
fi
rm -rf -- "$answers"
echo "baseline: ${baseline:-none}; plans reviewed since then: $count"
output baseline "$baseline"
output reviewed "$reviewed"
output journal "$journal"
output earlier-head "$earlier_head"
