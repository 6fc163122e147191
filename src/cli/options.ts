/** Reads a command's options; every mistake is a usage error that says what was expected. */
import { readFile } from 'node:fs/promises';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { PRESETS } from '../core/programme/presets.js';
import { type Programme, parseProgramme } from '../core/programme/schema.js';
import { SuretyError } from '../core/words/error.js';

/** @throws SuretyError `usage` for unknown options and missing values. */
export function readOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
	try {
		return parseArgs(config);
	} catch (error) {
		throw new SuretyError('usage', `${(error as Error).message}; try: surety help`);
	}
}

/** A preset by name, or a programme document by path. */
export async function readProgramme(given: string): Promise<Programme> {
	const preset = PRESETS.get(given);
	if (preset !== undefined) return preset;
	let text: string;
	try {
		text = await readFile(given, 'utf8');
	} catch {
		throw new SuretyError(
			'usage',
			`--programme "${given}": neither a file nor one of ${[...PRESETS.keys()].join(', ')}`,
		);
	}
	return parseProgramme(parseJson(text, given));
}

function parseJson(text: string, path: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new SuretyError('bad_programme', `${path}: ${(error as Error).message}`);
	}
}
