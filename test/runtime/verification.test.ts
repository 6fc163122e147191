/** What a registry says enters the record; the record stays what its sender sent, and its first answer stands. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { httpVerifier, type Said, type Shown, type Verifier } from '../../src/index.js';
import { open, type OpenOptions } from '../../src/open.js';
import type { Service } from '../../src/runtime/service.js';
import { receiver, verified } from '../effects/stand.js';

const day = (n: number): string => `2024-03-${String(n).padStart(2, '0')}T10:00:00Z`;
const gates = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
const probation = { days: 30, sales: 20, guarantee_cap: '50000', unit_price_cap: '5000' };
const POLICY = { schema: 'surety.policy/1', name: 'test', version: 1, gates, probation };
const PAPERS = { licence_no: '91440300708461136T', bank_account: '03003512345678901', phone: '13800138000' };
const APPLY = { type: 'store.apply', id: 'a1', at: day(1), store_id: 'S', deposit: '5000', ...PAPERS };
const YES: Partial<Record<string, Said>> = { licence_no: 'confirmed', bank_account: 'confirmed' };

function newFolder(): string {
	const path = mkdtempSync(join(tmpdir(), 'surety-verified-'));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

/** A registry that says the same of everything until told otherwise, once it is let. */
class Registry implements Verifier {
	says: Partial<Record<string, Said>> = YES;
	readonly asked: Shown[] = [];
	until: Promise<unknown> = Promise.resolve();

	async verify(papers: Shown) {
		this.asked.push(papers);
		await this.until;
		return this.says;
	}
}

const on = (options: OpenOptions): Promise<Service> => open({ policy: POLICY, ...options });

test('confirmed papers open a store without limits, denied ones do not, and without a word nothing changes', async () => {
	const verdictOf = async (verifier: Verifier | undefined): Promise<unknown> => {
		const service = await on(verifier === undefined ? {} : { verifier });
		const [answer] = await service.submit([APPLY]);
		const reasons = ((answer ?? {})['reasons'] as { readonly code: string }[]).map(({ code }) => code);
		await service.close();
		return [answer?.['verdict'], ...reasons];
	};
	const says = (said: Registry['says']): Registry => Object.assign(new Registry(), { says: said });
	expect(await verdictOf(new Registry())).toEqual(['approve']);
	expect(await verdictOf(says({ ...YES, phone: 'denied' }))).toEqual(['refuse', 'paper_denied']);
	const alone = await verdictOf(undefined);
	expect(alone).toEqual(['limit', 'not_verified', 'on_probation']);
	expect(await verdictOf(says({ licence_no: 'unknown' }))).toEqual(alone);
	expect(await verdictOf({ verify: () => Promise.reject(new Error('down')) })).toEqual(alone);
});

test('sent again, also after a restart and whatever the registry says by then, it gets the answer of then', async () => {
	const dir = newFolder();
	const registry = new Registry();
	const said = { ...APPLY, id: 'a2', store_id: 'T', verified: { legal_person: 'confirmed' } };
	const first = await on({ dir, verifier: registry });
	const answers = await first.submit([APPLY, said]);
	expect(answers).toMatchObject([{ verdict: 'approve' }, { verdict: 'approve' }]);
	registry.says = { licence_no: 'denied' };
	expect(await first.submit([APPLY, said])).toEqual(answers);
	const asked = registry.asked.length;
	await first.close();
	for (const snapshots of [true, false]) {
		if (!snapshots) rmSync(join(dir, 'snapshots'), { recursive: true });
		for (const verifier of [registry, undefined]) {
			const again = await on({ dir, ...(verifier === undefined ? {} : { verifier }) });
			expect(await again.submit([APPLY, said])).toEqual(answers);
			const [other] = await again.submit([{ ...APPLY, verified: { licence_no: 'confirmed' } }]);
			expect(other).toMatchObject({ error: { code: 'id_reused' } });
			const [without] = await again.submit([{ ...said, verified: undefined }]);
			expect(without).toMatchObject({ error: { code: 'id_reused' } });
			await again.close();
		}
	}
	expect(registry.asked.length).toBe(asked);
});

