import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const runs = Math.max(1, Number(process.env['SURETY_RUNS'] ?? 1));

/** Each takes longer than most others together; begun late, one of them alone would be waited for. */
const LONGEST =
	/acceptance\/(founding|serve)|exhaustive|sim\/attacks|redteam\/(presets|search|command)|history\/(following|crash)|backtest\/markets|torture\/kill|desk-properties|http\/fuzz/;

class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const sorted = await super.sort(files);
		const isLong = ({ moduleId }: TestSpecification): boolean => LONGEST.test(moduleId);
		return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
	}
}

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		// Not a limit on speed (those live in bench/), only an end to a test that hangs. Larger runs take longer.
		testTimeout: 600_000 * runs,
		hookTimeout: 600_000,
		pool: 'forks',
		// By default one core is left alone, which is half of a small machine.
		maxWorkers: availableParallelism(),
		sequence: { sequencer: LongestFirst },
		globalSetup: 'test/prepare.ts',
	},
});
