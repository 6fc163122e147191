/** What each rule of a policy stopped in a run, and of whom: requests by store, badges lost among them. */
import type { Policy } from '../core/policy.js';
import type { Rule } from '../core/rules/schema.js';
import type { Reason } from '../core/words/reason.js';

export interface RuleFound {
	readonly rule: Rule;
	/** How many of each store's requests it stopped. */
	readonly stopped: ReadonlyMap<string, number>;
}

export class RuleTally {
	private readonly byRule = new Map<unknown, Map<string, number>>();

	/** Counts every rule that spoke; one that spoke among others too. */
	count(storeId: string, reasons: readonly Reason[]): void {
		for (const { code, values } of reasons) {
			if (code !== 'held_by_rule' && code !== 'refused_by_rule') continue;
			const stores = this.byRule.get(values['rule']) ?? new Map<string, number>();
			this.byRule.set(values['rule'], stores.set(storeId, (stores.get(storeId) ?? 0) + 1));
		}
	}

	/** Every rule of the policy in its order, those that never spoke too. */
	found({ rules = [] }: Policy): RuleFound[] {
		return rules.map((rule) => ({ rule, stopped: this.byRule.get(rule.name) ?? new Map<string, number>() }));
	}
}
