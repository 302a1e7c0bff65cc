#!/bin/sh
# Makes the two Secrets that components/tls needs, with openssl and kubectl: metastash-hooks-tls (an authority of its own and a
# certificate for the hooks) and metastash-hooks-token. A Secret that is there is left as it is, so running it again is safe.
#   kustomize/credentials.sh [namespace]     (default metastash)
set -eu
umask 077
namespace=${1:-metastash}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

there() { kubectl -n "$namespace" get secret "$1" >/dev/null 2>&1; }
label() { kubectl -n "$namespace" label secret "$1" app.kubernetes.io/part-of=metastash >/dev/null; }

kubectl get namespace "$namespace" >/dev/null 2>&1 || kubectl create namespace "$namespace"

if there metastash-hooks-tls; then
  echo "secret/metastash-hooks-tls is there: left as it is"
else
  # Metacontroller calls a Service by name and namespace alone.
  names="DNS:metastash-hooks.$namespace,DNS:metastash-hooks.$namespace.svc"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=metastash-authority \
    -keyout "$work/ca.key" -out "$work/ca.crt" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=metastash-hooks \
    -keyout "$work/tls.key" -out "$work/tls.csr" 2>/dev/null
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$names" >"$work/extensions"
  openssl x509 -req -in "$work/tls.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -CAcreateserial -days 3650 \
    -extfile "$work/extensions" -out "$work/tls.crt" 2>/dev/null
  kubectl -n "$namespace" create secret generic metastash-hooks-tls --type=kubernetes.io/tls \
    --from-file=tls.crt="$work/tls.crt" --from-file=tls.key="$work/tls.key" --from-file=ca.crt="$work/ca.crt"
  label metastash-hooks-tls
fi

if there metastash-hooks-token; then
  echo "secret/metastash-hooks-token is there: left as it is"
else
  openssl rand -hex 32 | tr -d '\n' >"$work/token"
  kubectl -n "$namespace" create secret generic metastash-hooks-token \
    --from-file=token="$work/token" --from-file=accepted="$work/token"
  label metastash-hooks-token
fi
