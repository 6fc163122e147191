/** Investigation: a history through the observing core, and what was found written as report.json and report.html. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Core } from '../core/core.js';
import type { CoreOptions } from '../core/state.js';
import { stateHash } from '../core/state-hash.js';
import { SuretyError } from '../core/words/error.js';
import { formatInstant, type Instant } from '../core/words/time.js';
import { type History, type IntakeOptions, openHistory, type Progress } from '../intake/index.js';
import { Findings } from './findings.js';
import type { Report, ReportPage } from './model.js';
import { pagePieces } from './page/index.js';
import { drawTimelines } from './timelines.js';
import { unjudged } from './unjudged.js';

/** Stores that get a picture. */
const MOST_PICTURES = 60;
/** Unflagged stores among them, for comparison. */
const HONEST_PICTURES = 5;

export interface Investigation {
	readonly report: Report;
	readonly rejected: readonly string[];
	readonly jsonPath: string;
	readonly htmlPath: string;
}

export interface InvestigateOptions extends CoreOptions, Omit<IntakeOptions, 'currency' | 'rejectedPath'> {
	readonly out: string;
	/** Whether a single rejected row stops the investigation. */
	readonly strict: boolean;
}

/** @throws SuretyError where the folder, a table, the output or (strict) a row is bad. */
export async function investigate(options: InvestigateOptions): Promise<Investigation> {
	const { out, onProgress } = options;
	await makeFolder(out);
	const history = await openHistory({ ...options, rejectedPath: join(out, 'rejected.ndjson') });
	try {
		if (options.strict) refuseRejected(history);
		const { core, findings, from } = await replay(history, options, onProgress);
		const report = compose(history, core, findings, from);
		const page = { report, timelines: await timelines(history, options, core, report), ...inputs(history) };
		const written = await write(out, report, page);
		return { report, rejected: history.rejectedSample, ...written };
	} finally {
		await history.close();
	}
}

async function replay(history: History, options: CoreOptions, onProgress: ((progress: Progress) => void) | undefined) {
	const core = new Core(options);
	const findings = new Findings(core);
	let done = 0;
	let from: Instant | undefined;
	for await (const batch of history.records()) {
		for (const fact of batch) findings.note(fact, core.take(fact));
		// Stores may have opened years before the first trade that is told.
		from ??= batch.find((fact) => fact.type !== 'store.opened')?.at;
		done += batch.length;
		onProgress?.({ phase: 'replay', done, total: history.counts.records });
	}
	return { core, findings, from };
}

function compose(history: History, core: Core, findings: Findings, from: Instant | undefined): Report {
	const { to } = history.period;
	const { counts } = history;
	return {
		schema: 'surety.report/1',
		currency: core.currency,
		programme: core.book.rules.name,
		period: { from: from === undefined ? null : formatInstant(from), to: to === null ? null : formatInstant(to) },
		totals: {
			stores: counts.stores,
			buyers: counts.buyers,
			order_lines: counts.order_lines,
			price_changes: counts.price_changes,
			claims: counts.claims,
			...findings.sums(core.book.stores),
			rejected_rows: counts.rejected_rows,
		},
		stores: findings.stores(),
		rings: findings.rings(),
		gates: findings.gateFindings(),
		unjudged: unjudged(history, core),
		state_hash: stateHash(core),
	};
}

async function timelines(history: History, options: CoreOptions, core: Core, report: Report) {
	const flagged = report.stores.filter((store) => store.flagged).slice(0, MOST_PICTURES);
	const others = report.stores.filter((store) => !store.flagged).slice(0, HONEST_PICTURES);
	const shown = [...flagged, ...others].map((store) => store.store_id);
	const focus = new Map(
		shown.map((id) => {
			const store = core.book.findStore(id);
			const risk = store === undefined ? undefined : core.risk.of(store);
			return [id, risk?.flaggedAt ?? risk?.firstClaimAt] as const;
		}),
	);
	return shown.length === 0 ? [] : drawTimelines(history.records({ stores: shown }), options, focus);
}

function inputs(history: History): Pick<ReportPage, 'inputs' | 'rejected'> {
	const tables = history.tables.map(({ table, file, rows, rejected }) => ({ table, file, rows, rejected }));
	return { inputs: tables, rejected: history.rejectedSample };
}

async function write(out: string, report: Report, page: ReportPage): Promise<{ jsonPath: string; htmlPath: string }> {
	const jsonPath = join(out, 'report.json');
	const htmlPath = join(out, 'report.html');
	await writeFile(jsonPath, `${JSON.stringify(report, undefined, '\t')}\n`);
	await pipeline(Readable.from(pagePieces(page)), createWriteStream(htmlPath));
	return { jsonPath, htmlPath };
}

async function makeFolder(out: string): Promise<void> {
	try {
		await mkdir(out, { recursive: true });
	} catch (cause) {
		throw new SuretyError(
			'bad_output',
			`${out}: cannot be made a folder (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
		);
	}
}

function refuseRejected({ counts, rejectedSample }: History): void {
	if (counts.rejected_rows === 0) return;
	throw new SuretyError('bad_rows', `${counts.rejected_rows} rows were rejected:\n${rejectedSample.join('\n')}`);
}
