import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		// Not a limit on speed (those live in bench/), only an end to a test that hangs.
		testTimeout: 600_000,
		hookTimeout: 600_000,
		pool: 'forks',
	},
});
