"""Times one guided step of Stable Diffusion v1.4 in fp32, 512x512, random weights, in Python: diffusers' own, and with the official MIGC.

    python3 migc_step.py --path MIGC --path diffusers/src [--path ...] [--rounds 3] [--instances 6] [--threads 2]

Every --path is put in front of the search path: a checkout of limuloo/MIGC (effd6cc), one of diffusers (v0.21.1), and whatever of their
requirements is not installed. Text encoder and image codec are not loaded, so packages that only those need (transformers, safetensors,
OpenCV) may be missing. The texts' states are random: the time of a step does not depend on them. Prints one line of JSON.
"""

import argparse
import importlib.machinery
import json
import resource
import statistics
import sys
import time
import types


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--instances", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def stand_in(name, **members):
    """A module that is imported by name and never used by a step."""
    try:
        __import__(name)
    except ImportError:
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)  # diffusers asks for it
        module.__dict__.update(members)
        sys.modules[name] = module


def load_modules():
    nothing = type("Nothing", (), {})
    stand_in("safetensors", safe_open=None)
    stand_in("safetensors.torch", load_file=None, save_file=None)
    stand_in("cv2")
    import diffusers.pipelines.stable_diffusion as pipelines

    for name in ("StableDiffusionPipeline", "StableDiffusionPipelineOutput", "StableDiffusionSafetyChecker"):
        if not hasattr(pipelines, name):
            setattr(pipelines, name, type(name, (), {}))
    # After diffusers, which looks for it by itself and does without.
    stand_in("transformers", CLIPImageProcessor=nothing, CLIPTextModel=nothing, CLIPTokenizer=nothing, CLIPVisionModelWithProjection=nothing)
    from diffusers import UNet2DConditionModel
    from migc.migc_pipeline import AttentionStore, MIGCProcessor

    return UNet2DConditionModel, AttentionStore, MIGCProcessor


def control(unet, store, processor):
    """MIGC where the published adapter has it: the bottleneck and the three up blocks of the level above."""
    def at(name):
        place = name.split("_")[0]
        width = unet.get_submodule(name.removesuffix(".processor")).to_q.in_features
        layer = name.endswith("attn2.processor") and (name.startswith("mid_block") or name.startswith("up_blocks.1"))
        return processor({"not_use_migc": not layer, "C": width}, store, place)

    unet.set_attn_processor({name: at(name) for name in unet.attn_processors})
    store.num_att_layers = 32


def main():
    options = arguments()
    sys.path[:0] = options.path
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model, store_type, processor = load_modules()
    unet = model(sample_size=64, cross_attention_dim=768, attention_head_dim=8).eval()
    plain = dict(unet.attn_processors)
    n = options.instances
    columns = -(-n // 2)
    boxes = [[(i % columns) / columns, (i // columns) / 2, (i % columns + 1) / columns, (i // columns + 1) / 2] for i in range(n)]
    latents = torch.randn(1, 4, 64, 64)
    texts = torch.randn(2 + n, 77, 768)
    pooled = torch.randn(1 + n, 1, 768)
    step_time = torch.tensor(500)

    def guided(embeddings, kwargs):
        begin = time.perf_counter()
        noise = unet(torch.cat([latents, latents]), step_time, encoder_hidden_states=embeddings, cross_attention_kwargs=kwargs).sample
        unconditional, conditional = noise.chunk(2)
        latents - 0.01 * (unconditional + 7.5 * (conditional - unconditional))
        return time.perf_counter() - begin

    seconds = {"plain": [], "migc": []}
    store = store_type()
    with torch.no_grad():
        control(unet, store, processor)
        controlled = dict(unet.attn_processors)
        kwargs = {
            "prompt_nums": [n], "bboxes": [boxes], "ith": 0, "embeds_pooler": pooled, "timestep": step_time, "height": 512, "width": 512, "MIGCsteps": 25,
            "NaiveFuserSteps": -1, "ca_scale": None, "ea_scale": None, "sac_scale": None, "sa_preserve": False, "use_sa_preserve": False,
        }
        for turn in range(options.rounds + 1):
            unet.set_attn_processor(dict(plain))
            first = guided(texts[:2], None)
            unet.set_attn_processor(dict(controlled))
            second = guided(texts, kwargs)
            if turn > 0:  # the first turn warms up
                seconds["plain"].append(first)
                seconds["migc"].append(second)
    print(json.dumps({
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "instances": n,
        "parameters": sum(p.numel() for p in unet.parameters()),
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
        **{name: {"median": statistics.median(all_), "least": min(all_), "most": max(all_)} for name, all_ in seconds.items()},
    }))


if __name__ == "__main__":
    main()
