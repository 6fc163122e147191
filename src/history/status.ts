/** Whether the history can be read. */

export type Status = { readonly available: true } | { readonly available: false; readonly why: string };

/** Thrown by reads while the history cannot be opened; the service itself is not concerned. */
export class HistoryUnavailable extends Error {
	override name = 'HistoryUnavailable';
	readonly why: string;

	constructor(why: string) {
		super(`the history cannot be read now: ${why}`);
		this.why = why;
	}
}
