#!/bin/sh
# Applies the tip of the default branch: writes journal.jsonl, report.json, report.md and the page of the run, and
# ends with the exit code of `bylaws apply`, whatever becomes of the rest. Posting is a step of its own.
# Reads BYLAWS_PATH, BYLAWS_ROOT, BYLAWS_OUT, BYLAWS_GUARDS, BYLAWS_NAME, BYLAWS_LINK, BYLAWS_STRICT, and
# BYLAWS_EXPECT: the fingerprint of the plan that was approved; any other plan is refused (6). Or else
# BYLAWS_AUTO_APPROVE=true: whatever the plan is, within the guards.
# BYLAWS_BRANCH: fetch this branch of `origin` first, so that Bylaws can tell whether the checkout is still its tip.
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
# shellcheck source=ci/common.sh
. "$here/common.sh"
begin
enter
report=$BYLAWS_OUT/report.json
comment=$BYLAWS_OUT/report.md
journal=$BYLAWS_OUT/journal.jsonl
rm -f -- "$report" "$comment"

if [ -n "${BYLAWS_BRANCH:-}" ]; then
    tip=refs/remotes/origin/$BYLAWS_BRANCH
    git fetch --quiet origin "+refs/heads/$BYLAWS_BRANCH:$tip" ||
        fail "the tip of the branch cannot be fetched" "check BYLAWS_BRANCH and the rights of the checkout"
    git symbolic-ref refs/remotes/origin/HEAD "$tip"
fi

set -- apply "$path" --format json --journal "$journal"
if [ -n "${BYLAWS_EXPECT:-}" ]; then
    set -- "$@" --expect "$BYLAWS_EXPECT"
elif [ "${BYLAWS_AUTO_APPROVE:-}" = true ]; then
    set -- "$@" --auto-approve
else
    # A fingerprint that got lost on its way must not become "apply whatever there is".
    fail "neither BYLAWS_EXPECT nor BYLAWS_AUTO_APPROVE=true is set" \
        "say which plan was approved, or that none has to be"
fi
if [ -n "$guards" ]; then set -- "$@" --guards "$guards"; fi
if [ "${BYLAWS_STRICT:-}" = true ]; then set -- "$@" --strict; fi
code=0
"$BYLAWS" "$@" > "$report" 2> "$log" || code=$?

# From here on nothing may change what is known of the apply.
set +e
show "$log" >&2
if [ -s "$report" ]; then
    show_document "$report"
    set -- show "$report" --format markdown --comment-name="$(name)"
    if [ -n "${BYLAWS_LINK:-}" ]; then set -- "$@" --link "$BYLAWS_LINK"; fi
    "$BYLAWS" "$@" > "$comment" || rm -f -- "$comment"
fi
if [ ! -s "$comment" ]; then say_failed apply "$code" "$comment"; fi
summary "$comment"
# The head is what `bylaws journal verify --head` needs: the log keeps it apart from the journal.
head=$(sed -n 's/^journal head: \([0-9a-f]*\)$/\1/p' "$log" | tail -n 1)
output exit-code "$code"
output comment-file "$comment"
output report-file "$report"
output journal-file "$journal"
output journal-head "$head"
if [ "$code" != 0 ]; then annotate "apply: $(meaning "$code") (exit code $code)"; fi
exit "$code"
