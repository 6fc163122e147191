/**
 * The history's own process: a follower that is told by messages how far the log has come, and answers what is asked of
 * it. It ends with the process that started it, and with nothing else: what stops that one is told to both of them.
 */
import { standBack } from '../runtime/background.js';
import { Follower } from './follower.js';
import { LogFiles } from './log-files.js';
import { failureOf, type FromProcess, type Standing, type Task, type ToProcess } from './messages.js';

const say = (what: FromProcess): void => void process.send?.(what);

class Followed {
	private newest: number;
	private listener: (newest: { readonly number: number }) => void = () => undefined;
	private said = '';
	private readonly task: Task;
	private readonly follower: Promise<Follower>;
	private opened: Follower | undefined;

	constructor(task: Task) {
		this.task = task;
		this.newest = task.newest;
		this.follower = this.open();
	}

	heard(newest: number): void {
		this.newest = newest;
		this.listener({ number: newest });
	}

	async answer({ n, asked, argument }: ToProcess & { k: 'ask' }): Promise<void> {
		try {
			const follower = await this.follower;
			// The other process's types have seen to it that the argument is that method's.
			const method = follower[asked].bind(follower) as (...argument: readonly unknown[]) => Promise<unknown>;
			say({ k: 'answer', n, value: await method(...argument) });
		} catch (error) {
			say({ k: 'failed', n, failure: failureOf(error) });
		}
	}

	private async open(): Promise<Follower> {
		const { folder, logId, currency, newest, ...options } = this.task;
		this.opened = await Follower.open({
			...options,
			log: new LogFiles(folder, logId, () => this.newest),
			service: {
				currency,
				applied: { number: newest },
				listen: (listener) => {
					this.listener = listener;
					return () => (this.listener = () => undefined);
				},
			},
			warn: (sentence) => say({ k: 'warn', sentence }),
			changed: () => this.stand(),
		});
		this.stand();
		return this.opened;
	}

	private stand(): void {
		if (this.opened === undefined) return; // it is said after the opening how it stands
		const standing = standingOf(this.opened);
		const text = JSON.stringify(standing);
		if (text !== this.said) say({ k: 'standing', ...standing });
		this.said = text;
	}
}

const standingOf = ({ status, fresh: { batch }, counts }: Follower): Standing => ({
	status,
	batch,
	counts: { ...counts },
});

standBack();
// A terminal and a service manager signal to all processes at once; the one that decides says when this one may go.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.once('disconnect', () => process.exit());
let followed: Followed | undefined;
process.on('message', (message: ToProcess) => {
	if (message.k === 'begin') followed = new Followed(message.task);
	else if (message.k === 'news') followed?.heard(message.newest);
	else void followed?.answer(message);
});
