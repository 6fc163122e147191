/** docs/SIMULATOR.md: its tables are those of the code, and its figures those of the market it names. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Instant, parseInstant } from '../../src/core/words/time.js';
import { ATTACKS } from '../../src/sim/attacks.js';
import { COSTS } from '../../src/sim/gang-books.js';
import { type Calibrated, LOOKALIKES, writeCalibrated } from '../../src/sim/index.js';
import { pageOf } from './blocks.js';

const PAGE = pageOf('docs/SIMULATOR.md');
const dir = mkdtempSync(join(tmpdir(), 'surety-simulator-page-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** The rows of the table with this heading, without padding. */
function rowsBelow(heading: string): string[] {
	const lines = PAGE.split('\n');
	const head = lines.findIndex((line) => line.split('|')[1]?.trim() === heading);
	const rows = lines.slice(head + 2);
	return rows.slice(0, rows.indexOf('')).map((row) => row.replaceAll(/ *\| */g, '|'));
}

test('the attacks are those of the catalogue', () => {
	expect(rowsBelow('attack')).toEqual(Object.entries(ATTACKS).map(([name, { means }]) => `|\`${name}\`|${means}|`));
});

test('the costs are those of the code', () => {
	const { licence, account, goods_percent, disguise_percent } = COSTS;
	const text = PAGE.replaceAll('\n', ' ');
	expect(text).toContain(`licences (${String(licence).replace(/(\d)(\d{3})$/, '$1,$2')} yuan a store)`);
	expect(text).toContain(`shopper accounts (${account} each)`);
	expect(text).toContain(`goods for strangers (${goods_percent} %`);
	expect(text).toContain(`the disguise (${disguise_percent} %`);
	expect(LOOKALIKES).toHaveLength(12);
});

function realOf({ comparison, real }: Calibrated): string {
	const values = real.map(({ value }) => value);
	if (comparison === 'within') return `${Math.min(...values)} to ${Math.max(...values)}`;
	return comparison === 'near' ? `about ${values[0]}` : `at most ${values[0]}`;
}

function rowOf(fact: Calibrated): string {
	const { title, unit, simulated, deviation } = fact;
	const of = unit === 'share' ? '' : ` (${unit})`;
	return `|${title.en}${of}|${realOf(fact)}|${simulated}|${deviation === 0 ? 'no' : `${deviation} %`}|`;
}

test('the calibration table is what that market comes to', async () => {
	const { calibration } = await writeCalibrated(dir, {
		seed: 1,
		days: 180,
		honestStores: 1994,
		from: parseInstant('2023-06-01T00:00:00+08:00') as Instant, // a constant that parses
		lookalikes: 'all',
		trade: 'measured',
		commissionPercent: 2,
		gangs: [],
	});
	expect(rowsBelow('fact')).toEqual(calibration.facts.map(rowOf));
});
