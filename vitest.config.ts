import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const runs = Math.max(1, Number(process.env['SURETY_RUNS'] ?? 1));

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		// Not a limit on speed (those live in bench/), only an end to a test that hangs. Larger runs take longer.
		testTimeout: 600_000 * runs,
		hookTimeout: 600_000,
		pool: 'forks',
		// By default one core is left alone, which is half of a small machine.
		maxWorkers: availableParallelism(),
		globalSetup: 'test/prepare.ts',
	},
});
