#!/bin/sh
# Prints the path of a restic >= 0.18: the one on PATH, else one built with Go from the pinned module beside this file.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
built=$here/../../.cache/bin/restic

new_enough() {
  version=$("$1" version 2>/dev/null | sed -n 's/^restic \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
  [ -n "$version" ] || return 1
  set -- $version
  [ "$1" -gt 0 ] || [ "$2" -ge 18 ]
}

if on_path=$(command -v restic) && new_enough "$on_path"; then
  echo "$on_path"
elif [ -x "$built" ] && new_enough "$built"; then
  (cd "$(dirname "$built")" && echo "$PWD/restic")
elif command -v go >/dev/null; then
  echo "building restic with Go (once, about a minute) ..." >&2
  mkdir -p "$(dirname "$built")"
  (cd "$here" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$built" github.com/restic/restic/cmd/restic)
  (cd "$(dirname "$built")" && echo "$PWD/restic")
else
  echo "metastash needs restic 0.18 or newer: install it, or install Go 1.24 or newer so that it can be built here" >&2
  exit 1
fi
