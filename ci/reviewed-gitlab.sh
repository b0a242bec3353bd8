# GitLab's part of reviewed.sh, which sources it. POSIX sh.
# The filters are jq's; the variables are those of reviewed.sh.
# shellcheck shell=sh disable=SC2016,SC2034,SC2154

# Finds the newest successful deployment by a job that applies, on the default branch. A deployment that was created
# through the API has no job and is not counted.
find_baseline() {
    for environment in bylaws-apply bylaws-apply-reviewed; do
        ask "deployments-$environment" \
            "projects/$CI_PROJECT_ID/deployments?environment=$environment&status=success&order_by=id&sort=desc&per_page=100"
    done
    jq --slurp 'add | sort_by(.id) | reverse' "$answers"/deployments-* > "$answers/deployments"
    pick deployments '.[]
        | select(.ref == $branch and .status == "success" and .deployable != null)
        | select(.deployable.name == "apply" or .deployable.name == "apply-approved")
        | select(.deployable.status == "success" and .deployable.ref == $branch and (.deployable.tag | not))
        | .sha' > "$answers/deployments.txt"
    while read -r sha; do
        if is_ancestor "$sha"; then
            baseline=$sha
            return
        fi
    done < "$answers/deployments.txt"
}

# Finds the journal of the newest job that applied on the default branch and kept one; its head is in the other file of
# the job.
find_journal() {
    for environment in bylaws-apply bylaws-apply-reviewed; do
        ask "applies-$environment" \
            "projects/$CI_PROJECT_ID/deployments?environment=$environment&order_by=id&sort=desc&per_page=50"
    done
    jq --slurp 'add | sort_by(.id) | reverse' "$answers"/applies-* > "$answers/applies"
    pick applies '.[]
        | select(.ref == $branch and .deployable != null)
        | select(.deployable.name == "apply" or .deployable.name == "apply-approved")
        | select(.deployable.ref == $branch and (.deployable.tag | not))
        | .deployable.id' > "$answers/applies.txt"
    printf 'JOB-TOKEN: %s\n' "${CI_JOB_TOKEN:?}" > "$answers/job"
    while read -r id; do
        kept=projects/$CI_PROJECT_ID/jobs/$id/artifacts/bylaws-out
        if download "$journal" "$kept/journal.jsonl" "$answers/job"; then
            if download "$answers/kept.env" "$kept/job.env" "$answers/job"; then
                earlier_head=$(sed -n 's/^BYLAWS_JOURNAL_HEAD=\([0-9a-f]*\)$/\1/p' "$answers/kept.env")
            fi
            return
        fi
        rm -f -- "$journal"
    done < "$answers/applies.txt"
}

# Collects the plans of the merge requests that this commit merged: the artifact of the job `plan` in the last pipeline
# of the request's last commit, finished before the merge. Pipelines take their jobs from the project with the
# template, so a branch cannot change them.
collect_plans() {
    ask requests "projects/$CI_PROJECT_ID/repository/commits/$commit/merge_requests?per_page=100"
    pick requests '.[]
        | select(.state == "merged" and .target_branch == $branch)
        | select("\(.target_project_id)" == $project and "\(.source_project_id)" == $project)
        | select([.merge_commit_sha, .squash_commit_sha, .sha] | any(. == $commit))
        | "\(.iid) \(.sha) \(.merged_at)"' > "$answers/requests.txt"
    while read -r number head merged; do
        ask pipelines "projects/$CI_PROJECT_ID/merge_requests/$number/pipelines?per_page=100"
        pick pipelines '[.[] | select(.source == "merge_request_event" and "\(.project_id)" == $project)]
            | sort_by(.id) | reverse | .[] | "\(.id) \(.sha) \(.status)"' > "$answers/pipelines.txt"
        while read -r id sha status; do
            if [ "$sha" != "$head" ]; then
                # In a merged results pipeline, the commit is a merge of the head.
                ask merge "projects/$CI_PROJECT_ID/repository/commits/$sha"
                if [ "$(pick merge '.parent_ids | any(. == $head)')" != true ]; then continue; fi
            fi
            if [ "$status" = success ]; then collect_plan; fi
            break
        done < "$answers/pipelines.txt"
        if [ ! -s "$reviewed/$number.json" ]; then echo "merge request $number: no plan from before the merge"; fi
    done < "$answers/requests.txt"
}

# Collects the plan of the pipeline $id, for the merge request $number.
collect_plan() {
    ask jobs "projects/$CI_PROJECT_ID/pipelines/$id/jobs?scope%5B%5D=success&per_page=100"
    job=$(pick jobs '[.[] | select(.name == "plan" and .finished_at <= $merged)] | last // empty | .id')
    if [ -z "$job" ]; then return; fi
    # Files of a job are for developers; the token that posts may have a lower role.
    printf 'JOB-TOKEN: %s\n' "${CI_JOB_TOKEN:?}" > "$answers/job"
    download "$reviewed/$number.json" "projects/$CI_PROJECT_ID/jobs/$job/artifacts/bylaws-out/plan.json" "$answers/job" ||
        rm -f -- "$reviewed/$number.json"
}
