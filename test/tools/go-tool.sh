# Sourced: go_tool <package> <version> <target> installs a pinned Go program once.
go_tool() {
  local package=$1 version=$2 target=$3 bin
  mkdir -p "$(dirname "$target")"
  target=$(cd "$(dirname "$target")" && pwd)/$(basename "$target")
  if [ ! -x "$target" ]; then
    command -v go >/dev/null || { echo "go is not on PATH: it builds $package. Install Go 1.24 or newer, or put the binary at $target." >&2; return 1; }
    bin=$(mktemp -d)
    GOBIN=$bin GOFLAGS='' go install "$package@$version" >&2
    mv "$bin/$(basename "$package")" "$target"
    rmdir "$bin"
  fi
  echo "$target"
}
