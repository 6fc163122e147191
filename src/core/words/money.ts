/**
 * Money: whole minor units (fen, cents) behind a branded number. Only this file adds, multiplies or rounds it, so
 * every rounding has a name and a direction here. Floating point never sees a major unit: text goes to minor units
 * digit by digit. Amounts are bounded so that every sum of a store stays inside 2^53.
 */
import { SuretyError } from './error.js';

declare const minor: unique symbol;
/** An amount in minor units: an integer, exact. */
export type Minor = number & { readonly [minor]: true };

declare const currencyCode: unique symbol;
/** An ISO 4217 code with a known number of decimals. */
export type Currency = string & { readonly [currencyCode]: true };

/** By ISO 4217; every currency not listed has two decimals. */
const NO_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' ');
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');

/** The largest single amount taken: 10^13 minor units (100 billion yuan). Nine hundred of them still add up exactly. */
export const LARGEST_AMOUNT = 1e13 as Minor;
export const ZERO = 0 as Minor;

/** @throws SuretyError `bad_currency` unless `code` is three capital letters. */
export function currency(code: string): Currency {
	if (/^[A-Z]{3}$/.test(code)) return code as Currency;
	throw new SuretyError('bad_currency', `currency "${code}": expected an ISO 4217 code such as CNY`);
}

/** How many decimals the currency has. */
export function decimalsOf(code: Currency): number {
	if (NO_DECIMALS.includes(code)) return 0;
	return THREE_DECIMALS.includes(code) ? 3 : 2;
}

/**
 * Reads a decimal amount in major units, exactly.
 * @returns the amount, or a sentence that says what is wrong with it (without the field's name).
 */
export function parseMoney(raw: unknown, code: Currency): Minor | string {
	const text = typeof raw === 'number' ? String(raw) : raw;
	if (typeof text !== 'string') return 'expected a decimal amount such as "12.30"';
	const decimals = decimalsOf(code);
	let value = 0;
	let fraction = -1;
	for (let i = 0; i < text.length; i++) {
		const c = text.charCodeAt(i);
		if (c === 46 && fraction < 0 && i > 0) {
			fraction = 0;
			continue;
		}
		if (c < 48 || c > 57) return notAnAmount(text);
		if (fraction >= 0 && ++fraction > decimals) return `${code} has ${decimals} decimals`;
		value = value * 10 + (c - 48);
		if (value > LARGEST_AMOUNT) return `more than ${formatMoney(LARGEST_AMOUNT, code)}`;
	}
	if (text.length === 0 || fraction === 0) return notAnAmount(text);
	for (let missing = decimals - Math.max(0, fraction); missing > 0; missing--) value *= 10;
	return value > LARGEST_AMOUNT ? `more than ${formatMoney(LARGEST_AMOUNT, code)}` : (value as Minor);
}

function notAnAmount(text: string): string {
	if (/^-\d/.test(text)) return 'is negative';
	return 'expected a decimal amount such as "12.30"';
}

/** Minor units as a decimal string in major units, e.g. `-12.30`. */
export function formatMoney(amount: Minor, code: Currency): string {
	const decimals = decimalsOf(code);
	const digits = String(Math.abs(amount)).padStart(decimals + 1, '0');
	const whole = digits.slice(0, digits.length - decimals);
	const sign = amount < 0 ? '-' : '';
	return decimals === 0 ? sign + whole : `${sign}${whole}.${digits.slice(digits.length - decimals)}`;
}

export const add = (a: Minor, b: Minor): Minor => (a + b) as Minor;
export const subtract = (a: Minor, b: Minor): Minor => (a - b) as Minor;
export const times = (a: Minor, count: number): Minor => (a * count) as Minor;
export const least = (a: Minor, b: Minor): Minor => (a < b ? a : b);
export const most = (a: Minor, b: Minor): Minor => (a > b ? a : b);
/** `a - b`, or nothing where b is the larger. */
export const excess = (a: Minor, b: Minor): Minor => (a > b ? ((a - b) as Minor) : ZERO);

/** A share of an amount in parts per million, rounded up: what secures must not round away. */
export const shareUp = (amount: Minor, partsPerMillion: number): Minor => scaled(amount, partsPerMillion, Math.ceil);
/** A share of an amount in parts per million, rounded down: what is charged must not round up. */
export const shareDown = (amount: Minor, partsPerMillion: number): Minor => scaled(amount, partsPerMillion, Math.floor);

/** Splits the product so that no step leaves 2^53: amounts go up to 10^15, parts up to 10^6. */
function scaled(amount: Minor, parts: number, round: (x: number) => number): Minor {
	const whole = Math.floor(amount / 1e6);
	return (whole * parts + round(((amount - whole * 1e6) * parts) / 1e6)) as Minor;
}
