/**
 * The look of the page: quiet, typographic, one style sheet for screen, dark screen, phone and A4. Colours have jobs:
 * red is money lost, blue is sales and the store's money, amber is the flag, green is money recovered.
 */
import { PICTURE_STYLE } from './style-pictures.js';

const COLOURS = `
:root{color-scheme:light dark;--paper:#fdfdfb;--raised:#f5f5f1;--ink:#1b1d21;--soft:#5a5f67;--line:#dddcd5;--bad:#b42318;--bad-soft:#e9a79f;--sale:#2c5f9e;--flag:#a35f00;--good:#3a7d57;--link:#1f4f8f;
--held:#d3dfec;--balance:#8fb1d6;--reserve:#d9b25f;--deposit:#56708c;--withdrawal:#6b6f78;--fold:#efeee8;--track:#e4e3dc;
--k1:#7b4fa3;--k2:#0f766e;--k3:#b45309;--k4:#4d7c0f;--k5:#be185d;--k6:#475569;--k7:#92702a;--k8:#0369a1}
@media (prefers-color-scheme:dark){:root{--paper:#15171a;--raised:#1d2024;--ink:#e9e7e2;--soft:#a1a6ae;--line:#34373c;--bad:#ff8274;--bad-soft:#8f3a31;--sale:#7fb0ee;--flag:#f0b04d;--good:#74c696;--link:#9cc3f5;
--held:#2b3a4c;--balance:#44658d;--reserve:#a5823a;--deposit:#8fa9c6;--withdrawal:#9a9fa8;--fold:#202327;--track:#2c2f34;
--k1:#c5a3e6;--k2:#5fc9bd;--k3:#f0a65a;--k4:#a9d15c;--k5:#f48cb6;--k6:#a9b6c7;--k7:#d9b96d;--k8:#6cc0f0}}
@media print{:root{color-scheme:light;--paper:#fff;--raised:#f6f6f3;--ink:#111;--soft:#4c5057;--line:#d0d0ca;--bad:#a61b10;--bad-soft:#e9a79f;--sale:#2c5f9e;--flag:#8f5300;--good:#2f6d49;--link:#111;
--held:#d3dfec;--balance:#8fb1d6;--reserve:#d9b25f;--deposit:#56708c;--withdrawal:#6b6f78;--fold:#efeee8;--track:#e4e3dc;
--k1:#7b4fa3;--k2:#0f766e;--k3:#b45309;--k4:#4d7c0f;--k5:#be185d;--k6:#475569;--k7:#92702a;--k8:#0369a1}}
`;

const TEXT = `
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:56px}
body{margin:0;font:15px/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums}
#zh:checked~* [lang="en"],#en:checked~* [lang="zh-Hans"]{display:none}
main{max-width:1160px;margin:0 auto;padding:0 28px 80px}
h1,.lead{font-family:"Iowan Old Style","Palatino Linotype",Georgia,"Songti SC","Noto Serif CJK SC",serif}
h1{font-size:34px;line-height:1.15;font-weight:600;letter-spacing:-.01em;margin:44px 0 10px;text-wrap:balance}
h2{font-size:22px;line-height:1.25;font-weight:650;letter-spacing:-.005em;margin:0 0 10px}
h3{font-size:16px;margin:0;font-weight:650;overflow-wrap:anywhere}
h4{font-size:13px;margin:22px 0 4px;font-weight:650}
section{margin-top:56px;padding-top:22px;border-top:1px solid var(--line)}
p{margin:0 0 10px;max-width:76ch}
a{color:var(--link);text-underline-offset:2px;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--sale);outline-offset:2px;border-radius:2px}
time{white-space:nowrap}
code{font:12px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--soft);overflow-wrap:anywhere}
small{font-size:12px;color:var(--soft)}
.quiet,.caption,.intro,.scope,.more{color:var(--soft)}
.bad{color:var(--bad)}
.caption{font-size:13px;margin:2px 0 8px}
.empty{font-size:17px}
.scope{max-width:none}.scope strong{color:var(--ink);font-weight:600}
.lead{font-size:24px;line-height:1.4;margin:26px 0 10px;max-width:46em;text-wrap:pretty}
.lead strong{font-weight:650}
.sub{font-size:16px;max-width:66em}
.hidden-input{position:absolute;opacity:0;pointer-events:none}
nav{position:sticky;top:0;z-index:3;background:var(--paper);border-bottom:1px solid var(--line)}
nav div{max-width:1160px;margin:0 auto;padding:9px 28px;display:flex;gap:20px;align-items:center;font-size:13px;overflow-x:auto;white-space:nowrap}
nav a{color:var(--soft);text-decoration:none}nav a:hover{color:var(--ink);text-decoration:underline}
nav .brand{color:var(--ink);font-weight:700;letter-spacing:.01em}
nav .languages{margin-left:auto;display:flex;border:1px solid var(--line);border-radius:6px;overflow:hidden;flex:none}
nav label{padding:3px 10px;cursor:pointer;color:var(--soft)}
#en:checked~nav label[for="en"],#zh:checked~nav label[for="zh"]{background:var(--ink);color:var(--paper)}
#en:focus-visible~nav label[for="en"],#zh:focus-visible~nav label[for="zh"]{outline:2px solid var(--sale);outline-offset:-2px}
`;

