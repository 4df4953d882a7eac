namespace Radl.Studio.Drawing;

/// <summary>Small dense systems of linear equations.</summary>
internal static class LinearSystem
{
    /// <summary>Solves A X = B by elimination with row exchange.</summary>
    /// <param name="a">[n, n]; overwritten.</param>
    /// <param name="b">[n, m]; overwritten.</param>
    /// <returns>X, [n, m].</returns>
    public static double[,] Solve(double[,] a, double[,] b)
    {
        (int n, int m) = (a.GetLength(0), b.GetLength(1));
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(a[row, column]));
            Exchange(a, column, pivot);
            Exchange(b, column, pivot);
            for (int row = 0; row < n; row++)
            {
                if (row == column)
                {
                    continue;
                }
                double factor = a[row, column] / a[column, column];
                for (int k = column; k < n; k++)
                {
                    a[row, k] -= factor * a[column, k];
                }
                for (int k = 0; k < m; k++)
                {
                    b[row, k] -= factor * b[column, k];
                }
            }
        }
        for (int row = 0; row < n; row++)
        {
            for (int k = 0; k < m; k++)
            {
                b[row, k] /= a[row, row];
            }
        }
        return b;
    }

    private static void Exchange(double[,] matrix, int one, int other)
    {
        for (int k = 0; k < matrix.GetLength(1); k++)
        {
            (matrix[one, k], matrix[other, k]) = (matrix[other, k], matrix[one, k]);
        }
    }
}
