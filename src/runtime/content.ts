/**
 * What a record says, as 64 bits: enough to tell whether an id that comes again comes with the same content. Fields of
 * a parsed message stand in the order of its type, so nothing is written out as text first. Those who could gain from
 * a collision would have to repeat their own id.
 */
import { avalanche, rotate } from '../core/book/fingerprint.js';

export interface Content {
	readonly a: number;
	readonly b: number;
}

export const isSame = (one: Content, other: Content): boolean => one.a === other.a && one.b === other.b;

/** Fields that are undefined count as absent. */
export function contentOf(message: object): Content {
	const mixer = new Mixer();
	for (const name in message) {
		const value = (message as Readonly<Record<string, unknown>>)[name];
		if (value === undefined) continue;
		mixer.text(name);
		if (typeof value === 'string') mixer.text(value);
		else if (typeof value === 'number') mixer.number(value);
		else mixer.text(JSON.stringify(value));
	}
	return mixer.content;
}

const TWO_32 = 2 ** 32;

/** Two lanes of multiply and rotate, as the fingerprint of an id has three. */
class Mixer {
	private a = 0x2545f491;
	private b = 0x6a09e667;

	text(text: string): void {
		const { length } = text;
		this.word(length);
		for (let i = 0; i < length; i += 2) {
			this.word(text.charCodeAt(i) | (i + 1 < length ? text.charCodeAt(i + 1) << 16 : 0));
		}
	}

	/** A whole number. */
	number(value: number): void {
		this.word(value % TWO_32);
		this.word(Math.floor(value / TWO_32));
	}

	get content(): Content {
		const a = avalanche(this.a ^ rotate(this.b, 7));
		return { a: a >>> 0, b: avalanche(this.b + Math.imul(a, 0x165667b1)) >>> 0 };
	}

	private word(word: number): void {
		this.a = (Math.imul(rotate(this.a ^ Math.imul(word, 0x85ebca6b), 13), 5) + this.b) | 0;
		this.b = (Math.imul(rotate(this.b ^ Math.imul(word, 0xc2b2ae35), 17), 9) + this.a) | 0;
	}
}
