/** `surety train`, and models in files, as a user meets them: what is written, what is said, and what is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.js';
import { parseModel } from '../../src/core/model/schema.js';
import { readPolicies } from '../../src/backtest/policies.js';
import { currency } from '../../src/core/words/money.js';
import { BY_HAND } from './model-by-hand.js';

const root = mkdtempSync(join(tmpdir(), 'surety-train-command-'));

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The command in this process: others test that the program starts. */
async function surety(...args: string[]): Promise<{ code: number; out: string; err: string }> {
	const said = { out: '', err: '' };
	const spies = (['stdout', 'stderr'] as const).map((stream) =>
		vi.spyOn(process[stream], 'write').mockImplementation((text) => {
			said[stream === 'stdout' ? 'out' : 'err'] += String(text);
			return true;
		}),
	);
	try {
		return { code: await main(args), ...said };
	} finally {
		for (const spy of spies) spy.mockRestore();
		for (const signal of SIGNALS) process.removeAllListeners(signal); // they would end this process, not a command's
	}
}
const at = (...path: string[]): string => join(root, ...path);
const SMALL = ['--stores', '60', '--days', '90', '--buyers', '20', '--attack', 'stepwise', '--attack', 'bust-out'];

beforeAll(async () => {
	await surety('simulate', '--out', at('tables'), ...SMALL, '--labels');
	writeFileSync(at('model.json'), JSON.stringify(BY_HAND));
});
afterAll(() => rmSync(root, { recursive: true }));

test('writes a model, and says how it did beside the transparent score', async () => {
	const { code, out, err } = await surety('train', at('tables'), '--out', at('learned.json'), '--name', 'spring@3');
	expect([code, err]).toEqual([0, '']);
	expect(out).toContain('Model spring@3: ');
	expect(out).toContain('On stores it had not seen            learned  transparent  together');
	expect(out).toMatch(/abusive stores flagged +\d+ +\d+ +\d+\n {2}honest stores flagged +0 +0 +0\n/);
	const model = parseModel(JSON.parse(readFileSync(at('learned.json'), 'utf8')));
	expect(model).toMatchObject({ name: 'spring', version: 3, trained: { abuse: 20, honest: 60, seed: 1 } });
	const told = (await surety('train', at('tables'), '--out', at('again.json'), '--name', 'spring@3', '--json')).out;
	expect(JSON.parse(told)).toMatchObject({ schema: 'surety.training/1', model: 'spring@3', gangs: 2 });
	expect(readFileSync(at('again.json'), 'utf8')).toBe(readFileSync(at('learned.json'), 'utf8'));
});

test('investigate --model scores by it, and its report names it', async () => {
	const { code, out } = await surety(
		'investigate',
		at('tables'),
		'--out',
		at('out'),
		'--model',
		at('model.json'),
		'--json',
	);
	expect(code).toBe(0);
	expect(JSON.parse(out)).toMatchObject({ model: 'by-hand@1' });
	expect(readFileSync(at('out', 'report.html'), 'utf8')).toContain('by-hand@1');
});

test('a policy’s file names its model by a path from where it stands', async () => {
	const policy = { schema: 'surety.policy/1', name: 'with-model', version: 1, model: 'model.json' };
	writeFileSync(at('policy.json'), JSON.stringify(policy));
	const [read] = await readPolicies([at('policy.json')], currency('CNY'));
	expect(read?.model).toEqual(BY_HAND);
	expect(read?.document.model).toBe(read?.model);
	writeFileSync(at('lost.json'), JSON.stringify({ ...policy, model: 'nowhere.json' }));
	const { code, err } = await surety('backtest', at('tables'), '--out', at('b'), '--policy', at('lost.json'));
	expect([code, err]).toEqual([2, expect.stringContaining('nowhere.json')]);
});

describe('is refused', () => {
	test.each([
		[['train'], 2, 'train takes one folder'],
		[['train', 'tables'], 2, 'train needs --out OUT'],
		[['train', 'tables', '--out', 'm', '--name', 'No@1'], 2, '--name "No@1": expected a name and version'],
		[['train', 'tables', '--out', 'm', '--seed', 'x'], 2, '--seed "x": expected a whole number'],
		[['train', 'tables', '--out', 'm', '--unlabelled', 'abuse'], 2, 'expected honest or ignore'],
		[['train', 'tables', '--out', 'no/where'], 1, 'cannot be written (ENOENT)'],
		[['train', 'nowhere', '--out', 'm'], 2, 'nowhere'],
		[['investigate', 'tables', '--out', 'o', '--model', 'policy.json'], 2, 'policy.json: model: schema'],
	])('%j', async (args, code, message) => {
		const [command, ...rest] = args as [string, ...string[]];
		const placed = rest.map((arg) => (/^(tables|nowhere|m|o|no\/where|policy\.json)$/.test(arg) ? at(arg) : arg));
		const done = await surety(command, ...placed);
		expect(done.err).toContain(message);
		expect(done.code).toBe(code);
	});

	test('a history without labels, and one with too few of a kind', async () => {
		await surety('simulate', '--out', at('plain'), ...SMALL.slice(0, 6));
		const none = await surety('train', at('plain'), '--out', at('m'));
		expect([none.code, none.err]).toEqual([1, expect.stringContaining('there is no table labels')]);
		writeFileSync(at('plain', 'labels.csv'), 'store_id,label\nS00001,honest\n');
		const few = await surety('train', at('plain'), '--out', at('m'));
		expect([few.code, few.err]).toEqual([1, expect.stringContaining('0 of the 8 labelled abuse that it takes')]);
	});
});
