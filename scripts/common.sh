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
packages_build=(g++ cmake ninja-build ccache liburing-dev libfmt-dev libspdlog-dev libcli11-dev libtomlplusplus-dev
  nlohmann-json3-dev libutfcpp-dev)
packages_windows=(g++-mingw-w64-x86-64-posix googletest)
packages_test=(googletest clang-19 libclang-rt-19-dev clang-format-19 python3 python3-pytest python3-pytest-xdist wine64 wine tmux nodejs
  node-typescript tshark)
packages_bench=(libasio-dev libuv1-dev libevent-dev libbenchmark-dev nodejs python3 python3-matplotlib fonts-inter)

# Installs those of the packages named that are not there yet; asks nothing and fetches nothing when all are.
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
  {
    "${as_root[@]}" apt-get update &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
  } >build/install.log 2>&1 || fail "could not install ${missing[*]}: $(tail -n 1 build/install.log) (all of it: build/install.log)"
}

# build PRESET TARGET...: configures when that has not been done, and builds.
build() {
  local preset=$1 log=build/$1.log
  shift
  say "building $preset"
  mkdir -p build
  cmake --preset "$preset" >"$log" 2>&1 ||
    fail "configuring $preset failed: $(grep -m1 -A2 'CMake Error' "$log" | tr '\n' ' ') (all of it: $log)"
  if [ -t 1 ]; then
    cmake --build "build/$preset" --target "$@" || fail "building $preset failed; the first error stands above"
  else
    cmake --build "build/$preset" --target "$@" >"$log" 2>&1 || {
      grep -E -m5 'error:|FAILED|undefined reference' "$log" >&2
      fail "building $preset failed (all of it: $log)"
    }
  fi
}
