/** What each gate would have stopped, and when, in plain words: for a reader who has never heard of a gate. */
import type { Gate } from '../../core/words/outcome.js';
import type { GateFinding } from '../model.js';
import { shownTime } from './clock.js';
import { count, counted, extent, priced } from './figure.js';
import { fill, html, joined, say } from './markup.js';
import type { Markup, Text } from './markup.js';
import type { Outline } from './outline.js';
import { px } from './pen.js';
import { flaggedAdvance } from './summary.js';
import { GATE_NAMES } from './words.js';

export const GATES = {
	heading: { en: 'What the gates would have stopped', zh: '各闸口本可拦截的情况' },
	intro: {
		en: 'A gate is a place where Surety is asked before something happens. In this investigation the gates only watched. Had one been enforcing from the start, this is where it would first have said no. The sums overlap: each is what was advanced after that gate’s first no.',
		zh: '闸口是事情发生之前先询问 Surety 的关口。本次调查中闸口只观察、不拦截。若当时即执行，下列为其首次拦截的时点。各项金额相互重叠，均指该闸口首次应拦截之后的垫付。',
	},
	none: { en: 'No gate would have stopped anything.', zh: '没有闸口会作出拦截。' },
	nothing: { en: 'It would have let everything through.', zh: '本可全部放行。' },
	stopped: {
		en: 'It would have {stopped} {records} of {stores} ({flagged} flagged), from {first} on.',
		zh: '自 {first} 起，本可{stopped} {stores}（{flagged} 家被标记）的 {records}。',
	},
	stops: { en: 'stopped', zh: '拦截' },
	reduces: { en: 'stopped or reduced', zh: '拦截或减额' },
	after: {
		en: '{amount} was advanced on sales of flagged stores after that.',
		zh: '此后针对被标记店铺成交的垫付为 {amount}。',
	},
	nothing_after: {
		en: 'Nothing was advanced on sales of flagged stores after that.',
		zh: '此后没有针对被标记店铺成交的垫付。',
	},
	bar: { en: 'Share of what was advanced on sales of flagged stores', zh: '占针对被标记店铺成交的垫付比例' },
} as const satisfies Record<string, Text>;

/** What each gate asks. */
export const QUESTIONS = {
	admission: {
		en: 'Before a store opens: are its papers, accounts and devices its own?',
		zh: '开店之前：证照、账户、设备是否确属该店？',
	},
	guarantee: {
		en: 'Before an item may promise price protection: is the store’s deposit enough for it?',
		zh: '商品承诺价保之前：店铺保证金是否足够？',
	},
	price: {
		en: 'Before a price is cut: can the store pay the refunds this would trigger?',
		zh: '降价之前：店铺能否承担由此触发的退款？',
	},
	claim: {
		en: 'Before a claim is paid: is it valid, and is the store’s money set aside for it?',
		zh: '支付价保申请之前：申请是否有效，店铺资金是否已为其专项冻结？',
	},
	payout: {
		en: 'Before a store withdraws: does enough stay to cover what it has promised?',
		zh: '店铺提现之前：余下资金是否足以兑现其承诺？',
	},
} as const satisfies Record<Gate, Text>;

const records = {
	admission: (n) => counted(n, 'opening', 'openings', '次开店'),
	guarantee: (n) => counted(n, 'guarantee', 'guarantees', '笔价保承诺'),
	price: (n) => counted(n, 'price cut', 'price cuts', '次降价'),
	claim: (n) => counted(n, 'claim', 'claims', '笔价保申请'),
	payout: (n) => counted(n, 'withdrawal', 'withdrawals', '笔提现'),
} as const satisfies Record<Gate, (n: number) => Text>;

export function gates(outline: Outline): Markup {
	const { gates: findings } = outline.page.report;
	const body = findings.every(({ stopped }) => stopped === 0)
		? html`<p class="empty">${say(GATES.none)}</p>`
		: html`<p class="intro">${say(GATES.intro)}</p><ul class="gates">${findings.map((finding) => gateEntry(finding, outline))}</ul>`;
	return html`<section id="gates"><h2>${say(GATES.heading)}</h2>${body}</section>`;
}

function gateEntry(finding: GateFinding, outline: Outline): Markup {
	const { gate, stopped, first_at } = finding;
	const told = stopped === 0 || first_at === null ? say(GATES.nothing) : effect(finding, first_at, outline);
	return html`<li class="${stopped === 0 ? 'gate quiet' : 'gate'}"><div><h3>${say(GATE_NAMES[gate])}</h3><p class="question">${say(QUESTIONS[gate])}</p></div><div><p>${told}</p>${shareBar(finding, outline)}</div></li>`;
}

function effect({ gate, stopped, stores, advanced_after }: GateFinding, first: string, outline: Outline): Markup {
	const flagged = outline.flagged.filter(({ stops }) => stops.some((stop) => stop.gate === gate)).length;
	const values = {
		stopped: gate === 'payout' ? GATES.reduces : GATES.stops,
		records: records[gate](stopped),
		stores: counted(stores, 'store', 'stores', '家店铺'),
		flagged: count(flagged),
		first: shownTime(first, outline.clock),
	};
	const after = extent(advanced_after) > 0 ? GATES.after : GATES.nothing_after;
	const sum = fill(after, { amount: priced(advanced_after, outline.currency) });
	return say(joined([fill(GATES.stopped, values), sum], ' ', ''));
}

function shareBar({ advanced_after }: GateFinding, { flagged, currency }: Outline): Markup {
	const whole = extent(flaggedAdvance(flagged, currency));
	if (whole === 0) return html``;
	const width = px(Math.min(1, extent(advanced_after) / whole) * 1000);
	const marks = html`<rect class="bar-back" width="1000" height="6"/><rect class="bar" width="${width}" height="6"/>`;
	return html`<svg class="share" viewBox="0 0 1000 6" preserveAspectRatio="none" role="img"><title>${`${GATES.bar.en} · ${GATES.bar.zh}`}</title>${marks}</svg>`;
}
