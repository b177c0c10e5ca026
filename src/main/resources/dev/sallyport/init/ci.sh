#!/bin/sh
# What a build does before a change is merged; the first step that fails ends it. SALLYPORT names the launcher if it is not on the PATH.
set -eu
cd "$(dirname "$0")"
sallyport=${SALLYPORT:-sallyport}

"$sallyport" fmt --check .
"$sallyport" check --strict -p policies -d directory.yaml
"$sallyport" test tests --min-coverage 100
