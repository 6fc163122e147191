/** What an investigation would say of the sample's gang: scores, reasons, stops, and what its members share. */
import { reason } from '../../src/core/words/reason.js';
import type { RingLink, StoreFinding, Timeline } from '../../src/report/model.js';
import { numbered, time, yuan } from './sample-dice.js';
import { DEPOSIT } from './sample-gang.js';
import type { Gang } from './sample-gang.js';

/** From the tenth store on, each of the nine persons had one before. */
export const FIRST_PAPERS_KNOWN = 9;

export function gangFinding(
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
		refunds_owed: '0.00',
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

const PERSONS = ['王建国', '李秀英', '张伟', '刘洋', '陈静', '杨帆', '赵磊', '黄敏', '周涛'];

/** Papers by person, devices and payment accounts by buyers, addresses by both, and buyers in common. */
export function linksOf(gang: readonly Gang[]): readonly RingLink[] {
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
