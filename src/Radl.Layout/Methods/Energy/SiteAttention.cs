using Radl.Torch;

namespace Radl.Layout.Methods.Energy;

/// <summary>Where the pixels of one text cross-attention look.</summary>
/// <param name="Site">The site's name.</param>
/// <param name="Height">Rows of its grid.</param>
/// <param name="Width">Columns of its grid.</param>
/// <param name="Probabilities">[rows, heads, height * width, tokens], pixels row-major, each pixel's sum over the tokens 1.</param>
public sealed record SiteAttention(string Site, int Height, int Width, Tensor Probabilities);
