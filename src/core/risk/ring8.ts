/** The latest eight of a kind, oldest first. */
const SIZE = 8;

export class Ring8<T> {
	private readonly kept: T[] = [];

	push(value: T): void {
		if (this.kept.length === SIZE) this.kept.shift();
		this.kept.push(value);
	}

	at(index: number): T | undefined {
		return this.kept.at(index);
	}

	get size(): number {
		return this.kept.length;
	}

	[Symbol.iterator](): IterableIterator<T> {
		return this.kept[Symbol.iterator]();
	}
}
