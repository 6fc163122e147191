/**
 * The door: the first thing that happens to a record from outside. Personal values become tokens before anything is
 * logged, decided or answered, and since nobody further in can see a paper's number, what its digits say is written
 * beside it as `papers`. A pure function of record and keyring: a record sent twice comes out the same twice.
 * Everything else passes as it is; what is wrong with a record is for the core's parser to say.
 */
import { BUYER_KINDS, STORE_KINDS } from '../core/rings/identifiers.js';
import { FACTS } from '../core/words/record.js';
import { type Instant, parseInstant } from '../core/words/time.js';
import { PAPER_CHECKS, PAPER_FINDINGS, type PaperFinding, type PaperKind } from './papers.js';
import type { PersonalKind, Tokens } from './tokens.js';

type Json = Readonly<Record<string, unknown>>;

/** Personal fields by type of record. */
const PERSONAL: ReadonlyMap<unknown, readonly PersonalKind[]> = new Map<unknown, readonly PersonalKind[]>([
	['store.opened', STORE_KINDS],
	['store.apply', STORE_KINDS],
	['order.paid', BUYER_KINDS],
]);
const PAPER_KINDS = Object.keys(PAPER_CHECKS) as PaperKind[];

const FIELDS = { ...FACTS['order.paid'], ...FACTS['store.opened'] };
const longest = (kind: PersonalKind): number => FIELDS[kind].schema['maxLength'] as number; // all are texts

export interface DoorOptions {
	/**
	 * Whether a value that is a token of this keyring already may stay one, with the `papers` it came with; yes by
	 * default, so that exports can be read back. Say no to a sender who has no business knowing tokens.
	 */
	readonly takesTokens?: boolean;
}

export class Door {
	private readonly tokens: Tokens;
	private readonly takesTokens: boolean;

	constructor(tokens: Tokens, { takesTokens = true }: DoorOptions = {}) {
		this.tokens = tokens;
		this.takesTokens = takesTokens;
	}

	/** One raw record, bare or in a CloudEvents envelope, without what is personal in it. Never throws. */
	pass(raw: unknown): unknown {
		if (!isObject(raw)) return raw;
		const passed = this.record(raw, raw);
		const data = raw['data'];
		if (raw['specversion'] === undefined || !isObject(data)) return passed;
		// What the data says of itself goes before what the envelope says, as in the core's parser.
		return { ...passed, data: this.record(data, { type: raw['type'], at: raw['time'], ...data }) };
	}

	private record(body: Json, head: Json): Json {
		const kinds = PERSONAL.get(head['type']);
		if (
			kinds === undefined ||
			(kinds === BUYER_KINDS && kinds.every((kind) => (body[kind] ?? undefined) === undefined))
		)
			return body;
		const parsed = parseInstant(head['at']);
		const at = typeof parsed === 'number' ? parsed : undefined;
		const passed: Record<string, unknown> = { ...body };
		for (const kind of kinds) {
			const value = body[kind];
			if (value !== undefined && value !== null) passed[kind] = this.value(kind, value, at);
		}
		if (kinds === STORE_KINDS) {
			delete passed['papers'];
			const papers = this.papers(body, passed, at);
			if (Object.keys(papers).length > 0) passed['papers'] = papers;
		}
		return passed;
	}

	private value(kind: PersonalKind, value: unknown, at: Instant | undefined): unknown {
		// The parser will refuse these and quote them, so it must not see them. The empty text is refused as it is.
		if (typeof value !== 'string') return { withheld: 'not a text' };
		if (value.length > longest(kind)) return { withheld: `longer than ${longest(kind)} characters` };
		if (value === '' || this.isToken(value)) return value;
		return this.tokens.of(kind, value, at) ?? null;
	}

	/** What can be said of the papers shown; of a token, what was said when it was made. */
	private papers(body: Json, passed: Json, at: Instant | undefined): Partial<Record<PaperKind, PaperFinding>> {
		const said = isObject(body['papers']) ? body['papers'] : {};
		const papers: Partial<Record<PaperKind, PaperFinding>> = {};
		for (const kind of PAPER_KINDS) {
			const value = body[kind];
			// Blank values and those withheld did not become texts.
			if (typeof value !== 'string' || value === '' || typeof passed[kind] !== 'string') continue;
			const finding = this.isToken(value)
				? PAPER_FINDINGS.find((word) => word === said[kind])
				: PAPER_CHECKS[kind](value, at);
			if (finding !== undefined) papers[kind] = finding;
		}
		return papers;
	}

	private isToken(value: string): boolean {
		return this.takesTokens && this.tokens.isToken(value);
	}
}

function isObject(raw: unknown): raw is Json {
	return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
