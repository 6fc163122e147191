/** Investigation: a history through the observing core, and what was found written as report.json and report.html. */
import { join } from 'node:path';
import { Core } from '../core/core.js';
import type { CoreOptions } from '../core/state.js';
import { modelLabel } from '../core/model/schema.js';
import { stateHash } from '../core/state-hash.js';
import { formatInstant, type Instant } from '../core/words/time.js';
import { type History, type IntakeOptions, openHistory, type Progress } from '../intake/index.js';
import { Findings } from './findings.js';
import { inputs, makeFolder, refuseRejected, writeBoth, type Written } from './folders.js';
import type { Report } from './model.js';
import { pagePieces } from './page/index.js';
import { drawTimelines } from './timelines.js';
import { unjudged } from './unjudged.js';

/** Stores that get a picture. */
const MOST_PICTURES = 60;
/** Unflagged stores among them, for comparison. */
const HONEST_PICTURES = 5;

export interface Investigation extends Written {
	readonly report: Report;
	readonly rejected: readonly string[];
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
		const written = await writeBoth(out, 'report', report, pagePieces(page));
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
		...(core.policy.model && { model: modelLabel(core.policy.model) }),
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
