#!/usr/bin/env bash
# Bundles the mover: mover.js and mover-chunks/ in the given directory (default build/). What a task does not use, above
# all the providers' and Kubernetes' libraries, stays in chunks of its own and is not even read: start-up 50 ms, not 300.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-build}
# Chunks carry digests in their names: those of earlier builds would stay, and go into the image.
rm -rf "$out/mover-chunks"
# Dependencies written as CommonJS call require(), which a module bundle does not have by itself.
node_modules/.bin/esbuild mover/main.ts --bundle --platform=node --target=node20 --format=esm --splitting \
  --log-level=warning --legal-comments=none --entry-names=mover --chunk-names='mover-chunks/[name]-[hash]' \
  --banner:js="import { createRequire as metastashRequire } from 'node:module'; const require = metastashRequire(import.meta.url);" \
  --metafile="$out/mover.meta.json" --outdir="$out"
# Without it, Node finds out by failing that these are modules.
printf '{"type":"module"}\n' >"$out/package.json"
