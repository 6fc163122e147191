/**
 * Where keys, users and sessions are kept: one small document, always whole in memory, replaced as a whole. Changes are
 * seen only once they are durable, so that a key shown to somebody is never forgotten and a revoked one never returns.
 */
import { z } from 'zod';
import { PERMISSION_NAMES, ROLES } from './roles.js';

const instant = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const grant = {
	role: z.enum(ROLES),
	scopes: z.array(z.enum(PERMISSION_NAMES)).readonly().nullable(),
	storeId: z.string().nullable(),
};

const apiKey = z.strictObject({
	id: z.string(),
	name: z.string(),
	secretHash: sha256,
	...grant,
	createdAt: instant,
	expiresAt: instant.nullable(),
	revokedAt: instant.nullable(),
});

const user = z.strictObject({
	name: z.string(),
	role: z.enum(ROLES),
	passwordHash: z.string(),
	createdAt: instant,
	changedAt: instant,
});

const session = z.strictObject({
	secretHash: sha256,
	/** `local:NAME`, or the issuer and subject of an identity provider. */
	subject: z.string(),
	name: z.string(),
	role: z.enum(ROLES),
	createdAt: instant,
});

export const accessDocument = z.strictObject({
	schema: z.literal('surety.access/1'),
	keys: z.array(apiKey).readonly(),
	users: z.array(user).readonly(),
	sessions: z.array(session).readonly(),
});

export type ApiKey = Readonly<z.infer<typeof apiKey>>;
export type User = Readonly<z.infer<typeof user>>;
export type Session = Readonly<z.infer<typeof session>>;
export type AccessDocument = Readonly<z.infer<typeof accessDocument>>;
export type Change = (document: AccessDocument) => AccessDocument;

export const EMPTY: AccessDocument = { schema: 'surety.access/1', keys: [], users: [], sessions: [] };

export interface AccessStore {
	/** As of the last durable change. */
	readonly document: AccessDocument;
	/**
	 * Changes the document; one change after another, each seeing what the one before made. A change that gives back
	 * the very document it was given is none, and nothing is written.
	 * @throws SuretyError `access_unavailable`; the document is then what it was.
	 */
	update(change: Change): Promise<void>;
}

/** Serialises changes; how a document is made durable is the adapter's own. */
export class SerialAccessStore implements AccessStore {
	document: AccessDocument;
	private readonly write: (document: AccessDocument) => Promise<void>;
	private last: Promise<void> = Promise.resolve();

	constructor(document: AccessDocument, write: (document: AccessDocument) => Promise<void>) {
		this.document = document;
		this.write = write;
	}

	update(change: Change): Promise<void> {
		const mine = this.last.then(async () => {
			const next = change(this.document);
			if (next === this.document) return;
			await this.write(next);
			this.document = next;
		});
		// One failure is its caller's; those behind it try for themselves.
		this.last = mine.catch(() => {});
		return mine;
	}
}

/** Kept nowhere: for trying out and for embedding. */
export const memoryAccessStore = (): AccessStore => new SerialAccessStore(EMPTY, () => Promise.resolve());

/** Finds entries of a store's list by a name of theirs; indexed again only when that list has changed. */
export class Lookup<T> {
	private readonly list: () => readonly T[];
	private readonly nameOf: (entry: T) => string;
	private indexed: readonly T[] = [];
	private index: ReadonlyMap<string, T> = new Map();

	constructor(list: () => readonly T[], nameOf: (entry: T) => string) {
		this.list = list;
		this.nameOf = nameOf;
	}

	find(name: string): T | undefined {
		const list = this.list();
		if (list !== this.indexed) {
			this.index = new Map(list.map((entry) => [this.nameOf(entry), entry]));
			this.indexed = list;
		}
		return this.index.get(name);
	}
}
