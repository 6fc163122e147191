/**
 * What differs between two programmes, in words: one sentence for each field, in English and Chinese. Both are programmes
 * of one book, so what all of them share (reference and funding) has no sentence; what a policy's own setting is to
 * stores, a programme is to shoppers, so most differences are neither stricter nor looser for stores.
 */
import type { Programme } from '../core/programme/schema.js';
import { nameOf } from '../core/programme/schema.js';
import type { PricePart } from '../core/words/record.js';
import type { Difference, Direction } from './difference.js';

interface Text {
	readonly en: string;
	readonly zh: string;
}

/** One programme's word on a field: for programs, and for people. */
interface Figure extends Text {
	readonly value: string | number;
}

interface Field extends Text {
	readonly field: string;
	readonly of: (programme: Programme) => Figure;
	/** Which way is stricter for stores, if any. */
	readonly strict: 'more' | 'less' | 'neither';
}

const plain = (value: string | number): Figure => ({ value, en: String(value), zh: String(value) });

const STARTS = {
	order: { en: 'order submission', zh: '提交订单' },
	payment: { en: 'payment', zh: '付款' },
	delivery: { en: 'delivery', zh: '签收' },
	campaign_end: { en: 'the end of the campaign', zh: '活动结束' },
} as const satisfies Record<Programme['clock']['start'], Text>;

const PARTS = {
	platform_coupon: { en: 'platform coupon', zh: '平台优惠券' },
	merchant_coupon: { en: 'merchant coupon', zh: '店铺优惠券' },
	points: { en: 'points', zh: '积分' },
	freight: { en: 'freight', zh: '运费' },
	tax: { en: 'tax', zh: '税费' },
	gift: { en: 'gift', zh: '赠品' },
} as const satisfies Record<PricePart, Text>;

const PART_RULES = {
	ignore: { en: 'ignored', zh: '不计' },
	count: { en: 'added', zh: '计入' },
	deduct: { en: 'taken off', zh: '扣除' },
} as const;

const REPEATS = {
	further_fall: { en: 'what the price falls further', zh: '可补后续差价' },
	none: { en: 'nothing more', zh: '不再补差' },
} as const satisfies Record<Programme['repeat'], Text>;

const daysOf = ({ clock: { days } }: Programme): Figure =>
	days === 'line'
		? { value: days, en: 'as long as the order line says', zh: '以订单行所载天数为准' }
		: { value: days, en: `${days} days`, zh: `${days} 天` };

const list = (words: readonly string[]): Figure =>
	words.length === 0
		? { value: 'none', en: 'nothing', zh: '无' }
		: { value: words.join(', '), en: words.join(', '), zh: words.join('、') };

const NO_CAP: Figure = { value: 'none', en: 'none', zh: '不设上限' };
const capOf =
	(scope: 'buyer' | 'store' | 'period') =>
	(programme: Programme): Figure => {
		const cap = programme.caps[scope];
		if (cap === undefined) return NO_CAP;
		const text = `${cap.amount} in each ${cap.days} days`;
		return { value: text, en: text, zh: `每 ${cap.days} 天 ${cap.amount}` };
	};
const lineCapOf = ({ caps: { line } }: Programme): Figure => (line === undefined ? NO_CAP : plain(line));

const say = (field: string, of: Field['of'], en: string, zh: string, strict: Field['strict'] = 'neither'): Field => ({
	field,
	of,
	en,
	zh,
	strict,
});

