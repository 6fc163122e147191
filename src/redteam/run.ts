/**
 * A run: generations until a number or a time is reached, a checkpoint after each, and at the end the findings. Time
 * only decides how many generations there are; what they find follows from seed and number alone.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeBoth, type Written } from '../report/folders.js';
import { gather } from './crew.js';
import { type Findings, findingsOf } from './findings.js';
import { renderFindings } from './page/index.js';
import { nextGeneration, type SearchState } from './search.js';
import { writeCheckpoint } from './search-file.js';
import type { SettingDocument } from './setting.js';

export interface RunOptions {
	readonly out: string;
	readonly setting: SettingDocument;
	readonly search: SearchState;
	readonly workers: number;
	/** Whether another generation shall be played. */
	readonly goesOn: (search: SearchState) => boolean;
	readonly onGeneration?: ((search: SearchState) => void) | undefined;
}

export interface Run extends Written {
	readonly search: SearchState;
	readonly findings: Findings;
}

/** Plays, and writes `checkpoint.json`, `redteam.json`, `redteam.html` and `found/NAME.json` into the folder. */
export async function run({ out, setting, search, workers, goesOn, onGeneration }: RunOptions): Promise<Run> {
	await makeFolder(join(out, 'found'));
	const crew = gather(setting, workers);
	let state = search;
	try {
		while (goesOn(state)) {
			state = await nextGeneration(state, (strategies) => crew.rate(strategies));
			await writeCheckpoint(out, setting, state);
			onGeneration?.(state);
		}
	} finally {
		await crew.close();
	}
	const findings = findingsOf(setting, state);
	return { search: state, findings, ...(await write(out, setting, findings)) };
}

async function write(out: string, setting: SettingDocument, findings: Findings): Promise<Written> {
	const written = await writeBoth(out, 'redteam', findings, [renderFindings(findings)]);
	for (const { name, strategy } of findings.found) {
		const file = { schema: 'surety.strategy/1', name, setting, strategy };
		await writeFile(join(out, 'found', `${name}.json`), `${JSON.stringify(file, undefined, '\t')}\n`);
	}
	return written;
}
