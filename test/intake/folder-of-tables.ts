/** A folder of small, good tables that a test changes as it likes, and what came out of it. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { currency } from '../../src/core/words/money.js';
import type { Fact } from '../../src/core/words/record.js';
import { type History, type IntakeOptions, openHistory, parseMap } from '../../src/intake/index.js';

export const GOOD = {
	stores: [
		'store_id,opened_at,deposit,category,licence_no,legal_person,bank_account,phone,device_id,ip,address,closed_at',
		'S1,2023-09-01T10:00:00+08:00,1000.00,phones,L1,王小明,6222,138,D1,10.0.0.1,"上海市静安区, 1 号",',
		'S2,2023-09-02T10:00:00+08:00,500,,,,,,,,,2024-02-01T00:00:00Z',
	],
	order_lines: [
		'order_line_id,store_id,sku_id,buyer_id,quantity,unit_price,paid_at,protect_days,delivered_at,released_at,refunded_at,refunded_amount,device_id,address',
		'OL1,S1,K1,B1,1,9999.00,2023-10-01T10:00:00+08:00,7,2023-10-01T10:05:00+08:00,2023-10-01T10:10:00+08:00,,,D9,"3 号楼 ""东"""',
		'OL2,S1,K1,B2,2,100.5,2023-10-02T10:00:00+08:00,7,2023-10-03T10:00:00+08:00,,2023-10-05T10:00:00+08:00,,,',
		'OL3,S2,K1,B1,1,20.00,2023-10-02T10:00:00+08:00,0,,,2023-10-05T10:00:00+08:00,5.25,,',
	],
	price_changes: [
		'store_id,sku_id,changed_at,price',
		'S1,K1,2023-09-30T00:00:00Z,9999.00',
		'S1,K1,2023-10-03T00:00:00Z,300.00',
	],
	claims: [
		'claim_id,order_line_id,claimed_at,amount,recovered',
		'C1,OL1,2023-10-03T08:00:00Z,9699.00,',
		'C2,OL2,2023-10-03T09:00:00Z,0.50,0.25',
	],
	withdrawals: ['withdrawal_id,store_id,requested_at,amount', 'W1,S1,2023-10-02T20:00:00Z,9000.00'],
	labels: ['store_id,label,labelled_at', 'S1,abuse,2024-03-01T00:00:00Z', 'S2,honest,'],
};
export type Tables = Record<string, readonly string[]>;

const CNY = currency('CNY');
const folders: string[] = [];
const histories: History[] = [];

afterEach(async () => {
	for (const history of histories.splice(0)) await history.close();
	for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

export async function emptyFolder(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'surety-test-'));
	folders.push(folder);
	return folder;
}

/** Writes the tables as CSV; `changes` replaces whole files by name (`claims.csv`), null leaves one out. */
export async function folderOf(
	tables: Tables = GOOD,
	changes: Readonly<Record<string, string | Uint8Array | null>> = {},
): Promise<string> {
	const dir = await emptyFolder();
	const files = new Map<string, string | Uint8Array | null>(
		Object.entries(tables).map(([name, lines]) => [`${name}.csv`, `${lines.join('\n')}\n`]),
	);
	for (const [name, content] of Object.entries(changes)) files.set(name, content);
	for (const [name, content] of files) if (content !== null) await writeFile(join(dir, name), content);
	return dir;
}

/** As `openHistory` takes them, but with the mapping as a document. */
type Options = Partial<Omit<IntakeOptions, 'map'>> & { readonly map?: object };

export interface Rejected {
	readonly file: string;
	readonly line: number;
	readonly field: string | null;
	readonly value: string | null;
	readonly reason: string;
}

export interface Opened {
	readonly history: History;
	readonly facts: readonly Fact[];
	readonly rejected: readonly Rejected[];
	/** What is left in the temporary folder while the history is open. */
	readonly tempDir: string;
}

export async function open(dir: string, options: Options = {}): Promise<Opened> {
	const tempDir = await emptyFolder();
	const rejectedPath = options.rejectedPath ?? join(tempDir, 'out', 'rejected.ndjson');
	const map = options.map === undefined ? undefined : parseMap(options.map);
	const history = await openHistory({ currency: CNY, tempDir, rejectedPath, ...options, dir, map });
	histories.push(history);
	const text = await readFile(rejectedPath, 'utf8');
	const rejected = text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Rejected);
	return { history, facts: await drain(history), rejected, tempDir };
}

export async function drain(history: History, stores?: readonly string[]): Promise<Fact[]> {
	const facts: Fact[] = [];
	for await (const batch of history.records({ stores })) facts.push(...batch);
	return facts;
}

/** Opens the good tables with one table changed and returns the sentences about rejected rows. */
export async function sentencesOf(changes: Readonly<Record<string, string | Uint8Array>>): Promise<readonly string[]> {
	return (await open(await folderOf(GOOD, changes))).history.rejectedSample;
}

/** A good table with rows added. */
export const withRows = (table: keyof typeof GOOD, ...rows: readonly string[]): string =>
	`${[...GOOD[table], ...rows].join('\n')}\n`;

/** The message with which a folder is refused as a whole; the temporary folder must be empty again. */
export async function refusal(dir: string, options: Options = {}): Promise<string> {
	const tempDir = options.tempDir ?? (await emptyFolder());
	try {
		const map = options.map === undefined ? undefined : parseMap(options.map);
		const history = await openHistory({ currency: CNY, tempDir, ...options, dir, map });
		await history.close();
		return 'accepted';
	} catch (error) {
		const { code, message } = error as Error & { code: string };
		const left = await readdir(tempDir).catch(() => []);
		return `${code}: ${message.replaceAll(dir, 'DIR')}${left.length > 0 ? ` (left ${left.join()})` : ''}`;
	}
}
