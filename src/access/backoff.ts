/**
 * Guessing slowed down: after a few failures in a row a name must wait, twice as long each time. In memory only, so a
 * restart forgives; bounded, forgetting first whose last failure is longest ago.
 */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1000;
/** No longer, or anyone could lock anyone out for good. */
const LONGEST_WAIT_MS = 15 * 60_000;
const FORGOTTEN_MS = 24 * 3_600_000;

interface Failures {
	readonly count: number;
	readonly lastMs: number;
}

export class Backoff {
	/** In order of the last failure. */
	private readonly failures = new Map<string, Failures>();
	private readonly most: number;

	constructor(most: number) {
		this.most = most;
	}

	/** How long a name must still wait, in milliseconds. */
	waitMs(name: string, nowMs: number): number {
		const failures = this.failures.get(name);
		if (failures === undefined || failures.count < FREE_FAILURES) return 0;
		const wait = Math.min(FIRST_WAIT_MS * 2 ** (failures.count - FREE_FAILURES), LONGEST_WAIT_MS);
		return Math.max(0, failures.lastMs + wait - nowMs);
	}

	failed(name: string, nowMs: number): void {
		const before = this.failures.get(name);
		const isFresh = before === undefined || nowMs - before.lastMs > FORGOTTEN_MS;
		this.failures.delete(name);
		this.failures.set(name, { count: isFresh ? 1 : before.count + 1, lastMs: nowMs });
		if (this.failures.size <= this.most) return;
		const [oldest] = this.failures.keys();
		if (oldest !== undefined) this.failures.delete(oldest);
	}

	succeeded(name: string): void {
		this.failures.delete(name);
	}

	get size(): number {
		return this.failures.size;
	}
}
