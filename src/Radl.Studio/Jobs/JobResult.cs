namespace Radl.Studio.Jobs;

/// <summary>What a job made. Its files lie in the gallery before this exists.</summary>
/// <param name="Pictures">In the order of their seeds.</param>
/// <param name="HasMaps">Whether attention maps were written.</param>
/// <param name="Detections">What a detector found in each picture, or null where the model has none.</param>
public sealed record JobResult(IReadOnlyList<JobPicture> Pictures, bool HasMaps = false, IReadOnlyList<PictureDetections>? Detections = null);

/// <summary>One picture of a job.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record JobPicture(int Index, long Seed, int Width, int Height);

/// <summary>What a detector found in a picture.</summary>
/// <param name="Instances">One for each instance that was asked for.</param>
/// <param name="Others">What else stands on the picture.</param>
public sealed record PictureDetections(IReadOnlyList<InstanceDetection> Instances, IReadOnlyList<OtherDetection> Others);

/// <summary>What was found of one instance.</summary>
/// <param name="Index">Index in the scene.</param>
/// <param name="Label">Its label.</param>
/// <param name="Box">The found box [x1, y1, x2, y2], or null when nothing was found.</param>
/// <param name="Iou">Intersection over union with the box that was asked for.</param>
/// <param name="ColorOk">Whether the colour is right.</param>
/// <param name="PatternOk">Whether the pattern is right.</param>
/// <param name="CategoryOk">Whether the category is right.</param>
public sealed record InstanceDetection(int Index, string Label, IReadOnlyList<double>? Box, double Iou, bool ColorOk, bool PatternOk, bool CategoryOk);

/// <summary>Something that stands on the picture and was not asked for there.</summary>
/// <param name="Box">[x1, y1, x2, y2].</param>
/// <param name="Color">Its colour.</param>
/// <param name="Category">Its category.</param>
public sealed record OtherDetection(IReadOnlyList<double> Box, string Color, string Category);
