/** Steps of a strategy in plain words, in English and Chinese, made from what each came to when it was played. */
import { type Currency, formatMoney, type Minor } from '../core/words/money.js';
import { fill, same, type Text } from '../report/page/markup.js';
import { grouped } from '../report/page/figure.js';
import { GATE_NAMES } from '../report/page/words.js';
import type { Step } from './step.js';
import type { Later } from './later.js';
import type { Play } from './game.js';
import { type MoveKind, numberOf } from './strategy.js';

const SENTENCES: Readonly<Record<MoveKind, Text>> = {
	open: { en: 'opens {store} with a deposit of {amount}', zh: '开设{store}，保证金 {amount}' },
	price: { en: 'sets item {sku} of {store} to {amount}', zh: '将{store}的商品 {sku} 定价 {amount}' },
	raise: { en: 'raises item {sku} of {store} to {amount}', zh: '将{store}的商品 {sku} 抬价至 {amount}' },
	cut: {
		en: 'cuts item {sku} of {store} to {amount}{steps}',
		zh: '将{store}的商品 {sku} 降价至 {amount}{steps}',
	},
	coupon: {
		en: 'puts a coupon of {amount} on item {sku} of {store}',
		zh: '为{store}的商品 {sku} 发放 {amount} 优惠券',
	},
	warm_up: {
		en: '{store} trades for {days} days: {done} sales to {whom}, {amount}',
		zh: '{store}经营 {days} 天：向{whom}成交 {done} 笔，共 {amount}',
	},
	sell: {
		en: '{store} sells item {sku} to the attacker’s own accounts: {done} lines, {amount}, {guarantee}',
		zh: '{store}把商品 {sku} 卖给攻击者自有账号：{done} 行，共 {amount}，{guarantee}',
	},
	deliver: { en: '{done} lines of {store} are delivered', zh: '{store}的 {done} 行已送达' },
	receive: {
		en: 'receipt of {done} lines is confirmed: {amount} becomes {store}’s balance',
		zh: '确认收货 {done} 行：{amount} 成为{store}的余额',
	},
	withdraw: { en: '{store} withdraws {amount}', zh: '{store}提现 {amount}' },
	top_up: { en: '{amount} of deposit is posted for {store}', zh: '为{store}追加保证金 {amount}' },
	claim: {
		en: 'own buyers claim at {store} on {tried} lines and are paid {amount}',
		zh: '自有买家在{store}就 {tried} 行申请价保，获付 {amount}',
	},
	send_back: {
		en: 'goods of {done} lines go back to {store}: {amount} returned',
		zh: '向{store}退货 {done} 行：退回 {amount}',
	},
	goodwill: {
		en: '{store} gives {amount} back on {done} lines without goods',
		zh: '{store}就 {done} 行不退货退款 {amount}',
	},
	bounce: {
		en: '{done} payments of {store} fail and come back: {amount}',
		zh: '{store}的 {done} 笔付款失败退回：{amount}',
	},
	close: { en: '{store} closes', zh: '{store}关店' },
	buy_honest: {
		en: 'own accounts buy {done} lines at {store} under guarantee, {amount}',
		zh: '自有账号在{store}购买 {done} 行并享价保，共 {amount}',
	},
	claim_honest: {
		en: 'own accounts claim at {store} on {tried} lines and are paid {amount}',
		zh: '自有账号在{store}就 {tried} 行申请价保，获付 {amount}',
	},
	return_honest: {
		en: 'own accounts send {done} lines back to {store}: {amount}',
		zh: '自有账号向{store}退货 {done} 行：{amount}',
	},
};

const OWN_STORE: Text = { en: 'store {n}', zh: '店铺{n}' };
const HONEST_STORE: Text = { en: 'honest store {n}', zh: '诚信店铺{n}' };
const IN_STEPS: Text = { en: ' in {n} steps', zh: '，分 {n} 步' };
const STRANGERS: Text = { en: 'strangers, who get real goods', zh: '陌生买家（真实发货）' };
const OWN_ACCOUNTS: Text = { en: 'own accounts', zh: '自有账号' };
const GUARANTEED: Text = { en: 'guaranteed for {days} days', zh: '价保 {days} 天' };
const BARE: Text = { en: 'without guarantee', zh: '无价保' };
const LATE: Text = {
	en: 'ordered before a cut and paid after it, {guarantee}',
	zh: '降价前下单、降价后付款，{guarantee}',
};
const WOULD: Text = { en: 'the gate only observed: {answer}', zh: '闸口仅观察：{answer}' };
const SAID: Text = { en: 'the gate’s answer: {answer}', zh: '闸口答复：{answer}' };

