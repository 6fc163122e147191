/** A progress line on a terminal: what is being done, how far, at what rate and how much longer. Silent elsewhere. */
import type { Learning } from '../train/train.js';

const BAR = 28;
const EVERY_MS = 100;
const WORDS: Readonly<Record<Learning['phase'], string>> = {
	read: 'reading tables',
	check: 'checking rows',
	sort: 'sorting by time',
	replay: 'replaying records',
	learn: 'learning',
};

/** Does something long with a progress line on the terminal. */
export async function withProgress<T>(work: (onProgress: (progress: Learning) => void) => Promise<T>): Promise<T> {
	const line = new ProgressLine(process.stderr);
	try {
		return await work(line.show);
	} finally {
		line.end();
	}
}

export class ProgressLine {
	private readonly out: NodeJS.WriteStream;
	private phase: Learning['phase'] | undefined;
	private startedAt = 0;
	private drawnAt = 0;

	constructor(out: NodeJS.WriteStream) {
		this.out = out;
	}

	readonly show = (progress: Learning): void => {
		if (!this.out.isTTY) return;
		const now = performance.now();
		if (progress.phase !== this.phase) {
			this.phase = progress.phase;
			this.startedAt = now;
		} else if (now - this.drawnAt < EVERY_MS && progress.done < progress.total) return;
		this.drawnAt = now;
		this.out.write(`\r\u001b[K${this.line(progress, (now - this.startedAt) / 1000)}`);
	};

	/** Wipes the line. */
	end(): void {
		if (this.out.isTTY && this.phase !== undefined) this.out.write('\r\u001b[K');
	}

	private line({ phase, done, total }: Learning, seconds: number): string {
		const part = total > 0 ? Math.min(1, done / total) : 0;
		const full = Math.round(part * BAR);
		const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
		const rate = seconds > 0.2 && phase === 'replay' ? `  ${Math.round(done / seconds / 1000)} k/s` : '';
		const left = part > 0.02 && seconds > 0.5 ? `  ${Math.ceil((seconds * (1 - part)) / part)} s left` : '';
		return `${WORDS[phase].padEnd(18)} ${bar} ${String(Math.round(part * 100)).padStart(3)} %${rate}${left}`;
	}
}
