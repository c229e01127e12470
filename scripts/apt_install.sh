#!/bin/sh
# apt_install.sh PACKAGE...: installs Debian packages, as root. The services of the packages are not started, now or at the
# next boot, because the tests start nginx, HAProxy and Prometheus themselves. common.sh calls this script.
set -eu

units() { find /lib/systemd/system -name '*.service' 2>/dev/null | sed 's|.*/||' | sort; }

# Debian's packages ask this script before they start a service. An existing script is not changed.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

before=$(units)
export DEBIAN_FRONTEND=noninteractive
apt-get update
status=0
apt-get install -y --no-install-recommends "$@" || status=$?

# Only new services are disabled. Services that were there before are not changed.
if command -v systemctl >/dev/null; then
  for unit in $(units); do
    case "
$before
" in
    *"
$unit
"*) continue ;;
    esac
    [ "$(systemctl is-enabled "$unit" 2>/dev/null)" = enabled ] || continue
    systemctl disable --quiet "$unit" || echo "W: could not disable $unit" >&2
  done
fi
exit "$status"
