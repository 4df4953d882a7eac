namespace Radl.Diffusion.Hub;

/// <summary>A file of a hub repository.</summary>
/// <param name="Path">Relative, with forward slashes; checked by <see cref="HubPaths"/>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">What its content must hash to.</param>
public sealed record HubFile(string Path, long Size, HubHash Hash);
