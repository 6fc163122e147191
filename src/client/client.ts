/**
 * The client: typed calls over HTTP, for Node from version 20, other runtimes and browsers. Every record has its id before
 * it is first sent, so a repetition after a broken connection is the same record and counts once.
 */
import { failureOfRecord } from './api-error.js';
import { type Letter, Outbox } from './outbox.js';
import { type Ask, Transport, type TransportOptions } from './transport.js';
import { streamRecords } from './record-stream.js';
import { type FieldsOf, isError, type RecordAnswer, type SuretyOutcome, type SuretyRecord } from './wire.js';
import type {
	Decision,
	Exposure,
	Page,
	Personal,
	Queued,
	Ring,
	RingSummary,
	Statement,
	StatementAsked,
	Store,
	StoreFilter,
	StoreSummary,
	Policy,
	PolicySummary,
	Shadow,
} from './reads.js';

export interface ClientOptions extends TransportOptions {
	/** Whether a stream is one long request whose answers are read while it is written; found out unless said. */
	readonly duplex?: boolean;
	/** Makes ids for records that have none. */
	readonly newId?: () => string;
}

export interface CallOptions {
	readonly signal?: AbortSignal;
}

export class SuretyClient {
	private readonly transport: Transport;
	private readonly isDuplex: boolean;
	private readonly newId: () => string;

	constructor(options: ClientOptions) {
		this.transport = new Transport(options);
		this.isDuplex = options.duplex ?? canDuplex();
		this.newId = options.newId ?? uuid;
	}

	/**
	 * Sends records in order and yields what came of each, in the same order. A record that cannot be taken has an
	 * `error` for an answer and does not stop the rest. The source is asked for more as answers are taken.
	 * @throws SuretyApiError where the service refuses the whole, or cannot be reached for long; all before the last
	 * answer is durable. Whatever the source throws.
	 */
	records(
		source: Iterable<SuretyRecord> | AsyncIterable<SuretyRecord>,
		{ signal }: CallOptions = {},
	): AsyncGenerator<RecordAnswer, void, undefined> {
		const prepare = (record: SuretyRecord): Letter => {
			const whole = this.whole(record);
			return { id: whole.id, line: `${JSON.stringify(whole)}\n` };
		};
		const outbox = new Outbox(source, prepare);
		return streamRecords({ transport: this.transport, outbox, isDuplex: this.isDuplex, signal });
	}

	/**
	 * Sends one record.
	 * @throws SuretyApiError where it could not be taken, with the field that is to blame.
	 */
	async send(record: SuretyRecord, { signal }: CallOptions = {}): Promise<SuretyOutcome> {
		const body = JSON.stringify([this.whole(record)]);
		const ask: Ask = { method: 'POST', path: '/v1/records', type: 'application/json', body, signal };
		const [answer] = await this.transport.json<readonly [RecordAnswer]>(ask, ([first]) => {
			if (isError(first)) throw failureOfRecord(first.error);
			return [first];
		});
		return answer as SuretyOutcome; // an error was thrown
	}

	/** May this store open? */
	apply(store: FieldsOf<'store.apply'>, call?: CallOptions): Promise<SuretyOutcome> {
		return this.send({ type: 'store.apply', ...store }, call);
	}

	/** May this item show the badge? */
	quote(item: FieldsOf<'guarantee.quote'>, call?: CallOptions): Promise<SuretyOutcome> {
		return this.send({ type: 'guarantee.quote', ...item }, call);
	}

	/** May this price hold from now on? */
	propose(price: FieldsOf<'price.propose'>, call?: CallOptions): Promise<SuretyOutcome> {
		return this.send({ type: 'price.propose', ...price }, call);
	}

	/** An order line was paid. */
	pay(order: FieldsOf<'order.paid'>, call?: CallOptions): Promise<SuretyOutcome> {
		return this.send({ type: 'order.paid', ...order }, call);
	}

	/** May the buyer be paid the difference? */
	claim(claim: FieldsOf<'claim.file'>, call?: CallOptions): Promise<SuretyOutcome> {
		return this.send({ type: 'claim.file', ...claim }, call);
	}