const HEAD = `
.sums{display:grid;grid-template-columns:1.25fr 1fr 1.25fr .8fr .8fr;gap:0;margin:30px 0 12px;border-top:2px solid var(--ink)}
.tile{padding:12px 18px 4px 0}.tile+.tile{padding-left:18px;border-left:1px solid var(--line)}
.tile dt{font-size:13px;color:var(--soft)}.tile dd{margin:0}
.figure{font-size:27px;line-height:1.25;font-weight:600;letter-spacing:-.02em;white-space:nowrap}
.tile.bad .figure{color:var(--bad)}.tile.bad dt{color:var(--bad)}
.note{font-size:12.5px;line-height:1.4;color:var(--soft)}
.recovery{display:block;width:100%;height:6px;margin-top:8px}
.gates{list-style:none;margin:20px 0 0;padding:0}
.gate{border-top:1px solid var(--line);padding:14px 0 16px;display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:0 40px}
.gate p{margin:2px 0 8px}.gate .question{color:var(--soft);margin-bottom:0}.gate.quiet h3{font-weight:500}
.share{display:block;width:100%;height:5px}
`;

const TABLES = `
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.45}
th{font-weight:500;color:var(--soft);text-align:left;vertical-align:bottom;padding:6px 12px 6px 0;border-bottom:1px solid var(--ink);font-size:12.5px}
td{padding:8px 12px 8px 0;border-bottom:1px solid var(--line);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
.number{text-align:right;white-space:nowrap}.rank{color:var(--soft);text-align:right;padding-right:10px}
.ranked .name{display:none}
.ranked .when{white-space:nowrap}.ranked .when small{white-space:normal;display:inline-block;max-width:185px;line-height:1.35}
.ranked .who{max-width:170px;overflow-wrap:anywhere}
.ranked .why{width:31%;color:var(--soft)}.ranked .is-flagged .why{color:var(--ink)}
.ranked .why ul{margin:0;padding:0;list-style:none}.ranked .why li+li{margin-top:4px}
.ranked .scored{white-space:nowrap}svg.score{width:48px;height:6px;vertical-align:middle}
.is-flagged .rank{box-shadow:inset 3px 0 var(--bad)}
tr.out{display:none}
.chip{display:inline-block;font-size:11.5px;line-height:1.5;padding:0 7px;border:1px solid var(--line);border-radius:9px;color:var(--soft);text-decoration:none;white-space:nowrap;max-width:100%;overflow:hidden;text-overflow:ellipsis;vertical-align:middle}
a.chip:hover{border-color:var(--ink);color:var(--ink)}
.filter{display:flex;gap:12px;align-items:center;flex-wrap:wrap;font-size:13px;margin:14px 0;color:var(--soft)}.filter[hidden]{display:none}
.filter input[type=search]{font:inherit;color:var(--ink);background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:5px 10px;width:240px;max-width:100%}
.check{display:flex;gap:6px;align-items:center}output{color:var(--ink);font-weight:600}
.scroll{overflow-x:auto}
.links td{padding-top:5px;padding-bottom:5px;overflow-wrap:anywhere;min-width:84px}.links .value{max-width:220px}
.inputs{width:auto;min-width:60%}.inputs .number{padding-left:24px}
.facts{margin:26px 0 0}.facts div{display:grid;grid-template-columns:220px 1fr;padding:6px 0}.facts dt{color:var(--soft)}.facts dd{margin:0}
.rejects{list-style:none;padding:0;margin:0}.rejects code{color:var(--ink)}
`;

