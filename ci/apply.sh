#!/bin/sh
# Applies the tip of the default branch: writes journal.jsonl, report.json, report.md and the page of the run, and ends
# with the exit code of `bylaws apply` whatever later parts do. Posting is a separate step.
# Reads BYLAWS_PATH, BYLAWS_ROOT, BYLAWS_OUT, BYLAWS_GUARDS, BYLAWS_NAME, BYLAWS_LINK, BYLAWS_STRICT, and one of
#   BYLAWS_EXPECT: the fingerprint of the approved plan; any other plan is refused (6)
#   BYLAWS_REVIEWED: the folder of plans that reviewed.sh collected; if a change of a commit is in none of them, nothing
#     is sent (6), and the output `unreviewed` is the fingerprint to approve. With BYLAWS_WAIT=true the step then exits
#     with 0, since it waits for reviewers and has not failed
#   BYLAWS_AUTO_APPROVE=true: apply any plan that the guards allow
# BYLAWS_BASELINE: the commit that was applied last (`--base`).
# BYLAWS_HOLD: causes or classes whose changes are listed and not sent (`--hold`), separated by spaces.
# BYLAWS_EARLIER_JOURNAL: the journal of earlier runs, which this run continues, so that guards count 24 hours; and
#   BYLAWS_EARLIER_HEAD: its last hash. A journal that does not end with it is refused
# BYLAWS_BRANCH: fetch this branch of `origin` first, so that Bylaws can check whether the checkout is its tip.
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
# shellcheck source=ci/common.sh
. "$here/common.sh"
begin
report=$BYLAWS_OUT/report.json
comment=$BYLAWS_OUT/report.md
journal=$BYLAWS_OUT/journal.jsonl
rm -f -- "$report" "$comment"
reviewed=
if [ -z "${BYLAWS_EXPECT:-}" ] && [ -n "${BYLAWS_REVIEWED:-}" ]; then
    # A plan in the commit itself does not count as reviewed. Without the folder there are no reviewed plans.
    outside BYLAWS_REVIEWED "${BYLAWS_REVIEWED%/}"
    reviewed=$place
    if [ ! -d "$reviewed" ]; then
        fresh_folder
        reviewed=$made
    fi
fi
enter

if [ -n "${BYLAWS_BRANCH:-}" ]; then
    tip=refs/remotes/origin/$BYLAWS_BRANCH
    git_here fetch --quiet --no-recurse-submodules origin "+refs/heads/$BYLAWS_BRANCH:$tip" ||
        fail "cannot fetch the tip of the branch '$BYLAWS_BRANCH'" "check BYLAWS_BRANCH and the permissions of the checkout"
    git_here symbolic-ref refs/remotes/origin/HEAD "$tip"
fi

set -- apply "$path" --format json "--journal=$journal"
if [ -n "${BYLAWS_BASELINE:-}" ]; then
    commit=$(commit_of "$BYLAWS_BASELINE")
    if [ -z "$commit" ]; then
        fail "the checkout does not contain the baseline '$BYLAWS_BASELINE'" "check out the whole history (fetch-depth: 0)"
    fi
    set -- "$@" "--base=$commit"
elif [ -n "$reviewed" ]; then
    # Nothing was applied before: the base is a commit without files, and no plan counts as reviewed.
    empty=$(git_here hash-object -t tree -w --stdin < /dev/null)
    commit=$(git_here -c user.name=bylaws -c user.email=bylaws@localhost commit-tree -m "no files" "$empty")
    fresh_folder
    reviewed=$made
    set -- "$@" "--base=$commit"
fi
if [ -n "${BYLAWS_EXPECT:-}" ]; then
    set -- "$@" "--expect=$BYLAWS_EXPECT"
elif [ -n "$reviewed" ]; then
    set -- "$@" "--reviewed=$reviewed" --auto-approve
elif [ "${BYLAWS_AUTO_APPROVE:-}" = true ]; then
    set -- "$@" --auto-approve
else
    # A lost fingerprint must not become "apply whatever there is".
    fail "BYLAWS_EXPECT, BYLAWS_REVIEWED and BYLAWS_AUTO_APPROVE are not set" \
        "set one of them: the approved plan, the reviewed plans, or true if no review is needed"
fi
# Without a base nothing has a cause: everything is new, and the reviewers approved it.
case " $* " in *" --base="*) ;; *) BYLAWS_HOLD= ;; esac
for hold in ${BYLAWS_HOLD:-}; do set -- "$@" "--hold=$hold"; done
earlier=
if [ -n "${BYLAWS_EARLIER_JOURNAL:-}" ] && [ -s "$BYLAWS_EARLIER_JOURNAL" ]; then
    rm -f -- "$journal"
    cp -- "$BYLAWS_EARLIER_JOURNAL" "$journal"
    earlier=$BYLAWS_EARLIER_JOURNAL
    if [ -n "${BYLAWS_EARLIER_HEAD:-}" ] &&
        ! "$BYLAWS" journal verify "$journal" --head "$BYLAWS_EARLIER_HEAD" > "$BYLAWS_OUT/shown.txt"; then
        show "$BYLAWS_OUT/shown.txt" >&2
        rm -f -- "$journal"
        fail "the journal of earlier runs is not the one that was kept" "find out who changed it; then delete the artifact"
    fi
fi
if [ -n "$guards" ]; then set -- "$@" "--guards=$guards"; fi
if [ "${BYLAWS_STRICT:-}" = true ]; then set -- "$@" --strict; fi
code=0
"$BYLAWS" "$@" > "$report" 2> "$log" || code=$?

# From here on the result of the apply must not change.
set +e
show "$log" >&2
unreviewed=
if [ -s "$report" ]; then
    show_document "$report"
    rm -f -- "$comment.text"
    write_comment "$report" "$comment.text"
    # Without a report this is a plan, but the comment is still about the apply.
    {
        "$BYLAWS" comment marker -- apply "$(name)"
        tail -n +2 "$comment.text"
    } > "$comment"
    if [ ! -s "$comment.text" ]; then rm -f -- "$comment"; fi
    rm -f -- "$comment.text"
    if [ "$code" = 6 ]; then unreviewed=$(unreviewed_in "$report"); fi
fi
if [ ! -s "$comment" ]; then say_failed apply "$code" "$comment"; fi
summary "$comment"
# `bylaws journal verify --head` needs the head: the log stores it separately from the journal.
if [ -n "$earlier" ] && cmp -s "$earlier" "$journal"; then rm -f -- "$journal"; fi
head=$(sed -n 's/^journal head: \([0-9a-f]*\)$/\1/p' "$log" | tail -n 1)
output exit-code "$code"
output comment-file "$comment"
output report-file "$report"
output journal-file "$journal"
output journal-head "$head"
output unreviewed "$unreviewed"
if [ -n "$unreviewed" ] && [ "${BYLAWS_WAIT:-}" = true ]; then
    echo "Not every change was reviewed: nothing was sent. Waiting for the reviewers of this plan: $unreviewed"
    exit 0
fi
if [ "$code" != 0 ]; then annotate "apply: $(meaning "$code") (exit code $code)"; fi
exit "$code"
