import { allInks } from '../palette.js';

/** Figures on dark paper: the same marks by class in their dark inks. */
function darkInks(): string {
  return allInks()
    .map(({ name, dark }) => `.ink-${name}[stroke]{stroke:${dark}}.ink-${name}[fill^="#"]{fill:${dark}}`)
    .join('');
}

const light =
  '--paper:#fff;--ink:#1c1c1a;--soft:#5f5f5a;--line:#dcdcd6;--wash:#f5f5f1;--mark:#eaf2f9;--accent:#00568a;--pixel:#08306b';
const dark =
  '--paper:#16171a;--ink:#e8e6e1;--soft:#a3a19a;--line:#36383d;--wash:#1f2125;--mark:#1b2b3a;--accent:#7cc4f2;--pixel:#9ecbf0';

/** The report's style sheet: light and dark, wide and narrow, screen and paper. */
export function styleSheet(): string {
  return `
:root{color-scheme:light dark;${light}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 Charter,'Bitstream Charter','Sitka Text',Cambria,Georgia,serif}
header,main,footer{max-width:56rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:3rem}
h1,h2,.kind,.caption,table,figure,dl,pre,summary,footer{font-family:Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}
.kind{margin:0;color:var(--soft);font-size:.9rem}
h1{margin:.1rem 0 1rem;font-size:1.25rem;font-weight:600;line-height:1.3}
.result{margin:0;font-size:clamp(1.35rem,1rem + 1.8vw,1.9rem);line-height:1.3;text-wrap:pretty}
h2{margin:3.5rem 0 .75rem;font-size:1.125rem;line-height:1.3}
p{max-width:40rem}
figure{margin:2.5rem 0 3rem}
figcaption{margin-top:.6rem;max-width:44rem;color:var(--soft);font-size:.875rem;line-height:1.45}
svg.figure{display:block;width:100%;height:auto;max-width:860px;color:var(--ink);font-family:inherit}
svg.figure text{font-variant-numeric:tabular-nums}
svg.figure>.paper{fill:none}
.paper,.hollow[fill]{fill:var(--paper)}
.pixels{fill:var(--pixel)}
.narrow{display:none}
.scroll{overflow-x:auto;margin:0 -1.25rem;padding:0 1.25rem}
table{border-collapse:collapse;font-size:.875rem;line-height:1.3;font-variant-numeric:tabular-nums}
.levels{width:100%}
.caption{max-width:44rem;margin:0 0 .75rem;color:var(--soft);font-size:.875rem;line-height:1.45}
th,td{padding:.34rem .55rem;text-align:right;vertical-align:top;white-space:nowrap;border-bottom:1px solid var(--line)}
thead th{vertical-align:bottom;font-weight:600;white-space:normal;border-bottom-color:var(--soft)}
th:first-child,td:first-child{padding-left:.4rem}
tbody th{font-weight:400}
td small{display:block;color:var(--soft);font-size:.86em}
tr.winner>*{background:var(--mark);font-weight:600}
tr.winner small{font-weight:400}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.digests th,.digests td{text-align:left}
code,pre,.mono{font-family:ui-monospace,'SF Mono','Cascadia Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:.8125rem}
pre{margin:.75rem 0;padding:.85rem 1rem;background:var(--wash);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.3rem 1.5rem;margin:0;font-size:.875rem;line-height:1.45}
dt{color:var(--soft);overflow-wrap:anywhere}
dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--accent);font-size:.9375rem}
details>.caption{margin-top:1rem}
footer{margin-top:4rem;padding-bottom:3rem;color:var(--soft);font-size:.875rem}
@media screen and (prefers-color-scheme:dark){:root{${dark}}${darkInks()}.hollow[fill]{fill:var(--paper)}}
@media (max-width:40rem){
header{padding-top:1.75rem}
.wide{display:none}
.narrow{display:block}
dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:.5rem}
.levels th:first-child{position:sticky;left:0;background:var(--paper)}
.levels tr.winner th:first-child{background:var(--mark)}
}
@media print{
:root{${light}}
body{font-size:10pt}
header,main,footer{max-width:none;padding:0}
header{padding-top:0}
figure,tr,pre{break-inside:avoid}
h2{break-after:avoid}
.scroll{overflow:visible;margin:0;padding:0}
.wide{display:block}
.narrow{display:none}
.levels{font-size:7.5pt}
}
`;
}
