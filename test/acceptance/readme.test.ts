/** The README's commands, as they stand there. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { endAll, newFolder, startServer } from './serving.js';

const { dir, remove } = newFolder();
afterAll(() => {
	endAll();
	remove();
});

const README = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

test('the curl lines give the answers that the text says', async () => {
	const block = [...README.matchAll(/```sh\n([^`]*)```/g)]
		.map(([, text]) => text ?? '')
		.find((text) => text.includes('curl'));
	const server = await startServer('--data', join(dir, 'data'), '--insecure-no-auth');
	const script = (block ?? '').replaceAll('localhost:8420', server.address);
	const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
	const answers = stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);
	expect(answers.map(({ verdict }) => verdict)).toEqual([
		'recorded',
		'approve',
		'recorded',
		'recorded',
		'limit',
		'hold',
		'hold',
	]);
	expect(answers[4]).toMatchObject({ amount: '9000.00' });
	expect(answers[5]).toMatchObject({ triggered: '9700.00', top_up: '7700.00' });
	expect(answers[6]).toMatchObject({ state: 'waiting' });
	await server.stop();
});
