/**
 * Work in the background: what may wait while the deciding thread has something to do. Where cores are few it would
 * otherwise take turns with that as an equal.
 */
import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

/** Lets all others go before the calling thread, or before this process. */
export function standBack(who: 'thread' | 'process'): void {
	try {
		// Elsewhere than on Linux a priority is that of the whole process; there, of the thread, and of those it makes.
		if (process.platform !== 'linux') return who === 'process' ? setPriority(PRIORITY) : undefined;
		if (who === 'thread') setPriority(PRIORITY);
		else for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), PRIORITY);
	} catch {
		// Where it is not allowed, all are equals.
	}
}
