/** The service inside somebody's own process: the same core, log and answers, without HTTP. */
import { join } from 'node:path';
import { DEFAULT_PROGRAMME } from './core/programme/presets.js';
import { type Programme, type ProgrammeDocument, parseProgramme } from './core/programme/schema.js';
import { currency } from './core/words/money.js';
import { openLog } from './log/embedded-log.js';
import { memoryLog } from './log/memory-log.js';
import { nodeDisk } from './log/node-disk.js';
import { Service } from './runtime/service.js';
import { Snapshots } from './runtime/snapshots.js';
import { GATES } from './core/words/outcome.js';

export interface OpenOptions {
	/** Where the log is kept; without it everything is in memory and gone at the end. */
	readonly dir?: string;
	/** ISO 4217; `CNY` unless given. Fixed once a log has begun, like the programme. */
	readonly currency?: string;
	readonly programme?: ProgrammeDocument | Programme;
	/** A policy document; without it the default policy in the mode below. */
	readonly policy?: unknown;
	/** `enforce` unless given. */
	readonly mode?: 'observe' | 'enforce';
	/** `records` (the default) lets time pass by records alone; `live` by the machine's clock too. */
	readonly clock?: 'live' | 'records';
}

/**
 * Opens a service in this process. `submit(records, by)` answers in order once all are durable; `close()` ends it.
 * @throws SuretyError `log_locked`, `log_corrupt`, `bad_programme`, `bad_policy`, `bad_currency`.
 */
export async function open(options: OpenOptions = {}): Promise<Service> {
	const { dir, mode = 'enforce', clock = 'records' } = options;
	const code = currency(options.currency ?? 'CNY');
	const programme = options.programme === undefined ? DEFAULT_PROGRAMME : parseProgramme(options.programme);
	const gates = Object.fromEntries(GATES.map((gate) => [gate, mode]));
	const name = mode === 'enforce' ? 'default' : 'default-observing';
	const policy = options.policy ?? { schema: 'surety.policy/1', name, version: 1, gates };
	const log = dir === undefined ? memoryLog() : await openLog({ dir: join(dir, 'log') });
	try {
		const snapshots = dir === undefined ? {} : { snapshots: new Snapshots(join(dir, 'snapshots'), nodeDisk, log.id) };
		return await Service.open({ log, currency: code, programme, policy, clock, ...snapshots });
	} catch (error) {
		await log.close();
		throw error;
	}
}
