# What must stand in the environment before libtorch is loaded. Sourced by ./radl; a value that the user set stays.

# libtorch 1.13 picks AVX2 by itself even where AVX-512 is there: softmax is 1.6 times, SiLU 1.7 times slower.
if [ -z "${ATEN_CPU_CAPABILITY:-}" ] && [ -r /proc/cpuinfo ]; then
  flags=$(grep -m1 '^flags' /proc/cpuinfo)
  case "$flags " in
    *" avx512f "*)
      avx512=1
      for flag in avx512dq avx512bw avx512vl; do
        case "$flags " in *" $flag "*) ;; *) avx512=0 ;; esac
      done
      [ "$avx512" = 1 ] && export ATEN_CPU_CAPABILITY=avx512
      ;;
  esac
  unset flags flag avx512
fi

# Large blocks stay with the process between ops: page faults cost several times the arithmetic of an elementwise op.
# One arena, because only the main arena keeps blocks larger than 64 MiB. The price: memory stays at its peak until exit.
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-1}
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-4294967296}
export MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-1099511627776}
export MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-67108864}

# tcmalloc, where it is installed: generation takes a tenth less time, and threads that train beside each other do not wait for
# one arena; memory is the same or less. LD_PRELOAD= in the environment keeps the C library's.
if [ -z "${LD_PRELOAD+set}" ]; then
  for allocator in "/usr/lib/$(uname -m)-linux-gnu" /usr/lib64; do
    [ -e "$allocator/libtcmalloc_minimal.so.4" ] || continue
    export LD_PRELOAD=$allocator/libtcmalloc_minimal.so.4
    # A model's weights in one block are no reason for a warning.
    export TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD=${TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD:-1099511627776}
    break
  done
  unset allocator
fi

# The work is in libtorch; instrumenting C# for a second compilation only delays the start.
export DOTNET_TieredPGO=${DOTNET_TieredPGO:-0}
