/**
 * Feeding: batches of the log into the file, many in one transaction, in small slices so that whoever decides on the
 * same thread waits a few milliseconds at most. The rows are made from what the log holds and nothing else; therefore
 * a history that followed live and one that was rebuilt are equal.
 */
import type { Currency } from '../core/words/money.js';
import type { Batch } from '../log/port.js';
import { decodeBatch } from '../runtime/entry.js';
import type { HistoryFile } from './file.js';
import { Owners } from './owners.js';
import { noLines, type Placed, Projector } from './project.js';

/**
 * Entries that are put into the database at once, and whose stores are asked for before: an insertion costs it some
 * milliseconds however small it is, and asking a look at all ids there are.
 */
const WINDOW = 20_000;
/** Entries that are turned into rows without a pause. */
const BREATH = 250;

/** The next batch, if there is one now. */
export type Next = () => Promise<Batch | undefined> | Batch | undefined;

export class Feeder {
	private readonly file: HistoryFile;
	private readonly owners: Owners;
	private readonly projector: Projector;

	constructor(file: HistoryFile, currency: Currency) {
		this.file = file;
		this.owners = new Owners((keys) => file.owners(keys));
		this.projector = new Projector(currency, this.owners);
	}

	/**
	 * Takes in batches until there are no more or there are `most` entries, in one transaction.
	 * @returns how many entries; after a throw the file must be closed.
	 */
	async feed(next: Next, most: number): Promise<number> {
		let last: Batch | undefined;
		let window: Placed[] = [];
		let taken = 0;
		while (taken < most) {
			const batch = await next();
			if (batch === undefined) break;
			if (last === undefined) await this.file.begin();
			last = batch;
			const entries = decodeBatch(batch.payload);
			for (const [n, entry] of entries.entries()) window.push({ batch: batch.number, n, entry });
			taken += entries.length;
			if (window.length < WINDOW) continue;
			await this.put(window);
			window = [];
		}
		if (last === undefined) return 0;
		await this.put(window);
		const { number, position, chain } = last;
		await this.file.commit({ number, position, chain: Buffer.from(chain).toString('hex') });
		return taken;
	}

	private async put(window: readonly Placed[]): Promise<void> {
		await this.owners.learn(window.map(({ entry }) => entry));
		const lines = noLines();
		for (const [i, placed] of window.entries()) {
			if (i % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
			this.projector.project(placed, lines);
		}
		await this.file.add(lines);
	}
}
