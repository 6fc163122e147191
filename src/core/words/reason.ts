/**
 * Reasons: every sentence Surety gives for a verdict, a score or a ring, in one catalogue. A code is stable; its rule
 * number points into docs/SPEC.md; its sentences (English, Chinese) take the values by name, and `{lines:line/lines}` is
 * the first word where that value is 1 and else the second. Values are what the decision was made from, already
 * formatted: money as decimal strings, times as RFC 3339, shares as whole per cent.
 */

export type Values = Readonly<Record<string, string | number>>;

export interface Reason {
	readonly code: ReasonCode;
	readonly message: string;
	readonly values: Values;
}

interface Sentence {
	readonly rule: string;
	readonly en: string;
	readonly zh: string;
}

export const REASONS = {
	// Admission gate
	papers_of_ring: {
		rule: 'AG2',
		en: 'Shares {kind} with {stores} of ring {ring}',
		zh: '与团伙 {ring} 的店铺 {stores} 共用{kind}',
	},
	papers_of_flagged: {
		rule: 'AG3',
		en: 'Shares {kind} with flagged store {store}',
		zh: '与已标记店铺 {store} 共用{kind}',
	},
	papers_of_debtor: {
		rule: 'AG4',
		en: 'Shares {kind} with store {store}, which closed owing {owed}',
		zh: '与欠款 {owed} 后关闭的店铺 {store} 共用{kind}',
	},
	deposit_short: {
		rule: 'AG5',
		en: 'The deposit is {deposit}; {required} is required',
		zh: '保证金为 {deposit}，要求 {required}',
	},

	paper_invalid: {
		rule: 'AG6',
		en: 'Structure or check digit is wrong: {kinds}',
		zh: '格式或校验位有误：{kinds}',
	},
	paper_denied: {
		rule: 'AG6',
		en: 'The registry or bank does not confirm: {kinds}',
		zh: '登记机关或银行未予确认：{kinds}',
	},
	many_stores: {
		rule: 'AG7',
		en: '{stores} {stores:store/stores} without a past {stores:is/are} on the same {kind}; {most} may be before a person looks',
		zh: '同一{kind}名下已有 {stores} 家无历史店铺，超过 {most} 家须人工审核',
	},
	address_burst: {
		rule: 'AG8',
		en: '{stores} {stores:store/stores} opened at the same {kind} within {days} {days:day/days}',
		zh: '{days} 天内同一{kind}新开店铺 {stores} 家',
	},
	not_verified: {
		rule: 'AG9',
		en: 'Papers are not verified by a registry or bank; the first deposit is {required}',
		zh: '证照未经登记机关或银行核验，首笔保证金为 {required}',
	},
	on_probation: {
		rule: 'AG10',
		en: 'Let in with limits until {days} {days:day/days} and {sales} protected {sales:sale/sales} have passed',
		zh: '准入但受限，直至满 {days} 天且受保成交达 {sales} 笔',
	},

	// Rules of the policy
	held_by_rule: { rule: 'RU2', en: 'A rule of the platform: {says}', zh: '平台规则：{says}' },
	refused_by_rule: { rule: 'RU2', en: 'A rule of the platform: {says}', zh: '平台规则：{says}' },

	// Held requests
	hold_freed: { rule: 'HO2', en: 'What it waited for no longer stands in its way', zh: '搁置原因已消除' },
	hold_funded: { rule: 'HO2', en: 'The funds it waited for are there', zh: '所需资金已到位' },
	hold_withdrawn: { rule: 'HO3', en: 'Withdrawn by {by}', zh: '已由 {by} 撤回' },
	hold_superseded: { rule: 'HO3', en: 'A later request took its place: {by}', zh: '已被后续申请取代：{by}' },
	hold_expired: { rule: 'HO4', en: 'Nothing changed in {hours} {hours:hour/hours}', zh: '{hours} 小时内条件未满足' },
	hold_settled: { rule: 'HO5', en: 'Decided by {by}', zh: '由 {by} 裁决' },

	// Guarantee gate
	probation_cap: {
		rule: 'GG5',
		en: 'On probation open guarantees may reach {cap}; they are {open}',
		zh: '受限期内未到期价保上限为 {cap}，现为 {open}',
	},
	probation_price: {
		rule: 'GG6',
		en: 'On probation a unit under guarantee may cost {cap}; this one costs {price}',
		zh: '受限期内受保商品单价上限为 {cap}，该商品为 {price}',
	},
	store_closed: { rule: 'GG1', en: 'The store is closed', zh: '店铺已关闭' },
	item_excluded: { rule: 'GG2', en: 'The programme does not cover {what}', zh: '本价保规则不包含{what}' },
	refund_beyond_paid: {
		rule: 'OR6',
		en: '{amount} was given back on a line of which {left} was left after earlier refunds and claims',
		zh: '该订单行此前退款及价保后仅余 {left}，却退回 {amount}',
	},
	deposit_needed: {
		rule: 'GG3',
		en: 'Open guarantees of {open} need a deposit of {required}; {deposit} is posted',
		zh: '未到期价保承诺 {open} 需保证金 {required}，现有 {deposit}',
	},
	store_abnormal: {
		rule: 'GG4',
		en: 'The store is abnormal (score {score}); new guarantees need a deposit of {required}',
		zh: '店铺异常（评分 {score}），新增价保需保证金 {required}',
	},

	// Price gate
	cut_funded: {
		rule: 'PG4',
		en: 'The cut triggers {triggered}; the store’s free funds of {free_funds} cover it',
		zh: '降价触发 {triggered}，店铺可用资金 {free_funds} 足以覆盖',
	},
	cut_out_of_band: {
		rule: 'PG7',
		en: 'The price falls by {fall} % at once, and {band} % is the most that goes through without a person; down to {price} does',
		zh: '一次降价 {fall}%，超过无需人工的 {band}%；不低于 {price} 即可直接通过',
	},
	cut_unfunded: {
		rule: 'PG5',
		en: 'The cut triggers {triggered} on {lines} protected order {lines:line/lines}; free funds are {free_funds}; {top_up} is missing. The deepest funded price is {deepest}',
		zh: '降价将触发 {lines} 条受保订单行共 {triggered}，可用资金 {free_funds}，缺 {top_up}；现有资金可支持的最低价为 {deepest}',
	},
	price_late: {
		rule: 'PG2',
		en: 'A later price is known already; this one is kept as history only',
		zh: '已有更晚的价格，本价格仅作历史记录',
	},

	// Claim gate
	window_ended: { rule: 'CL2', en: 'The window ended at {ended}', zh: '价保期已于 {ended} 结束' },
	not_protected: { rule: 'CL1', en: 'The order line carries no guarantee', zh: '该订单行没有价保承诺' },
	line_refunded: { rule: 'CL3', en: 'Nothing of the order line is left after refunds', zh: '该订单行已全部退款' },
	claim_excluded: {
		rule: 'CL4',
		en: 'Not claimable while the item or order is {what}',
		zh: '商品或订单处于{what}状态时不可申请',
	},
	nothing_claimable: {
		rule: 'CL5',
		en: 'The price has not fallen further: paid {paid}, now {now}, refunded already {refunded}',
		zh: '价格没有进一步下降：实付 {paid}，现价 {now}，已退 {refunded}',
	},
	below_minimum: {
		rule: 'CL6',
		en: 'The difference of {difference} is under the minimum of {minimum}',
		zh: '差额 {difference} 低于最低额 {minimum}',
	},
	cap_reached: { rule: 'CL7', en: 'The cap of {cap} per {scope} is used up', zh: '已达到每{scope} {cap} 的上限' },
	claimed_once: {
		rule: 'CL5',
		en: 'The programme pays once for an order line; {refunded} was refunded',
		zh: '本规则每个订单行只赔付一次，已退 {refunded}',
	},
	overpaid: {
		rule: 'CL9',
		en: '{paid} was paid where {due} was due',
		zh: '应付 {due}，实付 {paid}',
	},
	funds_short: {
		rule: 'CL8',
		en: 'Only {funded} of {amount} is secured; the rest waits for the store’s funds',
		zh: '{amount} 中仅 {funded} 有资金保障，其余等待店铺补足',
	},
	claim_secured: { rule: 'CL9', en: 'Paid in full from the guarantee’s own reserve', zh: '由该承诺的专项冻结全额支付' },

	// Payout gate
	within_headroom: { rule: 'PO4', en: 'Within the headroom of {headroom}', zh: '在可提额度 {headroom} 之内' },
	over_headroom: {
		rule: 'PO3',
		en: 'Asked for {asked}; headroom is {headroom}: {reserve} is reserved and {margin} must stay as margin for open guarantees',
		zh: '申请 {asked}，可提额度 {headroom}：专项冻结 {reserve}，未到期价保需留风险保证金 {margin}',
	},
	no_headroom: {
		rule: 'PO2',
		en: 'Nothing can leave now: {reserve} is reserved and {margin} must stay as margin for open guarantees',
		zh: '目前无可提额度：专项冻结 {reserve}，需留风险保证金 {margin}',
	},

	// Signals about a store
	uncovered_cut: {
		rule: 'SG1',
		en: 'Price cuts made {triggered} claimable ({depth} % of what buyers had paid) while the store’s funds covered only {covered}',
		zh: '降价使 {triggered} 可申请价保（占买家实付的 {depth}%），而店铺资金仅能覆盖 {covered}',
	},
	out_of_line_cut: {
		rule: 'SG2',
		en: 'Item {sku} was cut by {fall} % {hours} h after protected sales; its deepest earlier cut was {deepest} %',
		zh: '商品 {sku} 在受保成交后 {hours} 小时内降价 {fall}%，此前最大降幅为 {deepest}%',
	},
	raised_then_cut: {
		rule: 'SG3',
		en: 'Item {sku} was raised from {low} to {high}, sold under guarantee for {sold}, then cut to {now}',
		zh: '商品 {sku} 由 {low} 抬价至 {high}，受保售出 {sold} 后降至 {now}',
	},
	fast_receipt: {
		rule: 'SG4',
		en: '{share} % of protected sales by value were confirmed received within {hours} {hours:hour/hours} of payment',
		zh: '按金额计 {share}% 的受保成交在付款后 {hours} 小时内确认收货',
	},
	cashed_out: {
		rule: 'SG5',
		en: '{withdrawn} was withdrawn in the {hours} {hours:hour/hours} before the cut, {share} % of the store’s funds',
		zh: '降价前 {hours} 小时内提现 {withdrawn}，占店铺资金的 {share}%',
	},
	tiny_deposit: {
		rule: 'SG6',
		en: 'The deposit of {deposit} stands against open guarantees of {open}',
		zh: '保证金 {deposit}，而未到期价保承诺达 {open}',
	},
	new_few_dear: {
		rule: 'SG7',
		en: '{days} {days:day/days} since the first sale; {items} {items:item/items}; {price} a unit on average; {buyers} {buyers:buyer/buyers}',
		zh: '首次成交至今 {days} 天，{items} 个商品，均价 {price}，买家 {buyers} 人',
	},
	few_fast_claims: {
		rule: 'SG8',
		en: '{claims} {claims:claim/claims} by {claimers} {claimers:buyer/buyers}, {fast} % of them within an hour of the cut, took {taken} % of what was claimable',
		zh: '{claimers} 名买家提出 {claims} 笔申请，{fast}% 在降价后一小时内，占可申请额的 {taken}%',
	},
	shared_buyers: {
		rule: 'SG9',
		en: '{share} % of protected sales went to buyers who also bought from {stores} other abnormal or new, small {stores:store/stores}',
		zh: '{share}% 的受保成交来自同时在另外 {stores} 家异常或新开小店购买的买家',
	},
	shared_papers: {
		rule: 'SG10',
		en: 'Shares {kinds} with {stores} abnormal {stores:store/stores}',
		zh: '与 {stores} 家异常店铺共用{kinds}',
	},
	self_dealing: {
		rule: 'SG11',
		en: '{share} % of protected sales went to buyers on the store’s own device, address or account',
		zh: '{share}% 的受保成交来自与店铺共用设备、地址或账户的买家',
	},
	unrecovered: {
		rule: 'SG12',
		en: '{shortfall} of {advanced} advanced was not recovered',
		zh: '垫付 {advanced} 中有 {shortfall} 未能追回',
	},
	paid_twice: {
		rule: 'SG16',
		en: 'Buyers who had claimed {advanced} got {beyond} more for their goods than was left of the price',
		zh: '买家获价保 {advanced} 后退货，所得退款比应退多 {beyond}',
	},
	out_of_scale: {
		rule: 'SG17',
		en: 'Sales hit by the cuts cost {price} a unit, {multiple} % of the store’s average protected sale; open guarantees came to {share} % of all it ever sold under guarantee',
		zh: '降价涉及的成交均价 {price}，为本店受保成交均价的 {multiple}%；未到期价保占其历来受保成交额的 {share}%',
	},
	like_labelled: {
		rule: 'SG18',
		en: 'Age, trade and withdrawals are like those of stores labelled as abuse (model {model}): open for {days} {days:day/days}, {buyers} {buyers:buyer/buyers}, {lines} protected {lines:line/lines}, {withdrawals} {withdrawals:withdrawal/withdrawals}',
		zh: '店龄、交易与提现情况与被标记为滥用的店铺相近（模型 {model}）：开业 {days} 天，买家 {buyers} 人，受保订单行 {lines} 条，提现 {withdrawals} 次',
	},
	labelled_abuse: { rule: 'SG13', en: 'Labelled as abuse by a person', zh: '人工标记为滥用' },
	labelled_honest: { rule: 'SG14', en: 'Labelled as honest by a person', zh: '人工标记为诚信' },
} as const satisfies Record<string, Sentence>;

