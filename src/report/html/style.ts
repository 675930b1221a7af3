import { Markup } from "./markup.js";

/** Colours of the outcomes: each at least 3:1 against its ground, apart in lightness for who does not see the hue. */
export const STYLE: Markup = new Markup(`
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --line: #dfe3e8; --text: #1b2330; --soft: #5a6675;
  --allowed: #2f6fd0; --denied: #c2332f; --limited: #b66a00; --waiting: #7b4fc4; --unavailable: #5d6874; --rest: #e6e9ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11151b; --card: #191f27; --line: #2d3642; --text: #e7ebf0; --soft: #a3afbd;
    --allowed: #4f90ee; --denied: #f2766b; --limited: #e7a63d; --waiting: #b596f2; --unavailable: #97a3b1; --rest: #2d3642;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 20px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 2px; }
p { margin: 0; }
header p, section > p, .more, .meaning, figcaption, small, .none { color: var(--soft); }
section > p { margin-bottom: 12px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; min-width: 0; }
.pair { display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 900px) { .pair { grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); } }
.look { margin: 12px 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 8px; }
.look a { display: block; padding: 4px 12px; border: 1px solid var(--line); border-radius: 99px; background: var(--card); color: var(--text); text-decoration: none; }
.look a:hover, .look a:focus-visible { border-color: var(--text); }
.tiles { margin: 0; display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; }
.tile dd { margin: 0; }
.tile dt { font-weight: 600; }
.tile strong { margin-right: 4px; font-size: 26px; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile dd span { color: var(--soft); white-space: nowrap; }
.tile.zero strong { color: var(--soft); font-weight: 400; }
.meaning { font-size: 13px; line-height: 1.35; }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 7px; }
.allowed { fill: var(--allowed); } .key.allowed { background: var(--allowed); }
.denied { fill: var(--denied); } .key.denied { background: var(--denied); }
.limited { fill: var(--limited); } .key.limited { background: var(--limited); }
.waiting { fill: var(--waiting); } .key.waiting { background: var(--waiting); }
.unavailable { fill: var(--unavailable); } .key.unavailable { background: var(--unavailable); }
.rest { fill: var(--rest); }
.timeline { margin: 12px 0 0; }
.plot { position: relative; padding: 8px 0 26px 44px; }
.plot svg { display: block; width: 100%; height: 220px; overflow: visible; }
.plot rect { stroke: var(--card); stroke-width: 0.5; vector-effect: non-scaling-stroke; }
.plot .whole { fill: transparent; stroke: none; }
.plot g:hover .whole { fill: var(--rest); fill-opacity: 0.6; }
.grid { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.heights { position: absolute; left: 0; top: 8px; width: 36px; height: 220px; }
.heights span { position: absolute; right: 0; transform: translateY(50%); font-size: 12px; color: var(--soft); font-variant-numeric: tabular-nums; }
.times { position: relative; height: 20px; top: 6px; }
.times span { position: absolute; transform: translateX(-50%); font-size: 12px; color: var(--soft); white-space: nowrap; }
figcaption { display: flex; flex-wrap: wrap; gap: 4px 20px; justify-content: space-between; font-size: 13px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 0; padding: 0; }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--soft); font-size: 13px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-size: 12.5px; white-space: nowrap; vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.number.zero { color: var(--soft); }
.name { min-width: clamp(190px, 24vw, 270px); }
td.text { min-width: 120px; }
td.bar { width: 26%; min-width: 90px; padding-top: 13px; }
svg.bar { display: block; width: 100%; height: 10px; border-radius: 3px; overflow: hidden; }
.outside { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.92em; overflow-wrap: anywhere; }
.outcome, .nowrap { white-space: nowrap; }
small { font-size: 12.5px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; list-style: none; margin: 0; padding: 0; }
.chips li { border: 1px solid var(--line); border-radius: 6px; padding: 1px 8px; max-width: 100%; }
.more, .empty { margin-top: 8px; font-size: 13px; }
.empty { color: var(--soft); margin: 0; }
footer { color: var(--soft); font-size: 13px; }
:focus-visible { outline: 2px solid var(--allowed); outline-offset: 2px; }
@media (max-width: 600px) {
  main { padding: 20px 12px 40px; gap: 14px; }
  section { padding: 16px 14px; }
  h1 { font-size: 23px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
  .times span:nth-child(even) { display: none; }
}
@media print { body { background: none; } section, .tile { break-inside: avoid; } .scroll { overflow: visible; } }
`);
