/**
 * Strategies that once took money from the platform, under weaker policies than the default. Each is played again under
 * the policy it was found under, where it still works (else it would prove nothing), and under the default, where it
 * must cost the platform nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { play } from '../../src/redteam/game.js';
import { readSetting } from '../../src/redteam/setting.js';
import { readStrategyFile } from '../../src/redteam/strategy-file.js';
import { settingOf } from './settings.js';

const FOLDER = join(import.meta.dirname, 'regressions');
/** Found under rules that enforce everything, and closed since. */
const CLOSED: ReadonlySet<string> = new Set(['failed-payment.json']);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

test('there are some', () => expect(files.length).toBeGreaterThan(3));

describe.each(files)('%s', (name) => {
	const { strategy, setting } = readStrategyFile(readFileSync(join(FOLDER, name), 'utf8'), name);

	test(CLOSED.has(name) ? 'takes nothing any more' : 'takes money under the policy it was found under', () => {
		const { platformCost, bookCost } = play(strategy, readSetting(setting));
		if (CLOSED.has(name)) expect(platformCost).toBe(0);
		else expect(platformCost).toBeGreaterThan(0);
		expect(bookCost).toBe(platformCost);
	});

	test('costs the platform nothing under the default policy', () => {
		const { platformCost, bookCost, gap } = play(strategy, settingOf());
		expect({ platformCost, bookCost, gap }).toEqual({ platformCost: 0, bookCost: 0, gap: 0 });
	});
});
