using Radl.Layout.Methods.MultiDiffusion;

namespace Radl.Layout.Tests.Methods.MultiDiffusion;

public sealed class LatentWindowTests
{
    [Theory]
    [InlineData(64, 64, 64, 8)]
    [InlineData(65, 64, 64, 8)]
    [InlineData(70, 133, 64, 24)]
    [InlineData(8, 21, 8, 3)]
    [InlineData(5, 40, 16, 16)]
    public void Windows_of_one_size_cover_every_latent_pixel(int height, int width, int side, int stride)
    {
        var covered = new bool[height, width];
        IReadOnlyList<LatentWindow> windows = LatentWindow.Over(height, width, side, stride);
        foreach (LatentWindow window in windows)
        {
            Assert.Equal((Math.Min(side, height), Math.Min(side, width)), (window.Height, window.Width));
            for (int y = window.Top; y < window.Bottom; y++)
            {
                for (int x = window.Left; x < window.Right; x++)
                {
                    covered[y, x] = true;
                }
            }
        }
        Assert.DoesNotContain(false, covered.Cast<bool>());
        Assert.Equal(windows.Count, windows.Distinct().Count());
    }

    [Fact]
    public void The_reference_leaves_an_edge_that_its_stride_does_not_reach()
    {
        Assert.Equal([new LatentWindow(0, 64, 0, 64)], LatentWindow.Over(65, 65, coverEdges: false));
        Assert.Equal(4, LatentWindow.Over(65, 65).Count);
    }
}
