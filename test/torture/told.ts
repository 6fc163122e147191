/** What a long run says while it goes: `npm run torture` shows it; a plain test run says nothing. */

const EVERY_MS = 10_000;
let last = Date.now();

/** Says how far a run is, at most every ten seconds. */
export function progress(done: number, of: number, counts: object = {}): void {
	if (Date.now() - last < EVERY_MS) return;
	last = Date.now();
	say({ done, of, ...counts });
}

/** Says what a run came to. */
export function total(counts: object): void {
	say({ total: counts });
}

function say(what: object): void {
	if (process.env['SURETY_RUNS'] !== undefined) process.stdout.write(`${JSON.stringify(what)}\n`);
}
