/**
 * The policies a book has known, and which of them decides for whom. A policy is drafted, tried on history, approved by
 * a second person, looked at in shadow, enforced for a share of the stores and then for all, and can be taken back at
 * once. Every step is a notice in the log, so that any decision can be explained by the policy it names.
 */
import { avalanche, Fingerprint } from './book/fingerprint.js';
import { modelLabel } from './model/schema.js';
import { parsePolicy, type Policy } from './policy.js';
import type { Programmes } from './programme/programmes.js';
import { ShadowTally } from './shadow.js';
import { SuretyError } from './words/error.js';
import type { StoreId } from './words/ids.js';
import type { Currency } from './words/money.js';
import type { PolicyNotice } from './words/record.js';
import type { Instant } from './words/time.js';

/** Who took a step, when, and what they said about it. */
export interface Step {
	readonly by: string;
	readonly at: Instant;
	readonly note?: string | undefined;
}

export interface PolicyVersion {
	readonly policy: Policy;
	/** Absent where the service was started with it. */
	readonly drafted?: Step;
	/** The latest trial on history, as the backtest told it. */
	readonly backtest?: Step & { readonly result: Readonly<Record<string, unknown>> };
	readonly approved?: Step;
	readonly withdrawn?: Step;
}

/** `live` decides for all stores but those of a `staged` one; `retired` was live once. */
export type PolicyState = 'draft' | 'approved' | 'staged' | 'live' | 'retired' | 'withdrawn';

interface Staged {
	readonly label: string;
	/** The share of stores it decides for, in whole per cent. */
	readonly sharePercent: number;
}

export class Policies {
	/** By label, in the order they came. */
	private readonly versions = new Map<string, PolicyVersion>();
	/** Labels of those that were live, oldest first; the last one is. */
	private readonly lives: string[] = [];
	private current: Policy;
	private stage: Staged | undefined;
	private tried: ShadowTally | undefined;
	private readonly programmes: Programmes;
	private readonly currency: Currency;

	/** @throws SuretyError `bad_policy`, `bad_programme` where the book cannot sell under the policy's programme. */
	constructor(policy: Policy, programmes: Programmes, currency: Currency) {
		this.programmes = programmes;
		this.currency = currency;
		this.current = policy;
		this.checkAdoption(policy);
		this.adopt(policy);
	}

	/** The policy of all stores, but for those of a staged one. */
	get live(): Policy {
		return this.current;
	}

	/** [PL6] The policy that decides for a store. */
	of(store: StoreId): Policy {
		const { stage } = this;
		if (stage === undefined || placeOf(store, stage.label) >= stage.sharePercent) return this.current;
		return this.find(stage.label).policy;
	}

	/** Whether all stores have the same policy. */
	get isUniform(): boolean {
		return this.stage === undefined;
	}

	get staged(): Staged | undefined {
		return this.stage;
	}

	/** The policy that is tried beside the live one, and what it would have done otherwise. */
	get shadow(): ShadowTally | undefined {
		return this.tried;
	}

	/** All versions, oldest first. */
	all(): IterableIterator<[string, PolicyVersion]> {
		return this.versions.entries();
	}

	/** @throws SuretyError `unknown_policy`. */
	find(label: string): PolicyVersion {
		const version = this.versions.get(label);
		if (version !== undefined) return version;
		throw new SuretyError('unknown_policy', `policy "${label}": no such version`, 'policy');
	}

	stateOf(label: string): PolicyState {
		const { approved, withdrawn, drafted } = this.find(label);
		if (label === this.current.label) return 'live';
		if (label === this.stage?.label) return 'staged';
		if (withdrawn !== undefined) return 'withdrawn';
		if (this.lives.includes(label)) return 'retired';
		return approved === undefined && drafted !== undefined ? 'draft' : 'approved';
	}

	/** Goes on under a policy that whoever runs the service has put into its settings. */
	adopt(policy: Policy): void {
		this.versions.set(policy.label, { ...this.versions.get(policy.label), policy });
		this.programmes.learn(policy);
		this.stage = undefined;
		this.goLive(policy);
	}

	/**
	 * Whether a policy may be adopted: what a label stands for is settled once, and so is what a programme's does.
	 * @throws SuretyError `bad_policy`, `bad_programme`.
	 */
	checkAdoption(policy: Policy): void {
		const { label } = policy;
		const known = this.versions.get(label);
		if (known !== undefined && JSON.stringify(known.policy) !== JSON.stringify(policy))
			throw new SuretyError('bad_policy', `policy: the log has another ${label}; give this one a new version`);
		this.checkProgramme(policy);
		this.checkModel(policy);
	}

