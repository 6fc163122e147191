/** What a command does when the process is told to stop: end at once, or, once it asked to be told, in order. */

const SIGNALS = [
	['SIGINT', 130],
	['SIGTERM', 143],
] as const;

const atOnce = SIGNALS.map(([signal, code]) => {
	const exit = (): void => {
		process.stderr.write('\nsurety: stopped before it was done\n');
		process.exit(code); // temporary folders are removed as the process exits
	};
	return { signal, exit };
});

export function exitWhenTold(): void {
	for (const { signal, exit } of atOnce) process.on(signal, exit);
}

/** Until the process is told to stop; told again, it stops at once. */
export function untilTold(): Promise<void> {
	// Ctrl-C ends whoever reads our words (`surety serve | tee`) at once; that must neither end us nor our stopping.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
	return new Promise((resolve) => {
		const told = (): void => {
			for (const { signal } of atOnce) process.off(signal, told);
			exitWhenTold();
			resolve();
		};
		for (const { signal, exit } of atOnce) process.off(signal, exit).on(signal, told);
	});
}
