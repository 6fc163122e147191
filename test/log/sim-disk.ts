/**
 * A disk that fails the way disks do, drawn from a seed. What was written and not synced lives in sectors of 512 bytes
 * that a crash keeps or loses one by one, in no order; the same goes for a file's size and for the names in a folder.
 * A failed sync leaves each sector either waiting, or on the disk, or lost while reading still shows it.
 *
 * A life of the process ends by `crash` (the machine: what is not synced may be lost) or `kill` (the process alone:
 * the system still shows all that was written). Both can be set to strike within a later operation.
 */
import { dirname } from 'node:path';
import { SuretyError } from '../../src/core/words/error.js';
import type { Disk, DiskFile, OpenMode } from '../../src/log/disk.js';
import { Random } from '../../src/sim/random.js';
import { Inode } from './sim-inode.js';

export type Fault = 'full' | 'write' | 'sync' | 'read-only';
export type End = 'crash' | 'kill';

export class SimDisk implements Disk {
	/** What goes wrong in every operation it applies to; `once` takes the fault away after the first. */
	fault: Fault | undefined;
	once = false;
	/** So many operations are spared before. */
	patience = 0;
	/** Bytes the files may hold together; what does not fit is not written. */
	capacity = Number.POSITIVE_INFINITY;
	/** The share of writes, in percent, that take fewer bytes than asked. */
	shortWrites = 0;
	/** Operations until the end strikes, within the operation. */
	private endIn: number | undefined;
	private end: End = 'crash';
	/** Each life's handles work only in it. */
	life = 0;
	/** True once the end has struck, until `restart`. */
	dead = false;
	private readonly random: Random;
	private names = new Map<string, Inode>();
	private durableNames = new Map<string, Inode>();
	private locked = new Set<string>();

	constructor(seed: number) {
		this.random = new Random(seed, 'disk');
	}

	endWithin(operations: number, end: End): void {
		this.endIn = operations;
		this.end = end;
	}

	/** Begins the next life with what the last one left. */
	restart(end: End = this.end): void {
		if (end === 'crash') this.loseUnsynced();
		this.life++;
		this.dead = false;
		this.endIn = undefined;
		this.fault = undefined;
		this.locked.clear();
	}

	/** The content of a file as reading shows it, to look at and to spoil. */
	bytes(path: string): Uint8Array {
		return this.inode(path).shown;
	}

	/** Replaces a file's content, durably, behind everybody's back. */
	overwrite(path: string, bytes: Uint8Array): void {
		const inode = this.names.get(path) ?? new Inode();
		inode.shown = bytes.slice();
		inode.sync();
		this.names.set(path, inode);
		this.durableNames.set(path, inode);
	}

	async open(path: string, mode: OpenMode): Promise<DiskFile> {
		await this.operate();
		if (mode === 'create') {
			this.failIf('read-only');
			const inode = this.names.get(path) ?? new Inode();
			inode.cut(0);
			this.names.set(path, inode);
		}
		return new SimFile(this, this.inode(path));
	}

	async list(folder: string): Promise<readonly string[]> {
		await this.operate();
		return [...this.names.keys()]
			.filter((path) => dirname(path) === folder)
			.map((path) => path.slice(folder.length + 1));
	}

	async rename(from: string, to: string): Promise<void> {
		await this.operate();
		this.failIf('read-only');
		const inode = this.inode(from);
		this.names.delete(from);
		this.names.set(to, inode);
		this.strike();
	}

	async remove(path: string): Promise<void> {
		await this.operate();
		this.failIf('read-only');
		this.inode(path);
		this.names.delete(path);
		this.strike();
	}

	async makeFolder(): Promise<void> {
		await this.operate();
	}

	async syncFolder(folder: string): Promise<void> {
		await this.operate();
		this.strike();
		this.failIf('sync');
		for (const path of new Set([...this.names.keys(), ...this.durableNames.keys()])) {
			if (dirname(path) === folder) settle(path, this.names, this.durableNames);
		}
	}

	async lock(folder: string): Promise<() => Promise<void>> {
		await this.operate();
		if (this.locked.has(folder)) throw new SuretyError('log_locked', `${folder} is being written by process 1.`);
		this.locked.add(folder);
		const { life } = this;
		return async () => {
			if (life === this.life) this.locked.delete(folder);
		};
	}

	/** Takes a seeded number of ticks, and counts down to the end. */
	async operate(life = this.life): Promise<void> {
		for (let ticks = this.random.below(3); ticks > 0; ticks--) await Promise.resolve();
		if (this.dead || life !== this.life) throw failure('EDEAD');
		if (this.endIn !== undefined) this.endIn--;
	}

