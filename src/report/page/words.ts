/** Names of gates, verdicts and kinds of links as the contract has them, in both languages. */
import { term } from '../../core/words/reason.js';
import type { Gate, Verdict } from '../../core/words/outcome.js';
import type { Text } from './markup.js';

export const GATE_NAMES = {
	admission: { en: 'Admission gate', zh: '准入闸口' },
	guarantee: { en: 'Guarantee gate', zh: '价保闸口' },
	price: { en: 'Price gate', zh: '价格闸口' },
	claim: { en: 'Claim gate', zh: '申请闸口' },
	payout: { en: 'Payout gate', zh: '提现闸口' },
} as const satisfies Record<Gate, Text>;

export const VERDICTS = {
	approve: { en: 'approve', zh: '通过' },
	limit: { en: 'limit', zh: '限额' },
	hold: { en: 'hold', zh: '暂缓' },
	refuse: { en: 'refuse', zh: '拒绝' },
} as const satisfies Record<Verdict, Text>;

const SHARED_BUYERS: Text = { en: 'shared buyers', zh: '共同买家' };

export function kindName(kind: string): Text {
	if (kind === 'shared_buyers') return SHARED_BUYERS;
	return {
		en: term(kind, 'en')
			.replace(/\bip\b/, 'IP')
			.replace(/ id$/, '')
			.replace(/ no$/, ''),
		zh: term(kind, 'zh'),
	};
}
