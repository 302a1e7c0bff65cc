#!/usr/bin/env bash
# Builds the Google Cloud Storage server that the store tests talk to and prints the path of the binary.
# Usage: fake-gcs-server.sh [target], default .cache/bin/fake-gcs-server.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/go-tool.sh"
go_tool github.com/fsouza/fake-gcs-server v1.54.0 "${1:-$here/../../.cache/bin/fake-gcs-server}"
