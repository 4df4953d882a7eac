#!/usr/bin/env bash
# Checks, without a GPU, that the engine builds against a CUDA libtorch, loads, and computes on the CPU with it.
#
#   eng/cuda-build.sh [-d DIR] [TEST PROJECT…]      tests to run with it; Radl.Torch.Tests when none is named
#
#   -d DIR   keep what is unpacked in DIR (4 GB), and use again what is there
#
# The libtorch is $LIBTORCH, if set; otherwise Debian's contrib and non-free packages, fetched by a scratch apt
# configuration and unpacked aside: nothing is installed, the machine's package sources stay as they are. Debian has
# them since 13 (`eng/fresh-root.sh 13 './radl info' 'eng/cuda-build.sh'` runs all of this in a root of its own); the libraries
# that CPU and CUDA builds share come from the installed libtorch-dev.
# Exit codes: 0 all passed, 1 something failed, 3 a prerequisite is missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { echo "cuda-build: $*"; }

target=
while getopts d: option; do
  case $option in
    d) target=$OPTARG ;;
    *) sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- Radl.Torch.Tests

if [ -n "$target" ]; then
  mkdir -p "$target"
else
  target=$(mktemp -d -t cuda-build.XXXXXX)
  trap 'rm -rf "$target"' EXIT
fi
target=$(readlink -f "$target")

# apt as the machine has it, with its own archive's other components, and state of its own.
configure_apt() {
  local mirror suite
  suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    grep -vE '^ *#' | grep -oE '(https?|file|ftp)://[^ ]*/debian/?( |$)' | head -1 | tr -d ' ') || true
  [ -n "$mirror" ] && [ -n "$suite" ] || { say "no Debian archive among apt's sources; set LIBTORCH to a CUDA libtorch" >&2; exit 3; }
  mkdir -p "$target/apt/lists/partial" "$target/apt/cache/archives/partial" "$target/debs"
  : >"$target/apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main contrib non-free" >"$target/apt/sources.list"
  printf '%s\n' "Dir::Etc::sourcelist \"$target/apt/sources.list\";" 'Dir::Etc::sourceparts "/dev/null";' \
    "Dir::State::Lists \"$target/apt/lists\";" "Dir::State::status \"$target/apt/status\";" "Dir::Cache \"$target/apt/cache\";" \
    'APT::Sandbox::User "root";' >"$target/apt/apt.conf"
}

fetch_packages() {
  local packages
  export APT_CONFIG=$target/apt/apt.conf
  apt-get update -qq
  # CUDA's libraries as far as libtorch is linked against them. cuDNN is not among Debian's packages, only a program that fetches it.
  packages=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
    libtorch-cuda-dev 2>/dev/null |
    grep -xE 'lib(torch-cuda(-dev|-[0-9.]+)|cudart[0-9]+|cu(blas|blaslt|fft|rand|sparse)[0-9]+|nvjitlink[0-9]+|nccl[0-9]+|nvtoolsext[0-9]+|(gloo|tensorpipe)-cuda-0)' |
    sort -u) || { say "this Debian has no libtorch-cuda-dev; set LIBTORCH to a CUDA libtorch" >&2; exit 3; }
  say "fetching" $packages
  (cd "$target/debs" && apt-get download -qq $packages)
  unset APT_CONFIG
  for package in "$target"/debs/*.deb; do
    dpkg -x "$package" "$target"
    rm -f "$package"
  done
}

# A libtorch asks for cuDNN when it is loaded and calls it only on a GPU: without one, a library of the same names will do.
stand_in_for_cudnn() { # folder
  local needed names
  needed=$(objdump -p "$TORCH_LIB/libtorch_cuda.so" | sed -nE 's/^ *NEEDED +(libcudnn\.so\.[0-9]+)$/\1/p')
  [ -n "$needed" ] || return 0
  LD_LIBRARY_PATH=$libraries ldd "$TORCH_LIB/libtorch_cuda.so" | grep -qF "$needed => not found" || return 0
  names=$(nm -D --undefined-only "$TORCH_LIB/libtorch_cuda.so" | sed -nE 's/^ *U (cudnn[A-Za-z0-9_]+)(@.*)?$/\1/p')
  # Every call tells that the library could not be initialised (1), which is what a machine without a GPU tells.
  printf '%s\n' "$names" | sed 's/.*/int &(void) { return 1; }/' >"$1/cudnn.c"
  printf '%s {\n  global: *;\n};\n' "$needed" >"$1/cudnn.map"
  gcc -shared -fPIC -w -Wl,-soname,"$needed" -Wl,--version-script,"$1/cudnn.map" -o "$1/$needed" "$1/cudnn.c"
  say "no $needed on this machine: a stand-in with its $(wc -l <<<"$names") names takes its place"
}

if [ -z "${LIBTORCH:-}" ]; then
  if [ ! -e "$target/usr/include/ATen/ATen.h" ]; then
    configure_apt
    fetch_packages
  fi
  export LIBTORCH=$target/usr
fi
. "$root/eng/libtorch.sh"
find_libtorch || exit 3
[ -e "$TORCH_LIB/libtorch_cuda.so" ] || { say "$TORCH_LIB holds no libtorch_cuda.so: a CPU libtorch" >&2; exit 3; }

mkdir -p "$target/stand-in"
libraries=$TORCH_LIB:$LIBTORCH/lib:$target/stand-in
stand_in_for_cudnn "$target/stand-in"
# For the libraries' own dependences; wheels and the official download find theirs beside them.
export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

library=$("$root/eng/build-native.sh" | tail -1)
say "libtorch $TORCH_VERSION: built $library"
objdump -p "$library" | grep -qE 'NEEDED +libtorch_cuda\.so' || { say "the bridge is not linked to libtorch_cuda.so" >&2; exit 1; }
if unresolved=$(ldd -r "$library" 2>&1 | grep -E 'not found|undefined symbol'); then
  echo "$unresolved" | head -20 >&2
  say "the bridge does not resolve" >&2
  exit 1
fi
say "every library and symbol resolves; $(ldd "$library" | grep -cE 'libcu|libnv|libnccl|cuda') of the libraries are CUDA's"
"$root/radl" test "$@"
