/** The page of a backtest: well formed, whole in both languages, safe from hostile ids, quiet in a browser. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backtested } from '../../src/backtest/backtest.js';
import { renderPage } from '../../src/backtest/page/index.js';
import { policyFrom } from '../../src/backtest/policies.js';
import { defaultPolicy } from '../../src/core/policy.js';
import { writeMarket } from '../../src/sim/index.js';
import { all, elementsOf, languageOf, read, readMarkup, textOf } from '../report/markup-tree.js';
import { bytes, CNY, folder, look, writeTables } from './at-hand.js';

const HAN = /\p{Script=Han}/u;
const { dir, remove } = folder();
let done: Backtested;

beforeAll(async () => {
	await writeMarket(join(dir, 'tables'), {
		seed: 3,
		days: 60,
		honestStores: 40,
		medianBuyers: 30,
		lookalikes: 'none',
		gangs: [{ stores: 5, people: 2, buyers: 16, activeDays: [20, 45] }],
	});
	const tight = { schema: 'surety.policy/1', name: 'tight-door', version: 2, minimum_deposit: '1500' };
	done = await look(join(dir, 'tables'), join(dir, 'out'), {
		policies: [defaultPolicy(CNY, 'enforce'), policyFrom(tight, 'tight.json', CNY)],
	});
});
afterAll(remove);

describe('the page', () => {
	const tree = () => readMarkup(bytes(done.htmlPath));

	test('answers in its first sentence', () => {
		const { shortfall } = done.backtest.comparisons[0] as { readonly shortfall: string };
		const before = `¥${shortfall.replace(/\B(?=(\d{3})+\.)/g, ',')}`;
		expect(read(tree(), 'en')).toContain(`Under default@1 the platform would have lost ¥0.00 instead of ${before}.`);
		expect(read(tree(), 'zh-Hans')).toContain(`采用 default@1，平台损失为 ¥0.00，而实际为 ${before}。`);
	});

	test('has a point and a column for every run and comparison, and a section for every policy', () => {
		const points = all(tree(), 'circle').filter((circle) => circle.attributes.get('class')?.startsWith('point'));
		expect(points).toHaveLength(4);
		const ids = all(tree(), 'section').map((section) => section.attributes.get('id'));
		expect(ids).toEqual(['trade-off', 'compare', 'policy-1', 'policy-2', 'model', 'unjudged', 'sources']);
		const [table] = all(tree(), 'table');
		expect(table === undefined ? [] : all(table, 'th').map(textOf)).toEqual(
			expect.arrayContaining(['default@1', 'tight-door@2', 'what really happened实际情况', 'flat hold一律冻结']),
		);
	});

	test('tells what did not happen because stores were kept out', () => {
		const kept = done.backtest.runs[1]?.did_not_happen.stores ?? 0;
		expect(kept).toBeGreaterThan(0);
		expect(read(tree(), 'en')).toContain(`${kept} stores were not let in`);
	});

	test('says everything in both languages, each in its own', () => {
		const spoken = [...elementsOf(tree())].filter(({ attributes }) => attributes.has('lang'));
		// The whole page is English until switched.
		const by = (language: string) =>
			spoken.filter((element) => element.name !== 'html' && languageOf(element) === language);
		expect(by('en').filter((element) => HAN.test(textOf(element)))).toEqual([]);
		expect(by('zh-Hans')).toHaveLength(by('en').length);
	});

	test('asks nobody for anything', () => {
		expect(bytes(done.htmlPath)).not.toMatch(/(?:src|href)="(?!#)/);
	});

	test('ids from an export are text, whatever they hold', async () => {
		const id = '<script>alert(1)</script>';
		const tables = writeTables(join(dir, 'hostile'), {
			stores: ['store_id,opened_at,deposit', `${id},2024-01-01T00:00:00Z,0`],
			order_lines: [
				'order_line_id,store_id,sku_id,buyer_id,quantity,unit_price,paid_at,protect_days,released_at',
				`L,${id},K,B,1,100,2024-03-01T00:00:00Z,7,2024-03-01T01:00:00Z`,
			],
			price_changes: ['store_id,sku_id,changed_at,price', `${id},K,2024-03-02T00:00:00Z,50`],
			claims: ['claim_id,order_line_id,claimed_at,amount', 'C,L,2024-03-03T00:00:00Z,50'],
		});
		const without = await look(tables, join(dir, 'hostile-without'));
		expect(without.backtest.unjudged.map(({ en }) => en).join()).toContain('There is no withdrawals table');
		writeTables(tables, {
			withdrawals: ['withdrawal_id,store_id,requested_at,amount', `W,${id},2024-03-01T02:00:00Z,100`],
		});
		const { htmlPath, backtest } = await look(tables, join(dir, 'hostile-out'));
		expect(backtest.runs[0]?.by_store[0]?.store_id).toBe(id);
		expect(bytes(htmlPath)).not.toContain('<script>alert');
		expect(bytes(htmlPath)).toMatch(/&lt;script(&gt;|>)alert/);
	});

	test('an empty history has a page too', () => {
		const page = renderPage({
			backtest: { ...done.backtest, runs: [], comparisons: [], period: { from: null, to: null, days: 0 } },
			inputs: [],
			rejected: [],
		});
		expect(read(readMarkup(page), 'en')).toContain('No records');
		expect(page).not.toMatch(/NaN|Infinity|undefined/);
	});

	test('has no figure that is none', () => {
		expect(bytes(done.htmlPath).replace(/<script>[\s\S]*<\/script>/, '')).not.toMatch(/NaN|Infinity|undefined/);
	});
});

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
	existsSync(path),
);
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

if (CHROMIUM === undefined) console.warn('Chromium was not found; the page is not tested in a browser.');

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
	let browser: Browser;
	beforeAll(async () => {
		browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: QUIET });
	}, 60_000);
	afterAll(() => browser.close());

	/** Opens the page offline; whatever it asks for or complains about ends up in `noise`. */
	async function open(options: BrowserContextOptions): Promise<{ page: Page; noise: string[] }> {
		const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
		await context.setOffline(true);
		const page = await context.newPage();
		const noise: string[] = [];
		page.on('console', (message) => noise.push(message.text()));
		page.on('pageerror', (error) => noise.push(error.message));
		page.on('request', (request) => noise.push(request.url()));
		await page.goto(pathToFileURL(done.htmlPath).href);
		expect(noise.splice(0)).toEqual([pathToFileURL(done.htmlPath).href]);
		return { page, noise };
	}

	test('switches language, and says what a point is', async () => {
		const { page, noise } = await open({ locale: 'en-GB' });
		expect(await page.locator('h1').innerText()).toBe('What each policy would have cost');
		await page.getByText('简体中文', { exact: true }).click();
		expect(await page.locator('h1').innerText()).toBe('各项策略的代价');
		await page.locator('circle.point.compared').first().hover();
		expect(await page.locator('.tip').innerText()).toMatch(/^实际情况\n/);
		expect(noise).toEqual([]);
	});

	test('names in the picture do not lie on one another', async () => {
		const { page } = await open({ locale: 'en-GB' });
		const names = page.locator('#trade-off text.callout:visible');
		const boxes = await Promise.all((await names.all()).map(async (name) => name.boundingBox()));
		expect(boxes).toHaveLength(4);
		for (const [i, a] of boxes.entries()) {
			for (const b of boxes.slice(i + 1)) {
				if (a === null || b === null) throw new Error('a name is not shown');
				const apart =
					a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y + 2 || b.y + b.height <= a.y + 2;
				expect(apart, JSON.stringify([a, b])).toBe(true);
			}
		}
	});

	test('fits a phone without scrolling sideways', async () => {
		const { page } = await open({ viewport: { width: 390, height: 844 } });
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
	});
});
