/**
 * The founding case as a finished investigation, to draw pages from: 29 stores of nine people and seventy bought
 * buyer accounts, among honest stores with honest claims. Written by a small model of the trick, seeded, so that sums,
 * times and links agree with each other as they would in a real report.
 */
import { reason } from '../../src/core/words/reason.js';
import type { GateFinding, ReportPage, RingFinding, RingLink, StoreFinding, Timeline } from '../../src/report/model.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const OPENING_DAY = Date.UTC(2023, 9, 9);
const DEPOSIT = 1000;
/** From the tenth store on, each of the nine persons had one before. */
const FIRST_PAPERS_KNOWN = 9;

/** A small linear congruential generator: the sample must not change between runs. */
function dice(seed: number): (below: number) => number {
	let state = seed >>> 0;
	return (below) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

export const yuan = (amount: number): string => amount.toFixed(2);
export const time = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
const numbered = (prefix: string, n: number, width: number): string => prefix + String(n).padStart(width, '0');

type Roll = (below: number) => number;
type Funds = Timeline['funds'][number];

/** The money of one store as the sample plays it. */
class Purse {
	readonly states: Funds[] = [];
	held = 0;
	balance = 0;
	deposit = DEPOSIT;
	claimable = 0;

	note(at: number): void {
		const { held, balance, deposit, claimable } = this;
		const reserve = Math.min(claimable, balance);
		this.states.push({
			at: time(at),
			held: yuan(held),
			balance: yuan(balance - reserve),
			deposit: yuan(deposit),
			reserve: yuan(reserve),
			claimable: yuan(claimable),
		});
	}
}

interface Gang {
	readonly timeline: Timeline;
	readonly advanced: number;
	readonly recovered: number;
	readonly flaggedAt: number;
	readonly withdrawAt: number;
	readonly cutAt: number;
	readonly buyers: readonly string[];
}

interface Line {
	readonly at: number;
	readonly sku_id: string;
	readonly buyer_id: string;
	readonly price: number;
}

/** Sold dear to own buyers in an evening, received at once, withdrawn; cut and claimed the next morning. */
function gangStore(index: number, roll: Roll): Gang {
	const store_id = numbered('S', 90310 + index * 37, 5);
	const opened = OPENING_DAY + index * 6 * DAY + roll(5 * DAY);
	const evening = Math.floor((opened + (2 + roll(4)) * DAY) / DAY) * DAY + 11 * HOUR + roll(2 * HOUR);
	const skus = [1, 2, 3].map((n) => ({
		sku_id: numbered(`${store_id}-`, n, 2),
		price: 9680 + 100 * roll(7),
		low: 280 + 10 * roll(20),
	}));
	const prices = skus.map(({ sku_id, price }, i) => ({
		at: time(opened + (20 + i) * MINUTE),
		sku_id,
		price: yuan(price),
	}));
	const lines: Line[] = [];
	const family = (index % 3) * 20;
	for (let i = 0; i < 7 + roll(3); i++) {
		const sku = skus[roll(skus.length)] ?? skus[0];
		if (sku === undefined) continue;
		const buyer_id = numbered('B', 4000 + ((family + roll(30)) % 70), 4);
		lines.push({ at: evening + i * (6 + roll(9)) * MINUTE, sku_id: sku.sku_id, buyer_id, price: sku.price });
	}
	return played(
		store_id,
		opened,
		skus,
		prices,
		lines.toSorted((a, b) => a.at - b.at),
		roll,
	);
}

function played(
	store_id: string,
	opened: number,
	skus: readonly { sku_id: string; price: number; low: number }[],
	prices: Timeline['prices'],
	lines: readonly Line[],
	roll: Roll,
): Gang {
	const purse = new Purse();
	purse.note(opened);
	for (const line of lines) {
		purse.held += line.price;
		purse.note(line.at);
	}
	const last = lines.at(-1)?.at ?? opened;
	for (const [i, line] of lines.entries()) {
		purse.held -= line.price;
		purse.balance += line.price;
		purse.note(last + (8 + i) * MINUTE);
	}
	const withdrawAt = last + 40 * MINUTE + roll(2 * HOUR);
	const taken = purse.balance;
	purse.balance = 0;
	purse.note(withdrawAt);
	const cutAt = Math.floor(last / DAY) * DAY + DAY + HOUR + roll(90) * MINUTE;
	const lows = new Map(skus.map(({ sku_id, low }) => [sku_id, low]));
	const cuts = skus.map(({ sku_id, low }, i) => ({ at: time(cutAt + i * MINUTE), sku_id, price: yuan(low) }));
	const due = lines.map((line) => ({ ...line, gone: line.price - (lows.get(line.sku_id) ?? 0) }));
	purse.claimable = due.reduce((sum, { gone }) => sum + gone, 0);
	purse.note(cutAt + 2 * MINUTE);
	let [recovered, advanced] = [0, 0];
	const claims = due.map(({ buyer_id, gone }, i) => {
		const at = cutAt + (5 + i * 5 + roll(4)) * MINUTE;
		const got = Math.min(gone, purse.deposit);
		purse.deposit -= got;
		purse.claimable -= gone;
		recovered += got;
		advanced += gone;
		purse.note(at);
		return { at: time(at), buyer_id, amount: yuan(gone), recovered: yuan(got) };
	});
	const sales = lines.map(({ at, sku_id, buyer_id, price }) => ({
		at: time(at),
		sku_id,
		buyer_id,
		quantity: 1,
		unit_price: yuan(price),
		protected: true,
	}));
	const timeline: Timeline = {
		store_id,
		opened_at: time(opened),
		prices: [...prices, ...cuts],
		sales,
		claims,
		withdrawals: [{ at: time(withdrawAt), amount: yuan(taken) }],
		funds: purse.states,
		cut_short: false,
	};
	const flaggedAt = lines[Math.min(lines.length - 1, 2 + roll(4))]?.at ?? last;
	return {
		timeline,
		advanced,
		recovered,
		flaggedAt,
		withdrawAt,
		cutAt,
		buyers: [...new Set(lines.map(({ buyer_id }) => buyer_id))],
	};
}

function gangFinding(
	{ timeline, advanced, recovered, flaggedAt, withdrawAt, cutAt }: Gang,
	index: number,
): StoreFinding {
	const taken = timeline.withdrawals[0]?.amount ?? '0';
	const open = timeline.sales.reduce((sum, sale) => sum + Number(sale.unit_price), 0);
	const overHeadroom = reason('over_headroom', { asked: taken, headroom: '0.00', reserve: '0.00', margin: taken });
	const unfunded = reason('cut_unfunded', {
		triggered: yuan(advanced),
		lines: timeline.sales.length,
		free_funds: yuan(DEPOSIT),
		top_up: yuan(advanced - DEPOSIT),
		deepest: timeline.sales[0]?.unit_price ?? '0.00',
	});
	const needed = reason('deposit_needed', { open: yuan(open / 2), required: yuan(open / 4), deposit: yuan(DEPOSIT) });
	return {
		store_id: timeline.store_id,
		score: 0.99 - (index % 9) * 0.02,
		flagged: true,
		flagged_at: time(flaggedAt),
		advanced: yuan(advanced),
		recovered: yuan(recovered),
		shortfall: yuan(advanced - recovered),
		ring_id: 'R-1',
		reasons: gangReasons(timeline, advanced, open),
		stops: [
			...(index < FIRST_PAPERS_KNOWN
				? []
				: [
						{
							gate: 'admission' as const,
							at: timeline.opened_at ?? '',
							verdict: 'hold' as const,
							reason: reason('papers_of_ring', { kind: 'legal_person', stores: 'S90310', ring: 'R-1' }),
						},
					]),
			{ gate: 'guarantee', at: time(flaggedAt), verdict: 'refuse', reason: needed },
			{ gate: 'payout', at: time(withdrawAt), verdict: 'limit', reason: overHeadroom },
			{ gate: 'price', at: time(cutAt), verdict: 'hold', reason: unfunded },
		],
		first_claim_at: timeline.claims[0]?.at ?? null,
	};
}

function gangReasons(timeline: Timeline, advanced: number, open: number): StoreFinding['reasons'] {
	const buyers = new Set(timeline.sales.map(({ buyer_id }) => buyer_id)).size;
	const taken = timeline.withdrawals[0]?.amount ?? '0';
	return [
		reason('tiny_deposit', { deposit: yuan(DEPOSIT), open: yuan(open) }),
		reason('shared_buyers', { share: 100, stores: 11 }),
		reason('shared_papers', { kinds: 'legal_person,phone,bank_account', stores: 3 }),
		reason('new_few_dear', { days: 4, items: 3, price: yuan(open / timeline.sales.length), buyers }),
		reason('fast_receipt', { share: 100, hours: 1 }),
		reason('cashed_out', { withdrawn: taken, hours: 14, share: 99 }),
		reason('uncovered_cut', { triggered: yuan(advanced), depth: 96, covered: yuan(DEPOSIT) }),
		reason('few_fast_claims', { claims: timeline.claims.length, claimers: buyers, fast: 100, taken: 100 }),
	];
}

/** Two months of trade with a festival cut, claims by some shoppers, all recovered from the balance. */
function honestStore(index: number, roll: Roll): { timeline: Timeline; finding: StoreFinding } {
	const store_id = numbered('S', 1200 + index * 53, 5);
	const start = Date.UTC(2023, 9, 20);
	const skus = [1, 2, 3, 4].map((n) => ({ sku_id: numbered(`${store_id}-`, n, 2), price: 60 + roll(400) }));
	const festival = Date.UTC(2023, 10, 10, 16);
	const prices = [
		...skus.map(({ sku_id, price }) => ({ at: time(start), sku_id, price: yuan(price) })),
		...skus.map(({ sku_id, price }) => ({ at: time(festival), sku_id, price: yuan(price * 0.75) })),
		...skus.map(({ sku_id, price }) => ({ at: time(festival + 3 * DAY), sku_id, price: yuan(price) })),
	];
	const sales: Timeline['sales'][number][] = [];
	for (let at = start + HOUR; at < festival + 9 * DAY; at += HOUR + roll(9 * HOUR)) {
		const sku = skus[roll(skus.length)];
		if (sku === undefined) continue;
		const low = at >= festival && at < festival + 3 * DAY;
		const price = low ? sku.price * 0.75 : sku.price;
		sales.push({
			at: time(at),
			sku_id: sku.sku_id,
			buyer_id: numbered('B', 20000 + roll(9000), 5),
			quantity: 1 + roll(2),
			unit_price: yuan(price),
			protected: roll(4) > 0,
		});
	}
	const due = sales.filter(
		({ at, protected: is }) => is && Date.parse(at) > festival - 7 * DAY && Date.parse(at) < festival,
	);
	const claims = due
		.filter(() => roll(3) === 0)
		.map((sale, i) => {
			const amount = yuan(Number(sale.unit_price) * 0.25 * sale.quantity);
			return { at: time(festival + (20 + 95 * i) * MINUTE), buyer_id: sale.buyer_id, amount, recovered: amount };
		});
	const money = 3000 + roll(9000);
	const funds = sales.map((sale, i) => ({
		at: sale.at,
		held: yuan(900 + (i % 9) * 140),
		balance: yuan(money + 35 * i),
		deposit: '5000.00',
		reserve: '0.00',
		claimable: '0.00',
	}));
	const sum = yuan(claims.reduce((total, { amount }) => total + Number(amount), 0));
	const timeline: Timeline = {
		store_id,
		opened_at: time(start - 400 * DAY),
		prices,
		sales,
		claims,
		withdrawals: [{ at: time(festival + DAY), amount: '4200.00' }],
		funds,
		cut_short: index % 4 === 0,
	};
	return {
		timeline,
		finding: {
			store_id,
			score: roll(34) / 100,
			flagged: false,
			flagged_at: null,
			advanced: sum,
			recovered: sum,
			shortfall: '0.00',
			ring_id: null,
			reasons:
				index % 3 === 0 ? [reason('out_of_line_cut', { sku: `${store_id}-01`, fall: 25, hours: 31, deepest: 12 })] : [],
			stops: [],
			first_claim_at: claims[0]?.at ?? null,
		},
	};
}

const PERSONS = ['王建国', '李秀英', '张伟', '刘洋', '陈静', '杨帆', '赵磊', '黄敏', '周涛'];

/** Papers by person, devices and payment accounts by buyers, addresses by both, and buyers in common. */
function linksOf(gang: readonly Gang[]): readonly RingLink[] {
	const stores = gang.map(({ timeline }) => timeline.store_id);
	const byPerson = PERSONS.map((_, person) => stores.filter((_id, i) => i % PERSONS.length === person));
	const papers: RingLink[] = [];
	for (const [person, ids] of byPerson.entries()) {
		papers.push({ kind: 'legal_person', value: PERSONS[person] ?? '', stores: ids, buyers: [] });
		papers.push({ kind: 'phone', value: `1380013${numbered('', 8000 + person, 4)}`, stores: ids, buyers: [] });
		const account = `6222 0210 0100 ${numbered('', 5000 + person, 4)}`;
		if (person % 2 === 0) papers.push({ kind: 'bank_account', value: account, stores: ids, buyers: [] });
	}
	const devices = [0, 1, 2, 3].map((n) => ({
		kind: 'device_id',
		value: `dev-${(0x3fa9c1 + n * 7919).toString(16)}`,
		stores: stores.filter((_id, i) => i % 4 === n && i % 3 === 0),
		buyers: [0, 1, 2].map((i) => numbered('B', 4000 + ((n * 17 + i * 5) % 70), 4)),
	}));
	const accounts = Array.from({ length: 8 }, (_, n) => ({
		kind: 'payment_account',
		value: `2088${numbered('', 70210000 + n * 1931, 8)}`,
		stores: [],
		buyers: Array.from({ length: 4 }, (_unused, i) => numbered('B', 4000 + ((n * 8 + i * (1 + (n % 2))) % 70), 4)),
	}));
	const address = {
		kind: 'address',
		value: '上海市嘉定区曹安公路 1509 号 3 幢',
		stores: stores.slice(0, 5),
		buyers: ['B4002', 'B4003', 'B4011'],
	};
	return [...papers, ...devices, ...accounts, address, ...sharedBuyers(gang)];
}

function sharedBuyers(gang: readonly Gang[]): readonly RingLink[] {
	const links: RingLink[] = [];
	for (const [i, a] of gang.entries())
		for (const b of gang.slice(i + 1)) {
			const buyers = a.buyers.filter((buyer) => b.buyers.includes(buyer));
			if (buyers.length >= 3)
				links.push({ kind: 'shared_buyers', value: '', stores: [a.timeline.store_id, b.timeline.store_id], buyers });
		}
	return links;
}

const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** @param gangStores 29 in the founding case; 0 makes an honest market. */
export function samplePage(gangStores = 29, honestStores = 46): ReportPage {
	const roll = dice(20231009);
	const gang = Array.from({ length: gangStores }, (_, i) => gangStore(i, roll));
	const honest = Array.from({ length: honestStores }, (_, i) => honestStore(i, roll)).filter(
		({ timeline }) => timeline.claims.length > 0,
	);
	const findings = gang.map(gangFinding);
	const advanced = total(gang.map((store) => store.advanced));
	const recovered = total(gang.map((store) => store.recovered));
	const honestClaims = total(honest.map(({ finding }) => Number(finding.advanced)));
	return {
		report: {
			schema: 'surety.report/1',
			currency: 'CNY',
			programme: 'default 1 (7 days from payment)',
			period: { from: '2023-09-30T16:00:00Z', to: '2024-04-30T15:59:00Z' },
			totals: {
				stores: 5029 - 29 + gangStores,
				buyers: 41873,
				order_lines: 618204,
				price_changes: 96311,
				claims:
					total(gang.map(({ timeline }) => timeline.claims.length)) +
					total(honest.map(({ timeline }) => timeline.claims.length)),
				advanced: yuan(advanced + honestClaims),
				recovered: yuan(recovered + honestClaims),
				shortfall: yuan(advanced - recovered),
				rejected_rows: 3,
			},
			stores: [...findings, ...honest.map(({ finding }) => finding)],
			rings: gangStores === 0 ? [] : [ringOf(gang, findings, advanced, recovered)],
			gates: gatesOf(findings, advanced),
			unjudged: [
				{
					en: 'Withdrawals before 2023-10-03 are missing; balances before that day are not known.',
					zh: '缺少 2023-10-03 之前的提现数据，此前余额未知。',
				},
			],
			state_hash: '5f2c9e0b7ad14c36b1f8e2d09c4471aa8d3be5604f1c92d7e6a05b38c7d91e42',
		},
		timelines: [...gang.map(({ timeline }) => timeline), ...honest.slice(0, 6).map(({ timeline }) => timeline)],
		inputs: [
			...['stores', 'order_lines', 'price_changes', 'claims', 'withdrawals'].map((table, i) => ({
				table,
				file: `${table}.csv.gz`,
				rows: [5029, 618206, 96312, 1944, 10321][i] ?? 0,
				rejected: [0, 2, 1, 0, 0][i] ?? 0,
			})),
			{ table: 'labels', file: null, rows: 0, rejected: 0 },
		],
		rejected: [
			'order_lines.csv.gz:1204: unit_price "12.345": CNY has 2 decimals',
			'order_lines.csv.gz:88031: quantity "-1": is negative',
			'price_changes.csv.gz:5210: changed_at "2024-02-30T08:00:00+08:00": no such day',
		],
	};
}

function ringOf(
	gang: readonly Gang[],
	findings: readonly StoreFinding[],
	advanced: number,
	recovered: number,
): RingFinding {
	return {
		ring_id: 'R-1',
		score: 0.98,
		flagged_at: findings[2]?.flagged_at ?? findings[0]?.flagged_at ?? '2023-10-20T00:00:00Z',
		stores: findings.map(({ store_id }) => store_id).toSorted(),
		buyers: [...new Set(gang.flatMap(({ buyers }) => buyers))].toSorted(),
		links: linksOf(gang),
		advanced: yuan(advanced),
		recovered: yuan(recovered),
		shortfall: yuan(advanced - recovered),
	};
}

function gatesOf(findings: readonly StoreFinding[], advanced: number): readonly GateFinding[] {
	const first = (gate: string): string | null =>
		findings.flatMap(({ stops }) => stops.filter((stop) => stop.gate === gate).map(({ at }) => at)).toSorted()[0] ??
		null;
	const n = findings.length;
	const late = findings.slice(FIRST_PAPERS_KNOWN);
	const gate = (name: GateFinding['gate'], stopped: number, stores: number): GateFinding => ({
		gate: name,
		stopped,
		stores,
		first_at: first(name),
		advanced_after: n === 0 || stopped === 0 ? '0.00' : yuan(advanced),
	});
	return [
		{
			...gate('admission', late.length, late.length),
			advanced_after: yuan(total(late.map((finding) => Number(finding.advanced)))),
		},
		gate('guarantee', 4 * n, n),
		gate('price', 3 * n, n === 0 ? 0 : n + 2),
		gate('claim', 0, 0),
		gate('payout', n, n),
	];
}
