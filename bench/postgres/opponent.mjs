/**
 * The opponent: the same decisions in PostgreSQL, as a good team would write and tune them. A server of its own in a
 * temporary folder, stored procedures that take one record or many in one commit, and a thin HTTP front.
 *
 * It does less than Surety: no scores and rings, no tiers but by age, no `observed` on facts, no messages and values in
 * reasons, no log of records (only their hash), no chain, no commission, caps or other programmes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import pg from 'pg';

/**
 * Settings of the server. Durable as Surety is: an answer follows the commit's sync. Of those tried, only cached plans
 * without scans and hash joins made a difference beyond noise (a quarter to a third); commit_delay (20, 100 us),
 * wal_compression, wal_sync_method, smaller buffers and a smaller log did not, on two cores and a sync of .2 ms.
 */
export const SETTINGS = {
	shared_buffers: '2GB',
	huge_pages: 'off',
	synchronous_commit: 'on',
	fsync: 'on',
	full_page_writes: 'on',
	wal_compression: 'lz4',
	wal_buffers: '64MB',
	wal_level: 'minimal',
	max_wal_senders: '0',
	max_wal_size: '16GB',
	min_wal_size: '4GB',
	wal_init_zero: 'on',
	checkpoint_timeout: '30min',
	checkpoint_completion_target: '0.9',
	commit_delay: '0',
	max_connections: '100',
	work_mem: '16MB',
	effective_io_concurrency: '200',
	random_page_cost: '1.1',
	jit: 'off',
	max_parallel_workers_per_gather: '0',
	// Every statement is a point look-up; a plan cached while a table was small must not turn into a scan of a large one.
	plan_cache_mode: 'force_generic_plan',
	enable_seqscan: 'off',
	enable_hashjoin: 'off',
	enable_mergejoin: 'off',
	enable_bitmapscan: 'off',
	track_activities: 'off',
	update_process_title: 'off',
	autovacuum_naptime: '10s',
	autovacuum_vacuum_cost_delay: '2ms',
	TimeZone: 'UTC',
};

/** Where PostgreSQL's programs are, or undefined where it is not installed. */
export function findPostgres() {
	const root = '/usr/lib/postgresql';
	const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
	for (const version of versions) {
		const bin = join(root, version, 'bin');
		if (existsSync(join(bin, 'postgres')) && existsSync(join(bin, 'initdb'))) return bin;
	}
	const onPath = spawnSync('sh', ['-c', 'dirname "$(command -v initdb)"'], { encoding: 'utf8' }).stdout.trim();
	return onPath !== '' && existsSync(join(onPath, 'postgres')) ? onPath : undefined;
}

/** PostgreSQL refuses to run as root; Debian's package makes a user for it. */
function nonRoot() {
	if (process.getuid?.() !== 0) return {};
	const of = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
	return { uid: of('-u'), gid: of('-g') };
}

const freePort = () =>
	new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject).listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});

/**
 * Starts a server of its own in a fresh temporary folder, tuned, with the schema and the gates in place.
 * @returns its connection string (unix socket), the settings used, and `stop`, which also removes the folder.
 */
