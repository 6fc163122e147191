/**
 * A file as its physical lines, whatever they hold. A line may be a gigabyte long, because someone lost the line
 * breaks: such a line is passed over without being kept, so memory stays at the longest line that is taken.
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { SuretyError } from '../core/words/error.js';

/** No row of the contract comes near; DuckDB's own limit for a row is the same. */
export const LONGEST_LINE = 2_000_000;
const LF = 10;
const CR = 13;

/** `undefined` stands for a line longer than `LONGEST_LINE`. */
export type VisitLine = (bytes: Buffer | undefined) => void;

/** Cuts chunks into lines without their line break (LF or CRLF). */
export class PhysicalLines {
	readonly #visit: VisitLine;
	#kept: Buffer[] = [];
	#length = 0;
	#tooLong = false;

	constructor(visit: VisitLine) {
		this.#visit = visit;
	}

	push(chunk: Buffer): void {
		let start = 0;
		for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
			this.#keep(chunk.subarray(start, end));
			this.#finish();
			start = end + 1;
		}
		this.#keep(chunk.subarray(start));
	}

	/** The last line need not end in a line break. */
	end(): void {
		if (this.#length > 0 || this.#tooLong) this.#finish();
	}

	#keep(piece: Buffer): void {
		if (piece.length === 0) return;
		this.#length += piece.length;
		if (this.#length > LONGEST_LINE) {
			this.#tooLong = true;
			this.#kept = [];
		}
		if (!this.#tooLong) this.#kept.push(piece);
	}

	#finish(): void {
		const [only] = this.#kept;
		const bytes = this.#kept.length === 1 && only !== undefined ? only : Buffer.concat(this.#kept);
		const tooLong = this.#tooLong;
		this.#kept = [];
		this.#length = 0;
		this.#tooLong = false;
		this.#visit(tooLong ? undefined : bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes);
	}
}

/**
 * Passes every line of a file, gunzipped where needed. `visit` may stop the reading by returning false;
 * `afterBlock` is awaited after every block of lines.
 * @throws SuretyError `bad_table` when a gzip file is cut off or is none.
 */
export async function eachLine(
	path: string,
	file: string,
	gzip: boolean,
	visit: (bytes: Buffer | undefined) => void | false,
	afterBlock?: () => Promise<void>,
): Promise<void> {
	let stopped = false;
	const lines = new PhysicalLines((bytes) => {
		if (!stopped && visit(bytes) === false) stopped = true;
	});
	const raw = createReadStream(path, { highWaterMark: 1 << 20 });
	const stream = gzip ? raw.pipe(createGunzip({ chunkSize: 1 << 18 })) : raw;
	raw.on('error', (error) => stream.destroy(error));
	try {
		for await (const chunk of stream) {
			lines.push(chunk as Buffer); // a byte stream without an encoding gives Buffers
			if (stopped) return;
			await afterBlock?.();
		}
	} catch (error) {
		throw (error as NodeJS.ErrnoException).code === undefined
			? error
			: unreadable(file, error as NodeJS.ErrnoException);
	} finally {
		raw.destroy();
	}
	lines.end();
}

function unreadable(file: string, error: NodeJS.ErrnoException): SuretyError {
	const why =
		error.code === 'Z_BUF_ERROR'
			? 'the gzip file ends too early: the rest is missing'
			: error.code?.startsWith('Z_')
				? `not a good gzip file (${error.message})`
				: `cannot be read (${error.code ?? error.message})`;
	return new SuretyError('bad_table', `${file}: ${why}`);
}
