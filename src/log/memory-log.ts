/** A log in memory, for trying out and for a core inside somebody's own process: it forgets everything at the end. */
import { createHash, randomBytes } from 'node:crypto';
import { SuretyError } from '../core/words/error.js';
import type { Batch, Head, Log, Position } from './port.js';

export function memoryLog(): Log {
	const id = randomBytes(16).toString('hex');
	const batches: Batch[] = [];
	const birth = new Uint8Array(createHash('sha256').update(id).digest());
	const head = (): Head => batches.at(-1) ?? { number: 0, chain: birth };
	return {
		id,
		recovery: {},
		get head() {
			return head();
		},
		append(payload) {
			const { number, chain } = head();
			const next = new Uint8Array(createHash('sha256').update(chain).update(payload).digest());
			const batch = { number: number + 1, position: (number + 1) as Position, chain: next, payload: payload.slice() };
			batches.push(batch);
			return Promise.resolve(batch);
		},
		async *read(after) {
			const until = batches.length;
			for (let i = after?.number ?? 0; i < until; i++) yield batches[i] as Batch; // i is below the length
		},
		readAt(position) {
			const batch = batches[position - 1];
			if (batch === undefined) throw new SuretyError('log_corrupt', `no batch at ${position}`);
			return Promise.resolve(batch);
		},
		close: () => Promise.resolve(),
	};
}
