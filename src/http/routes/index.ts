/** Every route there is. */
import type { Route } from '../route.js';
import { ACCESS_ROUTES } from './access.js';
import { OPERATE_ROUTES } from './operate.js';
import { POLICY_ROUTES } from './policies.js';
import { READ_ROUTES } from './reads.js';
import { RECORD_ROUTES } from './records.js';
import { WEBHOOK_ROUTES } from './webhooks.js';

export const ROUTES: readonly Route[] = [
	...RECORD_ROUTES,
	...READ_ROUTES,
	...POLICY_ROUTES,
	...ACCESS_ROUTES,
	...WEBHOOK_ROUTES,
	...OPERATE_ROUTES,
];
