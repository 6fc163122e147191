/** The access file: whole or as before, its owner’s alone. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openAccessFile } from '../../src/access/access-file.js';
import { ApiKeys } from '../../src/access/keys.js';
import { Passwords } from '../../src/access/password.js';
import { Sessions } from '../../src/access/sessions.js';
import { Users } from '../../src/access/users.js';

let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'surety-access-'));
	path = join(folder, 'access.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const SHOP = { name: 'shop', role: 'service' } as const;
const put = (text: string, mode = 0o600): void => writeFileSync(path, text, { mode });

test('what was made before a restart is there after it', async () => {
	const store = await openAccessFile(path);
	const { bearer } = await new ApiKeys(store, randomBytes).issue(SHOP, 0);
	await new Users(store, new Passwords({ logN: 4, r: 8, p: 1 })).set('wanglei', 'viewer', 'correct horse battery', 0);
	const id = await new Sessions(store, randomBytes).open(
		{ subject: 'local:wanglei', name: 'wanglei', role: 'viewer' },
		0,
	);
	const again = await openAccessFile(path);
	expect(again.document).toEqual(store.document);
	expect(new ApiKeys(again, randomBytes).verify(bearer, 1).allowed).toBe(true);
	expect(new Sessions(again, randomBytes).check(id, 1).allowed).toBe(true);
	const login = new Users(again, new Passwords()).login('wanglei', 'correct horse battery', 1);
	expect((await login).allowed).toBe(true);
});

test('a file that is not there is empty, and is not made until there is something in it', async () => {
	const store = await openAccessFile(path);
	await store.update((document) => document);
	expect(existsSync(path)).toBe(false);
});

test('nobody else may read it, and one that others may read is refused', async () => {
	await new ApiKeys(await openAccessFile(path), randomBytes).issue(SHOP, 0);
	expect(statSync(path).mode & 0o777).toBe(0o600);
	for (const mode of [0o640, 0o604, 0o660, 0o601]) {
		chmodSync(path, mode);
		await expect(openAccessFile(path)).rejects.toMatchObject({ code: 'access_file_exposed' });
	}
	chmodSync(path, 0o400);
	await expect(openAccessFile(path)).resolves.toBeDefined();
});

test('what a crash left aside does not matter', async () => {
	const store = await openAccessFile(path);
	await new ApiKeys(store, randomBytes).issue(SHOP, 0);
	writeFileSync(`${path}.new`, '{"half', { mode: 0o644 });
	const again = await openAccessFile(path);
	expect(again.document).toEqual(store.document);
	await new ApiKeys(again, randomBytes).issue(SHOP, 1);
	expect(statSync(path).mode & 0o777).toBe(0o600);
	expect((await openAccessFile(path)).document.keys).toHaveLength(2);
});

test('changes at once are all made, one after another', async () => {
	const keys = new ApiKeys(await openAccessFile(path), randomBytes);
	await Promise.all(Array.from({ length: 50 }, (_, i) => keys.issue({ ...SHOP, name: `key ${i}` }, i)));
	expect((await openAccessFile(path)).document.keys.map(({ name }) => name)).toEqual(
		Array.from({ length: 50 }, (_, i) => `key ${i}`),
	);
});

test('a disk that fails changes nothing, and the next change goes through once it has recovered', async () => {
	const keys = new ApiKeys(await openAccessFile(path), randomBytes);
	const { key } = await keys.issue(SHOP, 0);
	mkdirSync(`${path}.new`);
	await expect(keys.issue(SHOP, 1)).rejects.toMatchObject({ code: 'access_unavailable' });
	await expect(keys.revoke(key.id, 1)).rejects.toMatchObject({ code: 'access_unavailable' });
	expect(keys.list()).toEqual([key]);
	rmSync(`${path}.new`, { recursive: true });
	expect(await keys.revoke(key.id, 2)).toBe(true);
	expect((await openAccessFile(path)).document.keys).toMatchObject([{ revokedAt: 2 }]);
});

describe('a file that is not one is refused, without quoting it', () => {
	const whole = { schema: 'surety.access/1', keys: [], users: [], sessions: [] };
	test.each([
		['torn', '{"schema":"surety.access/1","users":[{"passwordHash":"$scrypt$ln=15'],
		['empty', ''],
		['of a newer version', JSON.stringify({ ...whole, schema: 'surety.access/2' })],
		['with more in it than is known', JSON.stringify({ ...whole, groups: [] })],
		[
			'with a role there is not',
			JSON.stringify({ ...whole, users: [{ name: 'a', role: 'root', passwordHash: '$scrypt$x' }] }),
		],
	])('%s', async (_, text) => {
		put(text);
		const opened = openAccessFile(path);
		await expect(opened).rejects.toMatchObject({ code: 'bad_access_file' });
		await expect(opened).rejects.not.toThrow(/scrypt/);
		expect(readFileSync(path, 'utf8')).toBe(text);
	});
});
