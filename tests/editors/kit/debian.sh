#!/usr/bin/env bash
# kit/debian.sh FOLDER SUITE PROGRAM…: real editors from Debian's packages, below FOLDER and nowhere else; what is there already is left.
#
# A package is fetched with everything that it needs, down to the C library, and unpacked; its program is made to look for its libraries
# beside itself, so that any suite runs on any machine. The system is not touched: apt works on a state of its own. Needs apt-get,
# dpkg-deb, and a Debian mirror among the system's sources (or in PROVENDER_DEBIAN_MIRROR). The programs are FOLDER/SUITE/bin/PROGRAM.
# Without a program it tells whether there is all that it needs.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd) suite=$2
shift 2
home=$folder/$suite

# Tests run side by side; one of them installs.
exec 9>"$folder/.lock"
flock 9

# The programs have the folder's path in them: one that was moved is of no use.
[ "$(cat "$home/.place" 2>/dev/null)" = "$home" ] || rm -rf "$home"
mkdir -p "$home/bin" "$home/apt/lists/partial"
echo "$home" >"$home/.place"

fail() {
  echo "$*" >&2
  exit 1
}

mirror() {
  if [ -n "${PROVENDER_DEBIAN_MIRROR:-}" ]; then
    echo "$PROVENDER_DEBIAN_MIRROR"
  elif grep -qx 'ID=debian' /etc/os-release; then
    # Either of them may be missing.
    { cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null || true; } |
      sed -n -E 's/^URIs:[ ]*([^ ]+).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+) .*/\2/p' | sed -n 1p
  fi
}

apt() {
  apt-get -o Dir::Etc::sourcelist="$home/apt/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$home/apt/lists" \
    -o Dir::State::status="$home/apt/status" -o Dir::Cache="$home/apt" -o Dir::Cache::archives="$home/apt/archives/$1" \
    -o APT::Install-Recommends=false -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 -qq "${@:2}" >&2
}

sources() {
  [ ! -e "$home/apt/fetched" ] || return 0
  local from keys=/usr/share/keyrings/debian-archive-keyring.gpg
  from=$(mirror)
  [ -n "$from" ] || fail "no Debian mirror: name one in PROVENDER_DEBIAN_MIRROR"
  [ -r "$keys" ] || fail "$keys is missing: install debian-archive-keyring"
  : >"$home/apt/status"
  echo "deb [signed-by=$keys] $from $suite main" >"$home/apt/sources.list"
  mkdir -p "$home/apt/archives/lists/partial"
  # By itself it takes a mirror that does not answer for one without news.
  apt lists -o APT::Update::Error-Mode=any update
  touch "$home/apt/fetched"
}

# The package with all that it needs, unpacked to its own folder.
unpack() {
  [ ! -e "$home/$1/.unpacked" ] || return 0
  sources
  mkdir -p "$home/apt/archives/$1/partial" "$home/$1"
  apt "$1" -y --download-only install "$1"
  local deb
  for deb in "$home/apt/archives/$1"/*.deb; do dpkg-deb -x "$deb" "$home/$1"; done
  rm -r "$home/apt/archives/$1"
  touch "$home/$1/.unpacked"
}

libraries() { dirname "$(find "$home/$1" -path '*/usr/lib/*-linux-gnu/ld-linux*' | head -n 1)"; }

elf() {
  unpack patchelf
  local own
  own=$(libraries patchelf)
  "$(echo "$own"/ld-linux*.so.*)" --library-path "$own" "$home/patchelf/usr/bin/patchelf" "$@"
}

# Children inherit nothing of it, unlike with LD_LIBRARY_PATH: the server under test is the machine's own.
beside() {
  local package
  package=$(libraries "$2")
  elf --set-interpreter "$(echo "$package"/ld-linux*.so.*)" --set-rpath "$package" --force-rpath "$1"
}

# Some libraries look for others in a folder of the system's. They find them in the same folder of the package.
astray() {
  local package file path
  package=$(libraries "$1")
  find "$package" -type f -name '*.so*' -exec grep -lae '/usr/lib/[^/]*-linux-gnu/' {} + | while read -r file; do
    path=$(elf --print-rpath "$file")
    case $path in
    /usr/*) elf --set-rpath "$home/$1${path//:/:$home/$1}:$package" --force-rpath "$file" ;;
    esac
  done
}

# start PROGRAM TEXT: a script that sets what the program needs and becomes it.
start() {
  printf '#!/bin/sh\n%s "$@"\n' "$2" >"$home/bin/$1.new"
  chmod +x "$home/bin/$1.new"
  mv "$home/bin/$1.new" "$home/bin/$1"
}

neovim() {
  unpack neovim
  beside "$home/neovim/usr/bin/nvim" neovim
  start nvim "VIMRUNTIME=$home/neovim/usr/share/nvim/runtime exec $home/neovim/usr/bin/nvim"
}

helix() {
  unpack hx
  beside "$home/hx/usr/lib/hx/hx" hx
  start hx "HELIX_RUNTIME=$home/hx/usr/lib/hx/runtime exec $home/hx/usr/lib/hx/hx"
}

terminal() {
  unpack tmux
  beside "$home/tmux/usr/bin/tmux" tmux
  start tmux "exec $home/tmux/usr/bin/tmux"
}

emacs() {
  unpack emacs-nox
  local root=$home/emacs-nox version lisp dump
  beside "$root/usr/bin/emacs-nox" emacs-nox
  version=$(basename "$(echo "$root"/usr/share/emacs/[0-9]*.[0-9]*)")
  lisp=$(find "$root/usr/share/emacs/$version/lisp" -type d | tr '\n' ':')
  dump=$(echo "$root/usr/libexec/emacs/$version"/*/*.pdmp)
  start emacs "EMACSLOADPATH=${lisp%:} EMACSDATA=$root/usr/share/emacs/$version/etc EMACSPATH=$root/usr/libexec/emacs EMACSDOC=$root/usr/share/emacs/$version/etc \\
  exec $root/usr/bin/emacs-nox --dump-file=$dump"
}

kate() {
  unpack kate
  local root=$home/kate
  beside "$root/usr/bin/kate" kate
  astray kate
  start kate "QT_PLUGIN_PATH=$(libraries kate)/qt6/plugins XDG_DATA_DIRS=$root/usr/share XDG_CONFIG_DIRS=$root/etc/xdg exec $root/usr/bin/kate"
}

[ $# -gt 0 ] || sources
for program in "$@"; do
  [ ! -x "$home/bin/$program" ] || continue
  case $program in
  nvim) neovim ;;
  hx) helix ;;
  tmux) terminal ;;
  emacs) emacs ;;
  kate) kate ;;
  *) fail "$program is not known here" ;;
  esac
done
