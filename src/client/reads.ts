/** What the reads answer: the service's own views, as the wire has them. */
import type { HoldDecided } from '../core/desk/events.js';
import type { ExposureView } from '../views/exposure-view.js';
import type { listPolicies, policyView, shadowView } from '../views/policy-view.js';
import type { queueView } from '../views/queue-view.js';
import type { RingSummary as RingLine, RingView } from '../views/ring-view.js';
import type { Statement as StatementView } from '../views/statement.js';
import type { StoreSummary as StoreLine, StoreView } from '../views/store-view.js';
import type { SuretyOutcome, Wire } from './wire.js';

/** A part of a list. */
export interface Page<T> {
	readonly items: readonly T[];
	/** The cursor of the next page; null at the end. */
	readonly next: string | null;
}

/** A store in a list, and by itself. */
export type StoreSummary = Wire<StoreLine>;
export type Store = Wire<StoreView>;

/** A ring in a list, and by itself. */
export type RingSummary = Wire<RingLine>;
export type Ring = Wire<RingView>;

export type Exposure = Wire<ExposureView>;

/** What waits for a person: a decision that was held, or an appeal. */
export type Queued = Wire<ReturnType<typeof queueView>['items'][number]>;

type Whole = Wire<StatementView>;
export type Guarantee = Whole['guarantees']['items'][number];
export type Statement = Omit<Whole, 'guarantees'> & { readonly guarantees: Page<Guarantee> };

/** A decision as it stands now: the first answer, and what became of it where it was held. */
export type Decision = SuretyOutcome & {
	readonly state: 'waiting' | 'settled';
	/** When it runs out, while it waits. */
	readonly until?: string;
	readonly first_verdict?: SuretyOutcome['verdict'];
	/** The last word on one that was held. */
	readonly decided?: Wire<Omit<HoldDecided, 'type' | 'decision_id'>>;
};

/** A policy in a list, and by itself. */
export type PolicySummary = Wire<ReturnType<typeof listPolicies>['items'][number]>;
export type Policy = Wire<ReturnType<typeof policyView>>;
export type Shadow = Wire<NonNullable<ReturnType<typeof shadowView>>>;

export interface StoreFilter {
	readonly flagged?: boolean;
}

/** Whether values that belong to persons are shown, which needs the permission and is written to the audit log. */
export interface Personal {
	readonly personal?: boolean;
}

export interface StatementAsked {
	readonly lang?: 'en' | 'zh';
	/** Of the guarantees in it. */
	readonly cursor?: string;
	readonly limit?: number;
}
