/**
 * The crew: threads that play games. Each gets the setting once and then strategies in small lots; answers are put in
 * the strategies' order, so it does not show who played what. With one worker, games are played in the caller's thread.
 */
import { Worker } from 'node:worker_threads';
import { compiledFile } from '../runtime/compiled-file.js';
import { rate, type Result } from './game.js';
import { readSetting, type SettingDocument } from './setting.js';
import type { Strategy } from './strategy.js';

const LOT = 8;

export interface Crew {
	rate(strategies: readonly Strategy[]): Promise<readonly Result[]>;
	close(): Promise<void>;
}

export function gather(setting: SettingDocument, workers: number): Crew {
	return workers <= 1 ? alone(setting) : new Threads(setting, workers);
}

function alone(document: SettingDocument): Crew {
	const setting = readSetting(document);
	return {
		rate: async (strategies) => strategies.map((strategy) => rate(strategy, setting)),
		close: async () => {},
	};
}

interface Lot {
	readonly from: number;
	readonly strategies: readonly Strategy[];
}

class Threads implements Crew {
	private readonly threads: readonly Worker[];

	constructor(setting: SettingDocument, count: number) {
		this.threads = Array.from(
			{ length: count },
			() => new Worker(compiledFile(new URL('./thread.js', import.meta.url)), { workerData: setting }),
		);
		for (const thread of this.threads) thread.unref();
	}

	async rate(strategies: readonly Strategy[]): Promise<readonly Result[]> {
		const lots: Lot[] = [];
		for (let from = 0; from < strategies.length; from += LOT)
			lots.push({ from, strategies: strategies.slice(from, from + LOT) });
		const results: Result[] = Array.from({ length: strategies.length });
		await Promise.all(
			this.threads.map(async (thread) => {
				for (let lot = lots.shift(); lot !== undefined; lot = lots.shift()) {
					const answers = await ask(thread, lot.strategies);
					for (const [i, answer] of answers.entries()) results[lot.from + i] = answer;
				}
			}),
		);
		return results;
	}

	async close(): Promise<void> {
		await Promise.all(this.threads.map((thread) => thread.terminate()));
	}
}

/** @throws whatever broke the thread: a broken invariant of the book, above all. */
function ask(thread: Worker, strategies: readonly Strategy[]): Promise<readonly Result[]> {
	return new Promise((resolve, reject) => {
		const done = (answers: readonly Result[]): void => {
			thread.off('error', reject);
			thread.unref();
			resolve(answers);
		};
		thread.ref();
		thread.once('message', done);
		thread.once('error', reject);
		// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
		thread.postMessage(strategies);
	});
}
