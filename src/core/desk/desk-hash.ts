/**
 * The desk's hash: one number for the core and for all that waits, was said and may still fail, so that two replays can
 * be compared. What waits is hashed as it would be written, names in order, so that a desk rebuilt from a log agrees
 * with the one that wrote it.
 */
import { Digest, stateHash } from '../state-hash.js';
import type { Desk } from './desk.js';

/** 16 hexadecimal digits over the whole state. */
export function deskHash(desk: Desk): string {
	const { core, holds, appeals, payments, following } = desk;
	const digest = new Digest();
	digest.text(stateHash(core));
	for (const store of core.book.stores) {
		const { probation, protectedLines, label } = core.risk.of(store);
		feed(digest, [probation, protectedLines, label ?? '']);
	}
	digest.number(desk.nextSweep);
	const { policies } = core;
	feed(
		digest,
		[...policies.all()].map(([label]) => [label, policies.stateOf(label)]),
	);
	feed(
		digest,
		[policies.staged, policies.shadow?.policy.label, policies.shadow?.gates].map((one) => one ?? ''),
	);
	const { programmes } = core.book;
	if (programmes.count > 1) feed(digest, programmes.names);
	for (const part of [
		core.caps.all(),
		holds.all(),
		desk.lastWords(),
		appeals.all(),
		payments.claims(),
		payments.withdrawals(),
		following.all(),
	])
		feedAll(digest, part);
	return digest.hex;
}

function feedAll(digest: Digest, part: Iterable<unknown>): void {
	let count = 0;
	for (const value of part) {
		feed(digest, value);
		count++;
	}
	digest.number(count);
}

function feed(digest: Digest, value: unknown): void {
	if (typeof value === 'number') digest.number(value);
	else if (typeof value === 'boolean') digest.number(value ? 1 : 0);
	else if (typeof value === 'string') digest.text(value);
	else if (Array.isArray(value)) feedAll(digest, value);
	else if (typeof value === 'object' && value !== null) {
		// What is undefined would not be written, so it is as good as absent.
		const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
		for (const [name, inner] of fields.sort(([a], [b]) => (a < b ? -1 : 1))) {
			digest.text(name);
			feed(digest, inner);
		}
		digest.number(fields.length);
	}
}
