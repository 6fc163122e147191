/**
 * How far each endpoint has come, durable: a log of its own made of small steps, many of them in one sync. A crash
 * loses the steps of the last few milliseconds, so what they told of is sent once more, never once less.
 *
 * The steps describe a small state (cursors, open deliveries, dead letters), so the log is written anew from that state
 * at every start and whenever it has grown: a next generation in a folder of its own, and only once that is durable the
 * old one is removed.
 */
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SuretyError } from '../core/words/error.js';
import { openLog } from '../log/embedded-log.js';
import type { Log, Position } from '../log/port.js';
import type { DeadLetter, Delivery } from './delivery.js';

/** All batches up to `number`, and the first `index` events of batch `into`, have been taken in. */
export interface Cursor {
	readonly number: number;
	readonly position: Position;
	readonly into: number;
	readonly index: number;
}

/** At a place, with nothing of what follows taken in. */
export const beginning = ({ number, position }: { readonly number: number; readonly position: number }): Cursor => ({
	number,
	position: position as Position, // the log gave it
	into: 0,
	index: 0,
});

/** One change; `e` is the endpoint's id. */
export type Step =
	| { readonly k: 'log'; readonly id: string }
	| { readonly k: 'cursor'; readonly e: string; readonly at: Cursor }
	| { readonly k: 'open'; readonly e: string; readonly d: Delivery }
	| { readonly k: 'dead'; readonly e: string; readonly d: DeadLetter }
	/** Delivered, or taken off the list of the dead. */
	| { readonly k: 'done'; readonly e: string; readonly id: string }
	| { readonly k: 'removed'; readonly e: string };

/** What is known of one endpoint. */
export interface Kept {
	readonly cursor: Cursor | undefined;
	readonly open: readonly Delivery[];
	readonly dead: readonly DeadLetter[];
}

/** Steps that happen within so many milliseconds share a sync. */
const GATHER_MS = 20;
const RETRY_MS = 1000;
/** Steps that may wait for a failing disk before nothing new is begun. */
const MOST_UNSAVED = 20_000;
const GENERATION = /^progress-(\d+)$/;

export interface ProgressOptions {
	readonly dir: string;
	/** The whole state as steps, now. */
	readonly state: () => Iterable<Step>;
	readonly warn: (sentence: string) => void;
	/** A generation that has grown by so many bytes is written anew. */
	readonly mostBytes: number;
}

export class Progress {
	private readonly options: ProgressOptions;
	private log: Log;
	private generation: number;
	private bytes = 0;
	/** The latest step about each thing that is not durable yet. */
	private unsaved = new Map<string, Step>();
	private running: Promise<void> | undefined;
	private closing = false;

	private constructor(options: ProgressOptions, log: Log, generation: number) {
		this.options = options;
		this.log = log;
		this.generation = generation;
	}

	/**
	 * Opens what is there, or begins.
	 * @throws SuretyError `log_locked`, `log_corrupt`, `log_unavailable`
	 */
	static async open(options: ProgressOptions): Promise<{ progress: Progress; steps: readonly Step[] }> {
		const generations = await generationsIn(options.dir);
		for (const generation of generations) {
			const log = await openLog({ dir: folderOf(options.dir, generation) });
			if (log.head.number === 0) {
				// It was being written anew when the process died; the one before it is whole.
				await log.close();
				continue;
			}
			const steps: Step[] = [];
			for await (const { payload } of log.read()) steps.push(...decode(payload));
			const progress = new Progress(options, log, generation);
			await removeAll(options.dir, generations, generation);
			return { progress, steps };
		}
		const generation = (generations[0] ?? 0) + 1;
		const log = await openLog({ dir: folderOf(options.dir, generation) });
		return { progress: new Progress(options, log, generation), steps: [] };
	}

	/** The disk does not keep up: nothing new should be begun. */
	get isFull(): boolean {
		return this.unsaved.size > MOST_UNSAVED;
	}

	note(step: Step): void {
		const key = keyOf(step);
		this.unsaved.delete(key); // the order of steps is that of their last change
		this.unsaved.set(key, step);
		this.running ??= this.save().finally(() => (this.running = undefined));
	}

	/** Waits until all that was noted is durable; gives up where the disk fails. */
	async close(): Promise<void> {
		this.closing = true;
		await this.running;
		await this.log.close();
	}

