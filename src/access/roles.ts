/**
 * Who may do what: one table, from which documentation and API description are made too. A role is what a person or a
 * program is there for; scopes narrow one key further, never widen it; a key bound to a store is a merchant's, who sees
 * his own statement and appeals, and nothing else whatever his role says.
 */
import { type Refused, refused } from './refusal.js';

/** From looking on to running it; `service` is a program that sends records. */
export const ROLES = ['viewer', 'analyst', 'approver', 'admin', 'service'] as const;
export type Role = (typeof ROLES)[number];

interface Rule {
	readonly means: string;
	readonly roles: readonly Role[];
}

const PEOPLE = ['viewer', 'analyst', 'approver', 'admin'] as const;
const EVERYONE = [...PEOPLE, 'service'] as const;

export const PERMISSIONS = {
	'records:write': { means: 'Send facts and ask gates.', roles: ['service', 'admin'] },
	'stores:read': { means: 'See stores, their exposure, scores and rings; persons as tokens.', roles: EVERYONE },
	'decisions:read': { means: 'See what was decided, why, and what has become of it.', roles: EVERYONE },
	'personal:read': {
		means: 'See what belongs to a person: readable ends of tokens, lookups by a raw value. Audited.',
		roles: ['analyst', 'approver', 'admin'],
	},
	'queue:read': { means: 'See what waits for a person.', roles: PEOPLE },
	'queue:decide': { means: 'Decide what waits for a person. Audited.', roles: ['approver', 'admin'] },
	'appeals:file': { means: 'Appeal on behalf of a store.', roles: ['service', 'admin'] },
	'statement:read': { means: 'See what of a store’s money is locked, and until when.', roles: EVERYONE },
	'policies:read': { means: 'See policies and programmes, past ones included.', roles: PEOPLE },
	'policies:propose': { means: 'Propose a policy and try it on history.', roles: ['analyst', 'approver', 'admin'] },
	'policies:approve': { means: 'Put a proposed policy into force. Audited.', roles: ['approver', 'admin'] },
	'keys:manage': { means: 'Issue and revoke API keys. Audited.', roles: ['admin'] },
	'users:manage': { means: 'Add, change and remove local users, end sessions. Audited.', roles: ['admin'] },
	'webhooks:manage': { means: 'Say where effects are sent; replay them.', roles: ['admin'] },
	'audit:read': { means: 'See who read and decided what.', roles: ['approver', 'admin'] },
	'metrics:read': { means: 'See the service’s own metrics.', roles: EVERYONE },
} as const satisfies Record<string, Rule>;
export type Permission = keyof typeof PERMISSIONS;
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as [Permission, ...Permission[]];

/** All that a key bound to a store may ever do. */
export const MERCHANT_PERMISSIONS: readonly Permission[] = ['statement:read', 'appeals:file'];

/** What a key or a session gives. */
export interface Grant {
	readonly role: Role;
	/** Nothing but these, of what the role may; null: all of it. */
	readonly scopes: readonly Permission[] | null;
	/** The only store it is about; null: all. */
	readonly storeId: string | null;
}

export type Permit = { readonly allowed: true } | Refused;

/**
 * Whether a grant allows something.
 * @param storeId the store it is about; a merchant's key is refused what is about no store in particular.
 */
export function may(grant: Grant, permission: Permission, storeId?: string): Permit {
	const { roles }: Rule = PERMISSIONS[permission];
	if (!roles.includes(grant.role)) return refused('role_lacks');
	if (grant.scopes !== null && !grant.scopes.includes(permission)) return refused('scope_lacks');
	if (grant.storeId === null) return { allowed: true };
	if (!MERCHANT_PERMISSIONS.includes(permission)) return refused('scope_lacks');
	return grant.storeId === storeId ? { allowed: true } : refused('other_store');
}
