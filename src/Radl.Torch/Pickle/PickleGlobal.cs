using System.Collections.Frozen;

namespace Radl.Torch.Pickle;

/// <summary>What a named class or function stands for.</summary>
internal enum PickleGlobalKind
{
    /// <summary>An empty dictionary, or one of pairs.</summary>
    Dictionary,

    /// <summary>A view of a storage.</summary>
    Tensor,

    /// <summary>Its first argument, a tensor.</summary>
    Parameter,

    /// <summary>The element type of a storage; not to be applied.</summary>
    Storage,

    /// <summary>Something beside the tensors, whose content is dropped.</summary>
    Inert,
}

/// <summary>A class or function that a pickle may name. The list is closed, and none of them is code here.</summary>
internal sealed class PickleGlobal
{
    private static readonly FrozenDictionary<string, PickleGlobal> All = Build();

    private PickleGlobal(string name, PickleGlobalKind kind, DType dtype = default)
    {
        Name = name;
        Kind = kind;
        DType = dtype;
    }

    /// <summary>Module and name with a dot between.</summary>
    internal string Name { get; }

    internal PickleGlobalKind Kind { get; }

    /// <summary>Of a storage.</summary>
    internal DType DType { get; }

    /// <summary>A name on the list, or null.</summary>
    internal static PickleGlobal? Find(string module, string name) => All.GetValueOrDefault($"{module}.{name}");

    private static FrozenDictionary<string, PickleGlobal> Build()
    {
        PickleGlobal[] globals =
        [
            new("collections.OrderedDict", PickleGlobalKind.Dictionary),
            new("builtins.dict", PickleGlobalKind.Dictionary),
            new("__builtin__.dict", PickleGlobalKind.Dictionary),
            new("torch._utils._rebuild_tensor", PickleGlobalKind.Tensor),
            new("torch._utils._rebuild_tensor_v2", PickleGlobalKind.Tensor),
            new("torch._utils._rebuild_parameter", PickleGlobalKind.Parameter),
            new("torch.DoubleStorage", PickleGlobalKind.Storage, DType.Float64),
            new("torch.FloatStorage", PickleGlobalKind.Storage, DType.Float32),
            new("torch.HalfStorage", PickleGlobalKind.Storage, DType.Float16),
            new("torch.BFloat16Storage", PickleGlobalKind.Storage, DType.BFloat16),
            new("torch.LongStorage", PickleGlobalKind.Storage, DType.Int64),
            new("torch.IntStorage", PickleGlobalKind.Storage, DType.Int32),
            new("torch.ShortStorage", PickleGlobalKind.Storage, DType.Int16),
            new("torch.CharStorage", PickleGlobalKind.Storage, DType.Int8),
            new("torch.ByteStorage", PickleGlobalKind.Storage, DType.UInt8),
            new("torch.BoolStorage", PickleGlobalKind.Storage, DType.Bool),
            .. Inert().Select(name => new PickleGlobal(name, PickleGlobalKind.Inert)),
        ];
        return globals.ToFrozenDictionary(global => global.Name, StringComparer.Ordinal);
    }

    // What training programs store around the weights: scores as numpy scalars, callbacks by their class, options.
    private static string[] Inert() =>
    [
        "torch.Size", "torch.device", "torch.float32", "torch.float16", "torch.bfloat16", "torch.float64", "torch.int64",
        "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
        "numpy.dtype", "numpy.ndarray", "_codecs.encode",
        "builtins.set", "__builtin__.set", "builtins.list", "builtins.int", "builtins.float", "builtins.str", "builtins.bool",
        "collections.defaultdict", "argparse.Namespace", "typing.Any",
        "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint", "pytorch_lightning.callbacks.ModelCheckpoint",
        "pytorch_lightning.utilities.parsing.AttributeDict", "lightning_fabric.utilities.data.AttributeDict",
        "omegaconf.dictconfig.DictConfig", "omegaconf.listconfig.ListConfig", "omegaconf.base.ContainerMetadata", "omegaconf.base.Metadata",
        "omegaconf.nodes.AnyNode",
    ];
}
