// What belongs to the process: generators, threads, devices, allocator settings, versions.
#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/version.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <cstdlib>
#include <mutex>

#include "internal.h"

#if defined(__ELF__)
// tcmalloc's, where it was loaded in the C library's place.
extern "C" void MallocExtension_ReleaseFreeMemory() __attribute__((weak));
#endif

RADL_API int32_t radl_abi_version() { return kRadlAbiVersion; }

// Must run before the first op: libtorch reads its CPU capability once.
RADL_API int32_t radl_init() {
#if TORCH_VERSION_MAJOR < 2 && defined(__x86_64__)
  // 1.13 picks its AVX2 kernels even where the processor has AVX-512; softmax and SiLU gain 1.6 times.
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl")) {
    setenv("ATEN_CPU_CAPABILITY", "avx512", /*overwrite=*/0);
  }
#endif
  // Ragged batches bring hundreds of shapes, each with kernels of its own that take a millisecond to make; 1024 are kept by default.
  setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8192", /*overwrite=*/0);
#if defined(__GLIBC__)
  // Activations are allocated and freed in every op; giving the pages back each time costs a page fault storm.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
  return kOk;
}

RADL_API int32_t radl_torch_version(char* buffer, int32_t capacity) { return radl::copy_text(TORCH_VERSION, buffer, capacity); }

// The kernels in use, e.g. "AVX512". Both 1.13 and 2.x name them only in this report.
RADL_API int32_t radl_cpu_capability(char* buffer, int32_t capacity) {
  const std::string mark = "CPU capability usage: ";
  try {
    auto report = at::show_config();
    auto start = report.find(mark);
    if (start == std::string::npos) return radl::copy_text("unknown", buffer, capacity);
    start += mark.size();
    return radl::copy_text(report.substr(start, report.find_first_of(" \n", start) - start), buffer, capacity);
  } catch (...) {
    return radl::copy_text("unknown", buffer, capacity);
  }
}

RADL_API int32_t radl_generator_new(int32_t device, uint64_t seed, void** generator) {
  RADL_TRY
  c10::Device where(static_cast<c10::DeviceType>(device & 0xff), static_cast<c10::DeviceIndex>(device >> 8));
  auto fresh = at::globalContext().defaultGenerator(where).clone();
  fresh.set_current_seed(seed);
  *generator = new at::Generator(fresh);
  RADL_CATCH
}

RADL_API int32_t radl_generator_seed(void* generator, uint64_t seed) {
  RADL_TRY
  static_cast<at::Generator*>(generator)->set_current_seed(seed);
  RADL_CATCH
}

RADL_API int32_t radl_generator_get_state(void* generator, void** tensor) {
  RADL_TRY
  *tensor = radl::hand_out(static_cast<at::Generator*>(generator)->get_state());
  RADL_CATCH
}

RADL_API int32_t radl_generator_set_state(void* generator, void* tensor) {
  RADL_TRY
  static_cast<at::Generator*>(generator)->set_state(radl::borrow(tensor));
  RADL_CATCH
}

RADL_API void radl_generator_release(void* generator) { delete static_cast<at::Generator*>(generator); }

RADL_API void radl_release_free_memory() {
#if defined(__ELF__)
  if (MallocExtension_ReleaseFreeMemory) {
    MallocExtension_ReleaseFreeMemory();
    return;
  }
#endif
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

RADL_API int32_t radl_get_threads() { return at::get_num_threads(); }

RADL_API int32_t radl_set_threads(int32_t n) {
  RADL_TRY
  at::set_num_threads(n);
  RADL_CATCH
}

RADL_API int32_t radl_cuda_device_count() {
  try {
    return at::detail::getCUDAHooks().hasCUDA() ? static_cast<int32_t>(at::detail::getCUDAHooks().getNumGPUs()) : 0;
  } catch (...) {
    return 0;  // A driver that fails to answer is the same to a caller as no device.
  }
}

RADL_API int32_t radl_cuda_synchronize(int32_t index) {
  RADL_TRY
  at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(index));
  RADL_CATCH
}
