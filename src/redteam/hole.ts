/** The hole in a sentence: which single change closes it, and what went past a gate that only observed. */
import { fill, joined, same, type Text } from '../report/page/markup.js';
import { GATE_NAMES } from '../report/page/words.js';
import type { Closing } from './closing.js';
import type { Play } from './game.js';
import { storeInWords } from './steps-in-words.js';

const POINTS: Readonly<Record<string, Text>> = {
	'gates.admission': { en: 'the admission gate enforcing', zh: '准入闸口改为执行' },
	'gates.guarantee': { en: 'the guarantee gate enforcing', zh: '价保闸口改为执行' },
	'gates.price': { en: 'the price gate enforcing', zh: '价格闸口改为执行' },
	'gates.claim': { en: 'the claim gate enforcing', zh: '申请闸口改为执行' },
	'gates.payout': { en: 'the payout gate enforcing', zh: '提现闸口改为执行' },
	unfunded_claim: { en: 'unfunded claims refused', zh: '无资金申请改为拒绝' },
	margin_percent: { en: 'the default margins', zh: '采用默认风险保证金比例' },
	store_bears_percent: { en: 'the store bearing every refund in full', zh: '退款全部由店铺承担' },
};
const CLOSES: Text = {
	en: 'Any one of these closes it: {points}.',
	zh: '以下任一项即可堵住：{points}。',
};
const CLOSES_ONE: Text = { en: 'One change closes it: {points}.', zh: '一处改动即可堵住：{points}。' };
const NONE: Text = { en: 'No single change that was tried closes it.', zh: '所试的任何单项改动都不能堵住。' };
const PAST: Text = {
	en: '{gates} only observed, and let through what it would have stopped, first at {store}.',
	zh: '{gates}仅观察，放行了本应拦下的请求，首次发生在{store}。',
};
const BORNE: Text = {
	en: 'By the programme’s rule the platform bears a part of each refund, also of refunds to the store’s own buyers.',
	zh: '按价保规则，平台承担每笔退款的一部分，包括退给店铺自有买家的部分。',
};
const ONCE: Text = {
	en: 'The programme pays a line once, so a further fall had not to be secured; it became claimable when the payment failed.',
	zh: '按规则每行只付一次，再次降价无须担保；付款失败后却又可申请。',
};
const DEFAULT_PAYS: Text = {
	en: 'Claims that nobody funded in time were paid by the platform.',
	zh: '逾期无资金的申请由平台支付。',
};

export function holeInWords(closings: readonly Closing[], played: Play): Text {
	const closing = closings.filter(({ platformCost }) => platformCost <= 0).map(({ point }) => point);
	const why = [...past(played), ...rules(closing)];
	const points = joined(
		closing.map((point) => POINTS[point] ?? same(point)),
		', ',
		'、',
	);
	const how = closing.length === 0 ? NONE : fill(closing.length === 1 ? CLOSES_ONE : CLOSES, { points });
	return joined([...why, how], ' ', '');
}

/** Gates whose no was not followed, and where first. */
function past({ steps }: Play): readonly Text[] {
	const told = steps.filter(({ answers }) => Object.keys(answers).some((answer) => answer.startsWith('would ')));
	const [first] = told;
	if (first === undefined) return [];
	const gates = new Set(told.map(({ move }) => gateOf(move.do)));
	const names = joined(
		[...gates].map((gate) => GATE_NAMES[gate]),
		', ',
		'、',
	);
	return [fill(PAST, { gates: names, store: storeInWords(first.store) })];
}

function gateOf(kind: string): keyof typeof GATE_NAMES {
	if (kind === 'open') return 'admission';
	if (kind === 'withdraw') return 'payout';
	return kind === 'claim' || kind === 'claim_honest' ? 'claim' : 'price';
}

const rules = (closing: readonly string[]): readonly Text[] => [
	...(closing.includes('unfunded_claim') ? [DEFAULT_PAYS] : []),
	...(closing.includes('repeat') ? [ONCE] : []),
	...(closing.includes('store_bears_percent') ? [BORNE] : []),
];
