using Radl.Bench;

switch (args)
{
    case ["binding"]:
        BindingReport.Write(Console.Out, wholeStep: false);
        return 0;
    case ["binding", "--step"]:
        BindingReport.Write(Console.Out, wholeStep: true);
        return 0;
    default:
        Console.Error.WriteLine("usage: bench/run.sh binding [--step]   (--step adds a full-size denoising step, a minute and 3 GB); the model is measured by: radl bench");
        return 2;
}
