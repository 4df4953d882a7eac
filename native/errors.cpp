#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/util/Exception.h>

#include <cstring>
#include <new>

#include "internal.h"

namespace {
thread_local std::string last_error;

bool mentions(const std::string& text, std::initializer_list<const char*> words) {
  for (const char* word : words) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

// libtorch has one error type for most faults; its message is the only thing that tells them apart.
int32_t classify(const std::string& text) {
  if (mentions(text, {"out of memory", "can't allocate memory", "not enough memory", "alloc_cpu"})) return kOutOfMemory;
  if (mentions(text, {"CUDA error", "same device", "on the same device", "Found no NVIDIA", "Torch not compiled with CUDA"})) return kDevice;
  if (mentions(text, {"Could not run", "not implemented for", "No such operator", "is not supported for"})) return kMissingOp;
  if (mentions(text, {"dtype", "scalar type", "ScalarType", "data type", "expected scalar", "result type"})) return kDType;
  if (mentions(text, {"shape", "size", "dimension", "mat1 and mat2", "broadcast", "Dimension", "out of range", "stride", "channels"})) return kShape;
  return kFailed;
}
}  // namespace

namespace radl {

int32_t fail(int32_t status, const std::string& message) {
  last_error = message;
  return status;
}

int32_t fail_with_current_exception() {
  try {
    throw;
  } catch (const std::bad_array_new_length&) {
    // Not a lack of memory: oneDNN 2.6 (libtorch 1.13) now and then computes a negative length while it makes a bf16 kernel.
    return fail(kFailed, "libtorch failed while making a kernel for these shapes (array length out of range); try again, or fp32");
  } catch (const std::bad_alloc&) {
    return fail(kOutOfMemory, "out of memory");
  } catch (const c10::NotImplementedError& e) {
    // A build without CUDA has no CUDA kernel of any op: what is missing is the device, not the op.
    std::string text = e.what_without_backtrace();
    bool no_device = mentions(text, {"'CUDA' backend"}) && !at::detail::getCUDAHooks().hasCUDA();
    return fail(no_device ? kDevice : kMissingOp, text);
  } catch (const c10::IndexError& e) {
    return fail(kShape, e.what_without_backtrace());
  } catch (const c10::TypeError& e) {
    return fail(kDType, e.what_without_backtrace());
  } catch (const c10::Error& e) {
    std::string text = e.what_without_backtrace();
    return fail(classify(text), text);
  } catch (const std::exception& e) {
    return fail(classify(e.what()), e.what());
  } catch (...) {
    return fail(kFailed, "an exception of unknown type");
  }
}

int32_t copy_text(const std::string& text, char* buffer, int32_t capacity) {
  if (capacity > 0) {
    auto n = std::min<size_t>(text.size(), static_cast<size_t>(capacity) - 1);
    std::memcpy(buffer, text.data(), n);
    buffer[n] = 0;
  }
  return static_cast<int32_t>(text.size());
}

}  // namespace radl

RADL_API int32_t radl_last_error(char* buffer, int32_t capacity) {
  return radl::copy_text(last_error, buffer, capacity);
}
