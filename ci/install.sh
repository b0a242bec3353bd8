#!/bin/sh
# Finds or installs bylaws, and says where it is (output `bylaws`, and the last line printed).
# With BYLAWS_VERSION: the release of that version, held against BYLAWS_SHA256, which stands in the caller's own
# file: a checksum from where the archive came from would prove nothing. Else what is on the PATH, else built from
# the sources beside this script.
# Reads BYLAWS_VERSION, BYLAWS_SHA256, BYLAWS_RELEASES (the address that releases stand under), BYLAWS_BIN (a folder).
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
# shellcheck source=ci/common.sh
. "$here/common.sh"

bin=${BYLAWS_BIN:-$PWD/bylaws-bin}
if [ -n "${BYLAWS_VERSION:-}" ]; then
    case $BYLAWS_VERSION in
        *[!0-9A-Za-z.-]*) fail "BYLAWS_VERSION is no version" "write one such as 0.1.0" ;;
    esac
    case ${BYLAWS_SHA256:-} in
        '' | *[!0-9a-f]*) fail "a release needs its checksum" "set BYLAWS_SHA256, from SHA256SUMS of the release" ;;
    esac
    : "${BYLAWS_RELEASES:?}"
    mkdir -p -- "$bin"
    archive=$bin/bylaws.tar.gz
    asset=bylaws-$BYLAWS_VERSION-$(uname -m)-unknown-linux-gnu.tar.gz
    curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 3 --output "$archive" \
        "$BYLAWS_RELEASES/v$BYLAWS_VERSION/$asset" || fail "the release cannot be fetched" "check the version"
    if ! printf '%s  %s\n' "$BYLAWS_SHA256" "$archive" | sha256sum --check --status -; then
        rm -f -- "$archive"
        fail "the checksum of the release is another one" "do not use it; look at SHA256SUMS of the release"
    fi
    tar -xzf "$archive" -C "$bin"
    found=$(find "$bin" -type f -name bylaws | head -n 1)
elif command -v "$BYLAWS" > /dev/null 2>&1; then
    found=$(command -v "$BYLAWS")
else
    cargo install --quiet --locked --path "$here/../crates/bylaws" --root "$bin" >&2
    found=$bin/bin/bylaws
fi
"$found" --version >&2
output bylaws "$found"
printf '%s\n' "$found"
