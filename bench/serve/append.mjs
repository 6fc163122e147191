/** Appending to a file with nothing in between: one write and sync after the other, on the disk of the data folder. */
import { closeSync, constants, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';

const SYNCED = process.platform === 'linux' ? constants.O_DSYNC : 0;

/** @returns how many appends of so many bytes are durable a second. */
export function appendsPerSecond(path, bytes, seconds) {
	const piece = Buffer.alloc(bytes).map((_, i) => i * 31);
	const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | SYNCED);
	try {
		const start = performance.now();
		let [appends, took] = [0, 0];
		while (took < seconds * 1000) {
			writeSync(file, piece);
			if (SYNCED === 0) fdatasyncSync(file);
			appends++;
			took = performance.now() - start;
		}
		return (appends * 1000) / took;
	} finally {
		closeSync(file);
		rmSync(path);
	}
}
