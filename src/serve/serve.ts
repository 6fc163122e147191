/** The service as one process: data folder, log, core, history, webhooks and HTTP, opened in order and closed in reverse. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { ApiKeys, OidcLogin, openAccessFile, Passwords, ROLES, type Role, Sessions, Users } from '../access/index.js';
import type { Programme } from '../core/programme/schema.js';
import { SuretyError } from '../core/words/error.js';
import { currency } from '../core/words/money.js';
import { Door, Tokens, Verification } from '../door/index.js';
import { httpVerifier, Webhooks } from '../effects/index.js';
import { History } from '../history/index.js';
import { Metrics } from '../http/metrics.js';
import type { Access } from '../http/parts.js';
import { createServer } from '../http/server.js';
import { openLog } from '../log/embedded-log.js';
import { nodeDisk } from '../log/node-disk.js';
import type { Log } from '../log/port.js';
import { Service } from '../runtime/service.js';
import { Snapshots } from '../runtime/snapshots.js';
import { type DataFolder, dataFolder, openKeyring } from './data-folder.js';
import { historyReader } from './history-reader.js';
import { readPolicy } from './policies.js';
import type { Settings } from './settings.js';
import { newestSnapshot, snapshotAside } from './snapshotter.js';

export interface Serving {
	/** Where it listens, e.g. `http://127.0.0.1:8420`. */
	readonly address: string;
	readonly service: Service;
	readonly log: Log;
	/** The first administrator's key of a fresh data folder; told once. */
	readonly firstKey: string | undefined;
	/** Stops taking requests, answers what waits, and closes everything in order. */
	close(): Promise<void>;
}

export interface ServeOptions {
	readonly settings: Settings;
	readonly programme: Programme;
	readonly version: string;
	/** Told what an operator should know and nobody has to act on. */
	readonly warn: (sentence: string) => void;
	/** Called where the book has stopped itself; the process should end. */
	readonly onBroken: (error: unknown) => void;
}

/** @throws SuretyError where settings, data or log do not allow it. */
export async function serve(options: ServeOptions): Promise<Serving> {
	const { settings, warn } = options;
	const folder = dataFolder(resolve(settings.data));
	await mkdir(folder.path, { recursive: true, mode: 0o700 });
	const closers: (() => Promise<unknown>)[] = [];
	const closeAll = async (): Promise<void> => {
		for (const close of closers.splice(0).reverse()) await close();
	};
	try {
		const metrics = new Metrics();
		const log = metrics.watch(await openLog({ dir: folder.log, segmentBytes: settings.segment_mib * 2 ** 20 }));
		closers.push(() => log.close());
		tellTorn(log, warn);
		const snapshots = { failures: 0 };
		const { service, tokens } = await openService(options, folder, log, closers, snapshots);
		const history = await History.open({ path: folder.history, log, folder: folder.log, service, warn });
		closers.push(() => history.close());
		const webhooks = await Webhooks.open({
			dir: folder.webhooks,
			log,
			service,
			allowPrivate: settings.webhooks_private,
			warn,
		});
		closers.push(() => webhooks.close());
		metrics.history(history);
		metrics.webhooks(() => webhooks.metrics);
		metrics.verification(() => service.verified);
		metrics.snapshots(
			() => newestSnapshot(folder.snapshots),
			() => snapshots.failures,
			Date.now,
		);
		const { access, firstKey } = settings.insecure_no_auth
			? { access: undefined, firstKey: undefined }
			: await openAccess(settings, folder);
		const server = createServer({
			service,
			...(access === undefined ? {} : { access }),
			tokens,
			history: historyReader(history, service),
			webhooks,
			version: options.version,
			metrics,
			logger: { level: settings.log_level },
			trustProxy: settings.trust_proxy?.split(',') ?? false,
			...(await tls(settings)),
		});
		closers.push(() => server.close());
		const address = await server.listen({ host: settings.host, port: settings.port });
		return { address, service, log, firstKey, close: closeAll };
	} catch (error) {
		await closeAll();
		throw error;
	}
}

async function openService(
	{ settings, programme, warn, onBroken }: ServeOptions,
	folder: DataFolder,
	log: Log,
	closers: (() => Promise<unknown>)[],
	snapshots: { failures: number },
): Promise<{ service: Service; tokens: Tokens }> {
	const code = currency(settings.currency);
	const tokens = new Tokens(await openKeyring(folder.keyring, log.head.number === 0));
	const policy = await readPolicy(settings, code);
	const verification = verificationOf(settings, tokens, warn);
	const service = await Service.open({
		log,
		currency: code,
		programme,
		policy,
		snapshots: new Snapshots(folder.snapshots, nodeDisk, log.id, warn),
		door: new Door(tokens),
		...(verification === undefined ? {} : { verification }),
		clock: settings.clock,
		mostIds: settings.most_ids,
		mostWaiting: settings.most_waiting,
		onBroken,
	});
	closers.pop(); // the service closes its log
	const stop = snapshotNowAndThen(service, folder, settings, { currency: code, programme, policy }, (sentence) => {
		snapshots.failures++;
		warn(sentence);
	});
	closers.push(async () => {
		await stop();
		await service.close();
	});
	return { service, tokens };
}

