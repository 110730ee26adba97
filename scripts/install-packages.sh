#!/bin/sh
# Installs the Debian packages that are missing: the libraries to build with
# and, with the argument `test`, the real clients and servers that tests use.
set -eu
missing=""
need() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed' || missing="$missing $1"; }
if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "not a Debian system: install the development files of libcurl, libgit2, libyaml and zlib yourself" >&2
  exit 0
fi
for package in libcurl4-openssl-dev libgit2-dev libyaml-dev zlib1g-dev pkg-config git curl ca-certificates; do need "$package"; done
if [ "${1:-}" = test ]; then
  need openssh-server
  need openssl
  command -v python3 >/dev/null 2>&1 || need python3
  command -v kubectl >/dev/null 2>&1 || need kubernetes-client
fi
[ -n "$missing" ] || exit 0
echo "installing:$missing" >&2
sudo=""
if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
log=$(mktemp)
if ! { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
  cat "$log" >&2
  rm -f "$log"
  echo "could not install:$missing" >&2
  exit 1
fi
rm -f "$log"
