/**
 * Work in the background: threads whose work may wait while the deciding thread has some. Where cores are few they would
 * otherwise take turns with it as equals.
 */
import { constants, setPriority } from 'node:os';

/** Lets all others go before the calling thread. On Linux only: elsewhere a priority is that of the whole process. */
export function standBack(): void {
	if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
}
