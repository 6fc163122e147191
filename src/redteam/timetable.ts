/** What is going to happen by itself, in order of time; of one instant, what was planned first comes first. */

interface Planned {
	readonly at: number;
	readonly happens: () => void;
}

export class Timetable {
	private readonly planned: Planned[] = [];

	plan(at: number, happens: () => void): void {
		let place = this.planned.length;
		while (place > 0 && (this.planned[place - 1]?.at ?? 0) > at) place--;
		this.planned.splice(place, 0, { at, happens });
	}

	/** When the next thing happens; never, where nothing is planned. */
	get next(): number {
		return this.planned[0]?.at ?? Number.POSITIVE_INFINITY;
	}

	/** Takes out what happens next. */
	take(): (() => void) | undefined {
		return this.planned.shift()?.happens;
	}
}
