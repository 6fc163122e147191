/** Local users: passwords, guessing slowed down, sessions that end. */
import { scryptSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type AccessStore, memoryAccessStore } from '../../src/access/access-store.js';
import { Backoff } from '../../src/access/backoff.js';
import { COST, Passwords } from '../../src/access/password.js';
import { IDLE_MS, LONGEST_MS, Sessions } from '../../src/access/sessions.js';
import { type Person, Users } from '../../src/access/users.js';
import { seeded } from './seeded.js';

/** The real thing at the least cost, where its slowness is not what is tested. */
const CHEAP = { logN: 4, r: 8, p: 1 };
const RIGHT = 'correct horse battery';
const MINUTE = 60_000;

function users(store: AccessStore = memoryAccessStore(), cost = CHEAP): Users {
	return new Users(store, new Passwords(cost, seeded()));
}

describe('passwords', () => {
	test('are hashed by scrypt at the cost OWASP asks for, which is written beside the hash', async () => {
		const passwords = new Passwords(COST, seeded());
		const hash = await passwords.hash(RIGHT);
		const [, salt = '', key] = /^\$scrypt\$ln=15,r=8,p=3\$(.+)\$(.+)$/.exec(hash) ?? [];
		const options = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 };
		const expected = scryptSync(RIGHT, Buffer.from(salt, 'base64'), 32, options).toString('base64');
		expect(`${key}=`).toBe(expected);
		expect(await passwords.verify(RIGHT, hash)).toBe(true);
		expect(await passwords.verify(`${RIGHT}s`, hash)).toBe(false);
		expect(await passwords.verify(RIGHT, undefined)).toBe(false);
	});

	test('have a salt each, and may be typed on any keyboard', async () => {
		const passwords = new Passwords(CHEAP, seeded());
		expect(await passwords.hash(RIGHT)).not.toBe(await passwords.hash(RIGHT));
		expect(await passwords.verify('caf\u00e9 au lait 12', await passwords.hash('cafe\u0301 au lait 12'))).toBe(true);
	});

	test('a hash that is none opens nothing', async () => {
		const passwords = new Passwords(CHEAP, seeded());
		for (const kept of ['', RIGHT, '$scrypt$ln=4,r=8,p=1$AAAA$', '$scrypt$ln=4,r=8,p=1$AAAA$AAAA'])
			expect(await passwords.verify('', kept)).toBe(false);
	});

	test('weak ones are refused', async () => {
		for (const password of ['short', 'x'.repeat(257), 'I am Wanglei, really'])
			expect(await users().set('wanglei', 'analyst', password, 0)).toEqual({ allowed: false, why: 'weak_password' });
	});
});

test('a user logs in by name and password, in whatever case the name is', async () => {
	const mine = users();
	expect(await mine.set('WangLei', 'analyst', RIGHT, 1000)).toEqual({ allowed: true });
	const person = { subject: 'local:wanglei', name: 'wanglei', role: 'analyst' };
	expect(await mine.login('wanglei', RIGHT, 2000)).toEqual({ allowed: true, person });
	expect(await mine.login('WANGLEI', RIGHT, 2000)).toEqual({ allowed: true, person });
	expect(mine.list()).toEqual([{ name: 'wanglei', role: 'analyst', createdAt: 1000, changedAt: 1000 }]);
	for (const [name, password] of [
		['wanglei', 'Correct horse battery'],
		['nobody', RIGHT],
		['', ''],
	] as const)
		expect(await mine.login(name, password, 2000)).toEqual({ allowed: false, why: 'wrong_login' });
	await expect(mine.set('wang lei', 'viewer', RIGHT, 0)).rejects.toMatchObject({ code: 'bad_field', field: 'name' });
});

test('only the first 256 characters being right is wrong', async () => {
	const mine = users();
	await mine.set('wanglei', 'viewer', 'y'.repeat(256), 0);
	expect((await mine.login('wanglei', 'y'.repeat(256), 0)).allowed).toBe(true);
	expect((await mine.login('wanglei', 'y'.repeat(257), 0)).allowed).toBe(false);
});

test('a hash made at another cost is made anew at the next login', async () => {
	const store = memoryAccessStore();
	await users(store).set('wanglei', 'viewer', RIGHT, 0);
	const dearer = users(store, { ...CHEAP, logN: 5 });
	expect((await dearer.login('wanglei', 'wrong password', 0)).allowed).toBe(false);
	expect(store.document.users[0]?.passwordHash).toContain('ln=4');
	expect((await dearer.login('wanglei', RIGHT, 0)).allowed).toBe(true);
	expect(store.document.users[0]?.passwordHash).toContain('ln=5');
	expect((await dearer.login('wanglei', RIGHT, 0)).allowed).toBe(true);
});

