/** The command line: names, options and exit codes of the contract. What a command does lives elsewhere. */
import { type ErrorCode, SuretyError } from '../core/words/error.js';
import { runBacktest } from './backtest.js';
import { runDemo } from './demo.js';
import { runBackup, runRestore, runVerify } from './keep.js';
import type { ExitCode } from './exit-code.js';
import { runInvestigate } from './investigate.js';
import { runRedteam } from './redteam.js';
import { runServe } from './serve.js';
import { runSimulate } from './simulate.js';
import { runTrain } from './train.js';
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

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<ExitCode>>> = {
	investigate: runInvestigate,
	simulate: runSimulate,
	backtest: runBacktest,
	serve: runServe,
	verify: runVerify,
	backup: runBackup,
	restore: runRestore,
	redteam: runRedteam,
	train: runTrain,
	demo: runDemo,
};

/** Commands that keep a data folder: whatever they write in it is its owner's alone. */
const KEEPS_DATA: ReadonlySet<string> = new Set(['serve', 'backup', 'restore']);

export async function main(args: readonly string[]): Promise<ExitCode> {
	const [name = 'help', ...rest] = args;
	exitWhenTold();
	try {
		if (name === 'help' || name === '--help' || name === '-h') return print(USAGE);
		if (name === 'version' || name === '--version') return print(`${await version()}\n`);
		const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
		if (command === undefined) throw new SuretyError('usage', `"${name}" is not a command; try: surety help`);
		if (rest.includes('--help') || rest.includes('-h')) return print(USAGE);
		if (KEEPS_DATA.has(name)) process.umask(0o077);
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
