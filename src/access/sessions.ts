/**
 * Sessions of people: random ids, kept hashed, ending when nothing happens for a while and in any case after a working
 * day. When one was last used is remembered in memory only, for writing it at every request would cost a sync each:
 * after a restart the idle time counts from the login.
 */
import { type AccessStore, Lookup, type Session } from './access-store.js';
import { type Refused, refused } from './refusal.js';
import { fingerprint, newSecret, type RandomSource } from './secret.js';
import type { Person } from './users.js';

export const IDLE_MS = 30 * 60_000;
export const LONGEST_MS = 12 * 3_600_000;
/** Of one person at a time; the oldest gives way. */
const MOST_EACH = 10;

export class Sessions {
	private readonly store: AccessStore;
	private readonly random: RandomSource;
	private readonly byHash: Lookup<Session>;
	private readonly lastUsed = new WeakMap<Session, number>();

	constructor(store: AccessStore, random: RandomSource) {
		this.store = store;
		this.random = random;
		this.byHash = new Lookup(
			() => store.document.sessions,
			({ secretHash }) => secretHash,
		);
	}

	/** Begins a session. @returns its id, for the person's cookie alone. */
	async open(person: Person, nowMs: number): Promise<string> {
		const id = newSecret(this.random);
		const { subject, name, role } = person;
		const session: Session = { secretHash: fingerprint(id), subject, name, role, createdAt: nowMs };
		await this.store.update((document) => {
			const live = document.sessions.filter((other) => !this.isOver(other, nowMs));
			const others = live.filter((other) => other.subject !== subject);
			const own = live.filter((other) => other.subject === subject).slice(-(MOST_EACH - 1));
			return { ...document, sessions: [...others, ...own, session] };
		});
		return id;
	}

	/** Whose session this is, if it still runs; using it keeps it running. */
	check(id: string, nowMs: number): { readonly allowed: true; readonly person: Person } | Refused {
		// Found by its hash: what a comparison's time could tell is about the hash, from which no id follows.
		const session = this.byHash.find(fingerprint(id));
		if (session === undefined) return refused('unknown_session');
		if (this.isOver(session, nowMs)) return refused('session_expired');
		this.lastUsed.set(session, nowMs);
		const { subject, name, role } = session;
		return { allowed: true, person: { subject, name, role } };
	}

	/** Logs out. */
	async close(id: string): Promise<void> {
		const hash = fingerprint(id);
		await this.drop(({ secretHash }) => secretHash === hash);
	}

	/** Logs a person out everywhere. */
	async closeAll(subject: string): Promise<void> {
		await this.drop((session) => session.subject === subject);
	}

	private async drop(goes: (session: Session) => boolean): Promise<void> {
		await this.store.update((document) =>
			document.sessions.some(goes) ? { ...document, sessions: document.sessions.filter((s) => !goes(s)) } : document,
		);
	}

	private isOver(session: Session, nowMs: number): boolean {
		const lastUsed = this.lastUsed.get(session) ?? session.createdAt;
		return nowMs - lastUsed >= IDLE_MS || nowMs - session.createdAt >= LONGEST_MS;
	}
}
