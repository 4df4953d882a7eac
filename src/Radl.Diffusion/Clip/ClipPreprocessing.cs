using System.Text.Json;
using Radl.Diffusion.Config;
using Radl.Diffusion.Imaging;
using Radl.Torch;
using Radl.Torch.IO;

namespace Radl.Diffusion.Clip;

/// <summary>How a picture becomes a CLIP's input: <c>preprocessor_config.json</c> in transformers' layout.</summary>
public sealed record ClipPreprocessing
{
    private static readonly string[] Known =
    [
        "size", "crop_size", "resample", "image_mean", "image_std", "rescale_factor", "do_resize", "do_center_crop", "do_normalize", "do_rescale", "do_convert_rgb",
        "feature_extractor_type", "image_processor_type", "processor_class",
    ];

    /// <summary>Pixels that the shorter side is resized to.</summary>
    public int ShortestSide { get; init; } = 224;

    /// <summary>Side of the square that is cut from the middle: the input's side.</summary>
    public int CropSide { get; init; } = 224;

    /// <summary>The kernel of the resizing.</summary>
    public ResizeFilter Filter { get; init; } = ResizeFilter.Bicubic;

    /// <summary>Mean of red, green and blue in 0..1, which is subtracted.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.48145466, 0.4578275, 0.40821073];

    /// <summary>Standard deviation of red, green and blue in 0..1, which is divided by.</summary>
    public IReadOnlyList<double> StandardDeviation { get; init; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>Pictures of any size seen whole at one side, in -1..1: for a CLIP of a small drawn world.</summary>
    public static ClipPreprocessing Plain(int side) => new() { ShortestSide = side, CropSide = side, Mean = [.5, .5, .5], StandardDeviation = [.5, .5, .5] };

    /// <summary>Reads and checks a config file.</summary>
    /// <exception cref="InvalidDataException">Not JSON, or a field is missing or of the wrong type; the file and the field are named.</exception>
    /// <exception cref="NotSupportedException">A step is turned off, or a field is not known.</exception>
    public static ClipPreprocessing Read(string path)
    {
        JsonElement root = ConfigFile.Read(path, DiffusionJson.Default.JsonElement);
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{path}: is not an object");
        }
        foreach (JsonProperty field in root.EnumerateObject())
        {
            bool isStep = field.Name.StartsWith("do_", StringComparison.Ordinal);
            if (!Known.Contains(field.Name) || (isStep && field.Value.ValueKind != JsonValueKind.True))
            {
                throw new NotSupportedException($"{path}: field '{field.Name}' is {field.Value.GetRawText()}, which this preprocessing does not know");
            }
        }
        int filter = Side(path, root, "resample", "");
        if (filter is not ((int)ResizeFilter.Bilinear or (int)ResizeFilter.Bicubic))
        {
            throw new NotSupportedException($"{path}: resample {filter} is neither 2 (bilinear) nor 3 (bicubic)");
        }
        return new ClipPreprocessing
        {
            ShortestSide = Side(path, root, "size", "shortest_edge"),
            CropSide = Side(path, root, "crop_size", "height"),
            Filter = (ResizeFilter)filter,
            Mean = Channels(path, root, "image_mean"),
            StandardDeviation = Channels(path, root, "image_std"),
        };
    }

