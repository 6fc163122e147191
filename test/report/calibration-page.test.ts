/** The calibration page: every fact with its figures in both languages, and the page in a real browser, offline. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calibrationPage } from '../../src/report/calibration/page.js';
import { type CalibrationReport, CHOSEN, SOURCES, writeCalibrated } from '../../src/sim/index.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
	existsSync(path),
);
const HOW = 'Chromium was not found: `apt-get install chromium` brings it';
const folder = mkdtempSync(join(tmpdir(), 'surety-calibration-page-'));
const file = join(folder, 'calibration.html');
let report: CalibrationReport;
let text: string;

beforeAll(async () => {
	const market = { seed: 2, days: 90, honestStores: 50, lookalikes: 'all', trade: 'measured', gangs: [] } as const;
	({ calibration: report } = await writeCalibrated(join(folder, 'tables'), market));
	text = calibrationPage(report);
	writeFileSync(file, text);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('has every fact, every source and every choice, in both languages', () => {
	for (const { id, title, simulated } of report.facts) {
		const row = text.slice(text.indexOf(`<tr id="${id}">`)).split('</tr>')[0] ?? '';
		expect(row, id).toContain(`lang="en">${title.en}<`);
		expect(row, id).toContain(`lang="zh-Hans">${title.zh}<`);
		const figure = String(simulated).replace(/\B(?=(\d{3})+$)/g, ',');
		expect(row, id).toContain(simulated === null ? '–' : simulated >= 1000 ? figure : String(simulated));
	}
	for (const words of [...Object.values(SOURCES), ...Object.values(CHOSEN)]) {
		expect(text).toContain(words.en);
		expect(text).toContain(words.zh);
	}
});

test('the same report gives the same bytes, and loads nothing', () => {
	expect(calibrationPage(report)).toBe(text);
	expect(text).not.toMatch(/<(?:link|img|iframe)|\bsrc=|url\(|https?:\/\//);
});

test('a market too small or too short says so instead of a number', async () => {
	const market = { seed: 2, days: 45, honestStores: 1, lookalikes: 'none', trade: 'measured', gangs: [] } as const;
	const { calibration } = await writeCalibrated(join(folder, 'tiny'), market);
	const silent = calibration.facts.filter(({ simulated }) => simulated === null).map(({ id }) => id);
	expect(silent).toEqual(expect.arrayContaining(['pairs_sharing_any', 'overlap_p99', 'components']));
	expect(calibrationPage(calibration)).toContain('market too small or too short to tell');
});

if (CHROMIUM === undefined) console.warn(`${HOW}; the page is not tested in a browser.`);
if (CHROMIUM === undefined && process.env['CI'] !== undefined)
	test('a browser is there', () => {
		throw new Error(HOW);
	});

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
	let browser: Browser;
	beforeAll(async () => {
		const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
		browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args });
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
		await page.goto(pathToFileURL(file).href);
		return { page, noise };
	}

	test('starts in the reader’s language and switches', async () => {
		const { page, noise } = await open({ locale: 'zh-CN' });
		expect(await page.locator('h1').innerText()).toBe('这个模拟市场有多真实？');
		await page.getByText('English', { exact: true }).click();
		expect(await page.locator('h1').innerText()).toBe('How real is this simulated market?');
		expect(await page.locator('#fall_any_within_7 td').first().innerText()).toBe('fall by anything within 7 days');
		expect(noise).toEqual([]);
	});

	test('says which data set a mark is', async () => {
		const { page } = await open({ locale: 'en-GB' });
		await page.locator('#fall_any_within_7 .tick').first().hover();
		expect(await page.locator('.tip').innerText()).toBe('211 books, daily, marketplace, last two years\n14 %');
	});

	test('draws both curves, and fits a phone without scrolling sideways', async () => {
		const { page } = await open({ viewport: { width: 390, height: 844 } });
		expect(await page.locator('path.curve').count()).toBe(2);
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
	});
});
