/** docs/API.md: each of its commands is run, in order, and answers what stands below it. */
import { spawnSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../src/core/desk/events.js';
import { type Block, blocksOf, pageOf, valuesOf } from './blocks.js';
import { type Running, start } from './running.js';

const BLOCKS = blocksOf(pageOf('docs/API.md'));
const BREAK = '~~~ end of a block ~~~';
const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.warn('docs/API.md was not tried: there is no curl');

type Verify = (secret: string, headers: IncomingHttpHeaders, body: string, now?: number) => boolean;

describe.skipIf(!hasCurl)('the tour', () => {
	const delivered: { headers: IncomingHttpHeaders; body: string }[] = [];
	const receiver = createServer((request, response) => {
		let body = '';
		request.on('data', (text) => {
			body += String(text);
		});
		request.on('end', () => {
			delivered.push({ headers: request.headers, body });
			response.writeHead(204).end();
		});
	});
	let running: Running;
	let printed: readonly string[] = [];

	beforeAll(async () => {
		running = await start({ SURETY_WEBHOOKS_PRIVATE: 'true' });
		receiver.listen(0, '127.0.0.1');
		await once(receiver, 'listening');
		printed = await runAll(running, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
	});

	afterAll(async () => {
		receiver.close();
		expect(await running.stop()).toBe(0);
	});

	test.each(pairs())('what stands at line $line of docs/API.md', ({ index, expected }) => {
		const said = valuesOf(printed[index] ?? '');
		expect(said).toHaveLength(expected.length);
		for (const [i, value] of expected.entries()) expect(said[i]).toMatchObject(withGaps(value) as object);
	});

	test('the webhook arrives as shown, and its signature is checked as shown', async () => {
		const shown: unknown = JSON.parse(BLOCKS.find(({ language }) => language === 'json webhook')?.text ?? '');
		await expect
			.poll(() => delivered.map(({ body }): unknown => JSON.parse(body)), { timeout: 30_000 })
			.toContainEqual(shown);
		const secret = secretOf(printed);
		const isOurs = await verifier();
		for (const { headers, body } of delivered) {
			expect(isOurs(secret, headers, body)).toBe(true);
			expect(isOurs(secret, headers, `${body} `)).toBe(false);
			expect(isOurs(secret.replace(/_.../, '_AAA'), headers, body)).toBe(false);
			expect(isOurs(secret, headers, body, Date.now() + 400_000)).toBe(false);
		}
	});
});

test('every type of event is named', () => {
	const page = pageOf('docs/API.md');
	expect(EVENT_TYPES.filter((type) => !page.includes(`\`${type}\``))).toEqual([]);
});

/** Each block of answers and which command it is of. */
function pairs(): { line: number; index: number; expected: unknown[] }[] {
	let index = -1;
	return BLOCKS.flatMap(({ language, text, line }) => {
		if (language === 'sh') index++;
		return language === 'json' || language === 'ndjson' ? [{ line, index, expected: valuesOf(text) }] : [];
	});
}

/** What each command prints; all in one shell, as a reader would. */
async function runAll({ url, key }: Running, receiver: string): Promise<string[]> {
	const blocks = BLOCKS.filter(({ language }) => language === 'sh').map(({ text }) => text);
	const script = `set -eu\n${blocks.join(`\necho; echo '${BREAK}'\n`)}`;
	const env = { ...process.env, SURETY: url, KEY: key, RECEIVER: receiver };
	const shell = spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
	let text = '';
	shell.stdout.on('data', (piece) => {
		text += String(piece);
	});
	const [status] = (await once(shell, 'close')) as [number];
	expect(status).toBe(0);
	return text.split(BREAK);
}

/** `…` stands for whatever is there. */
function withGaps(value: unknown): unknown {
	if (value === '…') return expect.anything();
	if (Array.isArray(value)) return value.map(withGaps);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withGaps(inner)]));
}

function secretOf(texts: readonly string[]): string {
	return /"secret":"(whsec_[^"]+)"/.exec(texts.join(''))?.[1] ?? '';
}

async function verifier(): Promise<Verify> {
	const block = BLOCKS.find(({ language }: Block) => language === 'js');
	const folder = mkdtempSync(join(tmpdir(), 'surety-docs-'));
	const path = join(folder, 'verify.mjs');
	writeFileSync(path, block?.text ?? '');
	try {
		const { isOurs } = (await import(pathToFileURL(path).href)) as { isOurs: Verify };
		return isOurs;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
