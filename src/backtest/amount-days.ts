/**
 * Amount-days: money that could not be used, times how long. Kept exactly, in minor units times milliseconds, because
 * millions of short stretches are added and a float would depend on their order; rounded once, when it is written, to
 * the nearest hundredth of a major unit for a day, halves up.
 */
import { type Currency, decimalsOf, type Minor } from '../core/words/money.js';
import { DAY } from '../core/words/time.js';

/** Products and sums below this are exact as numbers; larger ones go the slow way. */
const EXACT = 2 ** 51;

export class AmountDays {
	private large = 0n;
	private small = 0;

	/** Adds an amount that was kept for so many milliseconds; nothing for none. */
	add(amount: Minor, millis: number): void {
		if (amount <= 0 || millis <= 0) return;
		const product = amount * millis;
		if (product >= EXACT) {
			this.large += BigInt(amount) * BigInt(millis);
			return;
		}
		this.small += product;
		if (this.small < EXACT) return;
		this.large += BigInt(this.small);
		this.small = 0;
	}

	/** In minor units times milliseconds. */
	get exact(): bigint {
		return this.large + BigInt(this.small);
	}
}

/** A decimal string with two decimals: major units times days. */
export function formatAmountDays(exact: bigint, code: Currency): string {
	const unit = BigInt(DAY) * 10n ** BigInt(decimalsOf(code));
	const hundredths = (exact * 200n + unit) / (unit * 2n);
	const digits = String(hundredths).padStart(3, '0');
	return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
