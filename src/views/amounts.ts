/** How views write amounts and times; nothing else is formatted. */
import type { Desk } from '../core/desk/desk.js';
import { formatMoney, type Minor } from '../core/words/money.js';
import { formatInstant, type Instant } from '../core/words/time.js';

export type Words = (amount: Minor) => string;

export const amounts =
	({ core }: Desk): Words =>
	(amount) =>
		formatMoney(amount, core.currency);

export const timeOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : formatInstant(at));
