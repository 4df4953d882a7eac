# Finds or installs what a build needs. Sourced by ./radl.
. "$root/eng/libtorch.sh"

find_dotnet() {
  local candidate
  for candidate in "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "$(command -v dotnet)" "$HOME/.dotnet/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
    [ -x "${candidate:-/nonexistent}" ] && echo "$candidate" && return 0
  done
  dotnet_remedy "was not found"
  return 3
}

dotnet_remedy() { # what is wrong
  echo "radl: the .NET SDK 10 or newer $1; install it with:" >&2
  echo "  curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0" >&2
}

# libtorch multiplies matrices with whatever libblas.so.3 is; the reference BLAS is tens of times slower.
has_fast_blas() {
  case "$TORCH_LIB" in /usr/lib*) ;; *) return 0 ;; esac # wheels and downloads bring their own
  case "$(readlink -f "$TORCH_LIB/libblas.so.3" 2>/dev/null)" in
    *openblas* | *mkl* | *blis* | *atlas*) return 0 ;;
  esac
  return 1
}

missing_packages() {
  local tool
  for tool in g++ cmake make; do
    command -v "$tool" >/dev/null 2>&1 || echo "$tool"
  done
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
  find_libtorch
  case $? in
    0) has_fast_blas || echo libopenblas0-openmp ;;
    3) return 3 ;;
    *) echo libtorch-dev libopenblas0-openmp ;;
  esac
  return 0
}

require_prerequisites() {
  local major packages
  major=$("$dotnet" --list-sdks 2>/dev/null | cut -d. -f1 | sort -n | tail -1)
  if [ "${major:-0}" -lt 10 ]; then
    dotnet_remedy "is needed, and $dotnet has ${major:-none}"
    exit 3
  fi
  packages=$(missing_packages) || exit 3
  packages=$(echo $packages) # one line
  [ -z "$packages" ] && return 0
  # What is not needed but pays (eng/environment.sh) comes along when something is installed anyway.
  [ -e "/usr/lib/$(uname -m)-linux-gnu/libtcmalloc_minimal.so.4" ] || packages+=" libtcmalloc-minimal4"
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "radl: missing: $packages (Debian's names); install them, or set LIBTORCH to an unpacked libtorch" >&2
    exit 3
  fi
  if [ "$(id -u)" -ne 0 ]; then
    echo "radl: something is missing; run this once, then try again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages" >&2
    exit 3
  fi
  install_packages $packages || exit 3
}

install_packages() { # names…
  local log=${TMPDIR:-/tmp}/radl-install.$$.log
  echo "radl: installing $* …" >&2
  {
    apt-get update -q &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
  } >"$log" 2>&1 || {
    tail -5 "$log" >&2
    echo "radl: the installation failed; the whole log is $log" >&2
    return 3
  }
  rm -f "$log"
}

# Only the tests of the studio's page need a browser, so whatever keeps it away does not keep the others from running:
# those tests then fail by themselves and name the package.
offer_browser() {
  local candidate
  for candidate in "${RADL_CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
    [ -x "${candidate:-/nonexistent}" ] && return 0
  done
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1 && install_packages chromium; then
    return 0
  fi
  echo "radl: the tests of the studio's page need Chromium: sudo apt-get install chromium, or let RADL_CHROMIUM name it" >&2
}
