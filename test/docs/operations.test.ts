/** docs/OPERATIONS.md: its tables are those of the code, its names exist, and what it says to type works. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Grant, may, PERMISSION_NAMES, type Permission, ROLES, type Role } from '../../src/access/roles.js';
import { ERRORS } from '../../src/core/words/error.js';
import { ROUTES } from '../../src/http/routes/index.js';
import { openKeyring } from '../../src/serve/data-folder.js';
import { readSettings, settingsSchema } from '../../src/serve/settings.js';
import { blocksOf, pageOf, ROOT, valuesOf } from './blocks.js';
import { run, start } from './running.js';

const PAGE = pageOf('docs/OPERATIONS.md');

/** Rows of the table with this heading in its first column, as trimmed cells. */
function tableOf(heading: string): string[][] {
	const lines = PAGE.split('\n');
	const head = lines.findIndex((line) => line.split('|')[1]?.trim() === heading);
	const rows = lines.slice(head + 2);
	return rows.slice(0, rows.indexOf('')).map((row) =>
		row
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
}

const bare = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

test('the table of settings is the schema’s', async () => {
	const defaults: Readonly<Record<string, string | number | boolean | object | undefined>> = await readSettings(
		undefined,
		{},
		{},
	);
	const shown = (value: string | number | boolean | object = ''): string =>
		typeof value === 'object' ? JSON.stringify(value) : String(value);
	const expected = Object.keys(settingsSchema.shape).map((name) => [
		name,
		`SURETY_${name.toUpperCase()}`,
		shown(defaults[name]),
	]);
	expect(tableOf('setting').map((row) => row.slice(0, 3).map(bare))).toEqual(expected);
});

test('the table of roles is the code’s', () => {
	const mark = (name: Permission, role: Role): string => (may(grantOf(role), name).allowed ? 'yes' : '');
	const expected = PERMISSION_NAMES.map((name) => [`\`${name}\``].concat(ROLES.map((role) => mark(name, role))));
	expect(tableOf('permission')).toEqual(expected);
});

const grantOf = (role: Role): Grant => ({ role, scopes: null, storeId: null });

test('codes of errors that are named exist', () => {
	const named = [...PAGE.matchAll(/`((?:log|bad|access|id)_[a-z_]+)`/g)]
		.map(([, code]) => code ?? '')
		.filter((name) => !Object.hasOwn(settingsSchema.shape, name));
	expect(named.length).toBeGreaterThan(5);
	expect(named.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
});

test('routes that are named exist', () => {
	const known = new Set(ROUTES.map(({ method, path }) => `${method} ${path}`));
	const named = [...PAGE.matchAll(/`((?:GET|POST|PATCH|DELETE) \/[^`]+)`/g)].map(([, route]) => route ?? '');
	expect(named.length).toBeGreaterThan(5);
	expect(named.filter((route) => !known.has(route))).toEqual([]);
});

test('the keyring that is shown is one', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'surety-docs-'));
	const path = join(folder, 'keyring.json');
	const shown = blocksOf(PAGE).find(({ language }) => language === 'json keyring')?.text ?? '';
	// Bytes in their places, for an example with a key in it would be copied.
	writeFileSync(path, shown.replaceAll(/\([a-z0-9 ]+\)/g, Buffer.alloc(32, 1).toString('base64')), { mode: 0o600 });
	const keys = await openKeyring(path, false);
	expect(keys.map(({ key }) => key?.length)).toEqual([32, 32]);
	rmSync(folder, { recursive: true });
});

test('the example of settings is good, and holds no secret', async () => {
	const path = join(ROOT, 'deploy', 'surety.config.example.json');
	const settings = await readSettings(path, {}, {});
	expect(settings.mode).toBe('observe');
	expect(readFileSync(path, 'utf8')).not.toContain('secret');
});

describe('a running service', () => {
	test('metrics that are named exist, and commands answer what stands below them', async () => {
		const { url, key, stop } = await start();
		try {
			const headers = { authorization: `Bearer ${key}` };
			const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
			const named = [...PAGE.matchAll(/`((?:surety|nodejs|process)_[a-z0-9_]+)`/g)].map(([, name]) => name ?? '');
			expect(named.length).toBeGreaterThan(20);
			expect(named.filter((name) => !metrics.includes(`# TYPE ${name} `))).toEqual([]);
			const own = [...metrics.matchAll(/# TYPE (surety_\w+) /g)].map(([, name]) => name);
			expect(own.filter((name) => !named.includes(name ?? ''))).toEqual([]);
			const blocks = blocksOf(PAGE).filter(({ language }) => language === 'sh' || language === 'json');
			const script = blocks.map(({ language, text }) => (language === 'sh' ? text : 'echo; echo ~~~\n')).join('');
			const env = { ...process.env, SURETY: url, KEY: key };
			const shell = spawnSync('bash', ['-ceu', script], { env, encoding: 'utf8' });
			const said = shell.stdout.split('~~~\n');
			const expected = blocks.filter(({ language }) => language === 'json').map(({ text }) => valuesOf(text)[0]);
			expect(expected).toHaveLength(2);
			for (const [i, value] of expected.entries()) {
				const { id: _id, key: _key, ...rest } = value as Record<string, unknown>;
				expect(valuesOf(said[i] ?? '').at(-1)).toMatchObject(rest);
			}
		} finally {
			expect(await stop()).toBe(0);
		}
	});

	test('verify, backup and restore, beside it and after it; a second one is kept out', async () => {
		const { url, key, data, stop } = await start();
		const folder = mkdtempSync(join(tmpdir(), 'surety-docs-'));
		try {
			const body = JSON.stringify({
				type: 'store.opened',
				id: '1',
				at: '2026-03-01T00:00:00Z',
				store_id: 's',
				deposit: '1',
			});
			const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
			expect((await fetch(`${url}/v1/records`, { method: 'POST', headers, body })).status).toBe(200);
			expect(run(['verify', '--data', data]).status).toBe(0);
			const [backup, restored] = [join(folder, 'backup'), join(folder, 'restored')];
			expect(run(['backup', '--data', data, '--out', backup]).stdout).toContain('chain');
			expect(run(['backup', '--data', data, '--out', backup]).status).toBe(1);
			expect(run(['restore', backup, '--data', restored]).status).toBe(0);
			for (const name of ['access.json', 'keyring.json']) expect(existsSync(join(restored, name))).toBe(true);
			const second = run(['serve', '--data', data, '--port', '0']);
			expect([second.status, second.stderr]).toEqual([1, expect.stringContaining('is being written by process')]);
			expect(run(['serve', '--data', restored, '--port', '0', '--currency', 'JPY']).status).toBe(2);
			const log = join(restored, 'log', '00000000000000000001.log');
			const bytes = readFileSync(log);
			bytes.writeUInt8((bytes.at(300) ?? 0) ^ 1, 300);
			writeFileSync(log, bytes);
			const broken = run(['serve', '--data', restored, '--port', '0']);
			expect([broken.status, broken.stderr]).toEqual([1, expect.stringContaining('and whole ones follow')]);
			truncateSync(log, 300);
			chmodSync(join(restored, 'access.json'), 0o644);
			const exposed = run(['serve', '--data', restored, '--port', '0']);
			expect([exposed.status, exposed.stderr]).toEqual([1, expect.stringContaining('chmod 600')]);
		} finally {
			expect(await stop()).toBe(0);
			rmSync(folder, { recursive: true, force: true });
		}
	});
});
