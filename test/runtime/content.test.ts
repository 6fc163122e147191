/** What a record says as 64 bits: the same for the same fields, another for any that differs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentOf, isSame } from '../../src/runtime/content.js';

const value = fc.oneof(
	fc.string({ maxLength: 20, unit: 'binary' }),
	fc.maxSafeInteger(),
	fc.boolean(),
	fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
);
const message = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), value, { maxKeys: 8 });

test('equal messages have equal content, and a field that is undefined is absent', () => {
	fc.assert(
		fc.property(message, (one) => {
			const absent = { ...one, 'not there': undefined };
			expect(contentOf(structuredClone(one))).toEqual(contentOf(one));
			expect(isSame(contentOf(absent), contentOf(one))).toBe(true);
		}),
	);
});

test('messages that differ have different content', () => {
	fc.assert(
		fc.property(message, message, (one, other) => {
			const text = (of: object): string => JSON.stringify(Object.entries(of));
			expect(isSame(contentOf(one), contentOf(other))).toBe(text(one) === text(other));
		}),
		{ numRuns: 1000 },
	);
});

test.each([
	[
		{ a: 'xy', b: 'z' },
		{ a: 'x', b: 'yz' },
	],
	[
		{ a: 'x', b: '' },
		{ a: '', b: 'x' },
	],
	[{ at: 1 }, { at: 1 + 2 ** 32 }],
	[{ at: 2 ** 52 }, { at: 2 ** 51 }],
	[
		{ a: 'same', b: 1 },
		{ a: 'same', c: 1 },
	],
	[{ text: 'even' }, { text: 'even\0' }],
	[{ words: ['a', 'b'] }, { words: ['a,b'] }],
])('%j says other things than %j', (one, other) => {
	expect(isSame(contentOf(one), contentOf(other))).toBe(false);
});