test('a replay comes to the same state, and asks nobody', async () => {
	const dir = newFolder();
	const registry = new Registry();
	const first = await on({ dir, verifier: registry });
	registry.says = { licence_no: 'confirmed' };
	// Held for want of a deposit, so that the request itself stays in the state.
	await first.submit([
		{ ...APPLY, deposit: '1', verified: { phone: 'confirmed' } },
		{ ...APPLY, id: 'b', store_id: 'T' },
	]);
	const { stateHash } = first;
	await first.close();
	rmSync(join(dir, 'snapshots'), { recursive: true });
	const asked = registry.asked.length;
	const again = await on({ dir, verifier: registry });
	expect(again.stateHash).toBe(stateHash);
	expect(registry.asked.length).toBe(asked);
	await again.close();
});

test('in one lane nothing overtakes a store that is being asked about; others are not held up', async () => {
	const registry = new Registry();
	let let_in: (value?: unknown) => void = () => undefined;
	registry.until = new Promise((resolve) => (let_in = resolve));
	const service = await on({ verifier: registry });
	const price = { type: 'price.propose', at: day(1), store_id: 'S', sku_id: 'K', price: '10' };
	const lane = {};
	const applied = service.submit([APPLY], 'shop', lane);
	const behind = service.submit([{ ...price, id: 'p1' }], 'shop', lane);
	expect(await service.submit([{ ...price, id: 'p2' }], 'shop')).toMatchObject([{ error: { code: 'unknown_store' } }]);
	expect(service.backlog).toBe(2);
	let_in();
	expect(await applied).toMatchObject([{ verdict: 'approve' }]);
	expect(await behind).toMatchObject([{ id: 'p1', verdict: 'approve' }]);
	expect(service.backlog).toBe(0);
	const late = service.submit([{ ...APPLY, id: 'c', store_id: 'U', phone: '13900139000' }]);
	const refused = expect(late).rejects.toMatchObject({ code: 'stopping' });
	await service.close();
	await refused;
});

test('asked over HTTP: signed, with the papers as they were shown; what is wrong with an answer counts as none', async () => {
	const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
	const registry = await receiver();
	const service = await on({ verifier: httpVerifier({ url: registry.url, secret }) });
	const verdicts: unknown[] = [];
	const answers = [JSON.stringify(YES), 'nonsense', '{"licence_no":"maybe"}', `"${'x'.repeat(70_000)}"`];
	for (const [i, text] of answers.entries()) {
		registry.answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(text);
		const [answer] = await service.submit([{ ...APPLY, id: `h${i}`, store_id: `H${i}`, phone: `1380013800${i}` }]);
		verdicts.push(answer?.['verdict']);
	}
	registry.answer = (response) => response.writeHead(500).end();
	verdicts.push((await service.submit([{ ...APPLY, id: 'h9', store_id: 'H9', phone: '13800138009' }]))[0]?.['verdict']);
	expect(verdicts).toEqual(['approve', 'limit', 'limit', 'limit', 'limit']);
	expect(service.verified).toMatchObject({ asked: 5, failed: 4 });
	const [first] = registry.got;
	expect(verified(secret, first!)).toEqual({ type: 'papers.verify', data: { ...PAPERS, phone: '13800138000' } });
	expect(() => httpVerifier({ url: registry.url, secret: 'mine' })).toThrow(/whsec_/);
	await service.close();
});

test('with a folder, nothing personal lies in it: the library has the same door and keyring as the server', async () => {
	const dir = newFolder();
	const service = await on({ dir });
	const answers = await service.submit([APPLY]);
	await service.close();
	expect(statSync(join(dir, 'keyring.json')).mode & 0o077).toBe(0);
	const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	expect(files.length).toBeGreaterThan(2);
	for (const { parentPath, name } of files) {
		const bytes = readFileSync(join(parentPath, name), 'latin1');
		for (const value of Object.values(PAPERS)) expect([name, bytes.includes(value)]).toEqual([name, false]);
	}
	const again = await on({ dir });
	expect(await again.submit([APPLY])).toEqual(answers);
	await again.close();
	rmSync(join(dir, 'keyring.json'));
	await expect(on({ dir })).rejects.toMatchObject({ code: 'bad_keyring' });
	const raw = await on({ dir, door: null });
	await raw.close();
});
