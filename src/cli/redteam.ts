/** `surety redteam`: searches for the attack that takes most under a policy, or plays one again. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { SuretyError } from '../core/words/error.js';
import { beginSearch, type SearchState } from '../redteam/search.js';
import { readCheckpoint } from '../redteam/search-file.js';
import { lead } from '../redteam/page/index.js';
import { type Run, run } from '../redteam/run.js';
import { DEFAULT_SETTING, type Goal, inMinor, readSetting, type SettingDocument } from '../redteam/setting.js';
import { shown } from '../redteam/steps-in-words.js';
import { currency, type Minor } from '../core/words/money.js';
import { withModel } from '../train/model-file.js';
import type { ExitCode } from './exit-code.js';
import { readOptions, readProgramme } from './options.js';
import { runReplay } from './redteam-replay.js';

const OPTIONS = {
	policy: { type: 'string' },
	programme: { type: 'string', default: 'default' },
	currency: { type: 'string', default: 'CNY' },
	goal: { type: 'string', default: 'money' },
	minutes: { type: 'string' },
	generations: { type: 'string' },
	seed: { type: 'string', default: '1' },
	budget: { type: 'string' },
	out: { type: 'string', default: 'redteam' },
	workers: { type: 'string' },
	/** Goes on from OUT/checkpoint.json. */
	resume: { type: 'boolean', default: false },
	/** Without the known attacks to begin with. */
	'from-nothing': { type: 'boolean', default: false },
	replay: { type: 'string' },
	json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof readOptions<{ args: string[]; options: typeof OPTIONS }>>['values'];

const DEFAULT_MINUTES = 2;

export async function runRedteam(args: string[]): Promise<ExitCode> {
	const { values } = readOptions({ args, options: OPTIONS });
	if (values.replay !== undefined) return runReplay(values.replay, await policyOf(values.policy), values.json);
	if (values.resume && values.policy !== undefined)
		throw new SuretyError('usage', '--resume goes on under the policy it was begun with; leave --policy out');
	const { setting, search } = values.resume ? await readCheckpoint(values.out) : await begin(values);
	const workers = whole('workers', values.workers) ?? availableParallelism();
	const line = new Line(process.stderr, setting);
	try {
		const found = await run({
			out: values.out,
			setting,
			search,
			workers: Math.max(1, workers),
			goesOn: goesOn(values),
			onGeneration: line.show,
		});
		line.end();
		process.stdout.write(values.json ? asJson(found) : summary(found));
		return 0;
	} finally {
		line.end();
	}
}

async function begin(values: Values): Promise<{ setting: SettingDocument; search: SearchState }> {
	const { goal } = values;
	if (goal !== 'money' && goal !== 'suffering')
		throw new SuretyError('usage', `--goal "${goal}": expected money or suffering`);
	const means = { ...DEFAULT_SETTING.means, budget: whole('budget', values.budget) ?? DEFAULT_SETTING.means.budget };
	const setting: SettingDocument = {
		...DEFAULT_SETTING,
		currency: currency(values.currency),
		policy: await policyOf(values.policy),
		programme: await readProgramme(values.programme),
		goal: goal satisfies Goal,
		means,
	};
	readSetting(setting); // a policy that does not fit is told before anything is played
	return { setting, search: beginSearch(whole('seed', values.seed) ?? 1, goal, !values['from-nothing']) };
}

/** So many generations in all, or so many minutes from now. */
function goesOn(values: Values): (search: SearchState) => boolean {
	const generations = whole('generations', values.generations);
	if (generations !== undefined) return ({ generation }) => generation < generations;
	const minutes = values.minutes === undefined ? DEFAULT_MINUTES : Number(values.minutes);
	if (!(minutes > 0)) throw new SuretyError('usage', `--minutes "${values.minutes}": expected a number above 0`);
	const end = performance.now() + minutes * 60_000;
	return () => performance.now() < end;
}

async function policyOf(path: string | undefined): Promise<unknown> {
	if (path === undefined) return null;
	return withModel(await readPolicy(path), path);
}

async function readPolicy(path: string): Promise<unknown> {
	try {
		return JSON.parse(await readFile(path, 'utf8')) as unknown;
	} catch (error) {
		throw new SuretyError('usage', `--policy "${path}": ${(error as Error).message}`);
	}
}

function whole(name: string, given: string | undefined): number | undefined {
	if (given === undefined) return undefined;
	if (!/^\d{1,9}$/.test(given)) throw new SuretyError('usage', `--${name} "${given}": expected a whole number`);
	return Number(given);
}

/** One line on a terminal, a generation at a time. */
class Line {
	private readonly out: NodeJS.WriteStream;
	private readonly setting: SettingDocument;

	constructor(out: NodeJS.WriteStream, setting: SettingDocument) {
		this.out = out;
		this.setting = setting;
	}

	readonly show = ({ generation, tried, best, rows, goal }: SearchState): void => {
		if (!this.out.isTTY || best === null) return;
		const amount = goal === 'money' ? Math.max(0, best.result.worth) : best.result.worth;
		const money = shown(amount as Minor, currency(this.setting.currency)); // games count in minor units
		const ideas = rows.at(-1)?.ideas ?? 0;
		this.out.write(`\r\u001b[Kgeneration ${generation}  ${tried} strategies  ${ideas} ideas  best ${money}`);
	};

	end(): void {
		if (this.out.isTTY) this.out.write('\r\u001b[K');
	}
}

function summary({ findings, jsonPath, htmlPath }: Run): string {
	const { tried, generations, currency: code, means } = findings;
	const budget = shown(inMinor(means.budget, currency(code)), currency(code));
	const worst = findings.found[0];
	const steps = worst?.steps.map(({ hour, what }) => `  ${String(hour).padStart(5)} h  ${what.en}\n`).join('') ?? '';
	const hole = worst?.hole === null || worst?.hole === undefined ? '' : `\n  ${worst.hole.en}\n`;
	return `\n${lead(findings).en}\n  ${tried} strategies in ${generations} generations, budget ${budget}\n${steps}${hole}\n  ${htmlPath}\n  ${jsonPath}\n`;
}

function asJson({ findings, jsonPath, htmlPath }: Run): string {
	const { goal, policy, tried, generations, found } = findings;
	const worst = found[0];
	const sums = {
		goal,
		policy,
		tried,
		generations,
		found: found.length,
		take: worst?.take ?? '0.00',
		platform_cost: worst?.platform_cost ?? '0.00',
	};
	return `${JSON.stringify({ ...sums, redteam_json: jsonPath, redteam_html: htmlPath })}\n`;
}
