/** Hostile requests, made from a seed: bodies that are nearly right, absurdly large, deep, or no text at all. */
import { EXAMPLES } from '../words/examples.js';

export interface Hostile {
	readonly method: 'GET' | 'POST' | 'DELETE';
	readonly path: string;
	readonly type: string;
	readonly body: Buffer | undefined;
}

/** mulberry32. */
export function dice(seed: number): () => number {
	let a = seed >>> 0;
	return () => {
		a = (a + 0x6d2b79f5) >>> 0;
		let t = Math.imul(a ^ (a >>> 15), 1 | a);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

const SINGLES = [
	'/v1/stores',
	'/v1/prices',
	'/v1/orders',
	'/v1/claims',
	'/v1/withdrawals',
	'/v1/appeals',
	'/v1/decisions/x/settle',
	'/v1/decisions/x/withdraw',
	'/v1/appeals/x/settle',
	'/v1/payments/claim/x/failed',
	'/v1/lookups',
	'/v1/session',
	'/v1/webhooks',
	'/v1/users',
	'/v1/keys',
];
const READS = [
	'/v1/stores',
	'/v1/rings',
	'/v1/queue',
	'/v1/decisions',
	'/v1/exposure',
	'/v1/stores/x/statement',
	'/openapi.json',
];
const TYPES = [
	'application/x-ndjson',
	'application/json',
	'application/cloudevents+json',
	'application/cloudevents-batch+json',
	'application/json; charset=latin1',
	'text/plain',
	'multipart/form-data; boundary=x',
	'a',
];
const NAMES = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'hasOwnProperty',
	'type',
	'id',
	'at',
	'data',
	'specversion',
	'',
];
const NUMBERS = [
	'1e999',
	'-1e999',
	'9'.repeat(400),
	'1e-400',
	'-0',
	'0.1',
	'1e21',
	'12345678901234567890',
	'1.999999999999999999',
];

export class Hostility {
	private readonly roll: () => number;

	constructor(seed: number) {
		this.roll = dice(seed);
	}

	next(): Hostile {
		const isRead = this.roll() < 0.1;
		if (isRead)
			return { method: 'GET', path: `${this.one(READS)}?${this.query()}`, type: 'text/plain', body: undefined };
		const path = this.roll() < 0.5 ? '/v1/records' : this.one(SINGLES);
		const type = this.roll() < 0.9 ? this.one(TYPES.slice(0, 4)) : this.one(TYPES);
		return { method: 'POST', path, type, body: this.body() };
	}

	private body(): Buffer {
		const kind = this.below(8);
		if (kind === 0) return Buffer.from(Array.from({ length: this.below(300) }, () => this.below(256)));
		if (kind === 1) return Buffer.from(this.deep(1 + this.below(20_000)));
		if (kind === 2) return this.mutated(Buffer.from(this.record()));
		if (kind === 3)
			return Buffer.from(
				`[${this.several(this.below(5), () => this.record()).join(',')}${this.one([']', '', ',]', '][', ']x'])}`,
			);
		if (kind === 4) return this.mutated(Buffer.from(this.several(1 + this.below(5), () => this.record()).join('\n')));
		if (kind === 5)
			return Buffer.from(this.one(['', ' ', '\ufeff{}', 'null', '[]', '{}', '"', '\n\n\n', 'NaN', '[null]', '\u0000']));
		if (kind === 6) return Buffer.from(this.event());
		return Buffer.from(this.value(0));
	}

	/** A record with something wrong in it, as JSON. */
	private record(): string {
		const [type, fields] = this.one(Object.entries(EXAMPLES));
		const record: Record<string, unknown> = {
			type,
			id: `f${this.below(1000)}`,
			at: '2024-03-01T08:00:00+08:00',
			...fields,
		};
		const name = this.one(Object.keys(record));
		const parts = Object.entries(record).map(([key, value]) => [
			key,
			key === name && this.roll() < 0.9 ? this.value(0) : JSON.stringify(value),
		]);
		if (this.roll() < 0.5) parts.push([this.one(NAMES), this.value(0)]);
		return `{${parts.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
	}

	private event(): string {
		return `{"specversion":${this.one(['"1.0"', '"0.3"', '1', this.value(0)])},"id":"e","type":${this.value(1)},"time":${this.value(1)},"data":${this.roll() < 0.5 ? this.record() : this.value(0)}}`;
	}

	/** Any JSON value, or nearly. */
	private value(level: number): string {
		const kind = this.below(level > 3 ? 6 : 10);
		if (kind === 0) return this.one(['null', 'true', 'false']);
		if (kind === 1) return this.one(NUMBERS);
		if (kind === 2) return String(this.roll() * 1e6 - 5e5);
		if (kind === 3) return JSON.stringify(this.one(NAMES));
		if (kind === 4)
			return this.one([
				'"\\ud800"',
				'"\\u0000"',
				`"${'长'.repeat(this.below(300))}"`,
				'"2024-13-01T00:00:00Z"',
				'"-1"',
				'"1.2.3"',
			]);
		if (kind === 5) return JSON.stringify('x'.repeat(this.below(5000)));
		if (kind === 6) return this.deep(this.below(200));
		if (kind === 7) return `[${this.several(this.below(4), () => this.value(level + 1)).join(',')}]`;
		return `{${this.several(this.below(4), () => `${JSON.stringify(this.one(NAMES))}:${this.value(level + 1)}`).join(',')}}`;
	}

	private deep(levels: number): string {
		const [open, close] = this.one([
			['[', ']'],
			['{"a":', '}'],
			['{"__proto__":', '}'],
		] as const);
		return open.repeat(levels) + '1' + close.repeat(this.roll() < 0.8 ? levels : this.below(levels + 1));
	}

	private mutated(bytes: Buffer): Buffer {
		const copy = Buffer.from(bytes);
		for (let i = this.below(4); i > 0 && copy.length > 0; i--) copy[this.below(copy.length)] = this.below(256);
		return this.roll() < 0.3 ? copy.subarray(0, this.below(copy.length + 1)) : copy;
	}

	private query(): string {
		const name = this.one([
			'cursor',
			'limit',
			'flagged',
			'personal',
			'lang',
			'__proto__',
			'a[b]',
			'%00',
			'%E0',
			'&&',
			'=',
		]);
		const value = this.one([
			'',
			'1',
			'true',
			'-1',
			'1e9',
			'%ff',
			'MSBzdG9yZXMgOTk5OTk5OTk5OQ',
			'MSBzdG9yZXMgLTE',
			'x'.repeat(this.below(3000)),
		]);
		return `${name}=${value}`;
	}

	private several<T>(count: number, make: () => T): T[] {
		return Array.from({ length: count }, make);
	}

	private below(most: number): number {
		return Math.floor(this.roll() * most);
	}

	private one<T>(list: readonly T[]): T {
		return list[this.below(list.length)] as T; // no list is empty
	}
}
