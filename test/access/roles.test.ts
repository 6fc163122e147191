/** Who may do what: the whole table, as a security officer would read it. */
import { describe, expect, test } from 'vitest';
import { type Grant, MERCHANT_PERMISSIONS, may, PERMISSION_NAMES, PERMISSIONS, ROLES } from '../../src/access/roles.js';

const grant = (more: Partial<Grant>): Grant => ({ role: 'admin', scopes: null, storeId: null, ...more });

test('the table', () => {
	const column = (role: (typeof ROLES)[number]): string[] =>
		PERMISSION_NAMES.filter((permission) => may(grant({ role }), permission).allowed);
	const looking = ['stores:read', 'decisions:read', 'statement:read', 'metrics:read'];
	expect(new Set(column('viewer'))).toEqual(new Set([...looking, 'queue:read', 'policies:read']));
	expect(new Set(column('analyst'))).toEqual(new Set([...column('viewer'), 'personal:read', 'policies:propose']));
	const approving = ['queue:decide', 'policies:approve', 'audit:read'];
	expect(new Set(column('approver'))).toEqual(new Set([...column('analyst'), ...approving]));
	expect(new Set(column('admin'))).toEqual(new Set(PERMISSION_NAMES));
	expect(new Set(column('service'))).toEqual(new Set([...looking, 'records:write', 'appeals:file']));
});

test('every permission has a meaning and somebody who has it', () => {
	for (const { means, roles } of Object.values(PERMISSIONS)) {
		expect(means).toMatch(/^[A-Z].*\.$/);
		expect(roles.length).toBeGreaterThan(0);
	}
});

describe('scopes narrow and never widen', () => {
	test.each([
		['the scope it has', grant({ scopes: ['users:manage'] }), 'users:manage', { allowed: true }],
		['another than it has', grant({ scopes: ['users:manage'] }), 'keys:manage', { allowed: false, why: 'scope_lacks' }],
		['none at all', grant({ scopes: [] }), 'stores:read', { allowed: false, why: 'scope_lacks' }],
		[
			'a scope beyond its role',
			grant({ role: 'viewer', scopes: ['keys:manage'] }),
			'keys:manage',
			{ allowed: false, why: 'role_lacks' },
		],
	] as const)('%s', (_, of, permission, answer) => {
		expect(may(of, permission)).toEqual(answer);
	});
});

describe('a merchant’s key', () => {
	const merchant = grant({ role: 'service', storeId: 'S1' });

	test('sees its own store’s statement and appeals, and nothing of another', () => {
		for (const permission of MERCHANT_PERMISSIONS) {
			expect(may(merchant, permission, 'S1')).toEqual({ allowed: true });
			expect(may(merchant, permission, 'S2')).toEqual({ allowed: false, why: 'other_store' });
			expect(may(merchant, permission)).toEqual({ allowed: false, why: 'other_store' });
		}
	});

	test('does nothing else, whatever its role and scopes', () => {
		for (const role of ROLES) {
			const allowed = PERMISSION_NAMES.filter(
				(name) => may(grant({ role, storeId: 'S1', scopes: PERMISSION_NAMES }), name, 'S1').allowed,
			);
			expect(MERCHANT_PERMISSIONS).toEqual(expect.arrayContaining(allowed));
		}
	});
});