	get isEnding(): boolean {
		return this.endIn !== undefined && this.endIn <= 0;
	}

	/** Called where an operation is half done: the end may strike here. */
	strike(): void {
		if (!this.isEnding) return;
		this.dead = true;
		throw failure('EDEAD');
	}

	/** Whether a fault happens now. */
	happens(fault: Fault): boolean {
		if (this.fault !== fault || this.patience-- > 0) return false;
		if (this.once) this.fault = undefined;
		return true;
	}

	failIf(fault: Fault): void {
		if (this.happens(fault)) throw failure(fault === 'full' ? 'ENOSPC' : fault === 'read-only' ? 'EROFS' : 'EIO');
	}

	/** How many of so many bytes the disk takes now. */
	accepts(bytes: number, growth: number): number {
		if (growth > 0) this.failIf('full');
		const used = [...this.names.values()].reduce((sum, { shown }) => sum + shown.length, 0);
		const room = bytes - Math.max(0, used + growth - this.capacity);
		if (room <= 0 && bytes > 0) throw failure('ENOSPC');
		return room > 1 && this.random.chance(this.shortWrites) ? this.random.between(1, room) : room;
	}

	/** A failed sync: each waiting sector is written, or goes on waiting, or is forgotten. */
	halfSync(inode: Inode): Error {
		for (const sector of inode.dirty) {
			const fate = this.random.below(3);
			if (fate === 0) inode.keep(sector);
			if (fate <= 1) inode.dirty.delete(sector);
		}
		return failure('EIO');
	}

	below(end: number): number {
		return this.random.below(end);
	}

	private loseUnsynced(): void {
		for (const path of new Set([...this.names.keys(), ...this.durableNames.keys()])) {
			if (this.random.chance(50)) settle(path, this.names, this.durableNames);
		}
		this.names = new Map(this.durableNames);
		for (const inode of new Set(this.names.values())) {
			for (const sector of inode.dirty) if (this.random.chance(50)) inode.keep(sector);
			if (this.random.chance(50)) inode.resize(inode.shown.length);
			inode.dirty.clear();
			inode.shown = inode.durable.slice();
		}
	}

	private inode(path: string): Inode {
		const inode = this.names.get(path);
		if (inode === undefined) throw failure('ENOENT');
		return inode;
	}
}

class SimFile implements DiskFile {
	private readonly disk: SimDisk;
	private readonly inode: Inode;
	private readonly life: number;

	constructor(disk: SimDisk, inode: Inode) {
		this.disk = disk;
		this.inode = inode;
		this.life = disk.life;
	}

	async read(into: Uint8Array, at: number): Promise<number> {
		await this.disk.operate(this.life);
		const part = this.inode.shown.subarray(at, at + into.length);
		into.set(part);
		return part.length;
	}

	async write(bytes: Uint8Array, at: number): Promise<number> {
		const { disk, inode } = this;
		await disk.operate(this.life);
		disk.failIf('read-only');
		const taken = disk.accepts(bytes.length, at + bytes.length - inode.shown.length);
		const fails = disk.happens('write');
		inode.put(bytes.subarray(0, fails || disk.isEnding ? disk.below(taken + 1) : taken), at);
		disk.strike();
		if (fails) throw failure('EIO');
		await this.sync(disk.below(2) === 0);
		return taken;
	}

	async cut(size: number): Promise<void> {
		const { disk, inode } = this;
		await disk.operate(this.life);
		disk.failIf('read-only');
		if (disk.below(2) === 0) disk.failIf('sync'); // before anything is cut, and not after
		inode.cut(size);
		await this.sync(true);
	}

	async size(): Promise<number> {
		await this.disk.operate(this.life);
		return this.inode.shown.length;
	}

	async close(): Promise<void> {
		await this.disk.operate(this.life);
	}

	private async sync(shrinks: boolean): Promise<void> {
		await this.disk.operate(this.life);
		this.disk.strike();
		if (this.disk.happens('sync')) throw this.disk.halfSync(this.inode);
		this.inode.sync(shrinks);
		this.disk.strike(); // done, and nobody is told
	}
}

function settle(path: string, from: ReadonlyMap<string, Inode>, to: Map<string, Inode>): void {
	const inode = from.get(path);
	if (inode === undefined) to.delete(path);
	else to.set(path, inode);
}

function failure(code: string): Error {
	return Object.assign(new Error(code), { code });
}
