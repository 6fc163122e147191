/**
 * Work in the background: a process that may wait while the one that decides has something to do. Where cores are few it
 * would otherwise take turns with that as an equal.
 */
import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

/** Lets all others go before this process. */
export function standBack(): void {
	try {
		// Elsewhere than on Linux a priority is that of the whole process; there, of a thread, and of those it makes.
		if (process.platform !== 'linux') return setPriority(PRIORITY);
		for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), PRIORITY);
	} catch {
		// Where it is not allowed, all are equals.
	}
}
