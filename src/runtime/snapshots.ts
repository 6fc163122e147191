/**
 * Snapshots: the whole state after some batch, in a file, so that a restart replays only what came later. A snapshot is
 * a cache of the log: one that is damaged, of another version or of another log is passed over.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Desk } from '../core/desk/desk.js';
import { type Disk, readUpTo } from '../log/disk.js';
import { SuretyError } from '../core/words/error.js';
import type { Log, Position } from '../log/port.js';
import { deskHash } from '../core/desk/desk-hash.js';
import { writeWhole } from '../log/whole-file.js';
import { CLASSES } from './classes.js';
import type { Settings } from './entry.js';
import { freeze, thaw } from './freeze.js';
import type { KnownIds } from './known-ids.js';

const MAGIC = 'surety.snapshot/2';
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

interface Found {
	readonly head: SnapshotHead;
	readonly body: Uint8Array;
}

/** A batch of the log: its number and where it begins. */
export interface Place {
	readonly number: number;
	readonly position: Position;
}

/** What a snapshot holds. */
export interface Held {
	readonly desk: Desk;
	readonly ids: KnownIds;
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

	/**
	 * The state of the newest snapshot that fits the log, if there is one.
	 * @param fresh makes an empty state; each snapshot that is tried fills one of its own.
	 * @throws SuretyError `log_corrupt` where a snapshot is of batches that the log has lost.
	 */
	async load(fresh: () => Held, log: Log): Promise<(Held & Place & { readonly settings: Settings }) | undefined> {
		for (const name of await this.names()) {
			const found = await this.readOr(name);
			if (found === undefined) continue;
			const { number } = found.head;
			if (number > log.head.number) throw lost(name, number, log.head.number);
			try {
				return await this.unpack(found, fresh(), log);
			} catch (error) {
				this.passOver(name, error);
			}
		}
		return undefined;
	}

	/** What the snapshots say of themselves, newest first; damaged ones are passed over. */
	async heads(): Promise<SnapshotHead[]> {
		const heads: SnapshotHead[] = [];
		for (const name of await this.names()) {
			const found = await this.readOr(name);
			if (found !== undefined) heads.push(found.head);
		}
		return heads;
	}

	/** The state must come out as the one that was put in, whatever version of Surety wrote it. */
	private async unpack({ head, body }: Found, held: Held, log: Log): Promise<Held & Place & { settings: Settings }> {
		const position = head.position as Position; // written by `write`
		const batch = await log.readAt(position);
		if (Buffer.from(batch.chain).toString('hex') !== head.chain) throw new Error('it is of another history');
		thaw(body, held, CLASSES);
		if (deskHash(held.desk) !== head.state) throw new Error('another version of Surety kept its state otherwise');
		return { ...held, number: head.number, position, settings: head.settings };
	}

	private async readOr(name: string): Promise<Found | undefined> {
		try {
			return await this.read(name);
		} catch (error) {
			return this.passOver(name, error);
		}
	}

	private passOver(name: string, error: unknown): undefined {
		this.warn(`snapshot ${name} is passed over: ${(error as Error).message}`);
	}

	/** Newest first. */
	private async names(): Promise<string[]> {
		const names = await this.disk.list(this.folder).catch(() => []);
		return names
			.filter((name) => name.endsWith('.snapshot'))
			.sort()
			.reverse();
	}

	private async read(name: string): Promise<Found> {
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

function lost(name: string, number: number, last: number): SuretyError {
	return new SuretyError(
		'log_corrupt',
		`snapshot ${name} is of batch ${number}, but the log ends with ${last}: the log has lost batches that were answered; restore a backup`,
	);
}
