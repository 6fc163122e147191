/** Lines of NDJSON, cut out of bytes as they arrive. A line that is too long is skipped, with a word in its place. */
import { isUtf8 } from 'node:buffer';
import { readText, Sick } from '../json.js';

const NEWLINE = 10;

/** Bytes that wait for the rest of their line or element; grows by doubling, so slow small pieces stay cheap. */
export class Remainder {
	private bytes = Buffer.alloc(0);
	length = 0;

	add(piece: Buffer): void {
		if (this.length + piece.length > this.bytes.length) {
			const larger = Buffer.allocUnsafe(Math.max(1024, (this.length + piece.length) * 2));
			this.bytes.copy(larger, 0, 0, this.length);
			this.bytes = larger;
		}
		piece.copy(this.bytes, this.length);
		this.length += piece.length;
	}

	/** What was kept, and now this; nothing is kept any more. */
	take(piece: Buffer): Buffer {
		if (this.length === 0) return piece;
		this.add(piece);
		const whole = this.bytes.subarray(0, this.length);
		this.drop();
		return whole;
	}

	drop(): void {
		this.bytes = Buffer.alloc(0);
		this.length = 0;
	}
}

export class LineSplitter {
	private readonly longest: number;
	private readonly rest = new Remainder();
	/** Inside a line that was too long. */
	private isSkipping = false;

	constructor(longest: number) {
		this.longest = longest;
	}

	/** The lines that these bytes complete, blank ones left out. */
	push(chunk: Buffer): (string | Sick)[] {
		const found: (string | Sick)[] = [];
		let piece = chunk;
		if (this.isSkipping) {
			const end = piece.indexOf(NEWLINE);
			if (end < 0) return found;
			this.isSkipping = false;
			piece = piece.subarray(end + 1);
		}
		const last = piece.lastIndexOf(NEWLINE);
		if (last >= 0) {
			this.cut(this.rest.take(piece.subarray(0, last)), found);
			piece = piece.subarray(last + 1);
		}
		this.rest.add(piece);
		if (this.rest.length > this.longest) {
			this.rest.drop();
			this.isSkipping = true;
			found.push(this.tooLong());
		}
		return found;
	}

	/** What stands behind the last newline. */
	end(): (string | Sick)[] {
		const found: (string | Sick)[] = [];
		this.cut(this.rest.take(Buffer.alloc(0)), found);
		return found;
	}

	private cut(bytes: Buffer, found: (string | Sick)[]): void {
		if (!isUtf8(bytes)) {
			// Rare: find out which of them it was.
			for (let at = 0; at <= bytes.length; ) {
				const newline = bytes.indexOf(NEWLINE, at);
				const end = newline < 0 ? bytes.length : newline;
				this.add(readText(bytes.subarray(at, end)), found);
				at = end + 1;
			}
			return;
		}
		for (const line of bytes.toString('utf8').split('\n')) this.add(line, found);
	}

	private add(line: string | Sick, found: (string | Sick)[]): void {
		if (typeof line !== 'string') found.push(line);
		else if (line.length > this.longest) found.push(this.tooLong());
		else {
			const trimmed = line.trim();
			if (trimmed !== '') found.push(trimmed);
		}
	}

	private tooLong(): Sick {
		return new Sick('line_too_long', `longer than ${this.longest} bytes`);
	}
}
