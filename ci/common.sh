# Functions shared by the steps. They source this file; it is not run by itself. POSIX sh.
# shellcheck shell=sh
#
# The checkout is not trusted: the steps run and source nothing in it, find nothing of it on PATH, and write nothing
# into it. External values (paths, titles, hashes) are passed in variables and always quoted; nothing is evaluated.

set -eu
# Results name people.
umask 077

# The folder that holds BYLAWS_PATH: the checkout, or a folder in it.
given=${BYLAWS_ROOT:-}
BYLAWS_ROOT=${BYLAWS_ROOT:-.}

# Exits the step with 1 and prints the reason, also as an annotation on GitHub. A step that must always write a comment
# sets `ending` to the function that does so.
fail() {
    printf 'error: %s\n  help: %s\n' "$1" "$2" >&2
    if [ -n "${log:-}" ]; then printf 'error: %s\n  help: %s\n' "$1" "$2" > "$log"; fi
    annotate "$1"
    "${ending:-exit}" 1
}

# Annotates a GitHub run with an error. The text is encoded so that it cannot end the workflow command.
annotate() {
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        printf '::error title=Bylaws::%s\n' "$(printf '%s' "$1" | tr '\r\n' '  ' | sed 's/%/%25/g')"
    fi
}

# The top of the checkout: the nearest folder above BYLAWS_ROOT with a `.git`, else BYLAWS_ROOT itself.
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

# Whether a folder, given by its physical path, is in the checkout.
in_checkout() {
    case $1/ in "$checkout"/*) return 0 ;; esac
    return 1
}

# Keeps only absolute folders outside the checkout on PATH. Runs no other program until that is done.
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

# `outside NAME VALUE` sets `place` to the absolute path of a file that a step runs or writes. Fails if the path is in
# the checkout.
outside() {
    case $2 in
        /*) place=$2 ;;
        *) place=$PWD/$2 ;;
    esac
    parent=$(CDPATH='' cd -P -- "${place%/*}/" 2> /dev/null && pwd -P) ||
        fail "the folder of $1 '$2' does not exist" "make it, outside the checkout"
    place=${parent%/}/${place##*/}
    if in_checkout "$parent" || in_checkout "$place"; then
        fail "$1 '$2' is in the checkout '$checkout', and its author could have put something there" \
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

# Sets the folder for results: BYLAWS_OUT, else a new one. It is private and outside the checkout.
begin() {
    if [ -n "${BYLAWS_OUT:-}" ] && [ "$BYLAWS_OUT" = "${BYLAWS_OUT_OF_CALLER:-}" ]; then
        : # One step called another.
    elif [ -n "${BYLAWS_OUT:-}" ]; then
        # Without BYLAWS_ROOT and outside a repository, the current folder may contain the results, which are recreated.
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

# Changes to the checkout.
enter_root() {
    root=$(CDPATH='' cd -P -- "$BYLAWS_ROOT" && pwd -P)
    cd -- "$root"
    BYLAWS_ROOT=$root
    export BYLAWS_ROOT
}

# Changes to the checkout and checks where BYLAWS_PATH leads before reading it: the author of the checkout may have made
# it a link to a file of this machine.
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

# Runs git in the checkout without hooks, monitor or submodules, and only in the checkout's own repository. A commit can
# contain a folder that looks like a repository, with a configuration that names programs.
git_here() {
    git -c safe.bareRepository=explicit -c core.hooksPath=/dev/null -c core.fsmonitor=false \
        -c submodule.recurse=false -c protocol.ext.allow=never "$@"
}

# Prints the commit of a revision, or nothing.
commit_of() {
    git_here rev-parse --verify --quiet --end-of-options "$1^{commit}" 2> /dev/null || :
}

# Prints the name of the configuration in its comments. Bylaws encodes it, so any text is a valid name.
name() {
    printf '%s' "${BYLAWS_NAME:-$path}"
}

# Relative to the folder in which the step starts, not to the checkout: guards of the protected branch are outside it.
guards=${BYLAWS_GUARDS:-}
live=${BYLAWS_LIVE:-}
case $guards in '' | /*) ;; *) guards=$PWD/$guards ;; esac
case $live in '' | /*) ;; *) live=$PWD/$live ;; esac
if [ -n "${BYLAWS_ENV_FILE:-}" ]; then
    outside BYLAWS_ENV_FILE "$BYLAWS_ENV_FILE"
    BYLAWS_ENV_FILE=$place
fi

# Writes one value for later steps. Values are numbers, hashes or given paths, one line each.
output() {
    if [ -n "${GITHUB_OUTPUT:-}" ]; then
        printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr -d '\r\n')" >> "$GITHUB_OUTPUT"
    fi
    if [ -n "${BYLAWS_ENV_FILE:-}" ]; then
        key=$(printf 'BYLAWS_%s' "$1" | tr 'a-z-' 'A-Z_')
        printf '%s=%s\n' "$key" "$(printf '%s' "$2" | tr -d '\r\n')" >> "$BYLAWS_ENV_FILE"
    fi
}

# Prints a file to the log so that the runner interprets nothing in it as a command.
show() {
    [ -s "$1" ] || return 0
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
        # The file cannot contain this random word, so it cannot enable commands again.
        printf '::stop-commands::%s\n' "$word"
        cat -- "$1"
        printf '\n::%s::\n' "$word"
    else
        cat -- "$1"
    fi
}

# Shows a plan or a report, and on GitHub annotates the lines whose changes are refused, blocked or failed.
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

# Adds a file to the summary of the run.
summary() {
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
        cat -- "$1" >> "$GITHUB_STEP_SUMMARY"
    fi
}

# Print a top-level string of a plan, or a count of its summary. Bylaws writes one key per line.
text_in() {
    sed -n "s/^  \"$2\": \"\\([0-9A-Za-z._:-]*\\)\",\\{0,1\\}\$/\\1/p" "$1"
}
count_in() {
    sed -n "/^  \"summary\": {/,/^  }/s/^    \"$2\": \\([0-9a-z]*\\),\\{0,1\\}\$/\\1/p" "$1"
}

# Prints the fingerprint to approve, if apply printed a plan instead of a report because not all of it was reviewed.
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
        6) echo "the plan no longer fits; nothing was written" ;;
        *) echo "ended unexpectedly" ;;
    esac
}

# Writes a comment if there is no document to make one from, so that an old plan is not taken for this one. The log is
# indented by four spaces: as code, nothing in it is interpreted.
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
