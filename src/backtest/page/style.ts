/** The look of what only this page has; everything else is the report's. */
import { STYLE as REPORT_STYLE } from '../../report/page/style.js';

const OWN = `
.good{color:var(--good)}
.point{fill:var(--sale);stroke:var(--paper);stroke-width:2}.point.compared{fill:var(--paper);stroke:var(--soft);stroke-width:2.5}
.lead-line{stroke:var(--soft);stroke-width:1;fill:none}
.compare th[scope=row],.verdicts th[scope=row]{color:var(--ink);border-bottom:1px solid var(--line);font-size:13.5px;vertical-align:top;min-width:240px}
.compare th.number{text-align:right;color:var(--ink);font-weight:650;white-space:normal;overflow-wrap:anywhere;min-width:120px}.compare th.compared{color:var(--soft);font-weight:500}
.compare .part{color:var(--soft)}.compare th.part{padding-left:14px}
.compare .group th{padding-top:20px;font-weight:650;color:var(--ink)}
.compare th.number,.verdicts th.number,.touched th.number{text-align:right}
.verdicts{width:auto}.verdicts td,.verdicts th{padding-right:28px}
section h3{margin:26px 0 6px}
.touched .why{min-width:220px}.touched .who{overflow-wrap:anywhere;min-width:90px}
`;

export const STYLE = `${REPORT_STYLE}\n${OWN.trim()}`;