	/** Writes the log anew; what was noted until now is in it. From outside, only before anything is noted. */
	async renew(): Promise<void> {
		const generation = this.generation + 1;
		const dir = folderOf(this.options.dir, generation);
		await rm(dir, { recursive: true, force: true });
		const log = await openLog({ dir });
		const noted = this.unsaved;
		try {
			const payload = encode(this.options.state());
			this.unsaved = new Map();
			await log.append(payload);
		} catch (error) {
			this.unsaved = new Map([...noted, ...this.unsaved]);
			await log.close();
			throw error;
		}
		const old = this.generation;
		await this.log.close();
		[this.log, this.generation, this.bytes] = [log, generation, 0];
		await rm(folderOf(this.options.dir, old), { recursive: true, force: true }).catch(() => undefined); // the next start will
	}

	private async save(): Promise<void> {
		while (this.unsaved.size > 0) {
			if (!this.closing) await wait(GATHER_MS);
			const steps = this.unsaved;
			this.unsaved = new Map();
			try {
				const payload = encode(steps.values());
				await this.log.append(payload);
				this.bytes += payload.length;
				if (this.bytes > this.options.mostBytes) await this.renew();
			} catch (error) {
				if (!(error instanceof SuretyError)) throw error;
				this.unsaved = new Map([...steps, ...this.unsaved]);
				this.options.warn(`webhooks: progress cannot be written: ${error.message}`);
				if (this.closing) return;
				await wait(RETRY_MS);
			}
		}
	}
}

function keyOf(step: Step): string {
	switch (step.k) {
		case 'log':
			return 'log';
		case 'cursor':
		case 'removed':
			return step.e;
		case 'open':
		case 'dead':
			return `${step.e} ${step.d.id}`;
		case 'done':
			return `${step.e} ${step.id}`;
	}
}

/** What all steps together say: the log they are about, and each endpoint's state. */
export function keptBy(steps: readonly Step[]): { logId: string | undefined; endpoints: Map<string, Kept> } {
	let logId: string | undefined;
	const kept = new Map<
		string,
		{ cursor: Cursor | undefined; open: Map<string, Delivery>; dead: Map<string, DeadLetter> }
	>();
	for (const step of steps) {
		if (step.k === 'log') {
			logId = step.id;
			continue;
		}
		if (step.k === 'removed') {
			kept.delete(step.e);
			continue;
		}
		const of = kept.get(step.e) ?? { cursor: undefined, open: new Map(), dead: new Map() };
		kept.set(step.e, of);
		if (step.k === 'cursor') {
			of.cursor = step.at;
			continue;
		}
		const id = step.k === 'done' ? step.id : step.d.id;
		of.open.delete(id);
		of.dead.delete(id);
		if (step.k === 'open') of.open.set(id, step.d);
		if (step.k === 'dead') of.dead.set(id, step.d);
	}
	const endpoints = [...kept].map(
		([id, { cursor, open, dead }]) => [id, { cursor, open: [...open.values()], dead: [...dead.values()] }] as const,
	);
	return { logId, endpoints: new Map(endpoints) };
}

const VERSION = 1;

function encode(steps: Iterable<Step>): Uint8Array {
	return new TextEncoder().encode(JSON.stringify({ v: VERSION, steps: [...steps].map(bare) }));
}

/** Bodies are not kept: the service's log has them. */
function bare(step: Step): Step {
	if (step.k !== 'open') return step;
	const { body: _, ...d } = step.d;
	return { ...step, d };
}

function decode(payload: Uint8Array): readonly Step[] {
	const { v, steps } = JSON.parse(new TextDecoder().decode(payload)) as { v: number; steps: Step[] }; // what encode made
	if (v !== VERSION) throw new SuretyError('log_format', `progress of format ${v}; this version reads ${VERSION}`);
	return steps;
}

const folderOf = (dir: string, generation: number): string => join(dir, `progress-${generation}`);

/** The names of the folders in which progress lies, newest first; for whoever copies it. */
export async function progressIn(dir: string): Promise<readonly string[]> {
	const generations = await generationsIn(dir).catch((error: unknown) => {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // nothing was ever sent
		throw error;
	});
	return generations.map((generation) => basename(folderOf(dir, generation)));
}

/** Newest first. */
async function generationsIn(dir: string): Promise<readonly number[]> {
	const names = await readdir(dir);
	return names
		.flatMap((name) => Number(GENERATION.exec(name)?.[1] ?? []))
		.filter((n) => n > 0)
		.sort((a, b) => b - a);
}

async function removeAll(dir: string, generations: readonly number[], except: number): Promise<void> {
	for (const generation of generations) {
		if (generation !== except) await rm(folderOf(dir, generation), { recursive: true, force: true });
	}
}
