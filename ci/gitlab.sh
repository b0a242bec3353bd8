#!/bin/sh
# Runs one job of examples/ci/gitlab/bylaws.gitlab-ci.yml: gitlab.sh validate|plan|plan-tip|reviewed|apply|drift|comment.
# The repository is fetched into a new folder as data. Results are written to another one and, at the end, copied as
# plain files to $CI_PROJECT_DIR/bylaws-out, where GitLab collects artifacts. GitLab itself checks out nothing
# (GIT_STRATEGY: empty), so $CI_PROJECT_DIR contains only the artifacts of the jobs in `needs`.
# Reads what GitLab sets, BYLAWS_PATH, and BYLAWS_GUARDS: the file with the guards, in the default branch.
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
umask 077
work=$(mktemp -d) || exit 1
mkdir -- "$work/checkout" "$work/results" || exit 1
export BYLAWS_ROOT="$work/checkout" BYLAWS_OUT="$work/results" BYLAWS_ENV_FILE="$work/results/job.env"
guards_file=${BYLAWS_GUARDS:-guards.yaml}
# These are set below, for the job that needs them.
export BYLAWS_GUARDS='' BYLAWS_BASE='' BYLAWS_HEAD='' BYLAWS_BRANCH='' BYLAWS_LIVE='' BYLAWS_SNAPSHOT=''
# shellcheck source=ci/common.sh
. "$here/common.sh"
: "${CI_PROJECT_DIR:?}" "${CI_DEFAULT_BRANCH:?}"
tip=refs/remotes/origin/$CI_DEFAULT_BRANCH

# Checks out the commit of the job, with its history and the default branch if it exists.
fetch() {
    if [ -n "${CI_SERVER_TLS_CA_FILE:-}" ]; then export GIT_SSL_CAINFO="$CI_SERVER_TLS_CA_FILE"; fi
    git init --quiet "$BYLAWS_ROOT"
    cd -- "$BYLAWS_ROOT"
    git_here remote add origin "${CI_REPOSITORY_URL:?}"
    git_here fetch --quiet --no-tags --no-recurse-submodules origin "${CI_COMMIT_SHA:?}" "+refs/heads/*:refs/remotes/origin/*"
    # No filter of the image runs for files that a `.gitattributes` names.
    git_here -c filter.lfs.smudge= -c filter.lfs.process= -c filter.lfs.required=false \
        checkout --quiet --detach "$CI_COMMIT_SHA"
    cd /
}

# The guards of the default branch apply, whatever a branch contains.
protected_guards() {
    BYLAWS_GUARDS=$work/guards.yaml
    if ! git_here -C "$BYLAWS_ROOT" cat-file blob "$tip:$guards_file" > "$BYLAWS_GUARDS" 2> /dev/null; then
        fail "the default branch '$CI_DEFAULT_BRANCH' has no file '$guards_file'" "copy examples/ci/gitlab/guards.yaml there"
    fi
}

# Downloads the snapshot of the last job `drift` on the default branch, for a plan without a credential: a merge request
# gets no identity token. Without a snapshot plan.sh fails, and says so in the comment.
latest_snapshot() {
    BYLAWS_LIVE=$work/live.json
    check_api "${CI_API_V4_URL:?}"
    printf 'JOB-TOKEN: %s\n' "${CI_JOB_TOKEN:?}" > "$work/header"
    kept="projects/${CI_PROJECT_ID:?}/jobs/artifacts/$CI_DEFAULT_BRANCH/raw/bylaws-out/live.json?job=drift"
    fetch_file "$BYLAWS_LIVE" "$CI_API_V4_URL/$kept" "$work/header" || rm -f -- "$BYLAWS_LIVE"
    export BYLAWS_LIVE
}

install() {
    BYLAWS=$("$here/install.sh")
    export BYLAWS
}

# Copies the results. Existing files are removed, not followed; only files are copied, not links.
hand_on() {
    target=$CI_PROJECT_DIR/bylaws-out
    rm -rf -- "$target"
    mkdir -- "$target" "$target/reviewed"
    for file in "$BYLAWS_OUT"/* "$BYLAWS_OUT"/reviewed/*; do
        if [ -f "$file" ] && [ ! -L "$file" ]; then cp -- "$file" "$target/${file#"$BYLAWS_OUT"/}"; fi
    done
}

job=${1:?}
cd /
code=0
case $job in
    validate | plan | plan-tip | reviewed | apply | drift) fetch ;;
    comment) ;;
    *) fail "unknown job '$job'" "use validate, plan, plan-tip, reviewed, apply, drift or comment" ;;
esac
case $job in
    plan)
        protected_guards
        BYLAWS_BASE=$tip
        if [ -z "${ANTHROPIC_ADMIN_KEY:-}" ]; then latest_snapshot; fi
        ;;
    plan-tip)
        protected_guards
        BYLAWS_BASE=${BYLAWS_BASELINE:-}
        job=plan
        ;;
    apply)
        protected_guards
        BYLAWS_BRANCH=$CI_DEFAULT_BRANCH
        ;;
    drift)
        protected_guards
        if [ -n "${ANTHROPIC_FEDERATION_RULE_ID:-}" ]; then export BYLAWS_SNAPSHOT="$BYLAWS_OUT/live.json"; fi
        ;;
    reviewed) BYLAWS_BRANCH=$CI_DEFAULT_BRANCH ;;
esac
if [ "$job" != reviewed ]; then install; fi
"$here/$job.sh" || code=$?
if [ "$job" != comment ]; then hand_on; fi
rm -rf -- "$work"
exit "$code"
