/** The look of the marks in pictures. Labels carry a halo of paper so that they stay readable on lines. */
export const PICTURE_STYLE = `
.picture{overflow-x:auto;margin:10px 0 4px}
.picture svg{display:block;width:100%;min-width:820px;height:auto}
svg text{fill:var(--ink);font-size:12px;font-family:inherit}
svg .end{text-anchor:end}svg .middle{text-anchor:middle}
svg .tick{fill:var(--soft);font-size:11px}
svg .column text{font-size:inherit;fill:var(--soft)}
svg .lane{font-weight:600}svg .lane-note{fill:var(--soft);font-size:11.5px}
svg .callout,svg .flag{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
svg .callout{font-weight:600;font-size:12.5px}
.badge circle{fill:var(--ink);stroke:var(--paper);stroke-width:2px}.badge text{fill:var(--paper);font-size:11px;font-weight:600;text-anchor:middle}
.grid{stroke:var(--line);stroke-width:.7;fill:none}.zero,.axis{stroke:var(--soft);stroke-width:1;fill:none}
.fold{fill:var(--fold)}svg .fold-length{fill:var(--soft);font-size:11px;text-anchor:middle}
.rule{fill:none;stroke-width:1.4}.rule.flagged{stroke:var(--flag);stroke-width:2}.rule.stop{stroke:var(--soft);stroke-dasharray:2 3}.rule.opened{stroke:var(--soft);stroke-width:1}
svg .flag{font-size:11.5px}svg .flag.flagged{fill:var(--flag);font-weight:700}svg .flag.stop,svg .flag.opened{fill:var(--soft)}
.price-line{fill:none;stroke:var(--ink);stroke-width:1.6}.price-line.rank1{stroke-opacity:.6}.price-line.rank2{stroke-opacity:.4}.price-line.rank3{stroke-opacity:.22;stroke-width:1}
.sale{fill:var(--sale);fill-opacity:.72;stroke:var(--paper);stroke-width:1}.sale.bare{fill:var(--paper);stroke:var(--sale);stroke-width:1.3}
.cut{stroke:var(--ink);stroke-width:3;fill:none}
.claim{fill:var(--bad)}.claim-sum{fill:var(--bad-soft);fill-opacity:.32}.recovered{fill:var(--good)}
.withdrawal{fill:var(--withdrawal)}.withdrawal-sum{fill:var(--withdrawal);fill-opacity:.16}
.held{fill:var(--held)}.balance{fill:var(--balance)}.reserve{fill:var(--reserve)}.deposit{fill:var(--deposit)}
.claimable{fill:none;stroke:var(--bad);stroke-width:2}.gap{fill:var(--bad);fill-opacity:.2}
.bar{fill:var(--ink)}.bar.bad{fill:var(--bad)}.bar-back{fill:var(--track)}
.legend{list-style:none;margin:8px 0 18px;padding:0;display:flex;flex-wrap:wrap;gap:4px 18px;font-size:12.5px;color:var(--soft)}
.legend svg{width:18px;height:12px;margin-right:6px;vertical-align:-1px;overflow:visible}
.hub path{fill:none;stroke:currentColor;stroke-width:1.3;stroke-opacity:.6}.hub circle{fill:currentColor}.hub text{fill:var(--ink)}
.hub:hover path{stroke-width:2.6;stroke-opacity:1}.hub:hover text{font-weight:700}
.kind-legal-person{color:var(--k1)}.kind-licence-no{color:var(--k2)}.kind-bank-account{color:var(--k3)}.kind-phone{color:var(--k4)}.kind-device-id{color:var(--k5)}.kind-ip{color:var(--k6)}.kind-address{color:var(--k7)}.kind-payment-account{color:var(--k8)}.kind-other{color:var(--soft)}
.row-back{fill:transparent}.row:hover .row-back{fill:var(--raised)}
.node{fill:var(--ink)}svg .store-name{font-size:12px}
.bought{fill:var(--sale);fill-opacity:.45}.life{stroke:var(--line);stroke-width:3;fill:none}
.row .cut{stroke-width:2}
@media print{.picture{overflow:visible}.picture svg{min-width:0}}
`;
