/** What the calibration page looks like beyond the report's own style. */
export const CALIBRATION_STYLE = `
.facts-table td{vertical-align:middle}.facts-table td:first-child{max-width:330px}
.strip-cell{width:230px;padding:2px 18px 2px 0}svg.strip{display:block;width:230px;height:20px}
.strip .axis{stroke:var(--line);stroke-width:1}.strip .band{fill:var(--held)}.strip .tick{fill:var(--deposit)}.strip circle.sale{fill:var(--sale);stroke:var(--paper);stroke-width:1.5}
.real{white-space:nowrap;color:var(--soft)}.real small{display:block;white-space:normal;max-width:200px;line-height:1.3}.by-source{margin-top:12px;font-size:13px}.by-source th{max-width:150px}.here{font-weight:650}.soft{color:var(--soft);font-size:12.5px;max-width:170px}
.met{color:var(--good);white-space:nowrap}.far{color:var(--flag);font-weight:650;white-space:nowrap}
.curve{fill:none;stroke:var(--sale);stroke-width:2;stroke-linejoin:round}circle.ring{fill:none;stroke:var(--flag);stroke-width:2;pointer-events:all}
.grid{stroke:var(--line);stroke-width:1}text.mark{font-size:12px;fill:var(--soft)}text.mark.end{text-anchor:end}text.mark.middle{text-anchor:middle}
.chosen{max-width:520px}.sources{padding-left:18px}.sources li{padding:2px 0}
@media screen and (max-width:760px){.facts-table thead{display:none}.facts-table tr{display:grid;grid-template-columns:1fr 1fr;gap:2px 12px;padding:10px 0;border-bottom:1px solid var(--line)}.facts-table td{border:0;padding:0;max-width:none!important}.facts-table td:first-child,.strip-cell{grid-column:1/3}.strip-cell{width:auto}.here{text-align:right}}
`;
