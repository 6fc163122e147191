/** The policy a service runs under: a document from a file, or the one that is shipped. */
import { readFile } from 'node:fs/promises';
import { parsePolicy } from '../core/policy.js';
import { SuretyError } from '../core/words/error.js';
import type { Currency } from '../core/words/money.js';
import { GATES } from '../core/words/outcome.js';
import { withModel } from '../train/model-file.js';
import type { Settings } from './settings.js';

/** New stores are on probation until their papers are verified or they have shown honest trade. */
const SHIPPED = {
	schema: 'surety.policy/1',
	version: 1,
	probation: { days: 30, sales: 20, guarantee_cap: '50000', unit_price_cap: '5000' },
} as const;

/** @throws SuretyError `bad_policy`. */
export async function readPolicy(settings: Settings, currency: Currency): Promise<unknown> {
	const document = settings.policy === undefined ? shipped(settings.mode) : await readFrom(settings.policy);
	parsePolicy(document, currency);
	return document;
}

const readFrom = async (path: string): Promise<unknown> => withModel(await readJson(path), path);

function shipped(mode: Settings['mode']): unknown {
	// A label stands for one document, so each mode has a name of its own.
	const name = mode === 'enforce' ? 'service' : 'service-observing';
	return { ...SHIPPED, name, gates: Object.fromEntries(GATES.map((gate) => [gate, mode])) };
}

async function readJson(path: string): Promise<unknown> {
	try {
		return JSON.parse(await readFile(path, 'utf8'));
	} catch (error) {
		throw new SuretyError('bad_policy', `${path}: ${(error as Error).message}`);
	}
}
