/** Recovery: the state that a log ends with, from the newest snapshot that fits and the batches after it. */
import { Desk } from '../core/desk/desk.js';
import { parsePolicy } from '../core/policy.js';
import { parseProgramme } from '../core/programme/schema.js';
import { SuretyError } from '../core/words/error.js';
import { currency as parseCurrency } from '../core/words/money.js';
import type { Batch, Log, Position } from '../log/port.js';
import { contentOf } from './content.js';
import { decodeBatch, type Entry, saidIn, type Settings } from './entry.js';
import { KnownIds } from './known-ids.js';
import type { Held, Place, Snapshots } from './snapshots.js';

export interface Recovered {
	readonly desk: Desk;
	readonly ids: KnownIds;
	/** The last batch that was applied, if there is any. */
	readonly head: Place | undefined;
	/** The rules the log ends with; undefined where it is empty. */
	readonly settings: Settings | undefined;
	/** Records applied that no snapshot held. */
	readonly replayed: number;
}

export interface RecoveryOptions {
	/** The rules of a log that has none yet. */
	readonly begin: Settings;
	readonly mostIds: number;
	readonly snapshots?: Snapshots | undefined;
	/** The last batch to apply; a reader beside the writer may see one that is not durable yet. */
	readonly last?: number;
	/** Called after each batch that was applied, with the state as of it. */
	readonly applied?: (batch: Batch, desk: Desk) => void;
}

/** @throws SuretyError `log_corrupt`, `log_format`, `bad_policy`, `bad_programme`, `bad_currency`. */
export async function recover(log: Log, options: RecoveryOptions): Promise<Recovered> {
	const first = await firstSettings(log);
	const fresh = (): Held => ({ desk: newDesk(first ?? options.begin), ids: new KnownIds(options.mostIds) });
	const snapshot = await options.snapshots?.load(fresh, log);
	const { desk, ids } = snapshot ?? fresh();
	let settings = snapshot?.settings ?? first;
	let head: Place | undefined = snapshot === undefined ? undefined : placeOf(snapshot);
	let replayed = 0;
	for await (const batch of log.read(head)) {
		if (batch.number > (options.last ?? batch.number)) break;
		for (const [ordinal, entry] of decodeBatch(batch.payload).entries()) {
			if (entry.kind === 'settings') settings = entry;
			replayed += applyEntry(desk, ids, entry, batch.position, ordinal);
		}
		head = placeOf(batch);
		options.applied?.(batch, desk);
	}
	return { desk, ids, head, settings, replayed };
}

const placeOf = ({ number, position }: Place): Place => ({ number, position });

/** @returns how many records it was. */
function applyEntry(desk: Desk, ids: KnownIds, entry: Entry, position: Position, ordinal: number): 0 | 1 {
	if (entry.kind === 'settings') desk.core.policies.adopt(parsePolicy(entry.policy, desk.core.currency));
	if (entry.kind !== 'record') return 0;
	desk.replay(entry.message, entry.taken);
	ids.add(entry.message.id, contentOf(saidIn(entry)), position, ordinal);
	return 1;
}

function newDesk({ currency, programme, policy }: Settings): Desk {
	const code = parseCurrency(currency);
	return new Desk({ currency: code, programme: parseProgramme(programme), policy: parsePolicy(policy, code) });
}

/** The rules a log was begun under; its first batch holds them. */
export async function firstSettings(log: Log): Promise<Settings | undefined> {
	for await (const { payload } of log.read()) {
		const [entry] = decodeBatch(payload);
		if (entry?.kind === 'settings') return entry;
		throw new SuretyError('log_corrupt', 'the log does not begin with the rules it is kept under');
	}
	return undefined;
}
