/** Asking about papers: what is asked, how often, how many at a time, and what a registry that fails costs. */
import { expect, test } from 'vitest';
import { type Said, type Shown, Verification, type VerificationOptions } from '../../src/door/index.js';

const apply = (id: number | string, more: object = {}) => ({
	type: 'store.apply',
	id: `r${id}`,
	store_id: `S${id}`,
	licence_no: `L${id}`,
	bank_account: `A${id}`,
	device_id: 'D',
	...more,
});
const nobody = () => false;

/** A registry that answers when told, and what it was asked. */
class Registry {
	readonly asked: Shown[] = [];
	readonly open: { answer: (said: Partial<Record<string, Said>>) => void; fail: (error: Error) => void }[] = [];
	readonly given: string[] = [];

	verify(papers: Shown, signal: AbortSignal): Promise<Partial<Record<string, Said>>> {
		this.asked.push(papers);
		signal.addEventListener('abort', () => this.given.push(String(papers.licence_no)));
		return new Promise((answer, fail) => this.open.push({ answer, fail }));
	}
}

function on(more: Partial<VerificationOptions> = {}) {
	const registry = new Registry();
	return { registry, verification: new Verification({ verifier: registry, ...more }) };
}

test('of stores that apply or open the papers are asked about, each answer at its place', async () => {
	const { registry, verification } = on({ isToken: (value) => value.startsWith('tok_') });
	const raws = [
		{ type: 'price.propose', id: 'p' },
		apply(1, { phone: ' ', legal_person: null }),
		'no record',
		{ specversion: '1.0', id: 'e', type: 'store.opened', data: { licence_no: 'L2', phone: '138' } },
		apply(3, { licence_no: 'tok_1', bank_account: 'x'.repeat(201) }),
		apply(4, { type: 'order.paid' }),
	];
	const answers = verification.ask(raws, nobody);
	expect(registry.asked).toEqual([
		{ licence_no: 'L1', bank_account: 'A1' },
		{ licence_no: 'L2', phone: '138' },
	]);
	registry.open[1]?.answer({ licence_no: 'denied', phone: 'unknown' });
	registry.open[0]?.answer({ licence_no: 'confirmed', phone: 'confirmed' });
	const none = undefined;
	expect(await answers).toEqual([none, { licence_no: 'confirmed' }, none, { licence_no: 'denied' }, none, none]);
});

test('nothing is asked where there is nothing to ask, nor about a record that was taken already', () => {
	const { registry, verification } = on();
	expect(verification.ask([{ type: 'time.passed', id: 't' }], nobody)).toBeUndefined();
	expect(verification.ask([apply(1)], (id) => id === 'r1')).toBeUndefined();
	expect(registry.asked).toEqual([]);
});

test('the same papers are asked about once, also while the answer is on its way, until an hour has passed', async () => {
	let now = 0;
	const { registry, verification } = on({ now: () => now });
	const same = [apply(1), apply('other', { licence_no: 'L1', bank_account: 'A1' })];
	const answers = verification.ask(same, nobody);
	registry.open[0]?.answer({ licence_no: 'confirmed' });
	expect(await answers).toEqual([{ licence_no: 'confirmed' }, { licence_no: 'confirmed' }]);
	expect(await verification.ask([apply(1)], nobody)).toEqual([{ licence_no: 'confirmed' }]);
	expect(verification.counts).toEqual({ asked: 1, failed: 0, repeated: 2, rested: 0 });
	now = 3_600_001;
	void verification.ask([apply(1)], nobody);
	expect(registry.asked).toHaveLength(2);
});

test('so many at a time; the others have their turn', async () => {
	const { registry, verification } = on({ concurrency: 2 });
	const answers = verification.ask(
		[1, 2, 3, 4, 5].map((n) => apply(n)),
		nobody,
	);
	for (let answered = 0; answered < 5; answered++) {
		expect(registry.asked.length).toBe(Math.min(5, answered + 2));
		registry.open[answered]?.answer({ licence_no: 'confirmed' });
		await new Promise((resolve) => setImmediate(resolve));
	}
	expect(await answers).toHaveLength(5);
});

test('one that is too slow or fails says nothing, and is asked again the next time', async () => {
	const { registry, verification } = on({ timeoutMs: 5 });
	expect(await verification.ask([apply(1)], nobody)).toEqual([{}]);
	expect(registry.given).toEqual(['L1']);
	const again = verification.ask([apply(1)], nobody);
	registry.open[1]?.fail(new Error('down'));
	expect(await again).toEqual([{}]);
	expect(verification.counts).toEqual({ asked: 2, failed: 2, repeated: 0, rested: 0 });
});

test('after five failures in a row nobody is asked for a while, and that is said', async () => {
	let now = 0;
	const warnings: string[] = [];
	const { registry, verification } = on({ now: () => now, concurrency: 1, warn: (said) => warnings.push(said) });
	const answers = verification.ask(
		[1, 2, 3, 4, 5, 6, 7].map((n) => apply(n)),
		nobody,
	);
	for (let failed = 0; failed < 5; failed++) {
		registry.open[failed]?.fail(new Error('down'));
		await new Promise((resolve) => setImmediate(resolve));
	}
	expect(await answers).toEqual(Array.from({ length: 7 }, () => ({})));
	expect(await verification.ask([apply(8)], nobody)).toEqual([{}]);
	expect(verification.counts).toEqual({ asked: 5, failed: 5, repeated: 0, rested: 3 });
	expect(warnings).toEqual([expect.stringMatching(/failed 5 times in a row \(down\)/)]);
	now = 10_001;
	void verification.ask([apply(9)], nobody);
	expect(registry.asked).toHaveLength(6);
});
