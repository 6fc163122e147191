/**
 * A verifier at an address: papers are posted as JSON, signed like webhooks, and the answer says of each whether it is
 * confirmed. Where it lies is the operator's own word, so it may be a private address; redirects are not followed.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { SAID, type Shown, type Verifier } from '../door/verification.js';
import { checkSecret, signed } from './signature.js';

export interface HttpVerifierOptions {
	readonly url: string;
	/** As webhooks have: `whsec_` and base64. */
	readonly secret: string;
	/** The machine's clock, in milliseconds of 1970. */
	readonly now?: () => number;
}

const word = z.enum(SAID).optional();
const answer = z.object({ licence_no: word, legal_person: word, bank_account: word, phone: word });
/** An answer is four words; whoever sends more is not read. */
const LONGEST_ANSWER = 64 << 10;

/** @throws SuretyError `bad_field` where the secret is none. */
export function httpVerifier({ url, secret, now = Date.now }: HttpVerifierOptions): Verifier {
	checkSecret(secret);
	return {
		async verify(papers: Shown, signal: AbortSignal) {
			const id = `ver_${randomBytes(12).toString('base64url')}`;
			const body = JSON.stringify({ type: 'papers.verify', data: papers });
			const headers = {
				'content-type': 'application/json',
				'user-agent': 'surety-verification',
				...signed([secret], id, now(), body),
			};
			const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
			if (response.status !== 200) {
				await response.body?.cancel();
				throw new Error(`status ${response.status}`);
			}
			const parsed = answer.safeParse(JSON.parse(await textOf(response)));
			if (!parsed.success) throw new Error('the answer says neither confirmed nor denied nor unknown of a paper');
			const said = Object.entries(parsed.data).filter(([, one]) => one !== undefined);
			return Object.fromEntries(said) as Awaited<ReturnType<Verifier['verify']>>; // by the schema above
		},
	};
}

async function textOf(response: Response): Promise<string> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of response.body ?? []) {
		chunks.push(chunk);
		length += chunk.length;
		if (length > LONGEST_ANSWER) throw new Error(`the answer is longer than ${LONGEST_ANSWER} bytes`);
	}
	return Buffer.concat(chunks).toString('utf8');
}
