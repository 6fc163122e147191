/** Policies: what there is, what differs, and the steps from a draft to the policy that decides. */
import { listPolicies, policyView, shadowView } from '../../views/policy-view.js';
import type { Call, Edge, Route } from '../route.js';
import { PAGED, paged, TEXT } from '../route.js';
import { object, page, ref } from '../schemas.js';
import { type Single, single } from './records.js';

const given = (call: Call) => ({ policy: call.path('policy') });
const tag = 'policies';
const NAMED = { tag, given, without: ['policy', 'by'] } as const;

/** A draft needs somebody who may propose; what makes it decide, somebody who may approve. */
const STEPS: readonly Single[] = [
	{
		path: '/v1/policies',
		summary: 'Draft a policy',
		description:
			'Its name and version must be new. It may carry a programme, whole or by the name of a preset. Nothing changes until it has been approved and enforced.',
		types: ['policy.drafted'],
		needs: 'policies:propose',
		tag,
		without: ['by'],
	},
	{
		path: '/v1/policies/{policy}/backtest',
		summary: 'Attach what the policy would have done in history',
		description: '`result` is the run of this policy in what `surety backtest` wrote.',
		types: ['policy.backtested'],
		needs: 'policies:propose',
		...NAMED,
	},
	{
		path: '/v1/policies/{policy}/withdraw',
		summary: 'Take a draft back',
		types: ['policy.withdrawn'],
		needs: 'policies:propose',
		...NAMED,
	},
	{
		path: '/v1/policies/{policy}/shadow',
		summary: 'Let a policy look on beside the live one',
		types: ['policy.shadowed'],
		needs: 'policies:propose',
		...NAMED,
	},
	{
		path: '/v1/policies/unshadow',
		summary: 'End the shadow',
		types: ['policy.unshadowed'],
		needs: 'policies:propose',
		tag,
		without: ['by'],
	},
	{
		path: '/v1/policies/{policy}/approve',
		summary: 'Approve a draft',
		description: 'By somebody other than the one who drafted it, once it has been tried on history.',
		types: ['policy.approved'],
		needs: 'policies:approve',
		...NAMED,
	},
	{
		path: '/v1/policies/{policy}/enforce',
		summary: 'Let an approved policy decide, for a share of stores or for all',
		types: ['policy.enforced'],
		needs: 'policies:approve',
		...NAMED,
	},
	{
		path: '/v1/policies/rollback',
		summary: 'Go back at once: end the staging, or return to the policy before',
		types: ['policy.rolled_back'],
		needs: 'policies:approve',
		tag,
		without: ['by'],
	},
];

export const POLICY_ROUTES: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/policies',
		tag,
		summary: 'All policies, in the order they came',
		needs: 'policies:read',
		query: PAGED,
		answers: { 200: page(ref('PolicySummary')) },
		handle: ({ service }, call) =>
			paged('policies', listPolicies(service.desk, { after: call.after('policies'), limit: call.limit })),
	},
	{
		method: 'GET',
		path: '/v1/policies/{policy}',
		tag,
		summary: 'One policy, and in words what differs from the live one',
		needs: 'policies:read',
		query: { against: TEXT('Compare with this policy instead of the live one') },
		answers: { 200: ref('Policy') },
		handle: ({ service }: Edge, call) => policyView(service.desk, call.path('policy'), call.query('against')),
	},
	{
		method: 'GET',
		path: '/v1/shadow',
		tag,
		summary: 'What the policy in shadow would have done otherwise',
		needs: 'policies:read',
		answers: { 200: object({ shadow: { anyOf: [ref('Shadow'), { type: 'null' }] } }) },
		handle: ({ service }) => ({ shadow: shadowView(service.desk) }),
	},
	...STEPS.map(single),
];
