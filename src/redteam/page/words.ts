/** The sentences of the red team's page, in both languages. */
import type { Text } from '../../report/page/markup.js';

export const WORDS = {
	title: { en: 'Red team: the most that could be taken', zh: '红队：最多能套取多少' },
	title_suffering: { en: 'Red team: what makes honest stores suffer', zh: '红队：如何使诚信店铺受害' },
	scope: {
		en: 'Policy {policy}, programme {programme} · {tried} strategies in {generations} generations, seed {seed}',
		zh: '策略 {policy}，规则 {programme} · {generations} 代共 {tried} 个方案，种子 {seed}',
	},
	found: {
		en: 'A strategy was found that takes {take} from the platform.',
		zh: '找到一个可从平台套取 {take} 的方案。',
	},
	found_loss: {
		en: 'A strategy was found that costs the platform {cost}, although the attacker gains nothing by it.',
		zh: '找到一个使平台损失 {cost} 的方案，但攻击者并不因此获利。',
	},
	found_harm: {
		en: 'The worst found does harm worth {worth} for each 1,000 yuan it costs: stores flagged: {flagged}; cuts held: {cuts}; yuan-days of withdrawals delayed: {delayed}.',
		zh: '所找到的最坏方案每花费 1,000 元造成折合 {worth} 的损害：误标店铺 {flagged} 家；降价被暂缓 {cuts} 次；提现被延迟 {delayed} 元·天。',
	},
	nothing: {
		en: 'No strategy was found by which the platform loses anything.',
		zh: '未找到任何能使平台受损的方案。',
	},
	nothing_harm: { en: 'No strategy was found that does honest stores harm.', zh: '未找到能使诚信店铺受害的方案。' },
	take: { en: 'Taken', zh: '套取' },
	take_note: { en: 'the smaller of the next two', zh: '右侧两项中较小者' },
	profit: { en: 'Attacker’s profit', zh: '攻击者获利' },
	profit_note: { en: 'cash out, less cash in, less costs', zh: '现金流出减流入再减成本' },
	cost: { en: 'Platform’s cost', zh: '平台损失' },
	cost_note: { en: 'by the game’s own ledger', zh: '按游戏自身账目' },
	book: { en: 'Book’s shortfall', zh: '账簿缺口' },
	book_note: { en: 'counted apart', zh: '独立计算' },
	harm: { en: 'Harm', zh: '损害' },
	harm_note: { en: 'in yuan, for each 1,000 yuan it costs', zh: '每花费 1,000 元的折合金额' },
	flagged: { en: 'Flagged', zh: '误标店铺' },
	flagged_note: { en: 'honest stores; 20,000 each', zh: '诚信店铺，每家计 20,000' },
	held: { en: 'Cuts held', zh: '降价被暂缓' },
	held_note: { en: 'of honest stores; 2,000 each', zh: '诚信店铺，每次计 2,000' },
	delayed: { en: 'Yuan-days delayed', zh: '延迟提现（元·天）' },
	delayed_note: { en: 'of honest withdrawals; 1 for each 1,000', zh: '诚信店铺提现，每 1,000 计 1' },
	spent: { en: 'Attack’s cost', zh: '攻击成本' },
	spent_note: { en: 'least counted: 1,000', zh: '至少按 1,000 计' },
	best_harm: { en: 'Harm', zh: '损害' },
	search_note_harm: {
		en: 'The best by generation: harm for each 1,000 yuan of cost (red), and how far open guarantees went beyond the store’s money (amber).',
		zh: '各代最佳方案：每 1,000 元成本造成的损害（红），以及未到期价保超出店铺资金的程度（橙）。',
	},
	ideas: { en: 'Ideas', zh: '思路' },
	ideas_note: { en: 'ways of working, in the last generation', zh: '末代中的不同做法' },
	gates: { en: 'Gates', zh: '闸口' },
	enforce: { en: 'enforces', zh: '执行' },
	observe: { en: 'observes', zh: '观察' },
	hole: { en: 'The hole', zh: '漏洞' },
	tried_points: { en: 'The same strategy under one change', zh: '仅改一处时的同一方案' },
	point: { en: 'Changed', zh: '改动' },
	becomes: { en: 'to', zh: '改为' },
	steps: { en: 'Step by step', zh: '逐步说明' },
	worst: { en: 'The worst found', zh: '最坏方案' },
	nearest: { en: 'The one that came nearest', zh: '最接近成功的方案' },
	near: {
		en: 'At its height, open guarantees could have cost {pressure} more than all the store’s money, had the price fallen; a gap of {gap} stood open. The platform lost nothing.',
		zh: '最高时，若价格下跌，未到期价保可能超出店铺全部资金 {pressure}；曾出现缺口 {gap}。平台未受损失。',
	},
	time: { en: 'When', zh: '时间' },
	what: { en: 'What', zh: '动作' },
	path: { en: 'The money', zh: '资金轨迹' },
	path_note: {
		en: 'Cash in the attacker’s hands, beyond what it began with (grey), and what the platform had lost by then (red).',
		zh: '攻击者手中现金相对起始的变化（灰）与平台当时的损失（红）。',
	},
	in_hand: { en: 'Attacker’s cash', zh: '攻击者现金' },
	lost: { en: 'Platform’s cost', zh: '平台损失' },
	search: { en: 'How the search went', zh: '搜索过程' },
	search_note: {
		en: 'The best by generation: what it takes (red); where nothing is taken, how far open guarantees went beyond the store’s money (amber).',
		zh: '各代最佳方案：套取金额（红）；未套取时，未到期价保超出店铺资金的程度（橙）。',
	},
	generation: { en: 'generation', zh: '代' },
	best_take: { en: 'Taken', zh: '套取' },
	best_pressure: { en: 'Pressure', zh: '压力' },
	others: { en: 'Other ideas that work', zh: '其他可行思路' },
	name: { en: 'File', zh: '文件' },
	reading: { en: 'What is assumed', zh: '前提' },
	replay: {
		en: 'The strategy as data; surety redteam --replay plays it again',
		zh: '方案数据；可用 surety redteam --replay 重新演示',
	},
} as const satisfies Record<string, Text>;

