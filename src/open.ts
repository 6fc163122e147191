/** The service inside somebody's own process: the same core, log and answers, without HTTP. */
import { join } from 'node:path';
import { DEFAULT_PROGRAMME } from './core/programme/presets.js';
import { type Programme, type ProgrammeDocument, parseProgramme } from './core/programme/schema.js';
import { currency } from './core/words/money.js';
import { Door, Tokens, Verification, type VerificationOptions, type Verifier } from './door/index.js';
import { openLog } from './log/embedded-log.js';
import type { Log } from './log/port.js';
import { memoryLog } from './log/memory-log.js';
import { nodeDisk } from './log/node-disk.js';
import { Service } from './runtime/service.js';
import { Snapshots } from './runtime/snapshots.js';
import { dataFolder, openKeyring } from './serve/data-folder.js';
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
	/**
	 * Turns personal values into tokens before anything is written. With a folder it is by default the one that `serve`
	 * has, its keys in `keyring.json`; in memory, or with null, values stay as they are.
	 */
	readonly door?: Door | null;
	/** Asked about the papers of stores that apply or open; by default nobody is. */
	readonly verifier?: Verifier | Omit<VerificationOptions, 'isToken'>;
	/** `records` (the default) lets time pass by records alone; `live` by the machine's clock too. */
	readonly clock?: 'live' | 'records';
}

/**
 * Opens a service in this process. `submit(records, by)` answers in order once all are durable; `close()` ends it.
 * @throws SuretyError `log_locked`, `log_corrupt`, `bad_programme`, `bad_policy`, `bad_currency`, `bad_keyring`,
 * `access_file_exposed`.
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
		const { door, tokens } = await doorOf(options, log);
		const asking = verificationOf(options, tokens);
		return await Service.open({
			log,
			currency: code,
			programme,
			policy,
			clock,
			...(dir === undefined ? {} : { snapshots: new Snapshots(join(dir, 'snapshots'), nodeDisk, log.id) }),
			...(door === undefined ? {} : { door }),
			...(asking === undefined ? {} : { verification: asking }),
		});
	} catch (error) {
		await log.close();
		throw error;
	}
}

async function doorOf({ dir, door }: OpenOptions, log: Log): Promise<{ door?: Door; tokens?: Tokens }> {
	if (door !== undefined) return door === null ? {} : { door };
	if (dir === undefined) return {};
	const tokens = new Tokens(await openKeyring(dataFolder(dir).keyring, log.head.number === 0));
	return { door: new Door(tokens), tokens };
}

function verificationOf({ verifier }: OpenOptions, tokens: Tokens | undefined): Verification | undefined {
	if (verifier === undefined) return undefined;
	const given = 'verify' in verifier ? { verifier } : verifier;
	return new Verification({ ...given, ...(tokens === undefined ? {} : { isToken: (value) => tokens.isToken(value) }) });
}
