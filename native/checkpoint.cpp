// A graph that is made again in the backward pass instead of being kept since the forward pass.
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <stdexcept>
#include <vector>

#include "internal.h"

namespace {

using Recompute = int32_t (*)(void*, void**, int32_t, void**, char*, int32_t);
using Release = void (*)(void*);

at::Tensor take_over(void* handle) {
  radl::live_tensors.fetch_sub(1, std::memory_order_relaxed);
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl>::reclaim(static_cast<c10::TensorImpl*>(handle)));
}

struct CheckpointNode : torch::autograd::Node {
  CheckpointNode(Recompute recompute, Release release, void* context) : recompute_(recompute), release_(release), context_(context) {}
  CheckpointNode(const CheckpointNode&) = delete;
  CheckpointNode& operator=(const CheckpointNode&) = delete;
  ~CheckpointNode() override { release_(context_); }

  std::string name() const override { return "RadlCheckpoint"; }
  void release_variables() override { inputs_.clear(); }

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    if (inputs_.size() != needs_.size()) throw std::runtime_error("a checkpoint's graph was used twice without being kept");
    torch::autograd::variable_list result(needs_.size());
    if (!gradients[0].defined()) return result;
    // The recomputation is differentiated although this pass itself is not.
    c10::AutoGradMode enable(true);
    std::vector<at::Tensor> fresh;
    std::vector<void*> handles;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      fresh.push_back(inputs_[i].unpack().detach());
      fresh.back().set_requires_grad(needs_[i]);
      handles.push_back(radl::hand_out(fresh.back()));
    }
    void* handle = nullptr;
    char message[512] = {0};
    if (recompute_(context_, handles.data(), static_cast<int32_t>(handles.size()), &handle, message, sizeof message) != 0) {
      throw std::runtime_error(message);
    }
    at::Tensor output = take_over(handle);
    if (output.requires_grad()) torch::autograd::backward({output}, {gradients[0]});
    for (size_t i = 0; i < fresh.size(); ++i) {
      if (needs_[i]) result[i] = fresh[i].grad();
    }
    return result;
  }

  void save(const std::vector<at::Tensor>& inputs) {
    for (const auto& input : inputs) {
      inputs_.emplace_back(input, /*is_output=*/false);
      needs_.push_back(input.requires_grad());
      add_next_edge(input.requires_grad() ? torch::autograd::impl::gradient_edge(input) : torch::autograd::Edge());
    }
  }

 private:
  Recompute recompute_;
  Release release_;
  void* context_;
  std::vector<torch::autograd::SavedVariable> inputs_;
  std::vector<bool> needs_;
};

}  // namespace

RADL_API int32_t radl_checkpoint(void** inputs, int32_t n, void* output, Recompute recompute, Release release, void* context) {
  RADL_TRY
  std::shared_ptr<CheckpointNode> node(new CheckpointNode(recompute, release, context), torch::autograd::deleteNode);
  std::vector<at::Tensor> given;
  for (int32_t i = 0; i < n; ++i) given.push_back(radl::borrow(inputs[i]));
  node->save(given);
  auto result = radl::borrow(output);
  torch::autograd::set_history(result, node);
  RADL_CATCH
}