/** @throws SuretyError `bad_settings` */
function verificationOf(
	{ verification }: Settings,
	tokens: Tokens,
	warn: (sentence: string) => void,
): Verification | undefined {
	if (verification === undefined) return undefined;
	const { url, secret, timeout_ms: timeoutMs } = verification;
	try {
		const verifier = httpVerifier({ url, secret });
		return new Verification({ verifier, timeoutMs, isToken: (value) => tokens.isToken(value), warn });
	} catch (error) {
		throw new SuretyError('bad_settings', `settings: verification: ${(error as Error).message}`);
	}
}

/** Writes a snapshot each time so much log has been added; one at a time. @returns how to stop. */
function snapshotNowAndThen(
	service: Service,
	folder: DataFolder,
	{ snapshot_mib, most_ids: mostIds }: Settings,
	begin: { currency: string; programme: unknown; policy: unknown },
	warn: (sentence: string) => void,
): () => Promise<void> {
	let since = 0;
	let running: Promise<unknown> | undefined;
	const stop = service.listen(({ payload, number: last }) => {
		since += payload.length;
		if (running !== undefined || since < snapshot_mib * 2 ** 20) return;
		since = 0;
		running = snapshotAside({ log: folder.log, snapshots: folder.snapshots, mostIds, last, begin })
			.catch((error: unknown) => warn(`no snapshot: ${(error as Error).message}`))
			.finally(() => {
				running = undefined;
			});
	});
	return async () => {
		stop();
		await running;
	};
}

function tellTorn({ recovery: { torn } }: Log, warn: (sentence: string) => void): void {
	if (torn === undefined) return;
	warn(
		`the last batch in ${torn.file} was never whole, hence never answered: ${torn.bytes} bytes cut off at ${torn.offset}, kept in ${torn.kept}`,
	);
}

async function openAccess(settings: Settings, folder: DataFolder): Promise<{ access: Access; firstKey?: string }> {
	const store = await openAccessFile(folder.access);
	const random = (bytes: number): Uint8Array => randomBytes(bytes);
	const keys = new ApiKeys(store, random);
	const users = new Users(store, new Passwords());
	const sessions = new Sessions(store, random);
	const oidc = oidcOf(settings);
	const access = { keys, users, sessions, ...(oidc === undefined ? {} : { oidc }) };
	if (store.document.keys.length > 0) return { access };
	const { bearer } = await keys.issue({ name: 'first administrator', role: 'admin' }, Date.now());
	return { access, firstKey: bearer };
}

function oidcOf(settings: Settings): OidcLogin | undefined {
	const { oidc_issuer, oidc_client_id, oidc_client_secret, oidc_redirect_url } = settings;
	if (oidc_issuer === undefined || oidc_client_id === undefined || oidc_redirect_url === undefined) return undefined;
	return new OidcLogin({
		issuer: oidc_issuer,
		clientId: oidc_client_id,
		...(oidc_client_secret === undefined ? {} : { clientSecret: oidc_client_secret }),
		redirectUri: oidc_redirect_url,
		scope: settings.oidc_scope,
		rolesClaim: settings.oidc_claim,
		roles: settings.oidc_roles.split(',').filter(Boolean).map(rolePair),
	});
}

function rolePair(pair: string): { value: string; role: Role } {
	const at = pair.lastIndexOf('=');
	const role = ROLES.find((known) => known === pair.slice(at + 1).trim());
	if (at > 0 && role !== undefined) return { value: pair.slice(0, at).trim(), role };
	throw new SuretyError(
		'bad_settings',
		`settings: oidc_roles: "${pair}" is not group=role, role one of ${ROLES.join(', ')}`,
	);
}

async function tls({ tls_cert, tls_key }: Settings): Promise<{ https?: { cert: Buffer; key: Buffer } }> {
	if (tls_cert === undefined || tls_key === undefined) return {};
	const read = async (path: string): Promise<Buffer> => {
		try {
			return await readFile(isAbsolute(path) ? path : resolve(path));
		} catch (error) {
			throw new SuretyError('bad_settings', `settings: ${path}: ${(error as Error).message}`);
		}
	};
	return { https: { cert: await read(tls_cert), key: await read(tls_key) } };
}
