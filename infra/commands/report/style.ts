/** The page's style sheet: light or dark as the system is set, and fit for a phone. */
export const style = `
:root { color-scheme: light dark; --ground: light-dark(#f3f5f8, #0f141b); --panel: light-dark(#ffffff, #171e27);
  --line: light-dark(#dce1e8, #2d3846); --text: light-dark(#16202c, #e6ebf1); --quiet: light-dark(#55616f, #a3b0bf); }
body { margin: 0 auto; max-width: 90rem; padding: 1rem; font: 0.95rem/1.45 system-ui, sans-serif; color: var(--text);
  background: var(--ground); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 0; }
p { margin: 0.25rem 0 0.75rem; color: var(--quiet); }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 0.5rem; padding: 1rem; margin: 0 0 1rem; }
.pair { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1rem; }
.chart svg { width: 100%; height: auto; }
.narrow { display: none; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(10rem, 100%), 1fr)); gap: 0.75rem; margin: 0 0 1rem; }
.figures div { background: var(--panel); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem 1rem; }
.figures dt, small { color: var(--quiet); }
.figures dd { margin: 0; }
.figures strong { display: block; font-size: 1.5rem; }
.bar { display: block; height: 0.35rem; border-radius: 2px; background: #2b8a3e; }
.share { min-width: 6rem; }
.numbers { overflow: auto; max-height: 22rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid var(--line); text-align: right; overflow-wrap: normal; }
th { font-weight: 600; }
thead th { position: sticky; top: 0; background: var(--panel); }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--panel); }
thead th:first-child { z-index: 1; }
tfoot { font-weight: 600; }
.key { display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.35em; border-radius: 2px; }
@media (max-width: 60rem) { .pair { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) { .wide { display: none; } .narrow { display: block; } th, td { padding: 0.2rem 0.4rem; } }
@media print { .numbers { max-height: none; } }
`;
