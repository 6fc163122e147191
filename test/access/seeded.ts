/** Random bytes that are the same in every run: SHA-256 of a counter. */
import { createHash } from 'node:crypto';
import type { RandomSource } from '../../src/access/secret.js';

export function seeded(seed = 1): RandomSource {
	let count = 0;
	return (bytes) => {
		const blocks: Buffer[] = [];
		for (let made = 0; made < bytes; made += 32)
			blocks.push(createHash('sha256').update(`${seed}/${count++}`).digest());
		return Buffer.concat(blocks).subarray(0, bytes);
	};
}
