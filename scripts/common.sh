# What ./run and ./test share: saying what happens, installing what is missing, building. Sourced, not run.
# The one who sources it has set -euo pipefail, and `me` to its own name.

# What one clone has compiled, another need not.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

say() { printf '%s: %s\n' "$me" "$*"; }
fail() {
  printf '%s: %s\n' "$me" "$*" >&2
  exit 1
}

# Debian packages, by what they are for.
packages_build=(g++ cmake ninja-build ccache liburing-dev libfmt-dev libcli11-dev libtomlplusplus-dev
  nlohmann-json3-dev libutfcpp-dev libboost-dev nodejs unicode-data)
packages_windows=(g++-mingw-w64-x86-64-posix googletest)
packages_unit=(googletest libwslay-dev bzip2)
packages_test=("${packages_unit[@]}" libbenchmark-dev clang-19 libclang-rt-19-dev clang-format-19 python3 python3-pytest python3-pytest-xdist wine64 wine tmux
  node-typescript tshark chromium fonts-noto-cjk python3-websockets slowhttptest prometheus nginx-light libnginx-mod-stream haproxy openssl)
packages_bench=(libasio-dev libuv1-dev libevent-dev libbenchmark-dev nodejs python3 python3-matplotlib fonts-inter)

# Installs those of the packages named that are not there yet; asks nothing and fetches nothing when all are. None of
# their services is started.
install_packages() {
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "these packages are missing, and neither root nor sudo is here to install them: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  mkdir -p build
  "${as_root[@]}" sh scripts/apt_install.sh "${missing[@]}" >build/install.log 2>&1 ||
    fail "could not install ${missing[*]}: $(reason build/install.log 1 '^E: ') (all of it: build/install.log)"
}

# What the web pages are made of, from npm, as clients/web/package-lock.json has it; fetches nothing when it is there.
install_web_packages() {
  local installed=clients/web/node_modules/.package-lock.json
  [ "$installed" -nt clients/web/package-lock.json ] && return
  command -v npm >/dev/null || install_packages npm # Debian's nodejs comes without it
  say "installing the packages of clients/web"
  mkdir -p build
  npm --prefix clients/web ci --no-audit --no-fund >build/npm.log 2>&1 ||
    fail "could not install the packages of clients/web: $(reason build/npm.log 1 'npm (ERR!|error)') (all of it: build/npm.log)"
  touch "$installed"
}

# reason LOG LINES PATTERN...: why something failed, in one line: so many lines of its log, from the first that matches
# the first pattern that any does; or else its last line.
reason() {
  local log=$1 lines=$2 pattern found=
  shift 2
  for pattern in "$@"; do
    found=$(grep -E -m1 -A$((lines - 1)) "$pattern" "$log") && break
  done
  [ -n "$found" ] || found=$(tail -n 1 "$log")
  printf '%s' "${found:-it did not say why}" | tr -s '[:space:]' ' '
}

# build PRESET TARGET...: configures when that has not been done, and builds.
build() {
  local preset=$1 log=build/$1.log
  shift
  install_web_packages
  say "building $preset"
  mkdir -p build
  cmake --preset "$preset" >"$log" 2>&1 ||
    fail "configuring $preset failed: $(reason "$log" 3 'CMake Error') (all of it: $log)"
  if [ -t 1 ]; then
    cmake --build "build/$preset" --target "$@" || fail "building $preset failed; the first error stands above"
  else
    cmake --build "build/$preset" --target "$@" >"$log" 2>&1 ||
      fail "building $preset failed: $(reason "$log" 1 'rror:|undefined reference' FAILED) (all of it: $log)"
  fi
}
