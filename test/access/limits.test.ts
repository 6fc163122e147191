/** Rate limits, against a model that keeps every request. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RateLimit, sourceOf } from '../../src/access/limits.js';

test('as many at once as the burst, then as many as are refilled', () => {
	const limit = new RateLimit({ perSecond: 10, burst: 3, most: 100 });
	for (let i = 0; i < 3; i++) expect(limit.take('a', 0)).toEqual({ allowed: true });
	expect(limit.take('a', 0)).toEqual({ allowed: false, why: 'too_many', retryAfterMs: 100 });
	expect(limit.take('b', 0)).toEqual({ allowed: true });
	expect(limit.take('a', 99)).toEqual({ allowed: false, why: 'too_many', retryAfterMs: 1 });
	expect(limit.take('a', 100)).toEqual({ allowed: true });
	expect(limit.take('a', 100)).toMatchObject({ allowed: false });
});

test('what costs more takes more, and a refusal takes nothing', () => {
	const limit = new RateLimit({ perSecond: 1, burst: 10, most: 100 });
	expect(limit.take('a', 0, 8).allowed).toBe(true);
	expect(limit.take('a', 0, 3)).toEqual({ allowed: false, why: 'too_many', retryAfterMs: 1000 });
	expect(limit.take('a', 0, 2).allowed).toBe(true);
	expect(limit.take('a', 1_000_000, 11).allowed).toBe(false);
});

test('in no stretch of time more than the burst and what was refilled in it', () => {
	const steps = fc.array(fc.tuple(fc.integer({ min: -50, max: 400 }), fc.integer({ min: 1, max: 3 })), {
		maxLength: 60,
	});
	fc.assert(
		fc.property(steps, (requests) => {
			const [perSecond, burst] = [7, 5];
			const limit = new RateLimit({ perSecond, burst, most: 10 });
			const taken: { at: number; cost: number }[] = [];
			let [now, latest] = [0, Number.NEGATIVE_INFINITY];
			for (const [step, cost] of requests) {
				now += step;
				latest = Math.max(latest, now);
				if (limit.take('a', now, cost).allowed) taken.push({ at: latest, cost });
			}
			for (const [i, from] of taken.entries()) {
				let sum = 0;
				for (const { at, cost } of taken.slice(i)) {
					sum += cost;
					expect(sum).toBeLessThanOrEqual(burst + ((at - from.at) * perSecond) / 1000 + 1e-9);
				}
			}
		}),
	);
});

test('memory is bounded, and the busiest are not the ones forgotten', () => {
	const limit = new RateLimit({ perSecond: 0.001, burst: 5, most: 100 });
	for (let i = 0; i < 5; i++) limit.take('busy', 0);
	for (let i = 0; i < 10_000; i++) {
		limit.take(`source ${i}`, i);
		if (i % 50 === 0) expect(limit.take('busy', i).allowed).toBe(false);
	}
	expect(limit.size).toBe(100);
});

describe('whom an address is counted to', () => {
	test.each([
		['192.0.2.7', '192.0.2.7'],
		['::ffff:192.0.2.7', '192.0.2.7'],
		['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
		['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
		['2001:db8:0001:0002:0:0:0:1', '2001:db8:1:2::/64'],
		['2001:db8::1', '2001:db8:0:0::/64'],
		['fe80::1%eth0', 'fe80:0:0:0::/64'],
		['::1', '0:0:0:0::/64'],
		['not an address', 'not an address'],
	])('%s', (ip, source) => {
		expect(sourceOf(ip)).toBe(source);
	});
});
