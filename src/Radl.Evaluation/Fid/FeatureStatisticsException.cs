using Radl.Torch.IO;

namespace Radl.Evaluation.Fid;

/// <summary>A file of feature statistics lacks one of its tensors, or has it in another shape.</summary>
public sealed class FeatureStatisticsException : BrokenFileException
{
    internal FeatureStatisticsException(string file, string place, string text)
        : base(file, place, text)
    {
    }
}
