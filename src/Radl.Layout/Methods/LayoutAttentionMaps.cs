using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Methods;

/// <summary>Where instances and verbs acted, summed over the steps: one map per site and instance, and per site and verb token.</summary>
/// <remarks>Sums stay on the device until they are asked for. The owner disposes it after reading.</remarks>
public sealed class LayoutAttentionMaps : IDisposable
{
    private readonly Dictionary<string, SiteMaps> _sites = new(StringComparer.Ordinal);

    /// <summary>Sites that were reached.</summary>
    public IReadOnlyCollection<string> Sites => _sites.Keys;

    /// <summary>Steps that were added up so far.</summary>
    public int Steps => _sites.Values.Select(maps => maps.WeightSteps).DefaultIfEmpty().Max();

    /// <summary>Fusion weights of an instance, mean over the steps, in [0, 1].</summary>
    /// <param name="site">A site's name.</param>
    /// <param name="scene">Scene of the batch.</param>
    /// <param name="instance">Instance of that scene.</param>
    /// <exception cref="KeyNotFoundException">The site was not reached.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The scene has no such instance.</exception>
    public LayoutMap Instance(string site, int scene, int instance)
    {
        SiteMaps maps = _sites[site];
        int active = ActiveOf(maps, scene);
        if (active < 0 || instance < 0 || instance >= maps.Batch.CountOf(active))
        {
            throw new ArgumentOutOfRangeException(nameof(instance), instance, $"scene {scene} has no such instance");
        }
        FusionPlan plan = maps.Grid.Plan;
        int slot = plan.SlotOfPhase[(plan.FullPhases * maps.Batch.Active) + maps.Batch.FirstInstance[active] + instance];
        using var scope = TensorScope.Enter();
        return maps.Map(maps.Weights!.Select(0, active).Select(0, slot), maps.WeightSteps);
    }

    /// <summary>Relation attention to some tokens of the verbs' text, mean over heads and steps, summed over the tokens.</summary>
    /// <param name="site">A site's name.</param>
    /// <param name="scene">Scene of the batch.</param>
    /// <param name="start">First token, counted in <see cref="LayoutConditions.Verbs"/> (which lacks the first position).</param>
    /// <param name="count">Number of tokens.</param>
    /// <returns>The map, or null where no relation ran for the scene.</returns>
    public LayoutMap? Verb(string site, int scene, int start, int count)
    {
        SiteMaps maps = _sites[site];
        int active = ActiveOf(maps, scene);
        if (active < 0 || maps.Batch.Muted[active] || maps.Verbs is null)
        {
            return null;
        }
        using var scope = TensorScope.Enter();
        return maps.Map(maps.Verbs.Select(0, active).Narrow(1, start, count).Sum([1]), maps.VerbSteps);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SiteMaps maps in _sites.Values)
        {
            maps.Weights?.Dispose();
            maps.Verbs?.Dispose();
        }
        _sites.Clear();
    }

    internal void AddWeights(string site, Tensor weights, SceneBatch batch, PhaseGrid grid)
    {
        SiteMaps maps = At(site, batch, grid);
        maps.Weights = Add(maps.Weights, weights);
        maps.WeightSteps++;
    }

    internal void AddVerbs(string site, Tensor heat, SceneBatch batch, PhaseGrid grid)
    {
        SiteMaps maps = At(site, batch, grid);
        maps.Verbs = Add(maps.Verbs, heat);
        maps.VerbSteps++;
    }

    private static int ActiveOf(SiteMaps maps, int scene) => Array.IndexOf(maps.Batch.ActiveScenes, scene);

    private static Tensor Add(Tensor? sum, Tensor term)
    {
        using var guard = Autograd.NoGrad();
        using var scope = TensorScope.Enter();
        Tensor single = term.Detach().To(DType.Float32);
        return sum is null ? single.Clone().Keep() : sum.AddInPlace(single);
    }

    private SiteMaps At(string site, SceneBatch batch, PhaseGrid grid)
    {
        if (!_sites.TryGetValue(site, out SiteMaps? maps))
        {
            maps = new SiteMaps(batch, grid);
            _sites.Add(site, maps);
        }
        return maps;
    }

    private sealed class SiteMaps(SceneBatch batch, PhaseGrid grid)
    {
        public SceneBatch Batch => batch;

        public PhaseGrid Grid => grid;

        public Tensor? Weights { get; set; }

        public Tensor? Verbs { get; set; }

        public int WeightSteps { get; set; }

        public int VerbSteps { get; set; }

        public LayoutMap Map(Tensor sum, int steps) => new(grid.Regions.Height, grid.Regions.Width, (sum / (double)steps).ToArray<float>());
    }
}

/// <summary>A map on a site's grid, row-major.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">Height x Width values.</param>
public sealed record LayoutMap(int Height, int Width, IReadOnlyList<float> Values);
