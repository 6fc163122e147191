/**
 * Verification: what registries and banks say of a store's papers, asked before the papers become tokens, for nobody can
 * ask afterwards. The answer goes into the log with the record, so it is asked once and a replay asks nobody.
 *
 * A registry may be slow, down or flooded, so: so many at a time, a time for each, the same papers once an hour, and
 * after several failures in a row a rest in which nobody is asked. What was not answered is unknown, which is what it
 * was before: the store begins as one whose papers are not verified.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { PaperKind } from './papers.js';

export const SAID = ['confirmed', 'denied', 'unknown'] as const;
/** `unknown`: nobody could say. */
export type Said = (typeof SAID)[number];

/** A store's papers as they were shown. */
export type Shown = Readonly<Partial<Record<PaperKind, string>>>;

/** The port to registries and banks. */
export interface Verifier {
	/**
	 * What they say of papers that were shown together: whether each is genuine and belongs to the others. What is left
	 * out is unknown, and so is all of it where this throws.
	 * @param signal tells that nobody waits for the answer any more.
	 */
	verify(papers: Shown, signal: AbortSignal): Promise<Readonly<Partial<Record<PaperKind, Said>>>>;
}

/** What was confirmed or denied, and nothing else. */
export type Verified = Readonly<Partial<Record<PaperKind, 'confirmed' | 'denied'>>>;

export interface VerificationOptions {
	readonly verifier: Verifier;
	/** How long one may take; 3 seconds unless said. */
	readonly timeoutMs?: number;
	/** Asked at a time. */
	readonly concurrency?: number;
	/** Values that are tokens already cannot be asked about. */
	readonly isToken?: (value: string) => boolean;
	readonly warn?: (sentence: string) => void;
	/** The machine's clock, in milliseconds of 1970. */
	readonly now?: () => number;
}

const KINDS: readonly PaperKind[] = ['licence_no', 'legal_person', 'bank_account', 'phone'];
const ASKED: ReadonlySet<unknown> = new Set(['store.apply', 'store.opened']);
/** Longer values are refused by the parser, and no registry has to see them. */
const LONGEST = 200;
const KEPT_MS = 3_600_000;
const MOST_KEPT = 10_000;
const FAILURES = 5;
const REST_MS = 10_000;
const NOTHING: Verified = {};

interface Kept {
	readonly until: number;
	readonly said: Promise<Verified>;
}

export class Verification {
	/** Counters for the operator: asked, failed (or too slow), answered from what was asked before, not asked in a rest. */
	readonly counts = { asked: 0, failed: 0, repeated: 0, rested: 0 };
	private readonly options: VerificationOptions;
	private readonly now: () => number;
	/** By a keyed hash of the papers: nothing personal stays in memory. */
	private readonly kept = new Map<string, Kept>();
	private readonly key = randomBytes(32);
	private free: number;
	private readonly queue: (() => void)[] = [];
	private failuresInRow = 0;
	private restUntil = 0;

	constructor(options: VerificationOptions) {
		this.options = options;
		this.now = options.now ?? Date.now;
		this.free = options.concurrency ?? 16;
	}

	/**
	 * Asks about the papers of raw records, each at its place in the answer; never rejects.
	 * @param isKnown whether a record of this id was taken already: its first answer stands, and nobody is asked again.
	 * @returns nothing where there is nothing to ask.
	 */
	ask(
		raws: readonly unknown[],
		isKnown: (id: unknown) => boolean,
	): Promise<readonly (Verified | undefined)[]> | undefined {
		let found: Promise<Verified | undefined>[] | undefined;
		for (const [i, raw] of raws.entries()) {
			const papers = this.papersOf(raw, isKnown);
			if (papers === undefined) continue;
			found ??= raws.map(() => Promise.resolve(undefined));
			found[i] = this.about(papers);
		}
		return found === undefined ? undefined : Promise.all(found);
	}

	private papersOf(raw: unknown, isKnown: (id: unknown) => boolean): Shown | undefined {
		if (!isObject(raw)) return undefined;
		const isEnvelope = raw['specversion'] !== undefined && isObject(raw['data']);
		const body: Readonly<Record<string, unknown>> = isEnvelope
			? { id: raw['id'], type: raw['type'], ...(raw['data'] as object) }
			: raw;
		if (!ASKED.has(body['type']) || isKnown(body['id'])) return undefined;
		const papers: Partial<Record<PaperKind, string>> = {};
		for (const kind of KINDS) {
			const value = body[kind];
			if (typeof value !== 'string' || value.trim() === '' || value.length > LONGEST) continue;
			if (this.options.isToken?.(value) !== true) papers[kind] = value;
		}
		return Object.keys(papers).length === 0 ? undefined : papers;
	}

	private about(papers: Shown): Promise<Verified> {
		const now = this.now();
		const token = createHmac('sha256', this.key).update(JSON.stringify(papers)).digest('base64');
		const before = this.kept.get(token);
		if (before !== undefined && before.until > now) {
			this.counts.repeated++;
			return before.said;
		}
		if (now < this.restUntil) {
			this.counts.rested++;
			return Promise.resolve(NOTHING);
		}
		const said = this.inTurn(papers).catch(() => {
			this.kept.delete(token); // the next who shows them is asked about again
			return NOTHING;
		});
		this.kept.delete(token); // the latest stand last
		this.kept.set(token, { until: now + KEPT_MS, said });
		for (const oldest of this.kept.keys()) {
			if (this.kept.size <= MOST_KEPT) break;
			this.kept.delete(oldest);
		}
		return said;
	}

	/** Asks once fewer than so many are being asked. */
	private async inTurn(papers: Shown): Promise<Verified> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.queue.push(resolve));
		try {
			if (this.now() < this.restUntil) {
				this.counts.rested++;
				throw new Error('nobody is asked now');
			}
			return await this.inTime(papers);
		} finally {
			const next = this.queue.shift();
			if (next === undefined) this.free++;
			else next();
		}
	}

	private async inTime(papers: Shown): Promise<Verified> {
		this.counts.asked++;
		const { verifier, timeoutMs = 3000 } = this.options;
		const late = new AbortController();
		const timer = setTimeout(() => late.abort(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
		const tooLate = new Promise<never>((_, reject) => {
			// One that does not heed the signal is not waited for either.
			late.signal.addEventListener('abort', () => reject(late.signal.reason as Error), { once: true });
		});
		try {
			const said = await Promise.race([verifier.verify(papers, late.signal), tooLate]);
			this.failuresInRow = 0;
			return certain(papers, said);
		} catch (error) {
			this.failed(error);
			throw error;
		} finally {
			clearTimeout(timer);
		}
	}

	private failed(error: unknown): void {
		this.counts.failed++;
		this.failuresInRow++;
		if (this.failuresInRow % FAILURES !== 0) return;
		this.restUntil = this.now() + REST_MS;
		const why = error instanceof Error ? error.message : String(error);
		this.options.warn?.(`papers are not verified: the registry failed ${this.failuresInRow} times in a row (${why})`);
	}
}

/** Of what was shown, what somebody could say. */
function certain(papers: Shown, said: Readonly<Partial<Record<PaperKind, Said>>>): Verified {
	const verified: Partial<Record<PaperKind, 'confirmed' | 'denied'>> = {};
	for (const kind of KINDS) {
		const word = said[kind];
		if (papers[kind] !== undefined && (word === 'confirmed' || word === 'denied')) verified[kind] = word;
	}
	return verified;
}

function isObject(raw: unknown): raw is Readonly<Record<string, unknown>> {
	return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
