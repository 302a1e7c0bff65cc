#!/usr/bin/env bash
# Prints the files with the CustomResourceDefinitions of Argo CD and Flux that docs/gitops.md speaks of, one a line. They come out
# of the projects' Go modules, pinned and held against Go's checksum database, and stay in Go's module cache.
set -euo pipefail
command -v go >/dev/null || { echo 'go is not on PATH: it brings the definitions of Argo CD and Flux. Install Go 1.24 or newer.' >&2; exit 1; }
cd "$(mktemp -d)"
folder_of() { GOFLAGS='' go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p'; }
argo=$(folder_of github.com/argoproj/argo-cd/v3@v3.1.0)
kustomizations=$(folder_of github.com/fluxcd/kustomize-controller@v1.9.4)
sources=$(folder_of github.com/fluxcd/source-controller@v1.9.4)
ls "$argo/manifests/crds/application-crd.yaml" \
  "$kustomizations/config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml" \
  "$sources/config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml"
rmdir "$PWD"
