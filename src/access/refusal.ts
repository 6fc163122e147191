/**
 * Ordinary refusals of access: values, not exceptions, with one sentence each that may be shown to whoever was refused.
 * Where telling two cases apart would help an attacker, they share one.
 */
export const REFUSALS = {
	role_lacks: 'Your role does not allow this.',
	scope_lacks: 'This key was not given the scope for this.',
	other_store: 'This key is bound to another store.',
	unknown_key: 'This API key is not known.',
	key_expired: 'This API key has expired.',
	key_revoked: 'This API key has been revoked.',
	wrong_login: 'Name or password is wrong.',
	locked_out: 'Too many failed logins. Wait and try again.',
	busy: 'Too many logins at this moment. Try again.',
	unknown_session: 'You are not logged in, or have been logged out.',
	session_expired: 'Your session has ended. Log in again.',
	weak_password: 'The password must have 12 to 256 characters and must not contain the user’s name.',
	unknown_login: 'This login was not begun here, was used already, or took too long. Begin again.',
	provider_refused: 'The identity provider refused the login.',
	provider_unreachable: 'The identity provider cannot be reached.',
	bad_token: 'What the identity provider answered cannot be trusted.',
	no_role: 'None of your groups may use Surety.',
	too_many: 'Too many requests. Wait and try again.',
} as const;
export type RefusalCode = keyof typeof REFUSALS;

export interface Refused {
	readonly allowed: false;
	readonly why: RefusalCode;
	/** When trying again makes sense, where that is known. */
	readonly retryAfterMs?: number;
	/** For the operator’s log, not for the one refused; never anything secret. */
	readonly detail?: string;
}

export const refused = (why: RefusalCode, more: Pick<Refused, 'retryAfterMs' | 'detail'> = {}): Refused => ({
	allowed: false,
	why,
	...more,
});
