/** What waits for a person: stores and claims that were held, and appeals; oldest first, each with its default. */
import { FOR_A_PERSON } from '../core/desk/asked-again.js';
import type { Desk } from '../core/desk/desk.js';
import type { Appeal } from '../core/desk/appeals.js';
import type { Hold } from '../core/desk/holds.js';
import { STORE_KINDS, type StoreKind } from '../core/rings/identifiers.js';
import { formatInstant } from '../core/words/time.js';
import { type Json, recordJson } from '../runtime/wire.js';
import { type Page, type PageAsked, pageOf, shown } from './page.js';
import { shownValue } from './ring-view.js';
import { waitingView } from './store-view.js';

/** Gates whose held requests a person decides [HO5]; ... */
const PERSONS_GATES: ReadonlySet<string> = new Set(['admission', 'claim']);
/** ... cuts and withdrawals only money can let through, but for those that wait for a person alone [PG7] [RU2]. */
const isForPerson = ({ gate, outcome }: Hold): boolean =>
	PERSONS_GATES.has(gate) || outcome.reasons.some(({ code }) => FOR_A_PERSON.has(code));

type Waiting = { readonly hold: Hold } | { readonly appeal: Appeal };

/** @param personal whether values of persons may be shown. */
export function queueView(desk: Desk, { after, limit, personal }: PageAsked & { readonly personal: boolean }) {
	const waiting = [...all(desk)].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
	const left = after === undefined ? waiting : waiting.filter((item) => keyOf(item) > after);
	const page: Page<Waiting> = pageOf(left, limit, keyOf);
	return shown(page, (item) => ('hold' in item ? holdView(desk, item.hold, personal) : appealView(item.appeal)));
}

function* all(desk: Desk): Generator<Waiting> {
	for (const hold of desk.holds.all()) if (isForPerson(hold)) yield { hold };
	for (const appeal of desk.appeals.all()) yield { appeal };
}

function keyOf(item: Waiting): string {
	const [since, id] =
		'hold' in item ? [item.hold.since, `d ${item.hold.id}`] : [item.appeal.since, `a ${item.appeal.id}`];
	return `${String(since).padStart(14, '0')} ${id}`;
}

function holdView(desk: Desk, hold: Hold, personal: boolean) {
	const pays = hold.gate === 'claim' && desk.core.of(hold.store_id).policy.unfunded_claim === 'pay';
	return {
		kind: 'decision' as const,
		store_id: hold.store_id,
		...waitingView(hold),
		default: pays ? ('approve' as const) : ('refuse' as const),
		request: masked(recordJson(hold.request, desk.core.currency), personal),
	};
}

const appealView = ({ id, store_id, decision_id, text, since }: Appeal) => ({
	kind: 'appeal' as const,
	appeal_id: id,
	store_id,
	decision_id: decision_id ?? null,
	since: formatInstant(since),
	text,
});

/** A request with what belongs to persons as far as it may be shown. */
function masked(request: Json, personal: boolean): Json {
	const copy: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(request)) {
		const isPersonal = STORE_KINDS.includes(name as StoreKind) && typeof value === 'string';
		copy[name] = isPersonal ? shownValue(value, personal) : value;
	}
	return copy;
}
