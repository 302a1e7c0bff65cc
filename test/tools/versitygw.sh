#!/usr/bin/env bash
# Builds the S3 server that the store tests and the S3 demo talk to (versitygw, pinned, through Go's own checksum
# database) and prints the path of the binary. Usage: versitygw.sh [target], default .cache/bin/versitygw.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/go-tool.sh"
go_tool github.com/versity/versitygw/cmd/versitygw v1.8.0 "${1:-$here/../../.cache/bin/versitygw}"
