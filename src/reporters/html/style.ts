/** The page's style. Its hash stands in the page's policy, so elements carry classes and no style of their own. Contrasts are at least 4.5 in both palettes. */
export const STYLE = `
:root{--bg:#fff;--fg:#1b1f24;--mut:#57606a;--line:#d5dbe1;--card:#f6f8fa;--link:#0757b8;
--bad:#b3261e;--badbg:#fdf0ef;--warn:#8a5a00;--warnbg:#fff7e3;--ok:#146c2e;--okbg:#edf8f0;--unk:#57606a;--unkbg:#f3f5f7;--tag:#fff;--tint:.13;
--assigned:#3a6db0;--cooldown:#e0a92e;--free:#d3e3d8;--total:#1b1f24;--limit:#6e7781;--outage:#c2362b;--gap:#8c959f;
--wait:#c98a00;--good:#23863f;--plain:#5b6570;--slow:#8250c4;--growing:#2a8f8a;--down:#424a53;--other:#a3acb5;--lane:#eceff2}
@media screen and (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--mut:#9aa4ae;--line:#30363d;--card:#151b23;--link:#79b8ff;
--bad:#ff8a80;--badbg:#2b1413;--warn:#e3b341;--warnbg:#272012;--ok:#56d364;--okbg:#12261a;--unk:#9aa4ae;--unkbg:#1a2027;--tag:#0d1117;--tint:.24;
--assigned:#5d93d6;--cooldown:#d9a437;--free:#24402f;--total:#e6edf3;--limit:#9aa4ae;--outage:#ff6b60;--gap:#6e7781;
--wait:#d9a437;--good:#56d364;--plain:#aab4be;--slow:#b78af0;--growing:#4dc0b8;--down:#aab4be;--other:#6e7781;--lane:#1d242c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
header.top,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header.top{display:flex;gap:12px;align-items:center;justify-content:space-between;padding-top:16px;margin-bottom:10px}
.facts{margin:0;color:var(--mut);font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
h1{font-size:26px;line-height:1.25;margin:6px 0 8px;letter-spacing:-.01em}
h2{font-size:19px;line-height:1.3;margin:34px 0 10px}
h3{font-size:16px;line-height:1.35;margin:24px 0 8px}
p{margin:8px 0}
a{color:var(--link)}
code,pre,.t,.where{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}
.mut,.where,.sure{color:var(--mut)}
.t,.n{font-variant-numeric:tabular-nums}
.verdict{border-left:6px solid var(--unk);background:var(--unkbg);border-radius:8px;padding:16px 22px}
.verdict.fail{border-color:var(--bad);background:var(--badbg)}
.verdict.warn{border-color:var(--warn);background:var(--warnbg)}
.verdict.ok{border-color:var(--ok);background:var(--okbg)}
.verdict p{max-width:100ch}
.verdict .when{margin:0}
.verdict p:last-child{margin-bottom:0}
.tag{display:inline-block;background:var(--unk);color:var(--tag);padding:1px 10px;border-radius:5px;font-size:13px;letter-spacing:.05em;margin-right:6px}
.fail .tag{background:var(--bad)}.warn .tag{background:var(--warn)}.ok .tag{background:var(--ok)}
.damage{border:1px solid var(--warn);background:var(--bg);border-radius:6px;padding:8px 12px}
.bad{color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:12px 0 0}
.tiles div{display:flex;flex-direction:column-reverse;justify-content:flex-end;border:1px solid var(--line);background:var(--card);border-radius:8px;padding:10px 14px}
.tiles dd{margin:0;font-size:22px;font-weight:650;line-height:1.25;font-variant-numeric:tabular-nums}
.tiles dt{color:var(--mut);font-size:14px;line-height:1.35}
figure.pool{margin:0;border:1px solid var(--line);background:var(--card);border-radius:8px;padding:12px 16px}
figcaption{color:var(--mut);font-size:13.5px;margin-top:8px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;margin:0 0 8px;padding:0;font-size:13.5px;color:var(--mut)}
.key{vertical-align:-1px;margin-right:6px;border-radius:2px}
svg.chart{display:block;overflow:visible;padding-left:34px}
svg.time{overflow:hidden}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--mut);font-variant-numeric:tabular-nums}
svg .label,svg .scale{paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
svg .label{fill:var(--fg);font-weight:600}
svg .detail{fill:var(--mut);font-weight:400}
svg .scale{text-anchor:end}
.time line,.time path,.time rect{vector-effect:non-scaling-stroke}
.grid line{stroke:var(--line);stroke-width:1}
path.assigned,rect.assigned{fill:var(--assigned)}
path.cooldown,rect.cooldown{fill:var(--cooldown)}
path.free,rect.free{fill:var(--free)}
.total{fill:none;stroke:var(--total);stroke-width:1.5}
.limit{fill:none;stroke:var(--limit);stroke-width:1.5;stroke-dasharray:5 4}
rect.outage{fill:var(--outage);opacity:var(--tint)}
rect.gap{fill:var(--gap);opacity:.35}
.slices rect,rect.frame{fill:transparent}
rect.lane{fill:var(--lane)}
.time .bad,.time .wait,.time .good,.time .plain{stroke-width:2.5}
.time path.bad{stroke:var(--bad)}.time path.wait{stroke:var(--wait)}.time path.good{stroke:var(--good)}.time path.plain{stroke:var(--plain)}
.time rect.bad{fill:var(--bad)}.time rect.wait{fill:var(--wait)}.time rect.plain{fill:var(--plain)}
.label,.scale,.axis,.cursor,.limit,.outage{pointer-events:none}
.cursor line{stroke:var(--fg);stroke-width:1}
.cursor rect{fill:var(--fg);opacity:.12}
.zooming{cursor:ew-resize;touch-action:pan-y;user-select:none}
.tools{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin-top:8px;font-size:13.5px}
.tools label{flex:1 1 220px;display:flex;gap:8px;align-items:center;color:var(--mut)}
.tools input{flex:1;min-width:80px;accent-color:var(--assigned)}
.readout{font-size:13.5px;min-height:84px;max-height:132px;overflow:auto;border-top:1px solid var(--line);margin-top:8px;padding-top:6px}
.readout ul{margin:0;padding:0;list-style:none}
[hidden]{display:none!important}
button{font:inherit;font-size:13.5px;color:var(--fg);background:var(--card);border:1px solid var(--line);border-radius:6px;padding:3px 12px;cursor:pointer;white-space:nowrap}
button:hover{border-color:var(--mut)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.bar{display:block;border-radius:5px}
.part{fill:var(--other)}
.p-bad{fill:var(--bad)}.p-wait{fill:var(--wait)}.p-slow{fill:var(--slow)}.p-growing{fill:var(--growing)}.p-cooldown{fill:var(--cooldown)}.p-limit{fill:var(--assigned)}.p-down{fill:var(--down)}
.wide{overflow-x:auto}
td,th{overflow-wrap:break-word}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:6px 18px 6px 0;border-bottom:1px solid var(--line)}
thead th{color:var(--mut);font-weight:600;font-size:13px;vertical-align:bottom}
tbody th{font-weight:400}
td.n,th.n{text-align:right;white-space:nowrap}
td.t{white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
details.card{border:1px solid var(--line);border-radius:8px;padding:0 16px;margin:10px 0}
details.card[open]{padding-bottom:12px}
summary{cursor:pointer}
details.card>summary{font-weight:600;padding:10px 0}
.evidence{list-style:none;margin:0;padding:0}
.evidence li{border-bottom:1px solid var(--line);padding:6px 0}
.evidence summary,.evidence .bare{display:grid;grid-template-columns:14px minmax(96px,auto) 1fr auto;gap:2px 10px;align-items:baseline}
.evidence summary::-webkit-details-marker{display:none}
.evidence summary::before{content:"▸";color:var(--mut)}
.evidence [open]>summary::before{content:"▾"}
.evidence .t{white-space:nowrap}
.evidence .bare::before{content:""}
pre{margin:6px 0;padding:8px 12px;background:var(--card);border:1px solid var(--line);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;max-height:320px;overflow:auto}
.command{display:flex;gap:8px;align-items:flex-start}
.command pre{flex:1;min-width:0}
.command button{margin-top:6px}
.actions li{margin:8px 0}
.sev{display:inline-block;min-width:3.2em;text-align:center;border:1px solid currentColor;border-radius:4px;font-size:12px;padding:0 6px;margin-right:6px;color:var(--mut)}
.sev.fail{color:var(--bad)}.sev.warn{color:var(--warn)}
dl.checked{margin:0}
dl.checked dt{font-weight:600;font-size:14px;margin-top:8px}
dl.checked dd{margin:2px 0 0;color:var(--mut)}
dl.checked code{margin-right:6px}
.incident+.incident{border-top:1px solid var(--line);margin-top:30px}
footer{color:var(--mut);font-size:13px;padding-top:24px;padding-bottom:28px}
@media (max-width:640px){
.wide table{min-width:660px}
header.top,main,footer{padding-left:12px;padding-right:12px}
header.top{align-items:flex-start;flex-direction:column;gap:4px}
.verdict{padding:12px 14px}
h1{font-size:21px}
figure.pool{padding:10px}
.axis .minor,svg .detail{display:none}
svg.chart{padding-left:28px}
.tiles{grid-template-columns:repeat(2,1fr)}
.tools label{flex-basis:100%}
.evidence summary,.evidence .bare{grid-template-columns:14px 1fr}
.evidence .what,.evidence .where{grid-column:2}
.command{flex-direction:column;gap:0}
.command pre{width:100%}
}
@media print{
@page{margin:12mm}
body{font-size:10pt}
h1{font-size:21px}
h2{margin-top:20px}
.axis .minor{display:none}
header.top,main,footer{max-width:none;padding:0}
button,.tools,.readout,.cursor{display:none!important}
.verdict,svg,.tag,.tiles div{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.tiles{grid-template-columns:repeat(5,1fr)}
figure,tr,.evidence li,.tiles{break-inside:avoid}
h2,h3,summary,thead{break-after:avoid}
.wide{overflow:visible}
.wide table{min-width:0;font-size:9.5pt}
th,td{padding-right:10px}
td.t{white-space:normal}
pre{max-height:none}
details::details-content{content-visibility:visible;display:block;height:auto}
}
`
