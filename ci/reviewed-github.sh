# GitHub's part of reviewed.sh, which sources it. POSIX sh.
# The filters are jq's; the variables are those of reviewed.sh.
# shellcheck shell=sh disable=SC2016,SC2034,SC2154

# Lists the runs of this workflow on the default branch, the newest first, 100 a page. Runs are trusted, deployments are
# not: everyone with push access can create a deployment through the API.
own_runs() {
    workflow=${GITHUB_WORKFLOW_REF:?}
    workflow=${workflow%%@*}
    workflow=${workflow#*/*/}
    ask runs "repos/$GITHUB_REPOSITORY/actions/workflows/${workflow##*/}/runs?branch=$(encoded "$branch")&per_page=100&page=$1"
    pick runs '.workflow_runs[]
        | select(.path | split("@")[0] == $workflow)
        | select(.head_branch == $branch and .repository.full_name == $repository
            and .head_repository.full_name == $repository)
        | select(.event == "push" or .event == "schedule" or .event == "workflow_dispatch")
        | "\(.id) \(.head_sha)"' > "$answers/runs.txt"
}

# Finds the newest of them with a successful job `applied`.
find_baseline() {
    for page in 1 2 3; do
        own_runs "$page"
        while read -r id sha; do
            is_ancestor "$sha" || continue
            ask jobs "repos/$GITHUB_REPOSITORY/actions/runs/$id/jobs?filter=latest&per_page=100"
            if [ "$(pick jobs 'any(.jobs[]; .name == "applied" and .conclusion == "success")')" = true ]; then
                baseline=$sha
                return
            fi
        done < "$answers/runs.txt"
        if [ "$(pick runs '.workflow_runs | length')" -lt 100 ]; then return; fi
    done
}

# Finds the newest journal that one of the last 50 runs kept. The name of the artifact ends with the head that the run
# recorded; a run that crashed recorded none.
find_journal() {
    own_runs 1
    head -n 50 "$answers/runs.txt" > "$answers/last.txt"
    while read -r id sha; do
        ask kept "repos/$GITHUB_REPOSITORY/actions/runs/$id/artifacts?per_page=100"
        pick kept '[.artifacts[] | select((.expired | not) and (.name | test("^bylaws-journal-([0-9a-f]{64}|unfinished)$")))]
            | sort_by(.created_at, .id) | last // empty | "\(.id) \(.name)"' > "$answers/kept.txt"
        if read -r artifact name < "$answers/kept.txt" &&
            download "$answers/journal.zip" "repos/$GITHUB_REPOSITORY/actions/artifacts/$artifact/zip" &&
            unzip -p "$answers/journal.zip" journal.jsonl > "$journal"; then
            earlier_head=${name#bylaws-journal-}
            if [ "$earlier_head" = unfinished ]; then earlier_head=; fi
            return
        fi
    done < "$answers/last.txt"
}

# Collects the plans of the pull requests that this commit merged: artifacts named by number and head, uploaded before
# the merge by a successful run of the workflow that plans. `pull_request_target` runs the file of the default branch;
# a run for another event, or of another file, could come from a branch.
collect_plans() {
    ask pulls "repos/$GITHUB_REPOSITORY/commits/$commit/pulls?per_page=100"
    pick pulls '.[]
        | select(.merged_at and .merge_commit_sha == $commit and .base.ref == $branch
            and .base.repo.full_name == $repository)
        | "\(.number) \(.head.sha) \(.merged_at)"' > "$answers/pulls.txt"
    while read -r number head merged; do
        name=bylaws-plan-$number-$head
        ask artifacts "repos/$GITHUB_REPOSITORY/actions/artifacts?name=$name&per_page=100"
        pick artifacts '[.artifacts[] | select((.expired | not) and .created_at <= $merged)]
            | sort_by(.created_at, .id) | last // empty | "\(.id) \(.workflow_run.id)"' > "$answers/artifact.txt"
        while read -r artifact id; do
            ask run "repos/$GITHUB_REPOSITORY/actions/runs/$id"
            workflow=.github/workflows/${BYLAWS_PLAN_WORKFLOW:-pull-request.yml}
            if [ "$(pick run '(.path | split("@")[0]) == $workflow and .event == "pull_request_target"
                and .conclusion == "success" and .repository.full_name == $repository
                and all(.pull_requests[]?; .base.ref == $branch)')" = true ] &&
                download "$answers/plan.zip" "repos/$GITHUB_REPOSITORY/actions/artifacts/$artifact/zip"; then
                # Extracts one file, and not the paths that the archive names.
                unzip -p "$answers/plan.zip" plan.json > "$reviewed/$number.json" || rm -f -- "$reviewed/$number.json"
            fi
        done < "$answers/artifact.txt"
        if [ ! -s "$reviewed/$number.json" ]; then echo "pull request $number: no plan from before the merge"; fi
    done < "$answers/pulls.txt"
}

encoded() {
    jq --null-input --raw-output --arg text "$1" '$text | @uri'
}
