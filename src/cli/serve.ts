/** `surety serve`: settings read, the service started, stopped in order when told to. */
import { parseProgramme } from '../core/programme/schema.js';
import { SuretyError } from '../core/words/error.js';
import { type Serving, serve } from '../serve/serve.js';
import { readSettings } from '../serve/settings.js';
import type { ExitCode } from './main.js';
import { readOptions, readProgramme } from './options.js';
import { version } from './version.js';

const OPTIONS = {
	data: { type: 'string' },
	port: { type: 'string' },
	host: { type: 'string' },
	mode: { type: 'string' },
	log: { type: 'string' },
	policy: { type: 'string' },
	programme: { type: 'string' },
	currency: { type: 'string' },
	clock: { type: 'string' },
	config: { type: 'string' },
	'insecure-no-auth': { type: 'boolean' },
} as const;

export async function runServe(args: string[]): Promise<ExitCode> {
	const { values } = readOptions({ args, options: OPTIONS });
	const { config, log, 'insecure-no-auth': insecure_no_auth, ...given } = values;
	if (log !== undefined) {
		throw new SuretyError('usage', `--log "${log}": only the log in the data folder is known to this version`);
	}
	const settings = await readSettings(config ?? process.env['SURETY_CONFIG'], process.env, {
		...given,
		insecure_no_auth,
	});
	const serving = await serve({
		settings,
		programme: parseProgramme(await readProgramme(settings.programme)),
		version: await version(),
		warn,
		onBroken: stopBroken,
	});
	announce(serving);
	await untilTold();
	process.stderr.write('stopping: answering what waits …\n');
	await serving.close();
	return 0;
}

const warn = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** The book stopped itself rather than go on with wrong money: nothing it would do now could be trusted. */
function stopBroken(error: unknown): void {
	process.stderr.write(
		`surety has stopped itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
	);
	process.exit(1);
}

function announce({ address, service, firstKey }: Serving): void {
	const modes = new Set(Object.values(service.policy.gates));
	const mode = modes.size === 1 ? [...modes].join('') : 'some gates enforce, some observe';
	const records = service.desk.core.seq;
	process.stdout.write(`surety serves ${address} (${mode}, ${service.currency}, ${records} records)\n`);
	process.stdout.write(`  reference  ${address}/docs\n`);
	if (firstKey === undefined) return;
	process.stdout.write(`  first key  ${firstKey}\n             for the first administrator; it is not shown again\n`);
}

/** Until the process is asked to stop; asked again, it stops at once. */
export function untilTold(): Promise<void> {
	// Ctrl-C ends whoever reads our words (`surety serve | tee`) at once; that must neither end us nor our stopping.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
	return new Promise((resolve) => {
		const told = (): void => {
			process.once('SIGINT', () => process.exit(130));
			resolve();
		};
		process.once('SIGINT', told);
		process.once('SIGTERM', told);
	});
}