const SECTIONS = `
details.store{border-top:1px solid var(--line);padding:12px 0}
details.store[open]{padding-bottom:34px}
summary{cursor:pointer;list-style-position:outside;margin-left:18px}
summary h3{display:inline;margin-right:10px}summary span{margin-right:12px;font-size:13.5px}
.sums-line{margin:6px 0 0 18px;color:var(--soft)}
.story{list-style:none;margin:14px 0 10px;padding:0}
.story li{display:grid;grid-template-columns:22px 240px 1fr;gap:0 8px;padding:2px 0;max-width:100ch}
.story .number{width:17px;height:17px;margin-top:3px;border-radius:50%;background:var(--ink);color:var(--paper);font-size:11px;line-height:17px;text-align:center}
.story .time{color:var(--soft);white-space:nowrap}
.columns{display:grid;grid-template-columns:1fr 1fr;gap:0 40px}
.reasons{margin:4px 0 0;padding:0;list-style:none}.reasons li{padding:4px 0;border-bottom:1px solid var(--line)}.reasons li:last-child{border:0}
.reasons code{white-space:nowrap;margin-left:4px}
.ring{margin-top:22px}.ring h3{font-size:18px;margin-bottom:6px}
.members p{font-size:13px;color:var(--soft);max-width:none;overflow-wrap:anywhere;margin:8px 0}
.members{margin-top:16px}.members summary{font-size:13px}
.tip{position:fixed;z-index:9;pointer-events:none;background:var(--ink);color:var(--paper);font-size:12.5px;line-height:1.4;padding:6px 9px;border-radius:5px;max-width:320px;white-space:pre-line;overflow-wrap:anywhere}
.tip[hidden]{display:none}
`;

const NARROW = `
@media screen and (max-width:900px){.sums{grid-template-columns:1fr 1fr;row-gap:10px}.tile:nth-child(odd){padding-left:0;border-left:0}.columns,.gate{grid-template-columns:minmax(0,1fr)}}
@media screen and (max-width:760px){main{padding:0 16px 60px}nav div{padding:8px 16px;gap:14px}h1{font-size:27px;margin-top:26px}.lead{font-size:20px}.figure{font-size:21px}section{margin-top:40px}
.story li{grid-template-columns:22px 1fr}.story .time{grid-column:2}.story li>[lang]{grid-column:2}
.ranked thead{display:none}.ranked tr{display:grid;grid-template-columns:1fr 1fr 1fr;gap:2px 12px;padding:12px 0 12px 12px;border-bottom:1px solid var(--line)}.ranked tr.is-flagged{box-shadow:inset 3px 0 var(--bad)}.ranked tr.out{display:none}
.ranked td{border:0;padding:0}.ranked .rank{display:none}.ranked .who{grid-column:1/3;max-width:none}.ranked .scored{text-align:right}.ranked .when{grid-column:1/4}.ranked .when small{max-width:none}.ranked .when{white-space:normal}.ranked .when br{display:none}nav .languages{position:sticky;right:0;background:var(--paper)}.ranked .when small{display:block}
.ranked .number{text-align:left}.ranked .name{display:block;font-size:11.5px;color:var(--soft)}.ranked .why{grid-column:1/4;width:auto;margin-top:4px}
.filter input[type=search]{width:100%}.facts div{grid-template-columns:1fr}.inputs{min-width:100%}.inputs .number{padding-left:8px}}
`;

const PRINT = `
@media print{@page{size:A4;margin:13mm 12mm}body{font-size:10.5pt}nav,.filter,.tip,.more-link{display:none!important}main{max-width:none;padding:0}
h1{margin-top:0;font-size:22pt}.lead{font-size:14pt}.figure{font-size:15pt}.sums{grid-template-columns:auto auto auto 1fr 1fr}.tile,.tile+.tile{padding-left:10px;padding-right:10px}.tile:first-child{padding-left:0}.story li{grid-template-columns:22px 190px 1fr}.ranked .who{max-width:86px}.ranked .when small{max-width:100px}.ranked .when{white-space:normal}svg.score{width:24px}th,td{padding-right:8px}
section{margin-top:24px;padding-top:12px}h2,h3,h4,.caption{break-after:avoid}tr,.gate,.picture,.story,.reasons li{break-inside:avoid}table{font-size:8.5pt}
details::details-content{content-visibility:visible;display:block;height:auto}details.store{break-inside:auto}svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}.rank,.story .number{print-color-adjust:exact;-webkit-print-color-adjust:exact}a{text-decoration:none}}
`;

export const STYLE = (COLOURS + TEXT + HEAD + TABLES + SECTIONS + PICTURE_STYLE + NARROW + PRINT).trim();
