/** `surety verify`, `backup` and `restore`: what keeps the books trustworthy over the years. */
import { resolve } from 'node:path';
import { SuretyError } from '../core/words/error.js';
import { openLog } from '../log/embedded-log.js';
import { nodeDisk } from '../log/node-disk.js';
import { Snapshots } from '../runtime/snapshots.js';
import { type Verified, verifyLog } from '../runtime/verify.js';
import { type BackedUp, backUp } from '../serve/backup.js';
import { dataFolder } from '../serve/data-folder.js';
import { readSettings } from '../serve/settings.js';
import type { ExitCode } from './exit-code.js';
import { readOptions } from './options.js';

/** Where the data lies: by the command line, else by the same settings that `serve` reads. */
const WHERE = { data: { type: 'string' }, config: { type: 'string' } } as const;
const JSON_TOO = { type: 'boolean', default: false } as const;

export async function runVerify(args: string[]): Promise<ExitCode> {
	const { values } = readOptions({ args, options: { ...WHERE, json: JSON_TOO } });
	const verified = await verify(await dataOf(values));
	process.stdout.write(values.json ? `${JSON.stringify(verified)}\n` : inWords(verified));
	return 0;
}

export async function runBackup(args: string[]): Promise<ExitCode> {
	const { values } = readOptions({ args, options: { ...WHERE, out: { type: 'string' }, json: JSON_TOO } });
	if (values.out === undefined) throw new SuretyError('usage', 'backup needs --out OUT; try: surety help');
	const data = await dataOf(values);
	return tell(await backUp(resolve(data), resolve(values.out)), values.out, values.json);
}

export async function runRestore(args: string[]): Promise<ExitCode> {
	const { values, positionals } = readOptions({
		args,
		allowPositionals: true,
		options: { ...WHERE, json: JSON_TOO },
	});
	const [backup, ...more] = positionals;
	if (backup === undefined || more.length > 0)
		throw new SuretyError('usage', 'restore needs one BACKUP; try: surety help');
	const data = await dataOf(values);
	const restored = await backUp(resolve(backup), resolve(data));
	await verify(data);
	return tell(restored, data, values.json);
}

async function dataOf({ data, config }: { data?: string; config?: string }): Promise<string> {
	return (await readSettings(config ?? process.env['SURETY_CONFIG'], process.env, { data })).data;
}

async function verify(data: string): Promise<Verified> {
	const folder = dataFolder(resolve(data));
	const log = await openLog({ dir: folder.log, readOnly: true });
	try {
		const warn = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
		return await verifyLog(log, new Snapshots(folder.snapshots, nodeDisk, log.id, warn), progressLine());
	} finally {
		await log.close();
	}
}

/** A line that says how far it is, on a terminal. */
function progressLine(): (done: number, of: number) => void {
	const { stderr } = process;
	let shown = 0;
	return (done, of) => {
		if (!stderr.isTTY || (done < of && Date.now() - shown < 200)) return;
		shown = Date.now();
		stderr.write(`\r  ${done} of ${of} batches${done === of ? '\n' : ''}`);
	};
}

function inWords({ batches, records, stores, chain, state, snapshots }: Verified): string {
	return [
		`${batches} batches, ${records} records, ${stores} stores: log, hash chain and books agree`,
		`${snapshots} snapshots are what the replay comes to`,
		`chain  ${chain}`,
		`state  ${state}`,
		'',
	].join('\n');
}

function tell(done: BackedUp, where: string, asJson: boolean): ExitCode {
	const sentence = `${done.batches} batches (${done.bytes} bytes) in ${where}\nchain  ${done.chain}\n`;
	process.stdout.write(asJson ? `${JSON.stringify(done)}\n` : sentence);
	return 0;
}
