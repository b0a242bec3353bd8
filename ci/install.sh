#!/bin/sh
# Finds or installs bylaws, and prints its path (output `bylaws`, and the last line printed).
# With BYLAWS_VERSION: the release of that version, compared with BYLAWS_SHA256 from the caller's own file, because a
# checksum from the source of the archive would prove nothing. Otherwise the one on PATH, or else built from the
# sources next to this script, but never in a job with a credential (BYLAWS_CREDENTIAL=true: in another of its steps). Nothing is kept for later runs: another party could have placed a kept program.
# Reads BYLAWS_VERSION, BYLAWS_SHA256, BYLAWS_RELEASES (the URL of the releases), BYLAWS_ROOT, BYLAWS_CREDENTIAL.
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
# shellcheck source=ci/common.sh
. "$here/common.sh"

# Tools look up settings in the current folder and above it (`.cargo/config.toml`, `rust-toolchain.toml`).
cd /
if [ -n "${BYLAWS_VERSION:-}" ]; then
    case $BYLAWS_VERSION in
        v[0-9]*) fail "BYLAWS_VERSION is the tag '$BYLAWS_VERSION', not a version" "write ${BYLAWS_VERSION#v}" ;;
        *[!0-9A-Za-z.-]*) fail "BYLAWS_VERSION is '$BYLAWS_VERSION', not a version" "write one such as 0.1.0" ;;
    esac
    case ${BYLAWS_SHA256:-} in
        '') fail "the release v$BYLAWS_VERSION needs its checksum" "set BYLAWS_SHA256, from SHA256SUMS of the release" ;;
        *[!0-9a-f]*) fail "BYLAWS_SHA256 is '$BYLAWS_SHA256', not a checksum" "write 64 hexadecimal digits in lower case, from SHA256SUMS of the release v$BYLAWS_VERSION" ;;
    esac
    : "${BYLAWS_RELEASES:?}"
    case $(uname -s)-$(uname -m) in
        Linux-*) target=$(uname -m)-unknown-linux-musl ;;
        Darwin-arm64) target=aarch64-apple-darwin ;;
        Darwin-*) target=x86_64-apple-darwin ;;
        *) fail "there is no release for this system" "unset BYLAWS_VERSION to build it from source" ;;
    esac
    fresh_folder
    archive=$made/bylaws.tar.gz
    asset=bylaws-$BYLAWS_VERSION-$target.tar.gz
    # `--disable` must come first: it ignores .curlrc.
    curl --disable --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 3 --output "$archive" \
        "$BYLAWS_RELEASES/v$BYLAWS_VERSION/$asset" || fail "cannot fetch the release v$BYLAWS_VERSION ($asset) from $BYLAWS_RELEASES" "check BYLAWS_VERSION and the URL"
    sums=sha256sum
    command -v sha256sum > /dev/null 2>&1 || sums="shasum -a 256"
    # `$sums` is two words on some systems.
    # shellcheck disable=SC2086
    got=$($sums "$archive" | cut -d ' ' -f 1)
    if [ "$got" != "$BYLAWS_SHA256" ]; then
        rm -f -- "$archive"
        fail "the checksum of $asset (v$BYLAWS_VERSION) is $got, not $BYLAWS_SHA256" \
            "do not use this archive; compare SHA256SUMS of the release"
    fi
    tar -xzf "$archive" -C "$made"
    # The archive also contains completions with this name.
    found=$(find "$made" -type f -name bylaws -perm -100 | head -n 1)
elif found=$(command -v "$BYLAWS" 2> /dev/null); then
    outside BYLAWS "$found"
    found=$place
elif [ "$credential" = true ]; then
    fail "there is no bylaws, and it is not compiled in a job with a credential, which every build script could use" \
        "set BYLAWS_VERSION and BYLAWS_SHA256 to install a release, or use an image with bylaws on its PATH"
else
    fresh_folder
    cargo install --quiet --locked --path "$here/../crates/bylaws" --root "$made" >&2
    found=$made/bin/bylaws
fi
"$found" --version >&2
output bylaws "$found"
printf '%s\n' "$found"
