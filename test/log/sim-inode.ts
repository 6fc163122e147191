/** A file of the simulated disk: its content as reading shows it, and as the disk holds it. */

const SECTOR = 512;

export class Inode {
	shown: Uint8Array = new Uint8Array(0);
	durable: Uint8Array = new Uint8Array(0);
	/** Sectors that a sync will write. */
	readonly dirty = new Set<number>();

	put(bytes: Uint8Array, at: number): void {
		if (at + bytes.length > this.shown.length) this.shown = resized(this.shown, at + bytes.length);
		this.shown.set(bytes, at);
		for (let sector = Math.floor(at / SECTOR); sector * SECTOR < at + bytes.length; sector++) this.dirty.add(sector);
	}

	cut(size: number): void {
		this.shown = this.shown.slice(0, size);
		for (const sector of this.dirty) if (sector * SECTOR >= size) this.dirty.delete(sector);
	}

	/** Writes one sector; the part behind the end of the file on the disk waits for `resize`, with zeros till then. */
	keep(sector: number): void {
		const part = this.shown.subarray(sector * SECTOR, (sector + 1) * SECTOR);
		if (this.durable.length < sector * SECTOR + part.length) {
			this.durable = resized(this.durable, sector * SECTOR + part.length);
		}
		this.durable.set(part, sector * SECTOR);
	}

	resize(size: number): void {
		this.durable = resized(this.durable, size);
	}

	/** Writes what waits. The disk may forget to shrink a file, and never to grow it. */
	sync(shrinks = true): void {
		if (this.durable.length < this.shown.length) this.resize(this.shown.length);
		for (const sector of this.dirty) this.keep(sector);
		this.dirty.clear();
		if (shrinks) this.resize(this.shown.length);
	}
}

function resized(bytes: Uint8Array, size: number): Uint8Array {
	const result = new Uint8Array(size);
	result.set(bytes.subarray(0, size));
	return result;
}
