/** Every preset programme under the default policy, all gates enforcing: no strategy costs the platform anything. */
import { expect, test } from 'vitest';
import { PRESETS } from '../../src/core/programme/presets.js';
import { gather } from '../../src/redteam/crew.js';
import { beginSearch, nextGeneration } from '../../src/redteam/search.js';
import { documentOf } from './settings.js';

const GENERATIONS = Math.ceil(3 * Number(process.env['SURETY_RUNS'] ?? 1));
const SEED = Number(process.env['SURETY_SEED'] ?? 1);

test.each([...PRESETS])('%s', async (_, programme) => {
	const document = documentOf({ programme });
	const crew = gather(document, 1);
	let state = beginSearch(SEED, 'money');
	for (let i = 0; i < GENERATIONS; i++) state = await nextGeneration(state, (strategies) => crew.rate(strategies));
	expect(state.dearest, JSON.stringify(state.dearest)).toBeNull();
	// Claims were paid, so there was something to rob.
	expect(state.cells.some(({ result }) => result.idea.includes('K'))).toBe(true);
});