/** `¥1,234.50`. */
export const shown = (amount: Minor, code: Currency): string => {
	const text = grouped(formatMoney(amount, code));
	return code === 'CNY' ? (text.startsWith('-') ? `-¥${text.slice(1)}` : `¥${text}`) : `${code} ${text}`;
};

/** `day 2, 04:00`. */
export function timeInWords(hour: number): Text {
	const time = `${String(hour % 24).padStart(2, '0')}:00`;
	const day = Math.floor(hour / 24) + 1;
	return { en: `day ${day}, ${time}`, zh: `第${day}天 ${time}` };
}

export function storeInWords(store: string): Text {
	return store.startsWith('own') ? fill(OWN_STORE, { n: store.slice(3) }) : fill(HONEST_STORE, { n: store.slice(6) });
}

function stepInWords({ move, store, amount, done, tried }: Step, code: Currency): Text {
	const number = (field: string): number => numberOf(move, field);
	const days = number('protect_days');
	const badge = days === 0 ? BARE : fill(GUARANTEED, { days });
	return fill(SENTENCES[move.do], {
		store: storeInWords(store),
		amount: shown(amount, code),
		sku: number('sku'),
		steps: number('steps') > 1 ? fill(IN_STEPS, { n: number('steps') }) : same(''),
		days: number('days'),
		whom: number('strangers') === 1 ? STRANGERS : OWN_ACCOUNTS,
		guarantee: number('ordered_before') === 1 ? fill(LATE, { guarantee: badge }) : badge,
		done,
		tried,
	});
}

const AFTERWARDS: Text = {
	en: '{count} held requests of {store} at the {gate} {what} ({how}){amount}',
	zh: '{store}在{gate}被暂缓的 {count} 项请求{what}（{how}）{amount}',
};
const GOES_THROUGH: Text = { en: 'go through after all', zh: '最终放行' };
const IS_REFUSED: Text = { en: 'are refused', zh: '被拒绝' };
const HOW: Readonly<Record<Later['how'], Text>> = {
	funds: { en: 'money arrived', zh: '资金到位' },
	expired: { en: 'their time ran out', zh: '逾期' },
	person: { en: 'a person decided', zh: '人工决定' },
	withdrawn: { en: 'withdrawn', zh: '撤回' },
	superseded: { en: 'a later one took their place', zh: '被后来的请求取代' },
};

/** What became of held requests later. */
function laterInWords({ store, gate, isPaid, how, count, amount }: Later, code: Currency): Text {
	const name = GATE_NAMES[gate];
	return fill(AFTERWARDS, {
		store: storeInWords(store),
		gate: { en: name.en.toLowerCase(), zh: name.zh },
		count,
		what: isPaid ? GOES_THROUGH : IS_REFUSED,
		how: HOW[how],
		amount: amount === 0 ? same('') : { en: `: ${shown(amount, code)}`, zh: `：${shown(amount, code)}` },
	});
}

/** What the gates said to a step, where that is worth knowing; `would ...` where they only observed. */
function answersInWords({ answers }: Step): readonly Text[] {
	return Object.entries(answers).flatMap(([answer, times]) => {
		if (answer.startsWith('approve')) return [];
		const count = times > 1 ? ` × ${times}` : '';
		const isObserved = answer.startsWith('would ');
		const words = same(`${isObserved ? answer.slice('would '.length) : answer}${count}`);
		return [fill(isObserved ? WOULD : SAID, { answer: words })];
	});
}

/** Whether a step did anything, or was told no. */
const isTelling = ({ done, answers }: Step): boolean =>
	done > 0 || Object.keys(answers).some((answer) => answer !== 'error');

export interface Told {
	readonly hour: number;
	readonly what: Text;
	readonly answers: readonly Text[];
}

/** All that is worth telling of a game, in order of time. Requests that took the place of others go without saying. */
export function gameInWords({ steps, later }: Pick<Play, 'steps' | 'later'>, code: Currency): readonly Told[] {
	const moves = steps
		.filter(isTelling)
		.map((step) => ({ hour: step.hour, what: stepInWords(step, code), answers: answersInWords(step) }));
	const after = later
		.filter(({ how }) => how !== 'superseded')
		.map((one) => ({ hour: one.hour, what: laterInWords(one, code), answers: [] }));
	return [...moves, ...after].sort((a, b) => a.hour - b.hour);
}
