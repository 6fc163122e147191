/** Ids: the marketplace's own text, taken as it is unless it could not be shown or stored. */
import { describe, expect, test } from 'vitest';
import { idProblem, LONGEST_ID } from '../../src/core/words/ids.js';

describe('an id is any text a marketplace may choose', () => {
	test.each(['S1', '0', ' ', '店铺 一号', '__proto__', 'constructor', '🛍️', 'a,b"c', 'x'.repeat(LONGEST_ID)])(
		'%o',
		(id) => {
			expect(idProblem(id)).toBeUndefined();
		},
	);
});

describe('a refusal says what is wrong', () => {
	test.each([
		['', 'expected a non-empty text'],
		[7, 'expected a non-empty text'],
		[null, 'expected a non-empty text'],
		[undefined, 'expected a non-empty text'],
		[['S1'], 'expected a non-empty text'],
		['x'.repeat(LONGEST_ID + 1), 'longer than 200 characters'],
		['x'.repeat(10_000_000), 'longer than 200 characters'],
		['S\n1', 'has a control character'],
		['S\u00001', 'has a control character'],
		['S1\t', 'has a control character'],
		['\u007f', 'has a control character'],
	])('%o: %s', (raw, sentence) => {
		expect(idProblem(raw)).toBe(sentence);
	});
});
