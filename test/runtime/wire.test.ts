/** The text of an outcome is written without the object it would be made of, and must be the same to the byte. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currency, type Minor } from '../../src/core/words/money.js';
import { GATES, type Outcome } from '../../src/core/words/outcome.js';
import { NOTICES, RECORDS } from '../../src/core/words/record.js';
import { outcomeJson, outcomeText } from '../../src/runtime/wire.js';

/** Quotes, backslashes, control characters, other scripts and halves of characters. */
const text = fc.oneof(
	fc.string(),
	fc.string({ unit: 'binary' }),
	fc.constantFrom('"', '\\', '\ud800', '\u2028', '\u007f', ''),
);
const amount = fc.maxSafeInteger() as fc.Arbitrary<Minor>;
const reasons = fc.array(
	fc.record({ code: text, message: text, values: fc.dictionary(text, fc.oneof(text, fc.integer())) }),
	{ maxLength: 3 },
);
const figures = {
	deposit_required: amount,
	triggered: amount,
	free_funds: amount,
	top_up: amount,
	deepest_funded_price: amount,
	amount,
	headroom: amount,
};
const verdict = fc.constantFrom('approve', 'limit', 'hold', 'refuse', 'recorded');
const answer = fc.record(
	{ gate: fc.constantFrom(...GATES), verdict, reasons, policy: text, ...figures },
	{ requiredKeys: ['gate', 'verdict', 'reasons'] },
);
/** Types, verdicts and gates are words of ours, and written as they are. */
const type = fc.constantFrom(...Object.keys({ ...RECORDS, ...NOTICES }));
const said = { id: text, seq: fc.nat(), type, verdict, reasons, policy: text };
const outcome = fc
	.record(
		{ ...said, ...figures, observed: fc.option(answer, { nil: undefined }), shadow: answer },
		{ requiredKeys: ['id', 'seq', 'type', 'verdict', 'reasons', 'policy'] },
	)
	.chain((one) => fc.shuffledSubarray(Object.entries(one), { minLength: Object.keys(one).length }))
	.map((entries) => Object.fromEntries(entries) as unknown as Outcome);

test.each(['CNY', 'JPY', 'KWD'])('any outcome, its fields in any order, in %s', (code) => {
	const money = currency(code);
	fc.assert(
		fc.property(outcome, (one) => {
			expect(outcomeText(one, money)).toBe(JSON.stringify(outcomeJson(one, money)));
		}),
		{ numRuns: 300 },
	);
});
