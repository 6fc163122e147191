/** Cursors: where a list goes on, opaque to whoever asks. Each is bound to its list, so none is taken for another's. */
import { Problem } from './problem.js';

const LONGEST = 2000;
const ANY = /^\P{Cc}*$/u;

export const cursorOf = (list: string, place: string): string =>
	Buffer.from(`1 ${list} ${place}`).toString('base64url');

/** @throws Problem `bad_parameter` for what this list did not give. */
export function placeOf(list: string, cursor: string, form: RegExp = ANY): string {
	const text = cursor.length > LONGEST ? '' : Buffer.from(cursor, 'base64url').toString();
	const begin = `1 ${list} `;
	const place = text.slice(begin.length);
	// Base64 is read leniently; only what we would have written ourselves is taken.
	const isOurs = text.startsWith(begin) && form.test(place) && cursorOf(list, place) === cursor;
	if (isOurs) return place;
	throw new Problem('bad_parameter', 'cursor: is not one that this list gave', { field: 'cursor' });
}
