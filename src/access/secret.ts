/**
 * Secrets that this service makes: 32 random bytes each. Nobody can guess one, so their plain SHA-256 may be kept: slow
 * hashes are for what people think up. Whoever reads the file of hashes can use none of them.
 */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Gives so many random bytes; `randomBytes` of node:crypto, or a seeded source in a test. */
export type RandomSource = (bytes: number) => Uint8Array;

export const SECRET_BYTES = 32;

export const newSecret = (random: RandomSource): string => Buffer.from(random(SECRET_BYTES)).toString('base64url');

/** SHA-256 in hexadecimal. */
export const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Takes as long whether they differ early or late. */
export function matches(secret: string, kept: string): boolean {
	return timingSafeEqual(createHash('sha256').update(secret).digest(), Buffer.from(kept, 'hex'));
}
