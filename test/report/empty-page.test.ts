/** The page when there is little or nothing to tell: it says so in words, and nothing is left half drawn. */
import { describe, expect, test } from 'vitest';
import type { ReportPage } from '../../src/report/model.js';
import { renderPage } from '../../src/report/page/index.js';
import { all, read, readMarkup, textOf } from './markup-tree.js';
import { samplePage } from './sample.js';

const founding = samplePage();

describe('empty cases', () => {
	const { report } = founding;
	const nothing: ReportPage = {
		...founding,
		report: {
			...report,
			period: { from: null, to: null },
			totals: {
				stores: 0,
				buyers: 0,
				order_lines: 0,
				price_changes: 0,
				claims: 0,
				advanced: '0.00',
				recovered: '0.00',
				shortfall: '0.00',
				refunds_owed: '0.00',
				rejected_rows: 0,
			},
			stores: [],
			rings: [],
			gates: [],
			unjudged: [],
		},
		timelines: [],
		rejected: [],
	};

	test('nothing flagged', () => {
		const told = read(readMarkup(renderPage(samplePage(0))), 'en');
		expect(told).toContain('No store was flagged.');
		expect(told).toContain('No ring was found');
		expect(told).toContain('No gate would have stopped anything.');
		expect(told).toContain('all of it was recovered');
	});

	test('no claims and no stores', () => {
		const told = readMarkup(renderPage(nothing));
		expect(read(told, 'en')).toContain('No store was flagged, and no claim was paid.');
		expect(read(told, 'zh-Hans')).toContain('没有店铺被标记，也没有支付任何价保申请。');
		expect(textOf(told)).not.toMatch(/NaN/);
	});

	test('a missing table is named', () => {
		const labels = all(readMarkup(renderPage(founding)), 'tr').find((row) => textOf(row).startsWith('labels'));
		expect(labels === undefined ? '' : read(labels, 'en')).toContain('not there');
	});

	test('flagged stores without timelines, claims or losses', () => {
		const stores = report.stores.map((store) => ({
			...store,
			first_claim_at: null,
			advanced: '0.00',
			recovered: '0.00',
			shortfall: '0.00',
			refunds_owed: '0.00',
			stops: [],
			reasons: [],
		}));
		const told = read(readMarkup(renderPage({ ...founding, report: { ...report, stores }, timelines: [] })), 'en');
		expect(told).toContain('29 stores flagged; nothing advanced on their sales was lost.');
	});

	test('a timeline with nothing but its name', () => {
		const timelines = founding.timelines.map(({ store_id }) => ({
			store_id,
			opened_at: null,
			prices: [],
			sales: [],
			claims: [],
			withdrawals: [],
			funds: [],
			cut_short: false,
		}));
		expect(() => readMarkup(renderPage({ ...founding, timelines }))).not.toThrow();
	});

	test('long lists are cut and say so', () => {
		const [store] = report.stores;
		if (store === undefined) throw new Error('the sample has stores');
		const many = Array.from({ length: 812 }, (_, i) => ({ ...store, store_id: `S-${i}`, flagged: false }));
		const told = read(
			readMarkup(renderPage({ ...founding, report: { ...report, stores: many, rings: [] }, timelines: [] })),
			'en',
		);
		expect(told).toContain('512 more stores are in report.json.');
	});

	test('a ring too large to draw is drawn in part and says so', () => {
		const [ring] = founding.report.rings;
		if (ring === undefined) throw new Error('the sample has a ring');
		const stores = Array.from({ length: 300 }, (_, i) => `G${i}`);
		const buyers = Array.from({ length: 900 }, (_, i) => `Q${i}`);
		const links = stores.map((id, i) => ({
			kind: 'phone',
			value: `1390${i}`,
			stores: [id, `G${(i + 1) % 300}`],
			buyers: [],
		}));
		const rings = [{ ...ring, stores, buyers, links }];
		const told = readMarkup(renderPage({ ...founding, report: { ...report, rings } }));
		expect(read(told, 'en')).toContain('Not drawn, but counted and listed: 220 stores, 720 buyers');
		expect(textOf(told)).not.toMatch(/NaN/);
	});
});
