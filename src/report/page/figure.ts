/**
 * How amounts and counts are written. Grouping is done here, by hand: the platform's number formats depend on the
 * machine's locale data, and the page has to be the same bytes everywhere.
 */
import { add, currency, formatMoney, parseMoney, times, ZERO } from '../../core/words/money.js';
import type { Minor } from '../../core/words/money.js';
import type { Amount } from '../model.js';
import type { Text } from './markup.js';

/** `2013400.00` as `2,013,400.00`. */
export function grouped(decimal: string): string {
	const [whole = '', fraction] = decimal.split('.');
	const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',');
	return fraction === undefined ? digits : `${digits}.${fraction}`;
}

export const count = (n: number): string => grouped(String(n));

/** For short labels: `9,980` where there is nothing after the point. */
export const brief = (amount: Amount): string => grouped(amount.replace(/\.0+$/, ''));

/** With the currency: `¥2,013,400.00`, `USD 12.00`. */
export const priced = (amount: Amount, code: string): string =>
	code === 'CNY' ? `¥${grouped(amount)}` : `${code} ${grouped(amount)}`;

/** An amount as a length or an area. Only pictures may use it: it is not exact. */
export const extent = (amount: Amount): number => Number(amount);

export const isNothing = (amount: Amount): boolean => !/[1-9]/.test(amount);

/** The exact sum of amounts. */
export function sumOf(amounts: readonly Amount[], code: string): Amount {
	const scale = currency(code);
	let sum: Minor = ZERO;
	for (const amount of amounts) {
		const minor = parseMoney(amount, scale);
		if (typeof minor === 'string') throw new Error(`amount "${amount}" in a report: ${minor}`);
		sum = add(sum, minor);
	}
	return formatMoney(sum, scale);
}

/** A whole per cent from 0 to 100 of one amount in another; never 100 or 0 by rounding alone. */
export function percentOf(part: number, whole: number): number {
	if (whole <= 0) return 0;
	const percent = Math.round((100 * part) / whole);
	if (percent === 100 && part < whole) return 99;
	return percent === 0 && part > 0 ? 1 : percent;
}

/** A score of 0 to 1 with two decimals, cut off rather than rounded so that 1.00 means 1. */
export const score = (value: number): string => (Math.floor(value * 100 + 1e-9) / 100).toFixed(2);

/** `1 store`, `29 stores`, `29 家店铺`. */
export function counted(n: number, one: string, many: string, zh: string): Text {
	return { en: `${count(n)} ${n === 1 ? one : many}`, zh: `${count(n)} ${zh}` };
}

/** What so many units at a price come to. */
export function valueOf(unitPrice: Amount, quantity: number, code: string): Amount {
	const scale = currency(code);
	const minor = parseMoney(unitPrice, scale);
	if (typeof minor === 'string') throw new Error(`amount "${unitPrice}" in a report: ${minor}`);
	return formatMoney(times(minor, quantity), scale);
}
