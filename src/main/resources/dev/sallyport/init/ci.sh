#!/bin/sh
# Checks a change before it is merged. The first step that fails ends the script. SALLYPORT names the launcher if it is not on the PATH.
set -eu
cd "$(dirname "$0")"
sallyport=${SALLYPORT:-sallyport}

"$sallyport" fmt --check .
"$sallyport" check --strict -p policies -d directory.yaml
"$sallyport" test tests --min-coverage 100
