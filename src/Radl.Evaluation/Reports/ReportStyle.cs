namespace Radl.Evaluation.Reports;

/// <summary>How the page looks, in light and dark.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --page: #fdfdfc; --ink: #1d1d1f; --soft: #5c5f66; --line: #d5d7dc; --band: #f1f2f4; --ours: #0b62a8; --roof: #3a7d44; }
        @media (prefers-color-scheme: dark) {
          :root { --page: #16181c; --ink: #e8e8ea; --soft: #a4a8b0; --line: #3a3e46; --band: #20242a; --ours: #6cb6f5; --roof: #7fce8d; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 76rem; padding: 1rem 1.25rem 4rem; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.7rem; }
        h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); font-size: 1.3rem; }
        a { color: var(--ours); }
        a:focus-visible, .wide:focus-visible { outline: 3px solid var(--ours); outline-offset: 2px; }
        .skip { position: absolute; left: -999rem; }
        .skip:focus { left: 1rem; top: 1rem; padding: .4rem .8rem; background: var(--page); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; font-size: .9rem; }
        dt { color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
        nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; list-style: none; }
        .wide { overflow-x: auto; margin: 1.2rem 0; }
        table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
        caption { padding: .3rem 0; text-align: left; font-weight: 600; }
        th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
        th[scope="row"], td.text { text-align: left; }
        thead th { vertical-align: bottom; }
        td b { font-weight: 600; }
        td small { display: block; color: var(--soft); white-space: nowrap; }
        tr.ceiling { color: var(--roof); }
        tr.paper { background: var(--band); font-style: italic; }
        tr.absent { color: var(--soft); }
        .note { color: var(--soft); font-size: .9rem; max-width: 60rem; }
        .pictures td { text-align: left; }
        .pictures td small { white-space: normal; max-width: 11rem; }
        .pictures th.prompt { max-width: 14rem; font-weight: 400; }
        .pictures img { display: block; }
        figure { margin: 1rem 0; }
        figcaption { color: var(--soft); font-size: .9rem; }
        svg { display: block; width: 100%; max-width: 46rem; height: auto; }
        svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
        svg .grid { stroke: var(--line); stroke-width: 1; }
        svg .interval { stroke-width: 2.5; stroke-linecap: round; }
        svg line.measured { stroke: var(--ours); }
        svg line.ceiling { stroke: var(--roof); }
        svg circle.measured { fill: var(--ours); }
        svg circle.ceiling { fill: var(--roof); }
        @media print { .wide { overflow: visible; } }

        """;
}
