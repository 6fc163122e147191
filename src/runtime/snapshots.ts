/**
 * Snapshots: the whole state after some batch, in a file, so that a restart replays only what came later. A snapshot is
 * a cache of the log: one that is damaged, of another version or of another log is passed over.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Desk } from '../core/desk/desk.js';
import { type Disk, readUpTo } from '../log/disk.js';
import type { Log, Position } from '../log/port.js';
import { deskHash } from '../core/desk/desk-hash.js';
import type { Place, Settings } from './recovery.js';
import { writeWhole } from '../log/whole-file.js';
import { CLASSES } from './classes.js';
import { freeze, thaw } from './freeze.js';
import type { KnownIds } from './known-ids.js';

const MAGIC = 'surety.snapshot/1';
/** How many are kept; the one before the newest is for the case that the newest is damaged. */
const KEPT = 2;

/** The first line of a snapshot, in JSON; the state follows. */
export interface SnapshotHead {
	readonly magic: typeof MAGIC;
	readonly log: string;
	readonly number: number;
	readonly position: number;
	readonly chain: string;
	/** The state's own hash, which a replay of the log must come to. */
	readonly state: string;
	readonly settings: Settings;
	readonly sha256: string;
}

export class Snapshots {
	private readonly folder: string;
	private readonly disk: Disk;
	private readonly logId: string;
	/** Told of snapshots that were passed over, and why. */
	private readonly warn: (sentence: string) => void;

	constructor(folder: string, disk: Disk, logId: string, warn: (sentence: string) => void = () => undefined) {
		this.folder = folder;
		this.disk = disk;
		this.logId = logId;
		this.warn = warn;
	}

	/** Writes the state as of a place in the log. */
	async write(desk: Desk, ids: KnownIds, place: Place, chain: Uint8Array, settings: Settings): Promise<void> {
		const { number, position } = place;
		const body = freeze({ desk, ids }, CLASSES);
		const head: SnapshotHead = {
			magic: MAGIC,
			log: this.logId,
			number,
			position,
			chain: Buffer.from(chain).toString('hex'),
			state: deskHash(desk),
			settings,
			sha256: createHash('sha256').update(body).digest('hex'),
		};
		await this.disk.makeFolder(this.folder);
		const name = `${String(number).padStart(20, '0')}.snapshot`;
		await writeWhole(this.disk, join(this.folder, name), [Buffer.from(`${JSON.stringify(head)}\n`), body]);
		for (const old of (await this.names()).slice(KEPT)) await this.disk.remove(join(this.folder, old));
	}

	/** Fills a fresh desk from the newest snapshot that fits the log. @returns its place, or nothing if there is none. */
	async load(desk: Desk, ids: KnownIds, log: Log): Promise<(Place & { readonly settings: Settings }) | undefined> {
		for (const name of await this.names()) {
			try {
				const { head, body } = await this.read(name);
				const position = head.position as Position; // written by `write`
				const batch = await log.readAt(position);
				if (Buffer.from(batch.chain).toString('hex') !== head.chain) throw new Error('it is of another history');
				thaw(body, { desk, ids }, CLASSES);
				return { number: head.number, position, settings: head.settings };
			} catch (error) {
				this.warn(`snapshot ${name} is passed over: ${(error as Error).message}`);
			}
		}
		return undefined;
	}

	/** What the snapshots say of themselves, newest first; damaged ones are passed over. */
	async heads(): Promise<SnapshotHead[]> {
		const heads: SnapshotHead[] = [];
		for (const name of await this.names()) {
			try {
				heads.push((await this.read(name)).head);
			} catch (error) {
				this.warn(`snapshot ${name} is passed over: ${(error as Error).message}`);
			}
		}
		return heads;
	}

	/** Newest first. */
	private async names(): Promise<string[]> {
		const names = await this.disk.list(this.folder).catch(() => []);
		return names
			.filter((name) => name.endsWith('.snapshot'))
			.sort()
			.reverse();
	}

	private async read(name: string): Promise<{ head: SnapshotHead; body: Uint8Array }> {
		const bytes = await this.bytes(join(this.folder, name));
		const end = bytes.indexOf(10);
		const head = JSON.parse(bytes.subarray(0, end).toString()) as SnapshotHead; // checked by magic and sum
		const body = bytes.subarray(end + 1);
		if (head.magic !== MAGIC) throw new Error('it was written by another version');
		if (head.log !== this.logId) throw new Error('it is of another log');
		if (createHash('sha256').update(body).digest('hex') !== head.sha256) throw new Error('it is damaged');
		return { head, body };
	}

	private async bytes(path: string): Promise<Buffer> {
		const file = await this.disk.open(path, 'read');
		try {
			const { buffer, byteOffset, length } = await readUpTo(file, 0, await file.size());
			return Buffer.from(buffer, byteOffset, length);
		} finally {
			await file.close();
		}
	}
}
