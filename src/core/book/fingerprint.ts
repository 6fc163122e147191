/**
 * Fingerprints: 96 bits that stand for an order line's id. Ten million ids as text would cost more than everything
 * else the book keeps of them. Two lines out of 10^10 share a fingerprint with a chance of about 10^-9; ids are chosen
 * by the marketplace, not by those who would gain from a collision, so the mixing need not be cryptographic.
 * Three lanes of multiply and rotate over pairs of characters, each fed by its neighbour, then an avalanche.
 */

export class Fingerprint {
	a = 0;
	b = 0;
	c = 0;

	/** Takes the fingerprint of a text (and a number) into `a`, `b`, `c` (32 bits each, unsigned). */
	of(text: string, salt = 0): void {
		const length = text.length;
		let a = 0x2545f491 ^ length ^ Math.imul(salt, 0x85ebca77);
		let b = 0x6a09e667 + length + Math.imul(salt, 0x27d4eb2f);
		let c = 0x3c6ef372 ^ Math.imul(length, 0x9e3779b1);
		for (let i = 0; i < length; i += 2) {
			const pair = text.charCodeAt(i) | (i + 1 < length ? text.charCodeAt(i + 1) << 16 : 0);
			a = (Math.imul(rotate(a ^ Math.imul(pair, 0x85ebca6b), 13), 5) + b) | 0;
			b = (Math.imul(rotate(b ^ Math.imul(pair, 0xc2b2ae35), 17), 9) + c) | 0;
			c = (Math.imul(rotate(c ^ Math.imul(pair, 0x27d4eb2f), 11), 3) + a) | 0;
		}
		a = avalanche(a ^ rotate(b, 7));
		b = avalanche(b + Math.imul(c, 0x165667b1));
		c = avalanche(c ^ rotate(a, 19) ^ b);
		this.a = avalanche(a + c) >>> 0;
		this.b = b >>> 0;
		this.c = c >>> 0;
	}
}

export const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Every input bit reaches every output bit. */
export function avalanche(x: number): number {
	let h = x ^ (x >>> 16);
	h = Math.imul(h, 0x7feb352d);
	h ^= h >>> 15;
	h = Math.imul(h, 0x846ca68b);
	return h ^ (h >>> 16);
}
