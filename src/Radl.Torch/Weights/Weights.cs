namespace Radl.Torch;

/// <summary>A place in a model's tree of parameters. Modules take their tensors from it in their constructors: construction is loading.</summary>
/// <remarks>
/// The root owns every tensor it gave. After construction <see cref="Finish"/> reports what the source lacked and what nobody took,
/// so a model never runs on weights that were loaded in part.
/// </remarks>
public sealed class Weights : IDisposable
{
    private const int MostListed = 20;

    private readonly Root _root;
    private readonly string _prefix;

    private Weights(Root root, string prefix)
    {
        _root = root;
        _prefix = prefix;
    }

    /// <summary>Begins at the root of a source.</summary>
    /// <param name="source">The tensors; disposed with the root.</param>
    /// <param name="dtype">Type of floating tensors, or null to keep the stored one.</param>
    /// <param name="device">Where they go; the CPU by default.</param>
    /// <param name="format">Memory order of 4-dimensional tensors (convolution kernels).</param>
    public static Weights From(IWeightSource source, DType? dtype = null, Device? device = null, MemoryFormat format = MemoryFormat.Contiguous) =>
        new(new Root(source, dtype, device ?? Device.Cpu, format), "");

    /// <summary>Begins at the root of a file, see <see cref="TensorFiles.Open"/>.</summary>
    public static Weights Open(string path, DType? dtype = null, Device? device = null, MemoryFormat format = MemoryFormat.Contiguous) =>
        From(FileWeights.Open(path), dtype, device, format);

    /// <summary>Everything taken so far, by full name, in the order of taking.</summary>
    public IReadOnlyDictionary<string, Tensor> Taken => _root.Taken;

    /// <summary>Full name of this place, without a trailing dot.</summary>
    public string Name => _prefix.TrimEnd('.');

    /// <summary>Type that floating tensors are given in; null keeps the stored one.</summary>
    public DType? DType => _root.DType;

    /// <summary>Where the tensors live.</summary>
    public Device Device => _root.Device;

    /// <summary>A place below, by name.</summary>
    public static Weights operator /(Weights weights, string name)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new Weights(weights._root, weights._prefix + name + ".");
    }

    /// <summary>A place below, by number.</summary>
    public static Weights operator /(Weights weights, int index) =>
        weights / index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the source has a tensor of that name here.</summary>
    public bool Has(string name) => _root.Source.Has(_prefix + name);

    /// <summary>Takes a tensor. The root owns it; a failure frees all that was taken before, for a half-built model has no owner.</summary>
    /// <param name="name">Name below this place, e.g. <c>weight</c>.</param>
    /// <param name="init">How it begins when the source makes it fresh.</param>
    /// <param name="shape">The shape that the module needs; another one is an error.</param>
    public Tensor Take(string name, Init init, params long[] shape) => _root.Take(_prefix + name, init, shape);

    /// <summary>Checks that the source held everything that was taken, and nothing else.</summary>
    /// <param name="ignore">A named rule for stored names that may be left over; null allows none.</param>
    /// <exception cref="InvalidDataException">Missing or left-over names: the first twenty and the count. All that was taken is freed.</exception>
    public void Finish(Func<string, bool>? ignore = null) => _root.Finish(ignore);

    /// <summary>Frees every tensor that was taken, and the source.</summary>
    public void Dispose() => _root.Dispose();

    private sealed class Root(IWeightSource source, DType? dtype, Device device, MemoryFormat format) : IDisposable
    {
        private readonly Dictionary<string, Tensor> _taken = new(StringComparer.Ordinal);
        private readonly List<string> _missing = [];

        public IWeightSource Source => source;

        public DType? DType => dtype;

        public Device Device => device;

        public IReadOnlyDictionary<string, Tensor> Taken => _taken;

        public Tensor Take(string name, Init init, long[] shape)
        {
            if (_taken.TryGetValue(name, out Tensor? known))
            {
                return known;
            }
            try
            {
                Tensor placed = Place(name, init, shape);
                _taken.Add(name, placed);
                return placed;
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public void Finish(Func<string, bool>? ignore)
        {
            string[] extra = source.Leftovers().Where(name => ignore is null || !ignore(name)).ToArray();
            if (_missing.Count == 0 && extra.Length == 0)
            {
                return;
            }
            Dispose();
            throw new InvalidDataException($"{source.Description} does not fit the model: {List("missing", _missing)}{List("left over", extra)}");
        }

        public void Dispose()
        {
            foreach (Tensor tensor in _taken.Values)
            {
                tensor.Dispose();
            }
            source.Dispose();
        }

        private Tensor Place(string name, Init init, long[] shape)
        {
            using var scope = TensorScope.Enter();
            Tensor? stored = source.TryTake(name, shape, init);
            if (stored is null)
            {
                // All missing names are reported together by Finish; until then the module needs something of the right shape.
                _missing.Add(name);
                stored = Tensor.Empty(shape);
            }
            Tensor placed = stored.DType.IsFloating() ? stored.To(device, dtype ?? stored.DType) : stored.To(device);
            return (shape.Length == 4 ? placed.Contiguous(format) : placed).Keep();
        }

        private static string List(string what, IReadOnlyCollection<string> names) =>
            names.Count == 0 ? "" : $"{names.Count} {what} ({string.Join(", ", names.Take(MostListed))}{(names.Count > MostListed ? ", ..." : "")}). ";
    }
}
