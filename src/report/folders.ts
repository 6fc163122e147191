/**
 * A folder of tables in, a folder of results out: what investigation, backtest and search for attacks do alike before
 * their work and after it. It stands here because all three import the report, and intake knows nothing of results.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SuretyError } from '../core/words/error.js';
import type { History } from '../intake/index.js';
import type { ReportPage } from './model.js';

export interface Written {
	readonly jsonPath: string;
	readonly htmlPath: string;
}

/** @throws SuretyError `bad_output` where there can be no such folder. */
export async function makeFolder(path: string): Promise<void> {
	try {
		await mkdir(path, { recursive: true });
	} catch (cause) {
		const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
		throw new SuretyError('bad_output', `${path}: cannot be made a folder (${why})`);
	}
}

/** What `--strict` asks for. @throws SuretyError `bad_rows` where a row was rejected. */
export function refuseRejected({ counts, rejectedSample }: History): void {
	if (counts.rejected_rows === 0) return;
	throw new SuretyError('bad_rows', `${counts.rejected_rows} rows were rejected:\n${rejectedSample.join('\n')}`);
}

/** What a page tells of the tables that were read. */
export function inputs(history: History): Pick<ReportPage, 'inputs' | 'rejected'> {
	const tables = history.tables.map(({ table, file, rows, rejected }) => ({ table, file, rows, rejected }));
	return { inputs: tables, rejected: history.rejectedSample };
}

/** Writes NAME.json, whole, and NAME.html, piece by piece: a page may be larger than one string should be. */
export async function writeBoth(out: string, name: string, found: object, page: Iterable<string>): Promise<Written> {
	const jsonPath = join(out, `${name}.json`);
	const htmlPath = join(out, `${name}.html`);
	await writeFile(jsonPath, `${JSON.stringify(found, undefined, '\t')}\n`);
	await pipeline(Readable.from(page), createWriteStream(htmlPath));
	return { jsonPath, htmlPath };
}