describe('guessing', () => {
	test('after five failures a name waits, twice as long each time, known or not', async () => {
		const mine = users();
		await mine.set('wanglei', 'viewer', RIGHT, 0);
		for (const name of ['wanglei', 'nobody']) {
			for (let i = 0; i < 5; i++) expect(await mine.login(name, 'wrong', 0)).toMatchObject({ why: 'wrong_login' });
			expect(await mine.login(name, RIGHT, 0)).toEqual({ allowed: false, why: 'locked_out', retryAfterMs: 1000 });
			expect(await mine.login(name, 'wrong', 1000)).toMatchObject({ why: 'wrong_login' });
			expect(await mine.login(name, 'wrong', 1001)).toMatchObject({ why: 'locked_out', retryAfterMs: 1999 });
		}
		expect((await mine.login('wanglei', RIGHT, 3000)).allowed).toBe(true);
		expect(await mine.login('wanglei', 'wrong', 3000)).toMatchObject({ why: 'wrong_login' });
	});

	test('a hundred guesses at once are not one guess', async () => {
		const mine = users();
		await mine.set('wanglei', 'viewer', RIGHT, 0);
		const answers = await Promise.all(Array.from({ length: 100 }, () => mine.login('wanglei', 'wrong', 0)));
		expect(answers.filter((answer) => 'why' in answer && answer.why === 'wrong_login')).toHaveLength(5);
	});

	test('more logins at once than can be hashed are told to come back', async () => {
		const mine = users();
		const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => mine.login(`guess${i}`, 'wrong', 0)));
		expect(answers.filter((answer) => 'why' in answer && answer.why === 'busy')).toHaveLength(24);
		expect(await mine.login('guess39', 'wrong', 0)).toMatchObject({ why: 'wrong_login' });
	});

	test('nobody is locked out for good, and a day forgives', () => {
		const backoff = new Backoff(10);
		for (let i = 0; i < 1000; i++) backoff.failed('a', 0);
		expect(backoff.waitMs('a', 0)).toBe(15 * MINUTE);
		expect(backoff.waitMs('a', 15 * MINUTE)).toBe(0);
		backoff.failed('a', 24 * 60 * MINUTE + 1);
		expect(backoff.waitMs('a', 24 * 60 * MINUTE + 1)).toBe(0);
	});

	test('memory is bounded', () => {
		const backoff = new Backoff(100);
		for (let i = 0; i < 10_000; i++) backoff.failed(`name ${i}`, i);
		expect(backoff.size).toBe(100);
	});
});

describe('sessions', () => {
	const WANG: Person = { subject: 'local:wanglei', name: 'wanglei', role: 'analyst' };

	test('are kept as hashes and found by their id alone', async () => {
		const store = memoryAccessStore();
		const sessions = new Sessions(store, seeded());
		const id = await sessions.open(WANG, 0);
		expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
		expect(JSON.stringify(store.document)).not.toContain(id);
		expect(sessions.check(id, 0)).toEqual({ allowed: true, person: WANG });
		for (const other of ['', id.slice(1), store.document.sessions[0]?.secretHash ?? ''])
			expect(sessions.check(other, 0)).toEqual({ allowed: false, why: 'unknown_session' });
	});

	test('end when idle, and at the end of the day however busy', async () => {
		const sessions = new Sessions(memoryAccessStore(), seeded());
		const idle = await sessions.open(WANG, 0);
		expect(sessions.check(idle, IDLE_MS - 1).allowed).toBe(true);
		expect(sessions.check(idle, 2 * IDLE_MS - 2).allowed).toBe(true);
		expect(sessions.check(idle, 3 * IDLE_MS - 2)).toEqual({ allowed: false, why: 'session_expired' });
		const busy = await sessions.open(WANG, 0);
		for (let now = 0; now < LONGEST_MS; now += MINUTE) expect(sessions.check(busy, now).allowed).toBe(true);
		expect(sessions.check(busy, LONGEST_MS)).toEqual({ allowed: false, why: 'session_expired' });
	});

	test('end by logging out, here or everywhere', async () => {
		const sessions = new Sessions(memoryAccessStore(), seeded());
		const [here, there] = [await sessions.open(WANG, 0), await sessions.open(WANG, 0)];
		await sessions.close(here);
		expect(sessions.check(here, 0).allowed).toBe(false);
		expect(sessions.check(there, 0).allowed).toBe(true);
		await sessions.closeAll(WANG.subject);
		expect(sessions.check(there, 0).allowed).toBe(false);
	});

	test('are bounded for each person, and ended ones go', async () => {
		const store = memoryAccessStore();
		const sessions = new Sessions(store, seeded());
		const ids: string[] = [];
		for (let i = 0; i < 30; i++) ids.push(await sessions.open(WANG, i));
		expect(store.document.sessions).toHaveLength(10);
		expect(ids.filter((id) => sessions.check(id, 30).allowed)).toEqual(ids.slice(-10));
		await sessions.open({ ...WANG, subject: 'local:other' }, LONGEST_MS * 2);
		expect(store.document.sessions).toHaveLength(1);
	});

	test('of a user who is changed or removed, all end at once', async () => {
		const store = memoryAccessStore();
		const [mine, sessions] = [users(store), new Sessions(store, seeded())];
		await mine.set('wanglei', 'admin', RIGHT, 0);
		const before = await sessions.open({ ...WANG, role: 'admin' }, 0);
		await mine.set('wanglei', 'viewer', `${RIGHT}!`, 1);
		expect(sessions.check(before, 1).allowed).toBe(false);
		const after = await sessions.open(WANG, 1);
		expect(await mine.remove('WangLei')).toBe(true);
		expect(sessions.check(after, 1).allowed).toBe(false);
		expect(await mine.login('wanglei', `${RIGHT}!`, 1)).toMatchObject({ why: 'wrong_login' });
		expect(await mine.remove('wanglei')).toBe(false);
	});

	test('a user removed while the password is being checked does not get in', async () => {
		const mine = users();
		await mine.set('wanglei', 'admin', RIGHT, 0);
		const login = mine.login('wanglei', RIGHT, 0);
		await mine.remove('wanglei');
		expect(await login).toMatchObject({ why: 'wrong_login' });
	});
});
