#!/usr/bin/env bash
# Assembles the mover's root filesystem as a plain folder: node with the libraries it loads, restic, the bundle, CA
# certificates and an empty /tmp. No container engine. Usage: mover-image.sh FOLDER [BUNDLE], entrypoint /usr/bin/node /app/mover.js
set -euo pipefail
root=${1:?usage: mover-image.sh FOLDER [BUNDLE]}
here=$(cd "$(dirname "$0")" && pwd)
bundle=${2:-$here/../../build/mover.js}
node=$(readlink -f "$(command -v node)")
restic=$("$here/../../mover/tools/find-restic.sh")

mkdir -p "$root"/{app,etc/ssl/certs,tmp,usr/bin}
chmod 1777 "$root/tmp"
install -m 0755 "$node" "$root/usr/bin/node"
install -m 0755 "$(readlink -f "$restic")" "$root/usr/bin/restic"
install -m 0644 "$bundle" "$root/app/mover.js"
cp -R "$(dirname "$bundle")/mover-chunks" "$root/app/mover-chunks"
printf '{"type":"module"}\n' >"$root/app/package.json"
install -m 0644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
printf 'root:x:0:0::/:/\nnobody:x:65534:65534::/:/\n' >"$root/etc/passwd"

# `ldd` says `libc.so.6 => /lib/… (0x…)`, or the loader's path alone; each lands where the program looks for it.
for program in "$node" "$restic"; do
  { ldd "$program" 2>/dev/null || true; } | awk '$2 == "=>" && $3 ~ /^\// {print $3} $1 ~ /^\// {print $1}' | sort -u |
    while read -r library; do install -D -m 0755 "$(readlink -f "$library")" "$root$library"; done
done
