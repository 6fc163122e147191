/**
 * The programmes of one book: its own, and those of policies that have decided for anybody. A guarantee keeps the one it
 * was made under to its end, whatever policies come after, so programmes are only ever added, and an order line names
 * its by the place in this list.
 *
 * An item has one reference price and a store one purse for all its guarantees; so the programmes of a book may differ
 * in everything but what the reference price is and which money secures.
 */
import { SuretyError } from '../words/error.js';
import type { Currency } from '../words/money.js';
import { Rules } from './rules.js';
import { nameOf, type Programme } from './schema.js';

/** The place of the book's own programme. */
export const OWN = 0;

/** A line keeps its place in a byte. */
const MOST = 256;

/** Why all programmes of a book agree on a field. */
const SHARED = {
	reference: 'an item has one reference price for all its guarantees',
	funding: 'a store’s money secures all its guarantees in one order',
} as const satisfies Partial<Record<keyof Programme, string>>;

/** What a policy says of the programme its stores sell under. */
export interface Selling {
	readonly programme?: Programme | undefined;
	/** The programme's name and version; undefined where it is the book's own. */
	readonly sellsUnder: string | undefined;
}

export class Programmes {
	/** In the order in which they became known; the book's own first. */
	private readonly documents: Programme[];
	private readonly places: Map<string, number>;
	/** Made of the documents, each when it is first asked for, because a snapshot keeps documents only. */
	private readonly rules: Rules[];
	private readonly currency: Currency;

	constructor(own: Programme, currency: Currency) {
		const rules = new Rules(own, currency);
		this.documents = [own];
		this.places = new Map([[rules.name, OWN]]);
		this.rules = [rules];
		this.currency = currency;
	}

	/** How many there are. */
	get count(): number {
		return this.documents.length;
	}

	/** Names and versions, the book's own first. */
	get names(): readonly string[] {
		return [...this.places.keys()];
	}

	/** The rules of a programme by its place. */
	of(place: number): Rules {
		return this.rules[place] ?? (this.rules[place] = this.made(place));
	}

	/** [PR14] Where the programme stands that a policy's stores sell under; its own is the book's. */
	placeOf({ sellsUnder }: Selling): number {
		return sellsUnder === undefined ? OWN : (this.places.get(sellsUnder) ?? OWN);
	}

	/** Takes in the programme of a policy that decides from now on. */
	learn({ programme, sellsUnder }: Selling): void {
		if (programme === undefined || sellsUnder === undefined || this.places.has(sellsUnder)) return;
		this.places.set(sellsUnder, this.documents.push(programme) - 1);
	}

	/**
	 * [PR15] Whether lines of this book may be sold under a policy's programme.
	 * @param others policies that are known and may bring theirs one day.
	 * @throws SuretyError `bad_policy` where it differs in what must be shared, `bad_programme` where its name and version
	 * stand for another document already, or where there are too many.
	 */
	check(selling: Selling, others: Iterable<Selling> = []): void {
		const { programme } = selling;
		if (programme === undefined) return;
		this.checkShared(programme);
		const known = new Map(this.documents.map((document) => [nameOf(document), document]));
		for (const other of others) if (other.programme !== undefined) known.set(nameOf(other.programme), other.programme);
		const name = nameOf(programme);
		const same = known.get(name);
		if (same !== undefined && promiseOf(same) !== promiseOf(programme))
			throw refused(`${name} stands for another document in this book; give this one a new version`);
		if (same === undefined && known.size >= MOST) throw refused(`a book has at most ${MOST} programmes`);
	}

	private checkShared(programme: Programme): void {
		const own = this.documents[OWN] as Programme; // the first there is
		for (const [field, why] of Object.entries(SHARED) as [keyof typeof SHARED, string][]) {
			const [is, should] = [inWords(programme[field]), inWords(own[field])];
			if (is === should) continue;
			const problem = `is ${is}, and the book’s own programme has ${should}: ${why}`;
			throw new SuretyError('bad_policy', `policy: programme.${field}: ${problem}`, `programme.${field}`);
		}
	}

	private made(place: number): Rules {
		return new Rules(this.documents[place] as Programme, this.currency); // places come from this list
	}
}

const inWords = (value: string | readonly string[]): string => (typeof value === 'string' ? value : value.join(', '));

const refused = (problem: string): SuretyError =>
	new SuretyError('bad_programme', `programme: ${problem}`, 'programme');

/** What a document promises, as one text; where it says it comes from is for people. */
const promiseOf = (programme: Programme): string => canonical({ ...programme, source: undefined });

/** A document as one text, whatever order its fields were written in. */
function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
	const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
	return `{${fields
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`)
		.join()}}`;
}