	/** @throws SuretyError where a step cannot be taken; nothing has changed. */
	check(notice: PolicyNotice): void {
		switch (notice.type) {
			case 'policy.drafted':
				return this.checkDraft(notice.document);
			case 'policy.backtested':
				return this.checkBacktest(notice.policy, notice.result);
			case 'policy.approved':
				return this.checkApproval(notice.policy, notice.by);
			case 'policy.enforced':
				return this.mustBe(notice.policy, 'approved', 'staged', 'retired');
			case 'policy.withdrawn':
				return this.mustBe(notice.policy, 'draft', 'approved');
			case 'policy.shadowed':
				return this.mustBe(notice.policy, 'draft', 'approved', 'retired', 'staged');
			case 'policy.unshadowed':
				if (this.tried !== undefined) return;
				throw new SuretyError('policy_state', 'no policy is in shadow');
			case 'policy.rolled_back':
				if (this.stage !== undefined || this.lives.length > 1) return;
				throw new SuretyError('policy_state', 'there is no earlier policy to go back to');
		}
	}

	/** Takes a step that has passed its check. */
	step(notice: PolicyNotice): void {
		const step: Step = { by: notice.by, at: notice.at, note: notice.note };
		switch (notice.type) {
			case 'policy.drafted': {
				const policy = parsePolicy(notice.document, this.currency);
				this.versions.set(policy.label, { policy, drafted: step });
				return;
			}
			case 'policy.backtested':
				return this.note(notice.policy, { backtest: { ...step, result: notice.result } });
			case 'policy.approved':
				return this.note(notice.policy, { approved: step });
			case 'policy.withdrawn':
				if (this.tried?.policy.label === notice.policy) this.tried = undefined;
				return this.note(notice.policy, { withdrawn: step });
			case 'policy.enforced':
				return this.enforce(notice.policy, notice.share_percent);
			case 'policy.shadowed':
				this.tried = new ShadowTally(this.find(notice.policy).policy, notice.at);
				return;
			case 'policy.unshadowed':
				this.tried = undefined;
				return;
			case 'policy.rolled_back':
				return this.rollBack();
		}
	}

	/** [PL1] */
	private checkDraft(document: unknown): void {
		const policy = parsePolicy(document, this.currency);
		const { label } = policy;
		if (!this.versions.has(label)) {
			this.checkProgramme(policy);
			return this.checkModel(policy);
		}
		throw new SuretyError(
			'policy_state',
			`policy "${label}": is known already; give the draft a new version`,
			'document',
		);
	}

	/** [PL9] [PR15] Its programme must be one of this book, or able to become one. */
	private checkProgramme(policy: Policy): void {
		this.programmes.check(
			policy,
			[...this.versions.values()].map((version) => version.policy),
		);
	}

	/** [SC7] What a model's name and version stand for is settled once, too. */
	private checkModel({ model }: Policy): void {
		if (model === undefined) return;
		const label = modelLabel(model);
		for (const { policy } of this.versions.values()) {
			const known = policy.model;
			if (known === undefined || modelLabel(known) !== label || JSON.stringify(known) === JSON.stringify(model))
				continue;
			const problem = `the log has another model ${label}; give this one a new version`;
			throw new SuretyError('bad_policy', `policy: model: ${problem}`, 'model');
		}
	}

	/** [PL2] The result must be of this very policy. */
	private checkBacktest(label: string, result: Readonly<Record<string, unknown>>): void {
		this.mustBe(label, 'draft', 'approved');
		if (result['policy'] === label) return;
		throw new SuretyError('bad_field', `result: is not a backtest of ${label}`, 'result');
	}

	/** [PL3] [PL4] */
	private checkApproval(label: string, by: string): void {
		this.mustBe(label, 'draft');
		const { drafted, backtest } = this.find(label);
		if (drafted?.by === by)
			throw new SuretyError('same_person', `policy "${label}": ${by} drafted it, and somebody else must approve`, 'by');
		if (backtest === undefined)
			throw new SuretyError('policy_state', `policy "${label}": has not been tried on history`, 'policy');
	}

	private mustBe(label: string, ...states: readonly PolicyState[]): void {
		const state = this.stateOf(label);
		if (states.includes(state)) return;
		const wanted = states.join(' or ');
		throw new SuretyError('policy_state', `policy "${label}": is ${state}, and only ${wanted} can be`, 'policy');
	}

	private note(label: string, more: Partial<PolicyVersion>): void {
		this.versions.set(label, { ...this.find(label), ...more });
	}

	/** [PL5] [PL6] */
	private enforce(label: string, sharePercent: number): void {
		const isWhole = sharePercent === 100;
		const { policy } = this.find(label);
		this.programmes.learn(policy);
		this.stage = isWhole ? undefined : { label, sharePercent };
		if (isWhole) this.goLive(policy);
	}

	/** [PL7] What is staged goes first; else the policy that was live before. */
	private rollBack(): void {
		if (this.stage !== undefined) {
			this.stage = undefined;
			return;
		}
		this.lives.pop();
		this.current = this.find(this.lives.at(-1) ?? this.current.label).policy;
	}

	private goLive(policy: Policy): void {
		this.current = policy;
		if (this.lives.at(-1) !== policy.label) this.lives.push(policy.label);
		if (this.tried?.policy.label === policy.label) this.tried = undefined;
	}
}

const fingerprint = new Fingerprint();

/** A store's place from 0 to 99 in the order in which stores come under a policy; another order for each policy. */
function placeOf(store: StoreId, label: string): number {
	fingerprint.of(`${label} ${store}`);
	return (avalanche(fingerprint.a) >>> 0) % 100;
}
