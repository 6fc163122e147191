/** The checkpoint: a search and what it is played under, in one file that is there whole or not at all. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SuretyError } from '../core/words/error.js';
import { nodeDisk } from '../log/node-disk.js';
import { writeWhole } from '../log/whole-file.js';
import type { SearchState } from './search.js';
import type { SettingDocument } from './setting.js';

export interface Checkpoint {
	readonly schema: 'surety.redteam-checkpoint/1';
	readonly setting: SettingDocument;
	readonly search: SearchState;
}

export const checkpointPath = (out: string): string => join(out, 'checkpoint.json');

/** The same state gives the same bytes. */
export async function writeCheckpoint(out: string, setting: SettingDocument, search: SearchState): Promise<void> {
	const checkpoint: Checkpoint = { schema: 'surety.redteam-checkpoint/1', setting, search };
	await writeWhole(nodeDisk, checkpointPath(out), [Buffer.from(`${JSON.stringify(checkpoint)}\n`)]);
}

/** @throws SuretyError `bad_folder` where there is none, or none that this version can go on from. */
export async function readCheckpoint(out: string): Promise<Checkpoint> {
	const path = checkpointPath(out);
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch {
		throw new SuretyError('bad_folder', `${path}: there is no checkpoint to go on from`);
	}
	const read = parsed(text);
	if (read?.schema !== 'surety.redteam-checkpoint/1' || read.setting === undefined || read.search === undefined)
		throw new SuretyError('bad_folder', `${path}: not a checkpoint of this version`);
	return read as Checkpoint;
}

function parsed(text: string): Partial<Checkpoint> | null {
	try {
		return JSON.parse(text) as Partial<Checkpoint> | null; // what is missing is asked for next
	} catch {
		return null;
	}
}
