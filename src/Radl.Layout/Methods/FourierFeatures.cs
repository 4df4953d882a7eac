namespace Radl.Layout.Methods;

/// <summary>Sines and cosines of the sides of boxes: what the methods' position networks read.</summary>
internal static class FourierFeatures
{
    /// <summary>For each of K frequencies T^(k/K) the sines, then the cosines, of the four sides, in single precision as the references compute them.</summary>
    /// <param name="boxes">S boxes.</param>
    /// <param name="sides">Writes a box's sides in the order that the method's network was trained with.</param>
    /// <param name="frequencies">K.</param>
    /// <param name="temperature">T.</param>
    /// <returns>S rows of 8 K features.</returns>
    public static float[] Of(IReadOnlyList<LayoutBox> boxes, Action<LayoutBox, Span<float>> sides, int frequencies, float temperature)
    {
        var features = new float[boxes.Count * 8 * frequencies];
        int at = 0;
        Span<float> box = stackalloc float[4];
        for (int b = 0; b < boxes.Count; b++)
        {
            sides(boxes[b], box);
            for (int k = 0; k < frequencies; k++)
            {
                float frequency = MathF.Pow(temperature, (float)k / frequencies);
                for (int i = 0; i < 4; i++)
                {
                    features[at + i] = MathF.Sin(frequency * box[i]);
                    features[at + 4 + i] = MathF.Cos(frequency * box[i]);
                }
                at += 8;
            }
        }
        return features;
    }
}
