/**
 * What an operator can set: one document (a JSON file), each value of which an environment variable may replace, and a
 * few of which the command line may. One schema checks all three and names what is wrong.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SuretyError } from '../core/words/error.js';

const port = z.coerce.number().int().min(0).max(65_535);
const positive = z.coerce.number().int().min(1);
const yes = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);

function jsonOf(text: string, context: z.RefinementCtx): unknown {
	try {
		return JSON.parse(text);
	} catch {
		context.addIssue('expected a JSON object'); // the parser's own words would quote the secret
		return z.NEVER;
	}
}

export const settingsSchema = z.strictObject({
	/** Where log, snapshots, history and keys are kept. */
	data: z.string().min(1).default('surety-data'),
	host: z.string().min(1).default('127.0.0.1'),
	port: port.default(8420),
	/** `enforce`: gates decide. `observe`: they say what they would have decided. */
	mode: z.enum(['observe', 'enforce']).default('enforce'),
	/** ISO 4217; fixed once the log has begun. */
	currency: z.string().default('CNY'),
	/** A preset's name or the path of a programme document; fixed once the log has begun. */
	programme: z.string().default('default'),
	/** The path of a policy document; without it the default policy in the mode above. */
	policy: z.string().optional(),
	/** `live`: time passes by the machine's clock. `records`: by records alone, as for a replay of the past. */
	clock: z.enum(['live', 'records']).default('live'),
	/** Serve without keys: for trying out, on a loopback address only. */
	insecure_no_auth: yes.default(false),
	log_level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('warn'),
	/** Files of a certificate and its key, where TLS is not ended by a proxy. */
	tls_cert: z.string().optional(),
	tls_key: z.string().optional(),
	/** Addresses of proxies whose X-Forwarded-For is believed, separated by commas. */
	trust_proxy: z.string().optional(),
	/** Records that may wait before new ones get 503. */
	most_waiting: positive.default(50_000),
	/** Record ids that are remembered, at about 40 bytes each. */
	most_ids: positive.default(10_000_000),
	/** A segment of the log, and how much log lies between snapshots, in MiB. */
	segment_mib: positive.default(64),
	snapshot_mib: positive.default(256),
	/** Webhooks may go to private addresses. */
	webhooks_private: yes.default(false),
	/** Where registries and banks are asked about papers; nobody is asked without. In the environment it is JSON. */
	verification: z
		.preprocess(
			(raw, context) => (typeof raw === 'string' ? jsonOf(raw, context) : raw),
			z.strictObject({
				url: z.url({ protocol: /^https?$/ }),
				/** Signs what is asked: `whsec_` and base64 of 24 to 64 bytes. */
				secret: z.string(),
				timeout_ms: positive.default(3000),
			}),
		)
		.optional(),
	oidc_issuer: z.url().optional(),
	oidc_client_id: z.string().optional(),
	oidc_client_secret: z.string().optional(),
	oidc_redirect_url: z.url().optional(),
	/** What is asked for: some providers tell groups only where a scope of that name is. */
	oidc_scope: z
		.string()
		.regex(/(^| )openid( |$)/, 'expected openid among the scopes')
		.default('openid profile'),
	/** The claim that names a person's groups, and `group=role` pairs separated by commas. */
	oidc_claim: z.string().default('groups'),
	oidc_roles: z.string().default(''),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Each setting's environment variable: its name in capitals after `SURETY_`. */
const variable = (name: string): string => `SURETY_${name.toUpperCase()}`;

/**
 * Settings from a file, the environment and the command line; the later replaces the earlier.
 * @param given what the command line says; undefined where it says nothing.
 * @throws SuretyError `bad_settings` naming every value that does not fit and where it came from.
 */
export async function readSettings(
	file: string | undefined,
	environment: NodeJS.ProcessEnv,
	given: Readonly<Record<string, unknown>>,
): Promise<Settings> {
	const document = file === undefined ? {} : await readDocument(file);
	const sources = new Map(Object.keys(document).map((name) => [name, file ?? '']));
	const merged: Record<string, unknown> = { ...document };
	for (const name of Object.keys(settingsSchema.shape)) {
		const value = environment[variable(name)];
		if (value === undefined || value === '') continue;
		merged[name] = value;
		sources.set(name, variable(name));
	}
	for (const [name, value] of Object.entries(given)) {
		if (value === undefined) continue;
		merged[name] = value;
		sources.set(name, `--${name.replaceAll('_', '-')}`);
	}
	const parsed = settingsSchema.safeParse(merged);
	if (!parsed.success) throw badSettings(parsed.error, sources);
	return consistent(parsed.data, sources);
}

function badSettings({ issues }: z.ZodError, sources: ReadonlyMap<string, string>): SuretyError {
	const problems = issues.map(({ path, message }) => {
		const name = String(path[0] ?? 'document');
		return `${name}${sources.has(name) ? ` (${sources.get(name)})` : ''}: ${message}`;
	});
	return new SuretyError('bad_settings', `settings: ${problems.join('; ')}`);
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

function consistent(settings: Settings, sources: ReadonlyMap<string, string>): Settings {
	const fail = (sentence: string): never => {
		throw new SuretyError('bad_settings', `settings: ${sentence}`);
	};
	if (settings.policy !== undefined && sources.has('mode')) {
		const where = [sources.get('mode'), sources.get('policy')].join(' and ');
		fail(`mode and policy (${where}): a policy document says itself which gates enforce; give one of the two`);
	}
	if (settings.insecure_no_auth && !LOOPBACK.has(settings.host)) {
		fail('insecure_no_auth: only on a loopback address, for trying out');
	}
	if ((settings.tls_cert === undefined) !== (settings.tls_key === undefined)) fail('tls_cert and tls_key go together');
	const oidc = [settings.oidc_issuer, settings.oidc_client_id, settings.oidc_redirect_url];
	if (oidc.some((value) => value !== undefined) && oidc.includes(undefined)) {
		fail('oidc_issuer, oidc_client_id and oidc_redirect_url go together');
	}
	return settings;
}

async function readDocument(file: string): Promise<Record<string, unknown>> {
	try {
		const document: unknown = JSON.parse(await readFile(file, 'utf8'));
		if (typeof document === 'object' && document !== null && !Array.isArray(document)) return { ...document };
		throw new Error('expected a JSON object');
	} catch (error) {
		throw new SuretyError('bad_settings', `${file}: ${(error as Error).message}`);
	}
}
