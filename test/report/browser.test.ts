/** The page in a real browser, offline: nothing is asked for, nothing complains, the switch and the filter work. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderPage } from '../../src/report/page/index.js';
import { samplePage } from './sample.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
	existsSync(path),
);
const QUIET = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
const HOW = 'Chromium was not found: `apt-get install chromium` brings it';

if (CHROMIUM === undefined) console.warn(`${HOW}; the page is not tested in a browser.`);

if (CHROMIUM === undefined && process.env['CI'] !== undefined)
	test('a browser is there', () => {
		throw new Error(HOW);
	});

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
	const folder = mkdtempSync(join(tmpdir(), 'surety-page-'));
	const file = join(folder, 'report.html');
	let browser: Browser;

	beforeAll(async () => {
		writeFileSync(file, renderPage(samplePage()));
		browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: QUIET });
	}, 60_000);
	afterAll(async () => {
		await browser.close();
		rmSync(folder, { recursive: true });
	});

	/** Opens the page offline; whatever it asks for or complains about ends up in `noise`. */
	async function open(options: BrowserContextOptions): Promise<{ page: Page; noise: string[] }> {
		const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
		await context.setOffline(true);
		const page = await context.newPage();
		const noise: string[] = [];
		page.on('console', (message) => noise.push(message.text()));
		page.on('pageerror', (error) => noise.push(error.message));
		page.on('request', (request) => noise.push(request.url()));
		await page.goto(pathToFileURL(file).href);
		expect(noise.splice(0)).toEqual([pathToFileURL(file).href]);
		return { page, noise };
	}

	test('starts in the reader’s language, switches at once and back', async () => {
		const { page, noise } = await open({ locale: 'en-GB' });
		const lead = page.locator('.lead');
		expect(await lead.innerText()).toContain('29 stores acting as 1 ring');
		await page.getByText('简体中文', { exact: true }).click();
		expect(await lead.innerText()).toContain('29 家店铺结成 1 个团伙');
		expect(await page.evaluate('document.documentElement.lang')).toBe('zh-Hans');
		await page.getByText('English', { exact: true }).click();
		expect(await lead.innerText()).toContain('29 stores acting as 1 ring');
		const chinese = await open({ locale: 'zh-CN' });
		expect(await chinese.page.locator('.lead').innerText()).toContain('29 家店铺结成 1 个团伙');
		expect([...noise, ...chinese.noise]).toEqual([]);
	});

	test('filters the list', async () => {
		const { page, noise } = await open({ locale: 'en-GB' });
		const rows = page.locator('.ranked tbody tr:visible');
		const every = await rows.count();
		await page.locator('#flagged-only').check();
		expect(await rows.count()).toBe(29);
		await page.locator('#filter').fill('s90310');
		expect(await rows.count()).toBe(1);
		expect(await page.locator('#shown').innerText()).toBe(`1 / ${every}`);
		await page.locator('#flagged-only').uncheck();
		await page.locator('#filter').fill('');
		expect(await rows.count()).toBe(every);
		expect(noise).toEqual([]);
	});

	test('says what a mark is, in the language shown', async () => {
		const { page, noise } = await open({ locale: 'zh-CN' });
		await page.locator('#store-1 circle.sale').first().hover();
		const tip = page.locator('.tip');
		expect(await tip.innerText()).toMatch(/^受保成交\n/);
		await page.mouse.move(2, 300);
		expect(await tip.isVisible()).toBe(false);
		expect(noise).toEqual([]);
	});

	test('opens the section that is linked to', async () => {
		const { page, noise } = await open({ locale: 'en-GB' });
		const section = page.locator('#store-20');
		expect(await section.getAttribute('open')).toBeNull();
		await page.locator('.ranked a[href="#store-20"]').first().click();
		await section.locator('svg').first().waitFor({ state: 'visible' });
		expect(noise).toEqual([]);
	});

	test('is readable, and can be switched, with scripts off', async () => {
		const { page } = await open({ javaScriptEnabled: false, locale: 'zh-CN' });
		expect(await page.locator('.lead').innerText()).toContain('29 stores acting as 1 ring');
		await page.getByText('简体中文', { exact: true }).click();
		expect(await page.locator('.lead').innerText()).toContain('29 家店铺结成 1 个团伙');
		expect(await page.locator('.filter').isVisible()).toBe(false);
	});

	test('fits a phone without scrolling sideways', async () => {
		const { page } = await open({ viewport: { width: 390, height: 844 } });
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
	});
});
