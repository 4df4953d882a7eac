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
  echo "radl: installing $packages …" >&2
  {
    apt-get update -q &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
  } >"${TMPDIR:-/tmp}/radl-install.$$.log" 2>&1 || {
    tail -5 "${TMPDIR:-/tmp}/radl-install.$$.log" >&2
    echo "radl: the installation failed; the whole log is ${TMPDIR:-/tmp}/radl-install.$$.log" >&2
    exit 3
  }
  rm -f "${TMPDIR:-/tmp}/radl-install.$$.log"
}
