/** The largest amounts: refused where they could no longer be added exactly, never a stopped book. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SuretyError } from '../../src/core/words/error.js';
import { Story } from './story.js';

const LARGEST = '100000000000.00';
const STEPS = ['sells', 'claims', 'releases', 'refunds', 'posts', 'withdraws', 'cuts', 'raises'] as const;

test('[TM1] whatever is done with the largest amounts is done exactly or refused', () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...STEPS), { minLength: 50, maxLength: 60 }), (steps) => {
			const story = new Story();
			story.opens('S', LARGEST);
			story.prices(LARGEST);
			for (const [i, step] of Array.from({ length: 20 }, () => steps)
				.flat()
				.entries()) {
				try {
					take(story, step, i);
				} catch (error) {
					if (!(error instanceof SuretyError)) throw error;
					expect(['too_large', 'unknown_order_line']).toContain(error.code);
				}
			}
		}),
		{ numRuns: 20, seed: 7 },
	);
});

function take(story: Story, step: (typeof STEPS)[number], i: number): unknown {
	const line = `l${Math.max(0, i - 7)}`;
	switch (step) {
		case 'sells':
			return story.sells(`l${i}`, LARGEST);
		case 'claims':
			return story.paysClaim(line, LARGEST);
		case 'releases':
			return story.releases(line, LARGEST);
		case 'refunds':
			return story.refunds(line, LARGEST);
		case 'posts':
			return story.posts(LARGEST);
		case 'withdraws':
			return story.withdraws(LARGEST);
		case 'cuts':
			return story.prices('0.01');
		case 'raises':
			return story.prices(LARGEST);
	}
}

test('[TM1] orders of the largest amount are taken until their sum would not be exact', () => {
	const story = new Story();
	story.opens('S');
	const sell = (): number => {
		for (let n = 0; ; n++) story.sells(`l${n}`, LARGEST);
	};
	expect(sell).toThrow(expect.objectContaining({ code: 'too_large' }));
	expect(story.money()).toMatchObject({ balance: '0.00' });
});

test('[BK2] what a coupon added to the protected price is not claimable beyond the cash that was paid', () => {
	const story = new Story({ programme: { parts: { platform_coupon: 'count' } } });
	story.opens('S');
	story.prices('100');
	story.sells('a', '30', { parts: { platform_coupon: '70' } });
	story.prices('1');
	expect(story.line('a')).toMatchObject({ due: '30.00' });
});
