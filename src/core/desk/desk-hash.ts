/** One number for the desk and the core under it, so that two replays can be compared. */
import { stateHash } from '../state-hash.js';
import type { Desk } from './desk.js';

/** 16 hexadecimal digits over the whole state. */
export function deskHash(desk: Desk): string {
	return stateHash(desk.core);
}
