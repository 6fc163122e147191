/** `surety train`. */
import { writeFile } from 'node:fs/promises';
import { SuretyError } from '../core/words/error.js';
import { train, type Trained, type TrainingReport } from '../train/train.js';
import type { ExitCode } from './exit-code.js';
import { readOptions } from './options.js';
import { withProgress } from './progress.js';
import { type Paint, paintFor } from './summary.js';
import { readTables, TABLE_OPTIONS } from './tables.js';

const { strict: _, ...SHARED } = TABLE_OPTIONS;
const OPTIONS = {
	...SHARED,
	name: { type: 'string', default: 'learned@1' },
	seed: { type: 'string', default: '1' },
	/** Stores nobody labelled: `honest`, or `ignore`. */
	unlabelled: { type: 'string', default: 'honest' },
} as const;

export async function runTrain(args: string[]): Promise<ExitCode> {
	const { values, positionals } = readOptions({ args, allowPositionals: true, options: OPTIONS });
	const { out, ...tables } = await readTables({ ...values, strict: false }, positionals, {
		usage: 'surety train DIR --out MODEL',
		writes: 'the model',
	});
	const { unlabelled } = values;
	if (unlabelled !== 'honest' && unlabelled !== 'ignore')
		throw new SuretyError('usage', `--unlabelled "${unlabelled}": expected honest or ignore`);
	const asked = { ...tables, ...named(values.name), seed: seedOf(values.seed), unlabelled } as const;
	const trained = await withProgress((onProgress) => train({ ...asked, onProgress }));
	await write(out, trained);
	const { report } = trained;
	process.stdout.write(
		values.json ? `${JSON.stringify({ ...report, out })}\n` : inWords(report, out, paintFor(process.stdout)),
	);
	return 0;
}

function named(given: string): { readonly name: string; readonly version: number } {
	const [, name = '', version = ''] = /^([a-z0-9-]{1,40})@([1-9]\d{0,8})$/.exec(given) ?? [];
	if (name !== '') return { name, version: Number(version) };
	throw new SuretyError('usage', `--name "${given}": expected a name and version such as autumn@2`);
}

function seedOf(given: string): number {
	if (/^\d{1,9}$/.test(given)) return Number(given);
	throw new SuretyError('usage', `--seed "${given}": expected a whole number`);
}

async function write(out: string, { document }: Trained): Promise<void> {
	try {
		await writeFile(out, `${JSON.stringify(document)}\n`);
	} catch (error) {
		throw new SuretyError('bad_output', `${out}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
	}
}

function inWords(report: TrainingReport, out: string, { bold, dim }: Paint): string {
	const { stores, scored, learned, transparent, gangs } = report;
	const kept = report.gangs_kept_whole
		? 'each out of fold as a whole'
		: 'so its stores are in different folds, and figures are too good';
	return [
		'',
		bold(
			`Model ${report.model}: ${report.trees} trees from ${stores.abuse} abusive and ${stores.honest} honest stores`,
		),
		'',
		`  ${scored.abuse} and ${scored.honest} of them were ever scored, ${report.rows} times in all; ${gangs} ${gangs === 1 ? 'gang' : 'gangs'}, ${kept}`,
		'',
		'  On stores it had not seen            learned  transparent  together',
		...row('area under the curve', learned.auc, transparent.auc),
		...row('average precision', learned.average_precision, transparent.average_precision),
		...row(`precision at ${stores.abuse}`, learned.precision, transparent.precision),
		...flags('abusive stores flagged', (one) => one.abuse_flagged, report),
		...flags('honest stores flagged', (one) => one.honest_flagged, report),
		'',
		dim(`  A score of 60 lets at most ${report.honest_per_mille} honest store in a thousand be flagged out of fold.`),
		dim(
			`  It looks most at ${report.features
				.slice(0, 5)
				.map(({ name }) => name)
				.join(', ')}.`,
		),
		'',
		`  Model   ${out}`,
		'',
	].join('\n');
}

const line = (what: string, learned: string, transparent: string, together = ''): string[] => [
	`  ${what.padEnd(35)} ${learned.padStart(8)} ${transparent.padStart(12)} ${together.padStart(9)}`.trimEnd(),
];
const row = (what: string, learned: number, transparent: number): string[] =>
	line(what, learned.toFixed(3), transparent.toFixed(3));
const flags = (what: string, of: (one: TrainingReport['together']) => number, report: TrainingReport): string[] =>
	line(what, String(of(report.learned)), String(of(report.transparent)), String(of(report.together)));
