/**
 * `surety demo`, what `npm start` runs: the founding case written as tables and investigated, then served with every
 * gate enforcing while its market is replayed live, so that one sees what would have been stopped, and when.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../core/desk/events.js';
import { defaultPolicy } from '../core/policy.js';
import { DEFAULT_PROGRAMME } from '../core/programme/presets.js';
import { currency, formatMoney, type Minor, ZERO } from '../core/words/money.js';
import type { Outcome } from '../core/words/outcome.js';
import type { RecordOf } from '../core/words/record.js';
import { formatInstant } from '../core/words/time.js';
import { openHistory } from '../intake/open-history.js';
import { replayLive } from '../serve/live-replay.js';
import { type Serving, serve } from '../serve/serve.js';
import { readSettings } from '../serve/settings.js';
import { FOUNDING_CASE, writeMarket } from '../sim/index.js';
import { exposureView } from '../views/exposure-view.js';
import { withProgress } from './progress.js';
import { investigate } from '../report/investigate.js';
import type { ExitCode } from './exit-code.js';
import { readOptions } from './options.js';
import { paintFor, summarise } from './summary.js';
import { untilTold } from './told.js';
import { version } from './version.js';

const CNY = currency('CNY');
const OPTIONS = {
	out: { type: 'string', default: 'out/founding-case' },
	port: { type: 'string', default: '8420' },
	/** How long the replay of two months takes. */
	seconds: { type: 'string', default: '60' },
	/** Investigate only, or end once the replay is through. */
	'no-serve': { type: 'boolean', default: false },
	once: { type: 'boolean', default: false },
} as const;

export async function runDemo(args: string[]): Promise<ExitCode> {
	const { values } = readOptions({ args, options: OPTIONS });
	const dir = join(values.out, 'tables');
	say('Writing the founding case: 29 stores of one gang among 1,200 honest ones …');
	await writeMarket(dir, FOUNDING_CASE);
	const rules = { currency: CNY, programme: DEFAULT_PROGRAMME, policy: defaultPolicy(CNY) };
	const found = await withProgress((onProgress) =>
		investigate({ dir, out: values.out, strict: false, ...rules, onProgress }),
	);
	process.stdout.write(`\n${summarise(found, paintFor(process.stdout))}  Tables   ${dir}\n\n`);
	if (values['no-serve']) return 0;
	const data = join(values.out, 'data');
	await rm(data, { recursive: true, force: true }); // the demo's own, made anew each time
	const serving = await startOn(data, values.port);
	try {
		process.stdout.write(`The same market again, live, with every gate enforcing:\n\n  ${serving.address}/docs\n`);
		process.stdout.write(`  ${serving.address}/v1/exposure\n  ${serving.address}/v1/stores?flagged=true\n\n`);
		const stopping = new AbortController();
		const told = untilTold().then(() => stopping.abort());
		await replay(serving, dir, Number(values.seconds), stopping.signal);
		if (values.once || stopping.signal.aborted) return 0;
		process.stdout.write('Still serving; Ctrl-C ends it.\n');
		await told;
		return 0;
	} finally {
		await serving.close();
	}
}

/** On the port asked for, or on any where that one is taken. */
async function startOn(data: string, port: string): Promise<Serving> {
	const given = { data, port, clock: 'records', insecure_no_auth: true, log_level: 'silent' };
	const start = async (asked: typeof given): Promise<Serving> =>
		serve({
			settings: await readSettings(undefined, {}, asked),
			programme: DEFAULT_PROGRAMME,
			version: await version(),
			warn: say,
			onBroken: (error) => {
				throw error;
			},
		});
	try {
		return await start(given);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
		return start({ ...given, port: '0' });
	}
}

async function replay({ service }: Serving, dir: string, seconds: number, signal: AbortSignal): Promise<void> {
	const tempDir = await mkdtemp(join(tmpdir(), 'surety-demo-'));
	const history = await openHistory({ dir, tempDir, currency: CNY, rejectedPath: join(tempDir, 'rejected.ndjson') });
	const told = { flagged: 0, held: 0, limited: 0 };
	const stop = service.listen((_, entries) => {
		for (const entry of entries) {
			if (entry.kind !== 'record') continue;
			const { outcome, events } = entry.taken;
			if (outcome.verdict === 'hold' && entry.message.type === 'price.propose') {
				told.held++;
				process.stdout.write(`  ${heldCut(entry.message, outcome)}\n`);
			}
			if (outcome.verdict === 'limit' || (outcome.verdict === 'hold' && outcome.type === 'withdrawal.request'))
				told.limited++;
			for (const event of events) if (newsOf(event) !== undefined) process.stdout.write(`  ${newsOf(event)}\n`);
			told.flagged += events.filter(({ type }) => type === 'store.flagged').length;
		}
	});
	try {
		const done = await replayLive(history, service, { seconds, signal, onProgress: progressLine });
		const { shortfall } = exposureView(service.desk);
		process.stdout.write(
			`\n  ${done.toLocaleString('en')} records, ${told.held} cuts held, ${told.limited} withdrawals cut down or held, ${told.flagged} stores flagged.\n` +
				`  The platform’s shortfall: ${shortfall} CNY.\n\n`,
		);
	} finally {
		stop();
		await history.close();
		await rm(tempDir, { recursive: true, force: true });
	}
}

function heldCut({ at, store_id, sku_id, price }: RecordOf<'price.propose'>, outcome: Outcome): string {
	const money = (amount: Minor | undefined): string => formatMoney(amount ?? ZERO, CNY);
	const { triggered, free_funds, deepest_funded_price } = outcome;
	const when = formatInstant(at).slice(0, 16).replace('T', ' ');
	return `${when}  ${store_id} may not cut ${sku_id} to ${money(price)}: ${money(triggered)} would be claimable, ${money(free_funds)} is there; down to ${money(deepest_funded_price)} it may`;
}

function newsOf(event: Event): string | undefined {
	const at = formatInstant(event.at).slice(0, 16).replace('T', ' ');
	if (event.type === 'store.flagged')
		return `${at}  store ${event.store_id} is flagged: ${event.reasons[0]?.message ?? ''}`;
	if (event.type === 'ring.found')
		return `${at}  ring ${event.ring_id} has ${event.stores.length} stores with ${event.store_id}`;
	if (event.type !== 'deposit.called') return undefined;
	return `${at}  store ${event.store_id} is called for a deposit of ${formatMoney(event.missing, CNY)} more`;
}

function progressLine(done: number, of: number): void {
	if (process.stderr.isTTY) process.stderr.write(`\r  ${Math.floor((100 * done) / of)} %\r`);
}

const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
