/** What the tables did not allow to judge, in sentences for the reader of a report. */
import type { Core } from '../core/core.js';
import { add, formatMoney, ZERO } from '../core/words/money.js';
import type { History } from '../intake/index.js';
import type { Amount, Unjudged } from './model.js';

export const unjudged = (history: History, core: Core): Unjudged[] => [...ofTables(history), ...unexplained(core)];

/** What the tables themselves leave open. */
export const ofTables = (history: History): Unjudged[] => [
	...missingTables(history),
	...missingColumns(history),
	...assumptions(history),
];

const MISSING: Readonly<Record<string, Unjudged>> = {
	price_changes: {
		en: 'There is no price_changes table: price cuts could not be seen, only the claims that followed them.',
		zh: '没有 price_changes 表：看不到降价，只能看到随后的价保申请。',
	},
	withdrawals: {
		en: 'There is no withdrawals table: all proceeds count as still at the platform, so what stores took out before a cut is unknown and shortfalls are understated unless claims state what was recovered.',
		zh: '没有 withdrawals 表：货款均视为仍在平台，降价前的提现无从得知；除非价保申请注明追收金额，缺口会被低估。',
	},
};

function missingTables({ tables }: History): Unjudged[] {
	return tables.flatMap(({ table, file }) => (file === null ? (MISSING[table] ?? []) : []));
}

const PAPERS = ['licence_no', 'legal_person', 'bank_account', 'phone', 'device_id', 'ip', 'address'];
const SHOWN = ['device_id', 'ip', 'address', 'payment_account'];

function missingColumns({ tables }: History): Unjudged[] {
	const has = (table: string, column: string): boolean =>
		tables.some((t) => t.table === table && t.columns.includes(column));
	const notes: Unjudged[] = [];
	if (!has('order_lines', 'delivered_at') && !has('order_lines', 'released_at')) {
		notes.push({
			en: 'Order lines do not tell when goods were received: implausibly fast receipts could not be seen.',
			zh: '订单行没有收货时间：无法识别异常快速的确认收货。',
		});
	}
	if (!PAPERS.some((column) => has('stores', column))) {
		notes.push({
			en: 'Stores carry no papers, accounts or devices: shared ones could not be seen; rings rest on buyers alone.',
			zh: '店铺没有证照、账户、设备信息：无法识别共用情况，团伙仅依据共同买家判断。',
		});
	}
	if (!SHOWN.some((column) => has('order_lines', column))) {
		notes.push({
			en: 'Order lines carry no device, address or account of the buyer: stores that sell to themselves could not be seen by these.',
			zh: '订单行没有买家的设备、地址、账户：无法据此识别自买自卖。',
		});
	}
	return notes;
}

function assumptions({ settled }: History): Unjudged[] {
	const notes: Unjudged[] = [];
	if (settled.releasesAssumed) {
		notes.push({
			en: 'Order lines have no released_at: proceeds count as the store’s balance from payment on.',
			zh: '订单行没有 released_at：货款自付款起计入店铺余额。',
		});
	}
	if (settled.assumedUtc > 0) {
		notes.push({
			en: `${settled.assumedUtc} times have no offset and were read as UTC.`,
			zh: `${settled.assumedUtc} 个时间没有时区，按 UTC 读取。`,
		});
	}
	return notes;
}

function unexplained(core: Core): Unjudged[] {
	const stores = core.book.stores.filter((store) => store.unexplained > 0);
	const sum = stores.reduce((all, store) => add(all, store.unexplained), ZERO);
	return beyondRecords(stores.length, formatMoney(sum, core.currency));
}

/** Money that stores took out and the tables do not explain. */
export function beyondRecords(stores: number, sum: Amount): Unjudged[] {
	if (stores === 0) return [];
	return [
		{
			en: `${stores} stores took out ${sum} more than the tables show them earning: earlier history is missing, and their funds may be misjudged.`,
			zh: `${stores} 家店铺取出的资金比表中收入多 ${sum}：缺少更早的记录，其资金状况可能判断不准。`,
		},
	];
}
