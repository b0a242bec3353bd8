# What the steps share; read by each of them with `.`, never run by itself. POSIX sh.
# shellcheck shell=sh
#
# Everything that comes from outside (paths, titles, hashes) arrives in a variable and is used within quotes;
# nothing is put together and evaluated.

set -eu

BYLAWS=${BYLAWS:-bylaws}
# The steps change folders.
case $BYLAWS in
    /*) ;;
    */*) BYLAWS=$PWD/$BYLAWS ;;
esac
# Where to look for BYLAWS_PATH: the checkout.
BYLAWS_ROOT=${BYLAWS_ROOT:-.}
# Results go here. They name people: keep them out of public places.
BYLAWS_OUT=${BYLAWS_OUT:-bylaws-out}

# Ends the step with 1 and says why, on the page of the run too where there is one. A step that leaves a comment in
# any case names the function that does under `ending`.
fail() {
    printf 'error: %s\n  help: %s\n' "$1" "$2" >&2
    if [ -n "${log:-}" ]; then printf 'error: %s\n  help: %s\n' "$1" "$2" > "$log"; fi
    annotate "$1"
    "${ending:-exit}" 1
}

# An error on the page of a GitHub run. A text cannot leave the command it stands in.
annotate() {
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        printf '::error title=Bylaws::%s\n' "$(printf '%s' "$1" | tr '\r\n' '  ' | sed 's/%/%25/g')"
    fi
}

# Shows a file in the log, in which nothing is a command to the runner, whatever it says.
show() {
    [ -s "$1" ] || return 0
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
        # The log must not be able to say the word itself.
        printf '::stop-commands::%s\n' "$word"
        cat -- "$1"
        printf '\n::%s::\n' "$word"
    else
        cat -- "$1"
    fi
}

# A plan or a report for people, and on GitHub as notes on the lines that ask for what is refused, blocked or failed.
show_document() {
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        "$BYLAWS" show "$1" --format github > "$BYLAWS_OUT/annotations.txt" 2> "$BYLAWS_OUT/shown.txt" || return 0
        show "$BYLAWS_OUT/shown.txt"
        cat -- "$BYLAWS_OUT/annotations.txt"
    else
        "$BYLAWS" show "$1" > "$BYLAWS_OUT/shown.txt" && show "$BYLAWS_OUT/shown.txt"
    fi
}

# Makes the folder for results and says the variables that name them.
begin() {
    umask 077
    mkdir -p -- "$BYLAWS_OUT"
    BYLAWS_OUT=$(CDPATH='' cd -P -- "$BYLAWS_OUT" && pwd -P)
    log=$BYLAWS_OUT/log.txt
    : > "$log"
}

# Moves to the checkout and checks where PATH leads, before anything of it is read: in a checkout that somebody
# else wrote, it may be a link to a file of this machine.
enter() {
    root=$(CDPATH='' cd -P -- "$BYLAWS_ROOT" && pwd -P) || fail "there is no folder BYLAWS_ROOT" "check the checkout"
    cd -- "$root"
    BYLAWS_ROOT=$root
    # What one step calls another with is the same wherever it stands.
    export BYLAWS BYLAWS_ROOT BYLAWS_OUT
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

# The name of the configuration in its comments. Bylaws encodes it, so any text is a name of its own.
name() {
    printf '%s' "${BYLAWS_NAME:-$path}"
}

# Named from where the step begins, not from the checkout: guards of the protected branch stand outside of it.
guards=${BYLAWS_GUARDS:-}
live=${BYLAWS_LIVE:-}
case $guards in '' | /*) ;; *) guards=$PWD/$guards ;; esac
case $live in '' | /*) ;; *) live=$PWD/$live ;; esac

# One value for later steps. Values are numbers, hashes or paths that were given: one line each.
output() {
    if [ -n "${GITHUB_OUTPUT:-}" ]; then
        printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr -d '\r\n')" >> "$GITHUB_OUTPUT"
    fi
    if [ -n "${BYLAWS_ENV_FILE:-}" ]; then
        key=$(printf 'BYLAWS_%s' "$1" | tr 'a-z-' 'A-Z_')
        printf '%s=%s\n' "$key" "$(printf '%s' "$2" | tr -d '\r\n')" >> "$BYLAWS_ENV_FILE"
    fi
}

# A text on the page of the run.
summary() {
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
        cat -- "$1" >> "$GITHUB_STEP_SUMMARY"
    fi
}

# What stands in a plan: a top-level text, or a count of its summary. Bylaws writes one key a line.
text_in() {
    sed -n "s/^  \"$2\": \"\\([0-9A-Za-z._:-]*\\)\",\\{0,1\\}\$/\\1/p" "$1"
}
count_in() {
    sed -n "/^  \"summary\": {/,/^  }/s/^    \"$2\": \\([0-9a-z]*\\),\\{0,1\\}\$/\\1/p" "$1"
}

# What an exit code means.
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

# A comment where there is no document to make one of: an old plan must not stay as if it were this one.
# Code indented by four spaces holds nothing that a reader's page would interpret.
say_failed() {
    {
        "$BYLAWS" comment marker -- "$1" "$(name)"
        printf '## Bylaws %s: %s (exit code %s)\n\n' "$1" "$(meaning "$2")" "$2"
        printf 'There is nothing newer to show than this.'
        if [ -n "${BYLAWS_LINK:-}" ]; then
            printf ' [The run](%s) tells more.' "$(printf '%s' "$BYLAWS_LINK" | tr -cd 'A-Za-z0-9._~:/?#@&=+-')"
        fi
        printf '\n'
        if [ -s "$log" ] && [ "$(wc -c < "$log")" -le 20000 ]; then
            printf '\n'
            sed 's/^/    /' "$log"
            printf '\n'
        fi
    } > "$3"
}
