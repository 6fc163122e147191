/** Access: who is asking, and what they may do. Keys for programs, users and an identity provider for people. */
export { openAccessFile } from './access-file.js';
export { type AccessStore, memoryAccessStore } from './access-store.js';
export { ApiKeys, type KeyRequest, type KeySummary } from './keys.js';
export { RateLimit, type Rate, sourceOf } from './limits.js';
export { OidcLogin, type OidcSettings } from './oidc.js';
export { Passwords } from './password.js';
export { REFUSALS, type RefusalCode, type Refused } from './refusal.js';
export {
	type Grant,
	MERCHANT_PERMISSIONS,
	may,
	type Permission,
	PERMISSIONS,
	type Permit,
	ROLES,
	type Role,
} from './roles.js';
export type { RandomSource } from './secret.js';
export { Sessions } from './sessions.js';
export { type Person, Users } from './users.js';
