/**
 * The data folder: what lies where. `log` is the truth and all that has to be kept; `access.json` and `keyring.json` are
 * the secrets; everything else can be made again from the log.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { SuretyError } from '../core/words/error.js';
import type { Instant } from '../core/words/time.js';
import type { TokenKey } from '../door/index.js';
import { readPrivate, writePrivate } from '../log/private-file.js';

export interface DataFolder {
	readonly path: string;
	readonly log: string;
	readonly snapshots: string;
	readonly history: string;
	readonly access: string;
	readonly keyring: string;
	readonly webhooks: string;
}

export function dataFolder(path: string): DataFolder {
	return {
		path,
		log: join(path, 'log'),
		snapshots: join(path, 'snapshots'),
		history: join(path, 'history.duckdb'),
		access: join(path, 'access.json'),
		keyring: join(path, 'keyring.json'),
		webhooks: join(path, 'webhooks'),
	};
}

const keyringSchema = z.strictObject({
	keys: z
		.array(
			z.strictObject({
				id: z.string().min(1),
				/** 32 bytes in base64; null once it has been destroyed. */
				key: z.base64().nullable(),
				since: z.number().int().min(0),
			}),
		)
		.min(1),
});

/**
 * The keys that personal identifiers become tokens under; made with a new log. Without the keys of an old one, nobody
 * who comes back would be recognised.
 * @throws SuretyError `bad_keyring`, `access_file_exposed`.
 */
export async function openKeyring(path: string, isNew: boolean): Promise<readonly TokenKey[]> {
	const text = await readPrivate(path, () => {
		throw new SuretyError('access_file_exposed', `${path} is open to other users; chmod 600 it`);
	});
	if (text === undefined) {
		if (!isNew)
			throw new SuretyError('bad_keyring', `${path}: is missing, and the log was written under it; restore it`);
		const made = { keys: [{ id: randomBytes(4).toString('hex'), key: randomBytes(32).toString('base64'), since: 0 }] };
		await mkdir(dirname(path), { recursive: true });
		await writePrivate(path, `${JSON.stringify(made, null, '\t')}\n`);
		return openKeyring(path, isNew);
	}
	const parsed = keyringSchema.safeParse(parse(text, path));
	if (!parsed.success) throw new SuretyError('bad_keyring', `${path}: ${z.prettifyError(parsed.error)}`);
	return parsed.data.keys.map(({ id, key, since: ms }) => {
		const since = ms as Instant; // milliseconds of 1970, as the schema says
		return key === null ? { id, since } : { id, since, key: Buffer.from(key, 'base64') };
	});
}

function parse(text: string, path: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new SuretyError('bad_keyring', `${path}: is not JSON`); // the parser's own words would quote the keys
	}
}
