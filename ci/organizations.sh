#!/bin/sh
# Runs one round of `bylaws controller` for each organization of a configuration on this runner:
#
#   organizations.sh /etc/bylaws/controller.yaml
#
# Keys, guards and state are on the runner, too, and nothing is checked out: the controller reads the files of the
# organizations from their repository as data. The configuration is an argument, so that no variable chooses another.
# Writes status.txt and the page of the run. An organization that fails stops no other; ends with the exit code of
# `bylaws controller --once`.
# Reads BYLAWS_OUT.
here=$(CDPATH='' cd -P -- "${0%/*}" && pwd -P) || exit 1
# shellcheck source=ci/common.sh
. "$here/common.sh"
begin
outside 'the configuration' "${1:?}"
config=$place
status=$BYLAWS_OUT/status.txt
page=$BYLAWS_OUT/status.md
rm -f -- "$status" "$page"
cd /

code=0
"$BYLAWS" controller --once "$config" > "$status" 2> "$log" || code=$?
show "$log" >&2
show "$status"
{
    printf '## Bylaws organizations: %s (exit code %s)\n\n' "$(meaning "$code")" "$code"
    # Code indented by four spaces contains nothing that a page would interpret.
    if [ -s "$status" ]; then sed 's/^/    /' "$status"; else sed 's/^/    /' "$log"; fi
} > "$page"
summary "$page"
output exit-code "$code"
if [ "$code" != 0 ]; then annotate "organizations: $(meaning "$code") (exit code $code)"; fi
exit "$code"