    /// <summary>Writes a config file that <see cref="Read"/> and transformers read.</summary>
    public void Write(string path)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("crop_size", CropSide);
            json.WriteBoolean("do_center_crop", true);
            json.WriteBoolean("do_normalize", true);
            json.WriteBoolean("do_resize", true);
            json.WriteString("feature_extractor_type", "CLIPFeatureExtractor");
            Write(json, "image_mean", Mean);
            Write(json, "image_std", StandardDeviation);
            json.WriteNumber("resample", (int)Filter);
            json.WriteNumber("size", ShortestSide);
            json.WriteEndObject();
        }
        AtomicFile.Write(path, buffer.ToArray());
    }

    /// <summary>A picture as the model sees it: the shorter side resized, the middle cut out.</summary>
    /// <param name="rgb">[height, width, 3] bytes.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <returns>[<see cref="CropSide"/>, <see cref="CropSide"/>, 3] bytes.</returns>
    public byte[] Fit(ReadOnlySpan<byte> rgb, int width, int height)
    {
        (int newWidth, int newHeight) = width <= height
            ? (ShortestSide, (int)((long)ShortestSide * height / width))
            : ((int)((long)ShortestSide * width / height), ShortestSide);
        if (Math.Min(newWidth, newHeight) < CropSide)
        {
            throw new InvalidOperationException($"a side of {ShortestSide} pixels is less than the {CropSide} that are cut out");
        }
        byte[] resized = PictureResize.Resize(rgb, width, height, newWidth, newHeight, Filter);
        return Cut(resized, newWidth, newHeight, (newWidth - CropSide) / 2, (newHeight - CropSide) / 2, CropSide, CropSide);
    }

    /// <summary>A part of a picture, stretched to the input's square whatever its shape: how local CLIP sees a box.</summary>
    /// <param name="rgb">[height, width, 3] bytes.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="left">First column of the part.</param>
    /// <param name="top">First row of the part.</param>
    /// <param name="partWidth">Columns, at least 1.</param>
    /// <param name="partHeight">Rows, at least 1.</param>
    /// <returns>[<see cref="CropSide"/>, <see cref="CropSide"/>, 3] bytes.</returns>
    public byte[] Stretch(ReadOnlySpan<byte> rgb, int width, int height, int left, int top, int partWidth, int partHeight) =>
        PictureResize.Resize(Cut(rgb, width, height, left, top, partWidth, partHeight), partWidth, partHeight, CropSide, CropSide, Filter);

    /// <summary>Normalises what <see cref="Fit"/> and <see cref="Stretch"/> gave: (x / 255 - mean) / standard deviation.</summary>
    /// <param name="inputs">[count, side, side, 3] bytes.</param>
    /// <param name="count">Pictures.</param>
    /// <returns>fp32 [count, 3, side, side]; the current scope owns it.</returns>
    public Tensor ToTensor(ReadOnlySpan<byte> inputs, int count)
    {
        using var scope = TensorScope.Enter();
        Tensor bytes = Tensor.From(inputs, count, CropSide, CropSide, 3).To(DType.Float32);
        Tensor mean = Tensor.From(Mean.Select(value => (float)value).ToArray());
        Tensor deviation = Tensor.From(StandardDeviation.Select(value => (float)value).ToArray());
        return scope.Return((((bytes / 255) - mean) / deviation).Permute(0, 3, 1, 2).Contiguous());
    }

    private static byte[] Cut(ReadOnlySpan<byte> rgb, int width, int height, int left, int top, int partWidth, int partHeight)
    {
        if (left < 0 || top < 0 || partWidth < 1 || partHeight < 1 || left + partWidth > width || top + partHeight > height)
        {
            throw new ArgumentException($"{partWidth}x{partHeight} pixels at ({left}, {top}) do not lie inside of {width}x{height}", nameof(rgb));
        }
        var part = new byte[partWidth * partHeight * 3];
        for (int row = 0; row < partHeight; row++)
        {
            rgb.Slice((((top + row) * width) + left) * 3, partWidth * 3).CopyTo(part.AsSpan(row * partWidth * 3));
        }
        return part;
    }

    // A number, or an object of one: published files have both.
    private static int Side(string path, JsonElement root, string name, string inner)
    {
        bool isThere = root.TryGetProperty(name, out JsonElement value);
        if (isThere && value.ValueKind == JsonValueKind.Object)
        {
            isThere = value.TryGetProperty(inner, out value);
        }
        return isThere && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int side) && side > 0
            ? side
            : throw new InvalidDataException($"{path}: {name}: a positive whole number is needed");
    }

    private static double[] Channels(string path, JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3
            && value.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.Number)
            ? [.. value.EnumerateArray().Select(entry => entry.GetDouble())]
            : throw new InvalidDataException($"{path}: {name}: three numbers are needed");

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            json.WriteNumberValue(value);
        }
        json.WriteEndArray();
    }
}
