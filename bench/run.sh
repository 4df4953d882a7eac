#!/usr/bin/env bash
# Runs a benchmark and prints its report in Markdown:  bench/run.sh binding [--step]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/environment.sh"
RADL_BENCH_NATIVE=$("$root/bench/native/build.sh")
export RADL_BENCH_NATIVE
cd "$root"
dotnet build "$root/bench/Radl.Bench" -c Release -v q --nologo >&2
exec dotnet "$root/bench/Radl.Bench/bin/Release/net10.0/Radl.Bench.dll" "$@"
