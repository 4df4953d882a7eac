using Radl.Evaluation.Published;

namespace Radl.Evaluation.Tests.Published;

public class PaperTablesTests
{
    [Fact]
    public void The_papers_margins_over_MIGC_are_those_of_its_text()
    {
        PaperPositionRow Position(string method) => PaperTables.Position.Single(r => r.Method == method);
        PaperMigRow Mig(string method) => PaperTables.Mig.Single(r => r.Method == method);
        PaperDrawRow Draw(string method) => PaperTables.Draw.Single(r => r.Method == method);
        Assert.Equal(.80, Position("RaDL").R - Position("MIGC").R, 1e-9);
        Assert.Equal(1.20, Position("RaDL").MeanIou - Position("MIGC").MeanIou, 1e-9);
        Assert.Equal(.78, Position("RaDL").Ap - Position("MIGC").Ap, 1e-9);
        Assert.Equal(2.57, Mig("RaDL").SuccessOfSix - Mig("MIGC").SuccessOfSix, 1e-9);
        Assert.Equal(3.38, Mig("RaDL").MeanIouOfSix - Mig("MIGC").MeanIouOfSix, 1e-9);
        Assert.Equal(1.83, Draw("RaDL").Attribute - Draw("MIGC").Attribute, 1e-9);
        Assert.Equal(12.71, Draw("RaDL").Relation - Draw("MIGC").Relation, 1e-9);
    }

    // An average precision over .50 to .95 cannot be above the one at .50, a rate not above 100.
    [Fact]
    public void Every_published_row_is_a_possible_one()
    {
        Assert.All(PaperTables.Position, r => Assert.True(r.Ap <= r.Ap50 && r.Ap75 <= r.Ap50 && r.R is > 0 and < 100));
        Assert.All(PaperTables.Mig, r => Assert.True(r.SuccessOfSix <= r.SuccessOfTwo && r.MeanIouOfSix <= r.MeanIouOfTwo));
        Assert.Equal((9, 7, 6), (PaperTables.Position.Count, PaperTables.Mig.Count, PaperTables.Draw.Count));
    }
}