/** In the order of the document. */
const FIELDS: readonly Field[] = [
	say(
		'programme',
		(programme) => plain(nameOf(programme)),
		'What is sold from then on is promised by the programme {to}, not {from}; what was promised before stays',
		'此后成交的订单适用价保规则 {to}（原为 {from}），此前的价保承诺不变',
	),
	say(
		'programme.clock.start',
		({ clock: { start } }) => ({ value: start, ...STARTS[start] }),
		'The window starts at {to}, not at {from}',
		'价保期自{to}起算（原为{from}）',
	),
	say('programme.clock.days', daysOf, 'The window is {to}, not {from}', '价保期为 {to}（原为 {from}）'),
	say(
		'programme.clock.undelivered_days',
		({ clock }) => plain(clock.undelivered_days),
		'Until delivery is told, a promise stands for {to} days, not {from}',
		'未签收时价保最长 {to} 天（原为 {from} 天）',
	),
	...Object.entries(PARTS).map(([part, name]) =>
		say(
			`programme.parts.${part}`,
			({ parts }) => {
				const rule = parts[part as PricePart] ?? 'ignore';
				return { value: rule, ...PART_RULES[rule] };
			},
			`The ${name.en} part of what was paid is {to} in the protected price, not {from}`,
			`受保价格中${name.zh}部分：{to}（原为{from}）`,
		),
	),
	say(
		'programme.exclude.traits',
		({ exclude }) => list(exclude.traits),
		'Not covered when bought as: {to} (before: {from})',
		'以下购买方式不享价保：{to}（原为：{from}）',
	),
	say(
		'programme.exclude.categories',
		({ exclude }) => list(exclude.categories),
		'Categories not covered: {to} (before: {from})',
		'以下类目不享价保：{to}（原为：{from}）',
	),
	say(
		'programme.exclude.at_claim',
		({ exclude }) => list(exclude.at_claim),
		'Not claimable while the item or order is: {to} (before: {from})',
		'商品或订单处于以下状态时不可申请：{to}（原为：{from}）',
	),
	say(
		'programme.repeat',
		({ repeat }) => ({ value: repeat, ...REPEATS[repeat] }),
		'After a claim was paid a buyer may claim {to}, not {from}',
		'补差一次之后：{to}（原为{from}）',
	),
	say(
		'programme.minimum_difference',
		({ minimum_difference }) => plain(minimum_difference),
		'The least difference that is paid is {to}, not {from}',
		'最低补差金额为 {to}（原为 {from}）',
	),
	say(
		'programme.caps.line',
		lineCapOf,
		'The cap on one order line is {to}, not {from}',
		'单笔订单行补差上限：{to}（原为：{from}）',
	),
	say(
		'programme.caps.buyer',
		capOf('buyer'),
		'The cap on what one buyer is paid is {to}, not {from}',
		'单个买家补差上限：{to}（原为：{from}）',
	),
	say(
		'programme.caps.store',
		capOf('store'),
		'The cap on what is paid for one store is {to}, not {from}',
		'单个店铺补差上限：{to}（原为：{from}）',
	),
	say(
		'programme.caps.period',
		capOf('period'),
		'The cap on what is paid at all is {to}, not {from}',
		'全平台补差上限：{to}（原为：{from}）',
	),
	say(
		'programme.store_bears_percent',
		({ store_bears_percent }) => plain(store_bears_percent),
		'Stores bear {to} % of a refund, not {from} %',
		'店铺承担补差的 {to}%（原为 {from}%）',
		'more',
	),
	say(
		'programme.fund_within_hours',
		({ fund_within_hours }) => plain(fund_within_hours),
		'A store has {to} hours to fund a claim, not {from}',
		'店铺须在 {to} 小时内为申请备足资金（原为 {from} 小时）',
		'less',
	),
];

/** @returns the fields that differ, in the order of the document. */
export function programmeDiff(from: Programme, to: Programme): Difference[] {
	return FIELDS.flatMap(({ field, of, en, zh, strict }) => {
		const [before, after] = [of(from), of(to)];
		if (before.value === after.value) return [];
		const fill = (text: string, language: keyof Text): string =>
			text.replaceAll('{from}', before[language]).replaceAll('{to}', after[language]);
		const effect = effectOf(strict, Number(after.value) > Number(before.value));
		return [{ field, from: before.value, to: after.value, effect, en: fill(en, 'en'), zh: fill(zh, 'zh') }];
	});
}

function effectOf(strict: Field['strict'], isMore: boolean): Direction {
	if (strict === 'neither') return 'other';
	return isMore === (strict === 'more') ? 'stricter' : 'looser';
}
