/** Starts the history of a service: in a process of its own where the log lies in a folder, else in this one. */
import { Apart } from './apart.js';
import { Follower } from './follower.js';
import type { History, HistoryOptions } from './history.js';

/** Catching up goes on after that. Never throws: see `status`. */
export function startHistory(options: HistoryOptions): Promise<History> {
	const { folder } = options;
	return folder === undefined ? Follower.open(options) : Apart.open({ ...options, folder });
}