export type ReasonCode = keyof typeof REASONS;
export type Language = 'en' | 'zh';

/** Values that are words of ours; all others are shown as they are. */
const TRANSLATED: ReadonlySet<string> = new Set(['kind', 'kinds', 'scope', 'what']);

/** Words that appear as values and have a Chinese form of their own. */
const TERMS: Readonly<Record<string, string>> = {
	licence_no: '营业执照',
	legal_person: '法定代表人',
	bank_account: '银行账户',
	phone: '电话',
	device_id: '设备',
	ip: 'IP 地址',
	address: '地址',
	payment_account: '支付账户',
	line: '订单行',
	buyer: '买家',
	store: '店铺',
	period: '周期',
	flash_sale: '限时抢购',
	out_of_stock: '缺货',
	purchase_limited: '限购',
	cancelled: '已取消',
	after_sale_open: '售后处理中',
	clearance: '清仓',
	gift: '赠品',
	bundle: '套装',
	fresh: '生鲜',
	cross_border: '跨境',
	open_box: '开箱商品',
	marketplace: '第三方商品',
	unlabelled: '无价保标识商品',
	single_purchase: '单独购买',
};

export function reason(code: ReasonCode, values: Values = {}): Reason {
	return { code, message: sentence({ code, values }, 'en'), values };
}

/** A value, or a word that depends on how many it is. */
const NAMED = /\{(\w+)(?::([^/}]+)\/([^}]+))?\}/g;

/**
 * The reason as a sentence. A value that the sentence does not name is left out; a missing one stays in braces. One that
 * people wrote may have a Chinese form of its own, `name_zh`.
 */
export function sentence({ code, values }: Pick<Reason, 'code' | 'values'>, language: Language): string {
	return REASONS[code][language].replace(NAMED, (braces, name: string, one?: string, many?: string) => {
		const value = (language === 'zh' ? values[`${name}_zh`] : undefined) ?? values[name];
		if (one !== undefined && many !== undefined) return String(value) === '1' ? one : many;
		if (value === undefined) return braces;
		return TRANSLATED.has(name) ? term(String(value), language) : String(value);
	});
}

/** Identifier kinds and scopes in the reader's language; lists are joined by commas. */
export function term(value: string, language: Language): string {
	const one = (word: string): string => (language === 'zh' ? (TERMS[word] ?? word) : word.replace(/_/g, ' '));
	const known = value.split(',').every((word) => Object.hasOwn(TERMS, word));
	return known
		? value
				.split(',')
				.map(one)
				.join(language === 'zh' ? '、' : ', ')
		: value;
}
