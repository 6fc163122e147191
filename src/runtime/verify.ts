/**
 * Verifying: the whole log read and replayed from its first batch. The log's reader checks sums, numbers and the hash
 * chain; the books of every store are added up as they go; and each snapshot must be the state the replay comes to at
 * its place.
 */
import type { Desk } from '../core/desk/desk.js';
import { deskHash } from '../core/desk/desk-hash.js';
import { SuretyError } from '../core/words/error.js';
import type { Log } from '../log/port.js';
import { firstSettings, recover } from './recovery.js';
import type { Snapshots } from './snapshots.js';

export interface Verified {
	readonly batches: number;
	readonly records: number;
	readonly stores: number;
	/** Of the last batch: two logs with the same are the same. */
	readonly chain: string;
	readonly state: string;
	/** Snapshots that were compared with the replay. */
	readonly snapshots: number;
}

/** Books are added up after so many batches, and at the end. */
const CHECK_EVERY = 1000;

/**
 * @param progress told how many of the batches have been replayed.
 * @throws SuretyError `log_corrupt`, `log_format`, `bad_books`.
 */
export async function verifyLog(
	log: Log,
	snapshots: Snapshots,
	progress: (done: number, of: number) => void = () => undefined,
): Promise<Verified> {
	const begin = await firstSettings(log);
	if (begin === undefined) throw new SuretyError('bad_books', 'the log is empty: there is nothing to verify');
	const heads = new Map((await snapshots.heads()).map((head) => [head.number, head]));
	let compared = 0;
	const { desk } = await recover(log, {
		begin,
		mostIds: 1,
		applied: ({ number, chain }, state) => {
			if (number % CHECK_EVERY === 0) checkBooks(state);
			const head = heads.get(number);
			if (head !== undefined) {
				compared++;
				sameAs(head.state, deskHash(state), `snapshot of batch ${number}`);
				sameAs(head.chain, Buffer.from(chain).toString('hex'), `hash chain of the snapshot of batch ${number}`);
			}
			progress(number, log.head.number);
		},
	});
	checkBooks(desk);
	return {
		batches: log.head.number,
		records: desk.core.seq,
		stores: desk.core.book.stores.length,
		chain: Buffer.from(log.head.chain).toString('hex'),
		state: deskHash(desk),
		snapshots: compared,
	};
}

function checkBooks({ core: { book } }: Desk): void {
	for (const store of book.stores) {
		try {
			book.check(store);
		} catch (error) {
			throw new SuretyError('bad_books', `store "${store.id}": ${(error as Error).message}`);
		}
	}
}

function sameAs(said: string, found: string, what: string): void {
	if (said !== found) throw new SuretyError('bad_books', `${what}: says ${said}, the replay came to ${found}`);
}
