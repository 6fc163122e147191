/** Policies as people see them: every version with its steps, what differs from the live one, and what a shadow found. */
import type { Desk } from '../core/desk/desk.js';
import type { PolicyVersion, Step } from '../core/policies.js';
import type { ShadowTally } from '../core/shadow.js';
import { GATES } from '../core/words/outcome.js';
import { formatInstant } from '../core/words/time.js';
import { amounts, type Words } from './amounts.js';
import { type Page, type PageAsked, pageOf, shown } from './page.js';
import { policyDiff } from './policy-diff.js';

/** Versions in the order they came. */
export function listPolicies(desk: Desk, { after, limit }: PageAsked) {
	const labels = [...desk.core.policies.all()].map(([label]) => label);
	const from = after === undefined ? 0 : labels.indexOf(after) + 1;
	const page: Page<string> = pageOf(labels.slice(from), limit, (label) => label);
	return shown(page, (label) => summary(desk, label));
}

/** @throws SuretyError `unknown_policy`. */
export function policyView(desk: Desk, label: string, against?: string) {
	const { policies } = desk.core;
	const version = policies.find(label);
	const other = policies.find(against ?? policies.live.label);
	const { backtest } = version;
	return {
		...summary(desk, label),
		document: version.policy.document,
		against: other.policy.label,
		differences: policyDiff(other.policy.document, version.policy.document, desk.core.book.rules.programme),
		backtest: backtest === undefined ? null : { ...stepView(backtest), result: backtest.result },
	};
}

/** What the policy in shadow would have done otherwise; null where there is none. */
export function shadowView(desk: Desk) {
	const { shadow } = desk.core.policies;
	return shadow === undefined ? null : tallyView(shadow, amounts(desk));
}

function summary({ core: { policies, book } }: Desk, label: string) {
	const version = policies.find(label);
	const state = policies.stateOf(label);
	return {
		policy: label,
		/** What its stores sell under while it decides for them. */
		programme: version.policy.sellsUnder ?? book.rules.name,
		state,
		share_percent: shareOf(state, policies.staged?.sharePercent),
		in_shadow: policies.shadow?.policy.label === label,
		...stepsOf(version),
	};
}

/** The share of stores that a policy decides for. */
function shareOf(state: string, staged: number | undefined): number {
	if (state === 'staged') return staged ?? 0;
	return state === 'live' ? 100 - (staged ?? 0) : 0;
}

const stepsOf = ({ drafted, approved, withdrawn }: PolicyVersion) => ({
	drafted: drafted === undefined ? null : stepView(drafted),
	approved: approved === undefined ? null : stepView(approved),
	withdrawn: withdrawn === undefined ? null : stepView(withdrawn),
});

const stepView = ({ by, at, note }: Step) => ({ by, at: formatInstant(at), note: note ?? null });

function tallyView({ policy, since, gates }: ShadowTally, words: Words) {
	const of = (gate: (typeof GATES)[number]) => {
		const { asked, stricter, looser, stricterAmount, looserAmount } = gates[gate];
		return {
			asked,
			stricter,
			looser,
			stricter_amount: words(stricterAmount),
			looser_amount: words(looserAmount),
		};
	};
	return {
		policy: policy.label,
		since: formatInstant(since),
		gates: Object.fromEntries(GATES.map((gate) => [gate, of(gate)])),
	};
}
