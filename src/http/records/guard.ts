/**
 * Who may send which record, and in whose name. Most records are a program's to send; a person's decision is not, and
 * carries the name of whoever was let in with it, whatever its body says.
 */
import { may, type Permission, REFUSALS } from '../../access/index.js';
import { NOTICES } from '../../core/words/record.js';
import type { Caller } from '../caller.js';
import { Sick } from '../json.js';

/** What a kind of record needs beyond, or instead of, `records:write`. */
const NEEDS: ReadonlyMap<unknown, Permission> = new Map<unknown, Permission>([
	['hold.settled', 'queue:decide'],
	['appeal.settled', 'queue:decide'],
	['appeal.filed', 'appeals:file'],
	['policy.drafted', 'policies:propose'],
	['policy.backtested', 'policies:propose'],
	['policy.withdrawn', 'policies:propose'],
	['policy.shadowed', 'policies:propose'],
	['policy.unshadowed', 'policies:propose'],
	['policy.approved', 'policies:approve'],
	['policy.enforced', 'policies:approve'],
	['policy.rolled_back', 'policies:approve'],
]);
/** Records that say who it was: all notices with a `by`. */
const SIGNED: ReadonlySet<unknown> = new Set(
	Object.entries(NOTICES).flatMap(([type, fields]) => ('by' in fields ? [type] : [])),
);

type Body = Readonly<Record<string, unknown>>;

/** One value that came in, as the caller may send it: signed, or with the reason why not in its place. */
export function guarded(raw: unknown, caller: Caller): unknown {
	if (!isObject(raw)) return raw;
	const data = raw['specversion'] !== undefined && isObject(raw['data']) ? raw['data'] : undefined;
	const type = data !== undefined && data['type'] !== undefined ? data['type'] : raw['type'];
	const needs = NEEDS.get(type);
	if (needs !== undefined) {
		const { grant } = caller;
		const permitted = grant === undefined ? { allowed: true as const } : may(grant, needs, grant.storeId ?? undefined);
		if (!permitted.allowed)
			return new Sick('forbidden', `${String(type)}: ${REFUSALS[permitted.why]}`, idOf(raw, data));
	}
	if (!SIGNED.has(type)) return raw;
	return data === undefined ? { ...raw, by: caller.name } : { ...raw, data: { ...data, by: caller.name } };
}

function idOf(raw: Body, data: Body | undefined): string | undefined {
	const id = data?.['id'] ?? raw['id'];
	return typeof id === 'string' && id.length <= 200 ? id : undefined;
}

function isObject(raw: unknown): raw is Body {
	return typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Sick);
}
