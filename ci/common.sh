# Shared by the steps, which source it; never run directly. POSIX sh.
# shellcheck shell=sh
#
# The checkout is hostile: nothing in it is run, sourced or found on PATH, and nothing is written into it. Values from
# outside (paths, titles, hashes) are in variables and quoted; no string is assembled and evaluated.

set -eu
# Results contain personal data.
umask 077

# The folder that contains BYLAWS_PATH: the checkout, or a folder in it.
given=${BYLAWS_ROOT:-}
BYLAWS_ROOT=${BYLAWS_ROOT:-.}

# Ends the step with 1 and prints the reason, also on the page of the run if there is one. A step that leaves a comment
# in any case names the function for it in `ending`.
fail() {
    printf 'error: %s\n  help: %s\n' "$1" "$2" >&2
    if [ -n "${log:-}" ]; then printf 'error: %s\n  help: %s\n' "$1" "$2" > "$log"; fi
    annotate "$1"
    "${ending:-exit}" 1
}

# Says whether the job has a credential of the service, or can get one. The steps that do not call the service drop it:
# no installer has it, and no step that holds another secret. BYLAWS_CREDENTIAL=true: another step of the job has one.
credential=${BYLAWS_CREDENTIAL:-}
for secret in "${ANTHROPIC_ADMIN_KEY:-}" "${ANTHROPIC_AUTH_TOKEN:-}" "${ANTHROPIC_ORG_TOKEN:-}" \
    "${ANTHROPIC_IDENTITY_TOKEN:-}" "${ANTHROPIC_IDENTITY_TOKEN_FILE:-}" "${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-}"; do
    # shellcheck disable=SC2034
    if [ -n "$secret" ]; then credential=true; fi
done
unset secret
case ${0##*/} in
    plan.sh | apply.sh | drift.sh | gitlab.sh) ;;
    *)
        unset ANTHROPIC_ADMIN_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_ORG_TOKEN BYLAWS_PLAN_KEY BYLAWS_APPLY_KEY
        unset ANTHROPIC_IDENTITY_TOKEN ANTHROPIC_IDENTITY_TOKEN_FILE
        unset ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN
        ;;
esac

# Annotates a GitHub run with an error. The text is encoded so that it cannot end the workflow command.
annotate() {
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        printf '::error title=Bylaws::%s\n' "$(printf '%s' "$1" | tr '\r\n' '  ' | sed 's/%/%25/g')"
    fi
}

# Returns the top of the checkout: the nearest folder above BYLAWS_ROOT with a `.git`, or else BYLAWS_ROOT.
top() {
    root=$(CDPATH='' cd -P -- "$BYLAWS_ROOT" && pwd -P) || return 1
    above=$root
    while [ -n "$above" ]; do
        if [ -e "$above/.git" ] || [ -L "$above/.git" ]; then break; fi
        above=${above%/*}
    done
    printf '%s' "${above:-$root}"
}
checkout=$(top) || fail "the folder BYLAWS_ROOT '$BYLAWS_ROOT' does not exist" "check out the repository first"

# Checks whether a folder, given by its physical path, is in the checkout.
in_checkout() {
    case $1/ in "$checkout"/*) return 0 ;; esac
    return 1
}

# Leaves only absolute folders outside the checkout on PATH. Uses no other program until then.
left=$PATH:
# shellcheck disable=SC2123
PATH=''
while [ -n "$left" ]; do
    folder=${left%%:*} left=${left#*:}
    case $folder in /*) ;; *) continue ;; esac
    real=$(CDPATH='' cd -P -- "$folder" 2> /dev/null && pwd -P) || continue
    if ! in_checkout "$real"; then PATH=${PATH:+$PATH:}$folder; fi
done
export PATH

# Sets `place` to the absolute path of a file to run or write: `outside NAME VALUE`. Fails if it is in the checkout.
outside() {
    case $2 in
        /*) place=$2 ;;
        *) place=$PWD/$2 ;;
    esac
    parent=$(CDPATH='' cd -P -- "${place%/*}/" 2> /dev/null && pwd -P) ||
        fail "the folder of $1 '$2' does not exist" "create it, outside the checkout"
    place=${parent%/}/${place##*/}
    if in_checkout "$parent" || in_checkout "$place"; then
        fail "$1 '$2' is in the checkout '$checkout', which its author controls" \
            "use a path outside the checkout"
    fi
}

# Sets `made` to a new private folder outside the checkout.
fresh_folder() {
    made=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/bylaws.XXXXXXXX")
    made=$(CDPATH='' cd -P -- "$made" && pwd -P)
    if in_checkout "$made"; then
        rmdir -- "$made"
        fail "the folder for temporary files is in the checkout '$checkout'" "set TMPDIR to a folder outside the checkout"
    fi
}

