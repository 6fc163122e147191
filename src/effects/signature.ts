/** Signatures by the Standard Webhooks convention (standardwebhooks.com, version 1): HMAC-SHA256 with a shared secret. */
import { createHmac, randomBytes } from 'node:crypto';
import { badField } from '../core/words/field.js';

const PREFIX = 'whsec_';
/** The convention's bounds for a secret, in bytes. */
const SHORTEST = 24;
const LONGEST = 64;

export const newSecret = (): string => PREFIX + randomBytes(32).toString('base64');

/** @throws SuretyError `bad_field`; the message does not quote it. */
export function checkSecret(secret: string): string {
	const bytes = Buffer.from(secret.slice(PREFIX.length), 'base64');
	const isWhole = secret === PREFIX + bytes.toString('base64');
	if (isWhole && bytes.length >= SHORTEST && bytes.length <= LONGEST) return secret;
	throw badField('secret', '***', `expected ${PREFIX} and base64 of ${SHORTEST} to ${LONGEST} bytes`);
}

/** The three headers; signed with each secret, so that a receiver may hold the old or the new one. */
export function signed(secrets: readonly string[], id: string, nowMs: number, body: string): Record<string, string> {
	const timestamp = String(Math.floor(nowMs / 1000));
	const signatures = secrets.map((secret) => {
		const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
		return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
	});
	return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