/** What the game takes for granted; the same as stands at the head of its source. */
export const ASSUMPTIONS: readonly Text[] = [
	{
		en: 'The attacker knows the whole policy, owns stores and shopper accounts, and sends what any store or shopper can. It cannot make the platform tell Surety something untrue.',
		zh: '攻击者了解全部策略，拥有店铺与买家账号，只能发出任何店铺或买家都能发出的请求，不能让平台向 Surety 报告不实信息。',
	},
	{
		en: 'Prices change only through the price gate, and badges show only where the guarantee gate approves.',
		zh: '价格只经价格闸口变动；仅在价保闸口通过时显示价保标识。',
	},
	{
		en: 'Proceeds are released when receipt is confirmed, by the buyer or by itself after ten days. Claims and withdrawals are paid when the desk says so.',
		zh: '确认收货（买家确认或十天后自动确认）时结算货款。价保与提现仅在系统放行时支付。',
	},
	{
		en: 'Goods sent back are paid from what is held for them, and after release only as far as the store has free money.',
		zh: '退货款从该订单待结算货款支付；结算后仅以店铺自由资金为限。',
	},
	{
		en: 'Deposits come back when all windows have ended, less what is owed. Nobody at the platform decides anything by hand.',
		zh: '保证金在全部价保期结束后退还并扣除欠款。平台方无人工介入。',
	},
	{
		en: 'That nothing was found is no proof; it says how hard was looked. The proof is in the rules, and this search attacks it.',
		zh: '未找到不等于证明，仅说明搜索的力度。证明在规则之中，本搜索旨在攻击它。',
	},
];
