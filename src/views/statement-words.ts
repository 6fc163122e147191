/** The sentences of a merchant's statement, in both languages; amounts and times come in already formatted. */
import type { Language, ReasonCode } from '../core/words/reason.js';

/** Why something waits that a merchant may be told: about money and papers, nothing of how stores are judged. */
export const TOLD: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
	'cut_unfunded',
	'cut_out_of_band',
	'held_by_rule',
	'no_headroom',
	'over_headroom',
	'funds_short',
	'deposit_short',
	'paper_invalid',
	'paper_denied',
	'not_verified',
]);

export const STATEMENT = {
	reserved: {
		en: '{amount} is reserved for price protection that your price cuts have triggered',
		zh: '{amount} 已为降价触发的价保专项冻结',
	},
	margin: {
		en: '{amount} must stay as margin while guarantees are open; your deposit counts towards it',
		zh: '价保承诺未到期期间需保留风险保证金 {amount}，保证金可抵扣',
	},
	held: { en: '{amount} of proceeds is held until its orders are settled', zh: '{amount} 货款待订单结算后转为余额' },
	owed: {
		en: '{amount} was paid to buyers for you and is still owed; money that arrives pays it first',
		zh: '平台已垫付而尚未追回 {amount}，到账资金将优先抵扣',
	},
	unfilled: {
		en: '{amount} of triggered price protection is not covered by your funds',
		zh: '已触发的价保中有 {amount} 资金不足',
	},
	headroom: { en: 'You may withdraw {amount} now', zh: '现可提现 {amount}' },
	call: {
		en: 'Please post {missing} more deposit by {until}: {required} is required and {posted} is posted. Until then no new guarantees are offered and withdrawals are limited to headroom',
		zh: '请在 {until} 前补缴保证金 {missing}：要求 {required}，现有 {posted}。补足前暂停新增价保，提现以可提额度为限',
	},
	guarantee: {
		en: '{quantity} × {sku}, sold on {paid}: up to {most} may become due until {frees}',
		zh: '{sku} × {quantity}，{paid} 售出：至 {frees} 前最多可能赔付 {most}',
	},
	guarantee_due: {
		en: '{quantity} × {sku}, sold on {paid}: {due} is due to the buyer on request until {frees}',
		zh: '{sku} × {quantity}，{paid} 售出：至 {frees} 前买家可申请 {due}',
	},
	price: { en: 'Your price of {price} for {sku} waits', zh: '商品 {sku} 的价格 {price} 待生效' },
	payout: { en: 'Your withdrawal of {amount} waits', zh: '提现 {amount} 待处理' },
	claim: { en: 'A buyer’s claim of {amount} waits for your funds', zh: '一笔 {amount} 的价保申请等待店铺资金' },
	admission: { en: 'Your application is being looked at by a person', zh: '开店申请正在人工审核' },
	way_deposit: { en: 'Post {amount} of deposit', zh: '补缴保证金 {amount}' },
	way_deepest: {
		en: 'Ask for {price} instead, the deepest price your funds cover',
		zh: '改报现有资金可支持的最低价 {price}',
	},
	way_less: { en: 'Ask for {amount} instead, which may leave now', zh: '改为提现 {amount}，可立即放行' },
	way_wait: {
		en: 'Wait: the next guarantee ends at {until}, and what it locks comes free',
		zh: '等待：最近一笔价保承诺于 {until} 到期并释放所占资金',
	},
	way_withdraw: { en: 'Withdraw the request', zh: '撤回该申请' },
	way_appeal: { en: 'Appeal, if you think this is wrong', zh: '如有异议可提出申诉' },
	otherwise_refused: { en: 'If nothing changes by {until} it is refused', zh: '至 {until} 条件仍未满足将被拒绝' },
	otherwise_approved: {
		en: 'If nothing changes by {until} the platform pays it for you',
		zh: '至 {until} 条件仍未满足将由平台垫付',
	},
} as const satisfies Record<string, Record<Language, string>>;

export type StatementWord = keyof typeof STATEMENT;

/** A sentence with its values in place. */
export const say = (
	word: StatementWord,
	language: Language,
	values: Readonly<Record<string, string | number>> = {},
): string => STATEMENT[word][language].replace(/\{(\w+)\}/g, (braces, name: string) => String(values[name] ?? braces));
