/**
 * Local users: for a marketplace without an identity provider, and for the first hour of one that has it. Changing or
 * removing a user ends that user's sessions in the same write.
 */
import { badField } from '../core/words/field.js';
import { type AccessDocument, type AccessStore, Lookup, type User } from './access-store.js';
import { Backoff } from './backoff.js';
import type { Passwords } from './password.js';
import { type Refused, refused } from './refusal.js';
import type { Role } from './roles.js';

const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/;
const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 256;
/** Names nobody has are counted too, or being locked out would tell which exist; but only so many. */
const MOST_UNKNOWN_NAMES = 10_000;

/** A person who has proved who they are, by password or by an identity provider. */
export interface Person {
	/** Unique for ever; goes into the audit log. */
	readonly subject: string;
	readonly name: string;
	readonly role: Role;
}

export class Users {
	private readonly store: AccessStore;
	private readonly passwords: Passwords;
	private readonly byName: Lookup<User>;
	/** Bounded by how many users there are; apart, so that made-up names cannot push real ones out. */
	private readonly known = new Backoff(Number.POSITIVE_INFINITY);
	private readonly unknown = new Backoff(MOST_UNKNOWN_NAMES);

	constructor(store: AccessStore, passwords: Passwords) {
		this.store = store;
		this.passwords = passwords;
		this.byName = new Lookup(
			() => store.document.users,
			({ name }) => name,
		);
	}

	/**
	 * Adds a user, or gives one another password and role; ends the sessions there are.
	 * @throws SuretyError `bad_field` for an impossible name, and `access_unavailable`.
	 */
	async set(
		rawName: string,
		role: Role,
		password: string,
		nowMs: number,
	): Promise<{ readonly allowed: true } | Refused> {
		const name = rawName.toLowerCase();
		if (!NAME.test(name)) throw badField('name', rawName, 'expected 1 to 64 letters, digits and . _ @ -');
		if (isWeak(name, password)) return refused('weak_password');
		const passwordHash = await this.passwords.hash(password);
		await this.store.update((document) => {
			const createdAt = document.users.find((user) => user.name === name)?.createdAt ?? nowMs;
			const user: User = { name, role, passwordHash, createdAt, changedAt: nowMs };
			const { users, ...rest } = without(document, name);
			return { ...rest, users: [...users, user] };
		});
		this.known.succeeded(name);
		return { allowed: true };
	}

	/** @returns whether there was such a user. */
	async remove(rawName: string): Promise<boolean> {
		const name = rawName.toLowerCase();
		if (this.byName.find(name) === undefined) return false;
		await this.store.update((document) => without(document, name));
		this.known.succeeded(name);
		return true;
	}

	list(): Omit<User, 'passwordHash'>[] {
		return this.store.document.users.map(({ passwordHash: _passwordHash, ...rest }) => rest);
	}

	/** Whether name and password are a user's. Takes as long for a name that nobody has. */
	async login(
		rawName: string,
		password: string,
		nowMs: number,
	): Promise<{ readonly allowed: true; readonly person: Person } | Refused> {
		const name = rawName.slice(0, 64).toLowerCase();
		const user = this.byName.find(name);
		const backoff = user === undefined ? this.unknown : this.known;
		const retryAfterMs = backoff.waitMs(name, nowMs);
		if (retryAfterMs > 0) return refused('locked_out', { retryAfterMs });
		if (this.passwords.isBusy) return refused('busy', { retryAfterMs: 1000 });
		// Counted before it is known, so that a thousand guesses at once are not one.
		backoff.failed(name, nowMs);
		const isRight = await this.passwords.verify(password.length > LONGEST_PASSWORD ? '' : password, user?.passwordHash);
		// Whoever was changed or removed meanwhile is not the one who was asked about.
		if (user === undefined || !isRight || this.byName.find(name)?.changedAt !== user.changedAt)
			return refused('wrong_login');
		backoff.succeeded(name);
		if (this.passwords.isOutdated(user.passwordHash)) await this.rehash(user, password);
		return { allowed: true, person: { subject: `local:${name}`, name, role: user.role } };
	}

	private async rehash(user: User, password: string): Promise<void> {
		const passwordHash = await this.passwords.hash(password);
		await this.store.update((document) => ({
			...document,
			// Unless the user was changed meanwhile.
			users: document.users.map((now) => (now === user ? { ...user, passwordHash } : now)),
		}));
	}
}

function isWeak(name: string, password: string): boolean {
	if (password.length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD) return true;
	return name.length > 2 && password.toLowerCase().includes(name);
}

/** Without a user and that user's sessions. */
function without(document: AccessDocument, name: string): AccessDocument {
	return {
		...document,
		users: document.users.filter((user) => user.name !== name),
		sessions: document.sessions.filter(({ subject }) => subject !== `local:${name}`),
	};
}