export async function startPostgres({ settings = {}, folder = tmpdir() } = {}) {
	const bin = findPostgres();
	if (bin === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
	const home = mkdtempSync(join(folder, 'surety-postgres-'));
	const user = nonRoot();
	chmodSync(home, 0o777);
	const data = join(home, 'data');
	const made = spawnSync(
		join(bin, 'initdb'),
		['-D', data, '-U', 'surety', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
		{ ...user, cwd: home, encoding: 'utf8' },
	);
	if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`);
	const all = { ...SETTINGS, ...settings };
	const port = await freePort();
	const given = Object.entries({ ...all, listen_addresses: '127.0.0.1', port, unix_socket_directories: home });
	const server = spawn(
		join(bin, 'postgres'),
		['-D', data, ...given.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
		{
			...user,
			cwd: home,
			stdio: ['ignore', 'ignore', 'pipe'],
		},
	);
	let complaints = '';
	server.stderr.on('data', (chunk) => (complaints = (complaints + chunk).slice(-4000)));
	const ended = once(server, 'exit');
	// Whatever ends this process takes the server and its folder along.
	const end = () => {
		spawnSync(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', '-s', 'stop'], { ...user, cwd: home });
		rmSync(home, { recursive: true, force: true });
	};
	const exit = () => process.exit(130);
	process.once('exit', end).once('SIGINT', exit).once('SIGTERM', exit);
	const url = `postgresql://surety@/postgres?host=${encodeURIComponent(home)}&port=${port}`;
	const stop = async () => {
		process.off('exit', end).off('SIGINT', exit).off('SIGTERM', exit);
		if (server.exitCode === null) server.kill('SIGINT'); // fast shutdown
		await ended;
		rmSync(home, { recursive: true, force: true });
	};
	try {
		await prepare(url, () => server.exitCode !== null);
	} catch (error) {
		await stop();
		throw new Error(`${error.message}\n${complaints}`, { cause: error });
	}
	return { url, port, pid: server.pid, settings: all, bin, log: () => complaints, stop };
}

async function prepare(url, hasEnded) {
	for (let attempt = 0; ; attempt++) {
		const client = new pg.Client({ connectionString: url });
		try {
			await client.connect();
		} catch (error) {
			if (attempt > 200 || hasEnded()) throw error;
			await sleep(50);
			continue;
		}
		await install(client);
		await client.end();
		return;
	}
}

/** Makes the tables and procedures in an empty database. */
export async function install(client) {
	for (const name of ['schema.sql', 'gates.sql']) {
		await client.query(readFileSync(new URL(name, import.meta.url), 'utf8'));
	}
}

/** Empties every table, so that a round starts like the first. */
export async function reset(client) {
	await client.query(
		'truncate stores, store_profiles, items, order_lines, claims, withdrawals, records restart identity',
	);
}

export function createPool(url, size) {
	const pool = new pg.Pool({ connectionString: url, max: size, idleTimeoutMillis: 0 });
	pool.on('error', () => {}); // an idle connection that ended; the next call opens another
	return pool;
}

const ONE = { name: 'take_record', text: 'select take_record($1::jsonb)', rowMode: 'array' };
const MANY = { name: 'take_records', text: 'select take_records($1::jsonb)', rowMode: 'array' };
const CAREFUL = { name: 'one_by_one', text: 'select take_records_one_by_one($1::jsonb)', rowMode: 'array' };

/** Deadlock, serialisation; another transaction with the same id was first. */
const AGAIN = new Set(['40P01', '40001']);
const NOT_JSON = '22P02';
/** A record is sick (a field that does not parse, is missing, breaks a check) or was sent before. */
const isForOneByOne = (code) => code === '23505' || code?.startsWith('22') || code?.startsWith('23');

/**
 * @param connections how many connections single records use at a time where they are sent together.
 * @param coalesce the most calls that wait for a connection to be sent together, in one commit; 1 sends each by itself.
 * @returns `take`, which decides records in order in one commit and gives their outcomes, and `takeText`, the same
 * with JSON text on both sides.
 */
export function createOpponent(pool, { coalesce = 1, connections = Math.min(2, pool.options.max) } = {}) {
	const waiting = [];
	let busy = 0;

	async function ask(query, text) {
		for (let attempt = 0; ; attempt++) {
			try {
				return (await pool.query({ ...query, values: [text] })).rows[0][0];
			} catch (error) {
				if (!AGAIN.has(error.code) || attempt > 20) throw error;
			}
		}
	}

	async function takeMany(text) {
		try {
			return await ask(MANY, text);
		} catch (error) {
			if (!isForOneByOne(error.code)) throw error;
			return await takeCarefully(text);
		}
	}

	async function takeCarefully(text) {
		for (let attempt = 0; ; attempt++) {
			try {
				return await ask(CAREFUL, text);
			} catch (error) {
				if (error.code !== '23505' || attempt > 5) throw error; // a twin in flight
			}
		}
	}

	async function takeOne(text) {
		try {
			return await ask(ONE, text);
		} catch (error) {
			if (!isForOneByOne(error.code)) throw error;
			return (await takeCarefully(`[${text}]`)).slice(1, -1);
		}
	}

	/** Calls that arrive while all connections are busy go together, each record in its place. */
	function takeTogether(text) {
		return new Promise((resolve, reject) => {
			waiting.push({ text, resolve, reject });
			if (busy < connections) void drain();
		});
	}

	async function drain() {
		busy++;
		while (waiting.length > 0) {
			const calls = waiting.splice(0, coalesce);
			try {
				if (calls.length === 1) calls[0].resolve(await takeOne(calls[0].text));
				else {
					const outcomes = JSON.parse(await takeMany(`[${calls.map((call) => call.text).join(',')}]`));
					for (const [at, call] of calls.entries()) call.resolve(JSON.stringify(outcomes[at]));
				}
			} catch (error) {
				for (const call of calls) call.reject(error);
			}
		}
		busy--;
	}

	/** One record as JSON text. */
	const takeOneText = coalesce > 1 ? takeTogether : takeOne;

	return {
		takeOneText,
		/** A JSON array of records as text; gives a JSON array of outcomes as text. */
		takeText: takeMany,
		async take(records) {
			if (records.length === 1) return [JSON.parse(await takeOneText(JSON.stringify(records[0])))];
			return JSON.parse(await takeMany(JSON.stringify(records)));
		},
	};
}

/**
 * The HTTP front: `POST /v1/records` with NDJSON or JSON, outcomes in the same form. Bodies go to PostgreSQL as they
 * came; nothing is parsed or checked twice.
 */
export function createFront(opponent) {
	const app = Fastify({ logger: false, bodyLimit: 64 * 1024 * 1024 });
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
	app.get('/healthz', async () => 'ok');
	app.post('/v1/records', async (request, reply) => {
		const isNdjson = request.headers['content-type']?.startsWith('application/x-ndjson') ?? false;
		const body = request.body.trim();
		reply.type(isNdjson ? 'application/x-ndjson' : 'application/json');
		if (isNdjson) return await takeLines(body);
		if (body.startsWith('[')) return await opponent.takeText(body);
		return await opponent.takeOneText(body);
	});

	async function takeLines(body) {
		if (!body.includes('\n')) return `${await takeOneLine(body)}\n`;
		try {
			const outcomes = await opponent.takeText(`[${body.replaceAll('\n', ',')}]`);
			// Outcomes start with their id and hold no other object that does.
			return `${outcomes.slice(1, -1).replaceAll('},{"id":', '}\n{"id":')}\n`;
		} catch (error) {
			if (error.code !== NOT_JSON) throw error;
			const outcomes = [];
			for (const line of body.split('\n')) if (line.trim() !== '') outcomes.push(await takeOneLine(line));
			return `${outcomes.join('\n')}\n`;
		}
	}

	async function takeOneLine(line) {
		try {
			JSON.parse(line);
		} catch {
			return '{"id":"","error":{"code":"bad_record","field":""}}';
		}
		return await opponent.takeOneText(line);
	}

	return app;
}

/**
 * A server, a pool and the front, listening; for a load generator.
 * @param connections the pool; single records that are not coalesced want 16, everything else 4 on two cores.
 * @param coalesce see createOpponent; 256 is its best here, 1 is what most teams would run.
 */
export async function serveOpponent({ port = 0, connections = 16, coalesce = 256, settings } = {}) {
	const postgres = await startPostgres({ settings });
	const pool = createPool(postgres.url, connections);
	const opponent = createOpponent(pool, { coalesce });
	const app = createFront(opponent);
	const address = await app.listen({ port, host: '127.0.0.1' });
	const stop = async () => {
		await app.close();
		await pool.end();
		await postgres.stop();
	};
	return { address, pool, opponent, stop };
}

// `node bench/postgres/opponent.mjs [--port=8421] [--connections=16] [--coalesce=256]`
if (process.argv[1] === new URL(import.meta.url).pathname) {
	if (findPostgres() === undefined) {
		console.log('PostgreSQL is not installed: apt-get install postgresql');
		process.exit(0);
	}
	const option = (name, fallback) =>
		Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? fallback);
	const { address } = await serveOpponent({
		port: option('port', 8421),
		connections: option('connections', 16),
		coalesce: option('coalesce', 256),
	});
	console.log(`listening on ${address}`);
}