# The program: a path outside the checkout, or a name on PATH.
BYLAWS=${BYLAWS:-bylaws}
case $BYLAWS in */*) outside BYLAWS "$BYLAWS" && BYLAWS=$place ;; esac

# Sets the folder for results: BYLAWS_OUT, or else a new one. It is private and outside the checkout.
begin() {
    if [ -n "${BYLAWS_OUT:-}" ] && [ "$BYLAWS_OUT" = "${BYLAWS_OUT_OF_CALLER:-}" ]; then
        : # One step called another.
    elif [ -n "${BYLAWS_OUT:-}" ]; then
        # A plain folder that is not a checkout may contain its results; each file in it is created again.
        known=$checkout
        if [ -z "$given" ] && [ ! -e "$checkout/.git" ]; then checkout=/.; fi
        outside BYLAWS_OUT "${BYLAWS_OUT%/}"
        BYLAWS_OUT=$place checkout=$known
        if [ -L "$BYLAWS_OUT" ]; then fail "BYLAWS_OUT '$BYLAWS_OUT' is a symbolic link" "name the folder itself"; fi
        if [ ! -d "$BYLAWS_OUT" ]; then mkdir -- "$BYLAWS_OUT"; fi
        chmod 700 "$BYLAWS_OUT"
    else
        fresh_folder
        BYLAWS_OUT=$made
        printf 'results: %s\n' "$BYLAWS_OUT" >&2
    fi
    export BYLAWS BYLAWS_OUT BYLAWS_OUT_OF_CALLER="$BYLAWS_OUT"
    log=$BYLAWS_OUT/log.txt
    rm -f -- "$log" "$BYLAWS_OUT/shown.txt" "$BYLAWS_OUT/annotations.txt"
    : > "$log"
}

# Checks the address of the forge's API, and sets the protocol that requests to it may use.
check_api() {
    case $1 in
        https://*) proto='=https' ;;
        http://127.0.0.1:* | http://localhost:*) proto='=http' ;;
        *) fail "the API URL is '$1'" "use https" ;;
    esac
}

# Downloads a file from the API: `fetch_file FILE URL HEADER_FILE`. The API redirects to its storage, which must not see
# the token. Ends with 1 if there is no such file.
fetch_file() {
    to=$(curl --disable --silent --show-error --fail --retry 2 --max-time 120 --proto "$proto" \
        --header "@$3" --output "$1" --write-out '%{redirect_url}' "$2") || return 1
    if [ -n "$to" ]; then
        curl --disable --silent --show-error --fail --location --retry 2 --max-time 120 --proto "$proto" \
            --output "$1" "$to" || return 1
    fi
}

# Changes to the checkout.
enter_root() {
    root=$(CDPATH='' cd -P -- "$BYLAWS_ROOT" && pwd -P)
    cd -- "$root"
    BYLAWS_ROOT=$root
    export BYLAWS_ROOT
}

# Changes to the checkout and checks the target of PATH before reading it: in a hostile checkout it may be a link to a
# file of this machine.
enter() {
    enter_root
    path=${BYLAWS_PATH:-}
    if [ -z "$path" ]; then
        if [ -e bylaws.yaml ] || [ -L bylaws.yaml ]; then path=bylaws.yaml; else path=bylaws; fi
    fi
    case $path in
        /* | -*) fail "BYLAWS_PATH begins with / or -" "write a path in the checkout" ;;
    esac
    if [ -L "$path" ]; then
        fail "BYLAWS_PATH is a symbolic link" "name the file or folder itself"
    fi
    if [ -d "$path" ]; then folder=$path; else folder=$(dirname -- "$path"); fi
    if [ -d "$folder" ]; then
        folder=$(CDPATH='' cd -P -- "$folder" && pwd -P)
        case $folder/ in
            "$root"/*) ;;
            *) fail "BYLAWS_PATH leads out of the checkout" "write a path in the checkout" ;;
        esac
    fi
}

# Runs git in the checkout: no hook, no monitor, no submodule, and no repository other than the checkout's own. A
# commit can contain a folder in the form of a repository, with a configuration that names programs.
git_here() {
    git -c safe.bareRepository=explicit -c core.hooksPath=/dev/null -c core.fsmonitor=false \
        -c submodule.recurse=false -c protocol.ext.allow=never "$@"
}

# Prints the commit of a revision, or nothing.
commit_of() {
    git_here rev-parse --verify --quiet --end-of-options "$1^{commit}" 2> /dev/null || :
}

# Prints the name of the configuration in its comments. Bylaws encodes it, so any text is a distinct name.
name() {
    printf '%s' "${BYLAWS_NAME:-$path}"
}

# Relative to where the step starts, not to the checkout: guards of the protected branch are outside it.
guards=${BYLAWS_GUARDS:-}
live=${BYLAWS_LIVE:-}
case $guards in '' | /*) ;; *) guards=$PWD/$guards ;; esac
case $live in '' | /*) ;; *) live=$PWD/$live ;; esac
if [ -n "${BYLAWS_ENV_FILE:-}" ]; then
    outside BYLAWS_ENV_FILE "$BYLAWS_ENV_FILE"
    BYLAWS_ENV_FILE=$place
fi

# Sets one value for later steps. Values are numbers, hashes or given paths: one line each.
output() {
    if [ -n "${GITHUB_OUTPUT:-}" ]; then
        printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr -d '\r\n')" >> "$GITHUB_OUTPUT"
    fi
    if [ -n "${BYLAWS_ENV_FILE:-}" ]; then
        key=$(printf 'BYLAWS_%s' "$1" | tr 'a-z-' 'A-Z_')
        printf '%s=%s\n' "$key" "$(printf '%s' "$2" | tr -d '\r\n')" >> "$BYLAWS_ENV_FILE"
    fi
}

# Shows a file in the log, in which nothing is a command to the runner, whatever it contains.
show() {
    [ -s "$1" ] || return 0
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
        # The log must not be able to contain the word itself.
        printf '::stop-commands::%s\n' "$word"
        cat -- "$1"
        printf '\n::%s::\n' "$word"
    else
        cat -- "$1"
    fi
}

# Shows a plan or a report, and on GitHub annotates the lines that cause refused, blocked or failed changes.
show_document() {
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        "$BYLAWS" show "$1" --format github > "$BYLAWS_OUT/annotations.txt" 2> "$BYLAWS_OUT/shown.txt" || return 0
        show "$BYLAWS_OUT/shown.txt"
        cat -- "$BYLAWS_OUT/annotations.txt"
    else
        "$BYLAWS" show "$1" > "$BYLAWS_OUT/shown.txt" && show "$BYLAWS_OUT/shown.txt"
    fi
}

# `write_comment DOCUMENT COMMENT` writes a plan or a report as a comment.
write_comment() {
    set -- "$2" show "$1" --format markdown --comment-name="$(name)"
    if [ -n "${BYLAWS_LINK:-}" ]; then set -- "$@" --link "$BYLAWS_LINK"; fi
    text=$1
    shift
    "$BYLAWS" "$@" > "$text" || rm -f -- "$text"
}

# Adds a text to the page of the run.
summary() {
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
        cat -- "$1" >> "$GITHUB_STEP_SUMMARY"
    fi
}

# Prints a value of a plan: a top-level string, or a count of its summary. Bylaws writes one key per line.
text_in() {
    sed -n "s/^  \"$2\": \"\\([0-9A-Za-z._:-]*\\)\",\\{0,1\\}\$/\\1/p" "$1"
}
count_in() {
    sed -n "/^  \"summary\": {/,/^  }/s/^    \"$2\": \\([0-9a-z]*\\),\\{0,1\\}\$/\\1/p" "$1"
}

# Prints the fingerprint to approve, if apply printed a plan instead of a report because of unreviewed changes.
unreviewed_in() {
    if grep -q '^  "not_reviewed": \[$' "$1"; then text_in "$1" fingerprint; fi
}

# Prints the meaning of an exit code.
meaning() {
    case $1 in
        0) echo "in sync, or done" ;;
        1) echo "failed" ;;
        2) echo "changes are pending" ;;
        3) echo "a guard refused; nothing was written" ;;
        4) echo "the files have problems, or there are none" ;;
        5) echo "applied in part" ;;
        6) echo "the plan is stale; nothing was written" ;;
        *) echo "ended unexpectedly" ;;
    esac
}

# Writes a comment if there is no document for one: an earlier plan must not remain as if it were current. Code
# indented by four spaces contains nothing that a page would interpret.
say_failed() {
    {
        "$BYLAWS" comment marker -- "$1" "$(name)"
        printf '## Bylaws %s: %s (exit code %s)\n\n' "$1" "$(meaning "$2")" "$2"
        printf 'There is no newer result to show.'
        if [ -n "${BYLAWS_LINK:-}" ]; then
            printf ' [The run](%s) has the details.' "$(printf '%s' "$BYLAWS_LINK" | tr -cd 'A-Za-z0-9._~:/?#@&=+-')"
        fi
        printf '\n'
        if [ -s "$log" ] && [ "$(wc -c < "$log")" -le 20000 ]; then
            printf '\n'
            sed 's/^/    /' "$log"
            printf '\n'
        fi
    } > "$3"
}
