/** Elements of a JSON array, cut out of bytes as they arrive, so that an array may be as long as NDJSON. */
import { readText, Sick } from '../json.js';
import { Remainder } from './lines.js';

const [OPEN, CLOSE, BRACE, UNBRACE, COMMA, QUOTE, BACKSLASH] = Buffer.from('[]{},"\\');

export class ElementSplitter {
	private readonly longest: number;
	private readonly rest = new Remainder();
	private state: 'before' | 'inside' | 'after' | 'broken' = 'before';
	/** Inside the element: open brackets, and whether in a text and right after a backslash. */
	private depth = 0;
	private isText = false;
	private isEscaped = false;
	private isSkipping = false;
	private count = 0;

	constructor(longest: number) {
		this.longest = longest;
	}

	/** Nothing more can come of it. */
	get isBroken(): boolean {
		return this.state === 'broken';
	}

	push(chunk: Buffer): (string | Sick)[] {
		const found: (string | Sick)[] = [];
		let from = 0;
		for (let i = 0; i < chunk.length && this.state !== 'broken'; i++) {
			const c = chunk[i] as number; // below the length
			if (this.state === 'inside') {
				if (!this.endsAt(c)) continue;
				this.finish(chunk.subarray(from, i), c === CLOSE, found);
				from = i + 1;
				if (c === CLOSE) this.state = 'after';
			} else if (this.state === 'before' && c === OPEN) {
				this.state = 'inside';
				from = i + 1;
			} else if (!isBlank(c)) this.break('text beside the array', found);
		}
		if (this.state === 'inside') this.keep(chunk.subarray(from), found);
		return found;
	}

	end(): (string | Sick)[] {
		const found: (string | Sick)[] = [];
		if (this.state === 'before' || this.state === 'inside') this.break('the array does not end', found);
		return found;
	}

	/** Whether an element ends before this byte. */
	private endsAt(c: number): boolean {
		if (this.isText) {
			if (this.isEscaped) this.isEscaped = false;
			else if (c === BACKSLASH) this.isEscaped = true;
			else if (c === QUOTE) this.isText = false;
			return false;
		}
		if (c === QUOTE) this.isText = true;
		else if (c === OPEN || c === BRACE) this.depth++;
		else if (c === UNBRACE) this.depth--;
		else if (c === CLOSE) return --this.depth < 0;
		else if (c === COMMA) return this.depth <= 0;
		return false;
	}

	private finish(bytes: Buffer, isLast: boolean, found: (string | Sick)[]): void {
		this.depth = 0;
		if (this.isSkipping) {
			this.isSkipping = false;
			return;
		}
		const whole = this.rest.take(bytes);
		const text = whole.length > this.longest ? this.tooLong() : readText(whole);
		const isNothing = typeof text === 'string' && text.trim() === '';
		if (isNothing && isLast && this.count === 0) return;
		this.count++;
		found.push(isNothing ? new Sick('bad_json', 'an element is missing') : text);
	}

	private keep(bytes: Buffer, found: (string | Sick)[]): void {
		if (this.isSkipping) return;
		this.rest.add(bytes);
		if (this.rest.length <= this.longest) return;
		this.rest.drop();
		this.isSkipping = true;
		this.count++;
		found.push(this.tooLong());
	}

	private tooLong(): Sick {
		return new Sick('line_too_long', `longer than ${this.longest} bytes`);
	}

	private break(why: string, found: (string | Sick)[]): void {
		this.state = 'broken';
		found.push(new Sick('bad_json', `not a JSON array: ${why}`));
	}
}

const isBlank = (c: number): boolean => c === 32 || c === 10 || c === 13 || c === 9;
