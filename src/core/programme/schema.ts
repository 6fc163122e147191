/**
 * Programme: the marketplace's price-protection rules as a versioned document, never as code. Real programmes disagree
 * in every point listed here (see presets.ts), so each point is a field with one meaning.
 */
import { z } from 'zod';
import { SuretyError } from '../words/error.js';

const amount = z.string().regex(/^\d+(\.\d+)?$/, 'expected a decimal amount such as "200.00"');
const days = z.number().int().min(0).max(3650);
const words = z.array(z.string().min(1).max(40)).max(50);
const partRule = z.enum(['ignore', 'count', 'deduct']);

/** A cap on what is paid to one buyer, by one store, or at all, in each period of so many days from 1970. */
const cap = z.strictObject({ amount, days: z.number().int().min(1).max(3650) });

export const programmeSchema = z
	.strictObject({
		schema: z.literal('surety.programme/1'),
		name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected lower-case letters, digits and hyphens'),
		version: z.number().int().min(1),
		/** For people: whose published rules this follows, and where they are. */
		source: z.string().max(500).optional(),
		clock: z.strictObject({
			/** [PR1] What starts the window. A line without the time in question falls back to its payment. */
			start: z.enum(['order', 'payment', 'delivery', 'campaign_end']),
			/** [PR2] The window's length; `line` takes each order line's protect_days. */
			days: z.union([z.literal('line'), days], { error: 'expected "line" or a number of days from 0 to 3650' }),
			/** [PR3] With `delivery`: how long the promise may stand before delivery is known. */
			undelivered_days: days.default(60),
		}),
		/** [PR4] `page`: the store's price for the SKU. `checkout`: that price less the coupon any buyer could use now. */
		reference: z.enum(['page', 'checkout']).default('page'),
		/** [PR5] What each part of the paid price does to the protected price: count adds, deduct takes off. */
		parts: z
			.partialRecord(z.enum(['platform_coupon', 'merchant_coupon', 'points', 'freight', 'tax', 'gift']), partRule)
			.default({}),
		exclude: z
			.strictObject({
				/** [PR6] Never protected when bought as one of these (traits of the order line). */
				traits: words.default([]),
				categories: words.default([]),
				/** [PR7] Not claimable while the item or order is one of these (traits of the claim). */
				at_claim: words.default([]),
			})
			.default({ traits: [], categories: [], at_claim: [] }),
		/** [PR8] After a claim was paid: only what the price fell further, or nothing more. */
		repeat: z.enum(['further_fall', 'none']).default('further_fall'),
		/** [PR9] A difference below this is not paid. */
		minimum_difference: amount.default('0'),
		/** [PR10] Caps: per order line over its life; per buyer, store and period. */
		caps: z
			.strictObject({ line: amount.optional(), buyer: cap.optional(), store: cap.optional(), period: cap.optional() })
			.default({}),
		/** [PR11] The merchant's share of a refund in per cent; the platform bears the rest. */
		store_bears_percent: z.number().int().min(0).max(100).default(100),
		/** [PR12] Which of the store's moneys secure and repay, in this order, after the line's own proceeds. */
		funding: z
			.array(z.enum(['balance', 'deposit']))
			.min(1)
			.max(2)
			.default(['balance', 'deposit']),
		/** [PR13] How long a store may take to fund a claim that its own reserve does not cover. */
		fund_within_hours: z.number().int().min(0).max(720).default(48),
	})
	.check(({ value, issues }) => {
		if (new Set(value.funding).size !== value.funding.length) {
			issues.push({ code: 'custom', message: 'names the same money twice', path: ['funding'], input: value.funding });
		}
		if (value.clock.start === 'delivery' && value.clock.days === 'line') {
			issues.push({
				code: 'custom',
				message: 'a clock from delivery needs its own length',
				path: ['clock', 'days'],
				input: 'line',
			});
		}
		if (value.clock.start === 'delivery' && value.clock.undelivered_days === 0) {
			issues.push({
				code: 'custom',
				message: 'a window of 0 days protects nothing',
				path: ['clock', 'undelivered_days'],
				input: 0,
			});
		}
		if (value.clock.days === 0) {
			issues.push({
				code: 'custom',
				message: 'a window of 0 days protects nothing',
				path: ['clock', 'days'],
				input: 0,
			});
		}
	});

/** A programme with every field present. Amounts are decimal strings in major units. */
export type Programme = z.infer<typeof programmeSchema>;
/** A programme as one writes it: fields with defaults may be left out. */
export type ProgrammeDocument = z.input<typeof programmeSchema>;

/** [PR15] Name and version, which stand for one document in a book. */
export const nameOf = ({ name, version }: Programme): string => `${name}@${version}`;

/** @throws SuretyError `bad_programme` naming every field that does not fit. */
export function parseProgramme(document: unknown): Programme {
	const result = programmeSchema.safeParse(document);
	if (result.success) return result.data;
	const problems = result.error.issues.map((i) => `${i.path.join('.') || 'document'}: ${i.message}`);
	throw new SuretyError('bad_programme', `programme: ${problems.join('; ')}`, result.error.issues[0]?.path.join('.'));
}
