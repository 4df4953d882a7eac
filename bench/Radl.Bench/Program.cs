using Radl.Bench;

switch (args)
{
    case ["binding"]:
        BindingReport.Write(Console.Out, wholeStep: false);
        return 0;
    case ["binding", "--step"]:
        BindingReport.Write(Console.Out, wholeStep: true);
        return 0;
    case ["control"]:
        ControlCost.Write(Console.Out, fullSize: false);
        return 0;
    case ["control", "--step"]:
        ControlCost.Write(Console.Out, fullSize: true);
        return 0;
    default:
        Console.Error.WriteLine("usage: bench/run.sh binding|control [--step]   (--step adds full-size denoising steps, some minutes and 4 GB)");
        return 2;
}
