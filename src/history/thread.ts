/** The history's own thread: a follower that is told of batches by messages, and answers what is asked of it. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Batch } from '../log/port.js';
import { standBack } from '../runtime/background.js';
import { Follower } from './follower.js';
import { LogFiles } from './log-files.js';
import {
	BYTES_ARRIVED,
	failureOf,
	type FromThread,
	NEWEST,
	NEWS_ARRIVED,
	type Standing,
	type Task,
	type ToThread,
} from './messages.js';

async function follow(port: MessagePort, { shared, folder, logId, currency, ...options }: Task): Promise<void> {
	const newest = (): number => Number(Atomics.load(shared, NEWEST));
	const say = (what: FromThread): void => port.postMessage(what);
	let tell: (news: Batch | number) => void = () => undefined;
	let said = '';
	let follower: Follower | undefined;
	const stand = (): void => {
		if (follower === undefined) return; // it is said below how it stands after being opened
		const standing = standingOf(follower);
		const text = JSON.stringify(standing);
		if (text !== said) say({ k: 'standing', ...standing });
		said = text;
	};
	const opened = await Follower.open({
		...options,
		log: new LogFiles(folder, logId, newest),
		service: {
			currency,
			applied: { number: newest() },
			listen: (listener) => {
				tell = listener;
				return () => (tell = () => undefined);
			},
		},
		warn: (sentence) => say({ k: 'warn', sentence }),
		changed: stand,
	});
	follower = opened;
	stand();
	port.on('message', (message: ToThread) => {
		switch (message.k) {
			case 'batch':
				Atomics.add(shared, BYTES_ARRIVED, BigInt(message.batch.payload.length));
				tell(message.batch);
				break;
			case 'news':
				Atomics.add(shared, NEWS_ARRIVED, 1n);
				tell(newest());
				break;
			case 'ask':
				answer(opened, message).then(say, (error: unknown) =>
					say({ k: 'failed', n: message.n, failure: failureOf(error) }),
				);
		}
	});
}

async function answer(follower: Follower, { n, asked, argument }: ToThread & { k: 'ask' }): Promise<FromThread> {
	// The other thread's types have seen to it that the argument is that method's.
	const method = follower[asked].bind(follower) as (...argument: readonly unknown[]) => Promise<unknown>;
	return { k: 'answer', n, value: await method(...argument) };
}

const standingOf = ({ status, fresh: { batch }, counts, overflows }: Follower): Standing => ({
	status,
	batch,
	counts: { ...counts },
	overflows,
});

if (parentPort !== null) {
	standBack();
	await follow(parentPort, workerData as Task);
}
