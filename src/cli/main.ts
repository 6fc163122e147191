/** The command line: names, options and exit codes of the contract. What a command does lives elsewhere. */
import { type ErrorCode, SuretyError } from '../core/words/error.js';
import type { ExitCode } from './exit-code.js';
import { exitWhenTold } from './told.js';
import { USAGE } from './usage.js';
import { version } from './version.js';

/** What is wrong with the call itself, not with the data it names. */
const WRONG_USAGE: ReadonlySet<ErrorCode> = new Set([
	'usage',
	'bad_folder',
	'bad_currency',
	'bad_programme',
	'bad_settings',
	'bad_policy',
	'bad_model',
]);

type Command = (args: string[]) => Promise<ExitCode>;

/** A command loads what it needs when it is called: the database and the server take longer to load than most run. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
	investigate: async () => (await import('./investigate.js')).runInvestigate,
	simulate: async () => (await import('./simulate.js')).runSimulate,
	backtest: async () => (await import('./backtest.js')).runBacktest,
	policy: async () => (await import('./policy.js')).runPolicy,
	serve: async () => (await import('./serve.js')).runServe,
	verify: async () => (await import('./keep.js')).runVerify,
	backup: async () => (await import('./keep.js')).runBackup,
	restore: async () => (await import('./keep.js')).runRestore,
	redteam: async () => (await import('./redteam.js')).runRedteam,
	train: async () => (await import('./train.js')).runTrain,
	demo: async () => (await import('./demo.js')).runDemo,
};

/** Commands that keep a data folder: whatever they write in it is its owner's alone. */
const KEEPS_DATA: ReadonlySet<string> = new Set(['serve', 'backup', 'restore']);

export async function main(args: readonly string[]): Promise<ExitCode> {
	const [name = 'help', ...rest] = args;
	exitWhenTold();
	try {
		if (name === 'help' || name === '--help' || name === '-h') return print(USAGE);
		if (name === 'version' || name === '--version') return print(`${await version()}\n`);
		const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
		if (load === undefined) throw new SuretyError('usage', `"${name}" is not a command; try: surety help`);
		if (rest.includes('--help') || rest.includes('-h')) return print(USAGE);
		if (KEEPS_DATA.has(name)) process.umask(0o077);
		const command = await load();
		return await command(rest);
	} catch (error) {
		if (!(error instanceof SuretyError)) throw error;
		process.stderr.write(`surety: ${error.message}\n`);
		return WRONG_USAGE.has(error.code) ? 2 : 1;
	}
}

function print(text: string): ExitCode {
	process.stdout.write(text);
	return 0;
}