	/** May the store withdraw? */
	withdraw(withdrawal: FieldsOf<'withdrawal.request'>, call?: CallOptions): Promise<SuretyOutcome> {
		return this.send({ type: 'withdrawal.request', ...withdrawal }, call);
	}

	store(id: string, call?: CallOptions): Promise<Store> {
		return this.get(`/v1/stores/${encodeURIComponent(id)}`, {}, call);
	}

	/** All stores that fit, page after page as they are asked for. */
	stores(filter: StoreFilter = {}, call?: CallOptions): AsyncGenerator<StoreSummary, void, undefined> {
		return this.pages('/v1/stores', { ...filter }, call);
	}

	/** The present state of a decision, which for a held one may change. */
	decision(id: string, call?: CallOptions): Promise<Decision> {
		return this.get(`/v1/decisions/${encodeURIComponent(id)}`, {}, call);
	}

	/** All rings, page after page as they are asked for. */
	rings(call?: CallOptions): AsyncGenerator<RingSummary, void, undefined> {
		return this.pages('/v1/rings', {}, call);
	}

	ring(id: string, shown: Personal = {}, call?: CallOptions): Promise<Ring> {
		return this.get(`/v1/rings/${encodeURIComponent(id)}`, { ...shown }, call);
	}

	/** What the platform stands to lose, and what secures it. */
	exposure(call?: CallOptions): Promise<Exposure> {
		return this.get('/v1/exposure', {}, call);
	}

	/** What a merchant sees: what is locked, by what, until when. */
	statement(storeId: string, asked: StatementAsked = {}, call?: CallOptions): Promise<Statement> {
		return this.get(`/v1/stores/${encodeURIComponent(storeId)}/statement`, { ...asked }, call);
	}

	/** What waits for a person, oldest first, page after page as it is asked for. */
	queue(shown: Personal = {}, call?: CallOptions): AsyncGenerator<Queued, void, undefined> {
		return this.pages('/v1/queue', { ...shown }, call);
	}

	/** All policies, in the order they came. */
	policies(call?: CallOptions): AsyncGenerator<PolicySummary, void, undefined> {
		return this.pages('/v1/policies', {}, call);
	}

	/** One policy by name and version, and in words what differs from another; from the live one unless told. */
	policy(policy: string, asked: { readonly against?: string } = {}, call?: CallOptions): Promise<Policy> {
		return this.get(`/v1/policies/${encodeURIComponent(policy)}`, { ...asked }, call);
	}

	/** What the policy in shadow would have done otherwise; null where there is none. */
	async shadow(call?: CallOptions): Promise<Shadow | null> {
		return (await this.get<{ readonly shadow: Shadow | null }>('/v1/shadow', {}, call)).shadow;
	}

	private get<T>(path: string, query: Ask['query'] & object, { signal }: CallOptions = {}): Promise<T> {
		return this.transport.json<T>({ path, query, signal });
	}

	private async *pages<T>(
		path: string,
		query: Ask['query'] & object,
		call?: CallOptions,
	): AsyncGenerator<T, void, undefined> {
		let cursor: string | undefined;
		do {
			const page: Page<T> = await this.get(path, { ...query, cursor }, call);
			yield* page.items;
			cursor = page.next ?? undefined; // null at the end
		} while (cursor !== undefined);
	}

	/** The record with an id and a time, so that every repetition of it is the same. */
	private whole(record: SuretyRecord): SuretyRecord & { readonly id: string } {
		const { id = this.newId(), at = new Date(this.transport.now()).toISOString() } = record;
		return { ...record, id, at };
	}
}

/** Node, Deno and Bun read answers while they write; browsers only once they have written. */
function canDuplex(): boolean {
	const { process } = globalThis as { process?: { versions?: { node?: string } } };
	return process?.versions?.node !== undefined;
}

/** Random, by RFC 9562; where the page is not secure a browser has the random bytes only. */
function uuid(): string {
	if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
