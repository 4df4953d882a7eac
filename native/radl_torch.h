// The C ABI between .NET and libtorch's dispatcher. Every function that can fail returns a
// status and never throws; the message of the last failure on this thread is in radl_last_error.
#pragma once
#include <cstddef>
#include <cstdint>

#if defined(_WIN32)
#define RADL_API extern "C" __declspec(dllexport)
#else
#define RADL_API extern "C" __attribute__((visibility("default")))
#endif

// Raised whenever a signature or a layout below changes; the managed side refuses another number.
constexpr int32_t kRadlAbiVersion = 3;

enum RadlStatus : int32_t {
  kOk = 0,
  kFailed = 1,
  kOutOfMemory = 2,
  kShape = 3,
  kDType = 4,
  kMissingOp = 5,
  kDevice = 6,
};

enum RadlTag : int32_t {
  kNone = 0,
  kTensor = 1,
  kInt = 2,
  kDouble = 3,
  kBool = 4,
  kString = 5,
  kIntList = 6,
  kDoubleList = 7,
  kBoolList = 8,
  kTensorList = 9,
  kDevice_ = 10,
  kGenerator = 11,
};

// One argument or result. `length` counts the elements of a list or the bytes of a string.
struct RadlSlot {
  int32_t tag;
  int32_t length;
  union {
    int64_t i;
    double d;
    void* p;
  };
};
static_assert(sizeof(RadlSlot) == 16 && offsetof(RadlSlot, tag) == 0 && offsetof(RadlSlot, length) == 4 && offsetof(RadlSlot, i) == 8 &&
                  offsetof(RadlSlot, d) == 8 && offsetof(RadlSlot, p) == 8,
              "the managed side mirrors this layout");

RADL_API int32_t radl_abi_version();
RADL_API int32_t radl_init();
RADL_API int32_t radl_torch_version(char* buffer, int32_t capacity);
RADL_API int32_t radl_cpu_capability(char* buffer, int32_t capacity);
RADL_API int32_t radl_last_error(char* buffer, int32_t capacity);

RADL_API int32_t radl_op_find(const char* name, const char* overload, void** op);
RADL_API int32_t radl_op_schema(void* op, char* buffer, int32_t capacity);
RADL_API int32_t radl_op_call(void* op, const RadlSlot* args, int32_t n, RadlSlot* results, int32_t* nresults);
RADL_API void radl_free(void* pointer);
RADL_API void radl_fail_after(int64_t n);

RADL_API void radl_tensor_release(void* tensor);
RADL_API int64_t radl_tensor_live_count();
RADL_API int32_t radl_tensor_info(void* tensor, int64_t* info, int64_t* sizes, int64_t* strides, int32_t capacity);
RADL_API void* radl_tensor_data(void* tensor);
RADL_API int32_t radl_tensor_from_memory(void* data, const int64_t* sizes, int32_t dims, int32_t dtype,
                                         void (*deleter)(void*), void* context, void** tensor);

RADL_API int32_t radl_set_requires_grad(void* tensor, int32_t value);
RADL_API int32_t radl_grad(void* tensor, void** grad);
RADL_API int32_t radl_set_grad(void* tensor, void* grad);
RADL_API int32_t radl_backward(void** tensors, void** gradients, int32_t n, int32_t keep_graph);
RADL_API int32_t radl_gradients(void** outputs, int32_t n_outputs, void** inputs, int32_t n_inputs, int32_t keep_graph, void** grads);
RADL_API int32_t radl_grad_mode(int32_t enabled);

// Gives `output`, computed from the inputs without a graph, a node of its own: the backward pass has `recompute` make it again with
// a graph from fresh inputs (whose handles it takes over; it hands one out) and goes through that. `recompute` returns a status and
// may write a message. `release` frees the context when the node goes, or at once where this fails.
RADL_API int32_t radl_checkpoint(void** inputs, int32_t n, void* output,
                                 int32_t (*recompute)(void* context, void** inputs, int32_t n, void** output, char* message, int32_t capacity),
                                 void (*release)(void* context), void* context);

RADL_API int32_t radl_generator_new(int32_t device, uint64_t seed, void** generator);
RADL_API int32_t radl_generator_seed(void* generator, uint64_t seed);
RADL_API int32_t radl_generator_get_state(void* generator, void** tensor);
RADL_API int32_t radl_generator_set_state(void* generator, void* tensor);
RADL_API void radl_generator_release(void* generator);

// Gives the pages that hold nothing back to the system, where the allocator can.
RADL_API void radl_release_free_memory();

RADL_API int32_t radl_get_threads();
RADL_API int32_t radl_set_threads(int32_t n);
RADL_API int32_t radl_cuda_device_count();
RADL_API int32_t radl_cuda_synchronize(int32_t index);
