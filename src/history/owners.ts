/**
 * Whose an id is. A release or a claim names its order line and not the store; lists and charts are by store. The
 * latest ids are remembered here, all others are asked of the database, which finds them by a fingerprint.
 */
import { Fingerprint } from '../core/book/fingerprint.js';
import type { Message } from '../core/words/record.js';
import type { Entry } from '../runtime/entry.js';

/** Kept of each of two generations: what was used lately survives. */
const MOST = 50_000;
/** Entries that are looked at without a pause for others. */
const BREATH = 1000;

/** Names of ids, apart by kind. */
export const NAMES = {
	line: (id: string) => `L${id}`,
	claim: (id: string) => `C${id}`,
	withdrawal: (id: string) => `W${id}`,
	appeal: (id: string) => `A${id}`,
	decision: (id: string) => `D${id}`,
} as const;

/** The name under which the store of a message is known, where the message does not say the store itself. */
export function ownerName(message: Message): string | undefined {
	switch (message.type) {
		case 'order.delivered':
		case 'claim.file':
			return NAMES.line(message.order_line_id);
		case 'order.released':
		case 'order.refunded':
		case 'claim.paid':
			return message.store_id === undefined ? NAMES.line(message.order_line_id) : undefined;
		case 'hold.settled':
		case 'hold.withdrawn':
			return NAMES.decision(message.decision_id);
		case 'claim.failed':
			return NAMES.claim(message.claim_id);
		case 'withdrawal.failed':
			return NAMES.withdrawal(message.withdrawal_id);
		case 'appeal.settled':
			return NAMES.appeal(message.appeal_id);
		case 'store.opened':
		case 'store.closed':
		case 'store.labelled':
		case 'store.apply':
		case 'deposit.received':
		case 'deposit.returned':
		case 'price.changed':
		case 'price.propose':
		case 'order.paid':
		case 'guarantee.quote':
		case 'withdrawal.paid':
		case 'withdrawal.request':
		case 'appeal.filed':
		case 'time.passed':
		case 'policy.drafted':
		case 'policy.backtested':
		case 'policy.approved':
		case 'policy.withdrawn':
		case 'policy.shadowed':
		case 'policy.unshadowed':
		case 'policy.enforced':
		case 'policy.rolled_back':
			return undefined;
	}
}

/** Asks the database for the stores of ids by their keys; may answer others with the same key too. */
export type Lookup = (keys: readonly number[]) => Promise<readonly (readonly [name: string, store: string])[]>;

export class Owners {
	private young = new Map<string, string>();
	private old = new Map<string, string>();
	private readonly lookup: Lookup;

	constructor(lookup: Lookup) {
		this.lookup = lookup;
	}

	find(name: string): string | undefined {
		return this.young.get(name) ?? this.old.get(name);
	}

	set(name: string, store: string): void {
		this.young.set(name, store);
	}

	/** Learns the stores of all ids that the records name. Called between windows: what it learns stays for the next. */
	async learn(entries: readonly Entry[]): Promise<void> {
		if (this.young.size > MOST) {
			this.old = this.young;
			this.young = new Map();
		}
		const wanted = new Set<string>();
		const own = new Set<string>();
		for (const [i, entry] of entries.entries()) {
			if (i % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
			if (entry.kind !== 'record') continue;
			const { message } = entry;
			// What a message before it in the window brings along need not be asked for.
			if (message.type === 'order.paid') own.add(NAMES.line(message.order_line_id));
			const name = ownerName(message);
			if (name === undefined || own.has(name)) continue;
			const known = this.find(name);
			if (known === undefined) wanted.add(name);
			else this.young.set(name, known);
		}
		if (wanted.size === 0) return;
		for (const [name, store] of await this.lookup([...wanted].map(keyOf))) {
			if (wanted.has(name)) this.young.set(name, store);
		}
	}
}

const fingerprint = new Fingerprint();

/** 53 bits that stand for a name. */
export function keyOf(name: string): number {
	fingerprint.of(name);
	return (fingerprint.b & 0x1fffff) * 2 ** 32 + fingerprint.a;
}
