#!/bin/sh
# Installs the Readroom edge node from this folder, or takes it away again. Says each thing it does.
#
#   ./install.sh              install, or update to the version of this folder; may be run again
#   ./install.sh --uninstall  remove the program and the service; images, key and settings stay
#   --root DIR                put everything under DIR and touch nothing of this system (to look at it first)
set -eu

usage() { sed -n '4,6s/^# *//p' "$0"; exit 2; }
say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

root=
action=install
while [ $# -gt 0 ]; do
  case $1 in
    --root) [ $# -ge 2 ] || usage; root=$2; shift ;;
    --uninstall) action=uninstall ;;
    *) usage ;;
  esac
  shift
done

bundle=$(dirname -- "$(readlink -f -- "$0")")
user=readroom-edge
program=$root/opt/readroom-edge
settings=$root/etc/readroom-edge
state=$root/var/lib/readroom-edge
unit=$root/etc/systemd/system/readroom-edge.service
command=$root/usr/local/bin/readroom-edge

check_system() {
  [ "$(uname -s)" = Linux ] && [ "$(uname -m)" = x86_64 ] || fail "This bundle is for Linux on x86-64; this machine is $(uname -s) on $(uname -m)."
  [ -n "$root" ] && return
  [ "$(id -u)" -eq 0 ] || fail 'Run this as root: it makes a user, a service and folders of the system.'
  command -v systemctl >/dev/null || fail 'This machine has no systemd. Run bin/readroom-edge run under your own supervisor instead, as a user of its own.'
}

make_user() {
  if [ -n "$root" ]; then say "User       $user would be made: a system user without a home and without a shell."; return; fi
  if id "$user" >/dev/null 2>&1; then say "User       $user is there."; return; fi
  useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "$user"
  say "User       $user made: a system user without a home and without a shell."
}

# Beside the versions that are there, and switched to by one rename: a running node keeps its own files until it is restarted.
copy_program() {
  version=$(cat "$bundle/VERSION")
  target=$program/$version
  mkdir -p "$program"
  if [ -e "$target" ] && cmp -s "$bundle/CONTENTS.sha256" "$target/CONTENTS.sha256"; then
    say "Program    $target is there."
  else
    rm -rf "$target.new" "$target.old"
    cp -R -- "$bundle" "$target.new"
    if [ -z "$root" ]; then chown -R root:root "$target.new"; fi
    chmod -R u=rwX,go=rX "$target.new"
    if [ -e "$target" ]; then mv "$target" "$target.old"; fi
    mv "$target.new" "$target"
    rm -rf "$target.old"
    say "Program    copied to $target; nobody but root may change it."
  fi
  ln -sfn "$version" "$program/.current.new"
  mv -fT "$program/.current.new" "$program/current"
  say "Version    $program/current is $version. Older versions stay beside it for going back."
}

write_settings() {
  mkdir -p "$settings"
  if [ -e "$settings/edge.env" ]; then
    say "Settings   $settings/edge.env is yours and stays as it is."
  else
    (umask 027 && cp "$bundle/edge.env.example" "$settings/edge.env" && chmod 640 "$settings/edge.env")
    say "Settings   $settings/edge.env written from the example: edit it."
  fi
  mkdir -p "$settings/tls"
  chmod 750 "$settings/tls"
  say "TLS        $settings/tls is for the certificate and key of DICOM over TLS; root puts them there, $user reads them."
  if [ -z "$root" ]; then chown root:$user "$settings/edge.env" "$settings/tls"; fi
}

make_state() {
  mkdir -p "$state"
  chmod 700 "$state"
  if [ -z "$root" ]; then chown $user:$user "$state"; fi
  say "Data       $state is for images, results and the key; only $user may look in."
}

install_service() {
  mkdir -p "$(dirname "$unit")" "$(dirname "$command")"
  cp "$bundle/readroom-edge.service" "$unit"
  chmod 644 "$unit"
  ln -sfn /opt/readroom-edge/current/bin/readroom-edge "$command"
  say "Service    $unit written; own user, no privileges, may write in $state only."
  say "Command    $command is the command line."
  if [ -z "$root" ]; then systemctl daemon-reload; fi
}

next_steps() {
  say ''
  say 'Nothing was started. Next:'
  say "  1. edit $settings/edge.env"
  say "  2. runuser -u $user -- readroom-edge enrol https://GATEWAY CODE     (the administrator makes the code; not after an update)"
  say "  3. runuser -u $user -- readroom-edge doctor"
  say '  4. systemctl enable --now readroom-edge     (after an update: systemctl restart readroom-edge)'
  say '  5. readroom-edge status'
  say 'To remove it: install.sh --uninstall'
}

uninstall() {
  if [ -z "$root" ] && systemctl list-unit-files readroom-edge.service >/dev/null 2>&1; then systemctl disable --now readroom-edge.service || true; fi
  rm -f "$unit" "$command"
  rm -rf "$program"
  if [ -z "$root" ]; then systemctl daemon-reload; fi
  say "Removed    the service, the command and $program."
  say "Kept       $settings, $state (patient images, results not sent yet, the node's key) and the user $user."
  say 'To remove these too, when nothing in them is needed any more:'
  say "  rm -r $settings $state"
  if [ -z "$root" ]; then say "  userdel $user"; fi
  say 'Have the administrator of Readroom revoke this node.'
}

check_system
case $action in
  install)
    make_user
    copy_program
    write_settings
    make_state
    install_service
    next_steps
    ;;
  uninstall) uninstall ;;
esac
