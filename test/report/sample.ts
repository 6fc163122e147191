/**
 * The founding case as a finished investigation, to draw pages from: 29 stores of nine people and seventy bought
 * buyer accounts, among honest stores with honest claims. Written by a small model of the trick, seeded, so that sums,
 * times and links agree with each other as they would in a real report.
 */
import type { GateFinding, ReportPage, RingFinding, StoreFinding } from '../../src/report/model.js';
import { dice, yuan } from './sample-dice.js';
import { FIRST_PAPERS_KNOWN, gangFinding, linksOf } from './sample-findings.js';
import { gangStore } from './sample-gang.js';
import type { Gang } from './sample-gang.js';
import { honestStore } from './sample-honest.js';

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
				refunds_owed: '0.00',
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
		refunds_owed: '0.00',
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
