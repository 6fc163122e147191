/** The words inside pictures, in both languages. Short: they have to fit beside the marks they explain. */
import type { Text } from './markup.js';

export const PICTURE = {
	price: { en: 'Price', zh: '价格' },
	sales_note: { en: '● sold', zh: '● 成交' },
	protected_sale: { en: 'Protected sale', zh: '受保成交' },
	bare_sale: { en: 'Sale without guarantee', zh: '无价保成交' },
	sold: { en: 'sold to {buyers} buyers at {price}', zh: '以 {price} 售予 {buyers} 名买家' },
	sold_to_one: { en: 'sold to 1 buyer at {price}', zh: '以 {price} 售予 1 名买家' },
	cut: { en: 'cut {percent} %', zh: '降价 {percent}%' },
	claims_lane: { en: '▲ Claims', zh: '▲ 价保申请' },
	withdrawals_lane: { en: '▼ Withdrawals', zh: '▼ 提现' },
	claim: { en: 'Claim', zh: '价保申请' },
	withdrawal: { en: 'Withdrawal', zh: '提现' },
	recovered: { en: 'recovered', zh: '已追收' },
	withdrew: { en: 'withdrew {amount}', zh: '提现 {amount}' },
	claimed: { en: 'claims {amount}', zh: '价保申请 {amount}' },
	funds_lane: { en: 'Store’s money', zh: '店铺资金' },
	claimable_lane: { en: '— claimable', zh: '— 可申请额' },
	deposit: { en: 'Deposit', zh: '保证金' },
	reserve: { en: 'Reserve', zh: '专项冻结' },
	balance: { en: 'Balance', zh: '余额' },
	held: { en: 'Held proceeds', zh: '待结算货款' },
	gap: { en: 'Claimable beyond the store’s money', zh: '超出店铺资金的可申请额' },
	flagged: { en: 'flagged', zh: '标记' },
	opened: { en: 'opened', zh: '开店' },
	would: { en: '{gate}: {verdict}', zh: '{gate}：{verdict}' },
} as const satisfies Record<string, Text>;
