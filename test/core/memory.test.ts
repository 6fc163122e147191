/**
 * Memory follows what is open, not the length of history: a year of steady trade through a core that remembers little
 * must use no more rows, index entries, buyers or details at its end than after its first month.
 */
import { describe, expect, test } from 'vitest';
import type { BuyerId, ClaimId, OrderLineId, RecordId, SkuId, StoreId } from '../../src/core/words/ids.js';
import type { Minor } from '../../src/core/words/money.js';
import type { Fact } from '../../src/core/words/record.js';
import { DAY, type Instant } from '../../src/core/words/time.js';
import { newCore } from './story.js';

const BEGIN = Date.UTC(2024, 0, 1);
const LINES_A_DAY = 120;

describe('a year of steady trade', () => {
	test('rows, index, details and buyers stay as they were after the first month', () => {
		const core = newCore({ policy: { remember_days: 3 } });
		let records = 0;
		const tell = (day: number, fact: object): void => {
			const at = Math.round(BEGIN + day * DAY) as Instant;
			core.take({ id: `r${++records}` as RecordId, at, ...fact } as Fact); // built from the parts of one fact below
		};
		const minor = (amount: number): Minor => amount as Minor;
		const store_id = 'S' as StoreId;
		tell(0, { type: 'store.opened', store_id, deposit: minor(1000) });
		const marks: { rows: number; bytes: number; index: number; buyers: number; triggered: number }[] = [];
		let lines = 0;
		for (let day = 0; day < 365; day++) {
			for (let i = 0; i < LINES_A_DAY; i++) {
				const order_line_id = `L${lines++}` as OrderLineId;
				const sku_id = `K${i % 10}` as SkuId;
				const time = day + i / LINES_A_DAY;
				const buyer_id = `B${lines}` as BuyerId;
				const sale = {
					store_id,
					sku_id,
					buyer_id,
					quantity: 1,
					unit_price: minor(1000),
					protect_days: i % 3 === 0 ? 0 : 7,
				};
				tell(time, { type: 'order.paid', order_line_id, ...sale });
				tell(time, { type: 'order.released', order_line_id });
				if (i % 7 === 0)
					tell(time, { type: 'price.changed', store_id, sku_id, price: minor(i % 2 === 0 ? 990 : 1000) });
				if (i % 9 === 0) {
					const claim = { claim_id: `C${lines}` as ClaimId, order_line_id, amount: minor(10) };
					tell(time, { type: 'claim.paid', ...claim });
				}
				if (i % 11 === 0) tell(time, { type: 'order.refunded', order_line_id, amount: minor(1000), quantity: 1 });
			}
			const { lines: slab, index, buyers } = core.book;
			marks.push({
				rows: slab.count,
				bytes: slab.bytes,
				index: index.bytes,
				buyers: buyers.count,
				triggered: core.book.store(store_id).triggered.size,
			});
		}
		const most = (days: typeof marks, part: keyof (typeof marks)[number]): number =>
			Math.max(...days.map((mark) => mark[part]));
		// Buyers are kept for ninety days, so their level is reached later.
		const [early, late] = [marks.slice(15, 45), marks.slice(300)];
		expect(most(late, 'rows')).toBeLessThanOrEqual(most(early, 'rows'));
		expect(most(late, 'rows')).toBeLessThanOrEqual(LINES_A_DAY * 12);
		expect(most(late, 'bytes')).toBe(most(early, 'bytes'));
		expect(most(late, 'index')).toBeLessThanOrEqual(most(early, 'index') * 2);
		expect(most(late, 'triggered')).toBeLessThanOrEqual(most(early, 'triggered'));
		expect(most(late, 'buyers')).toBeLessThanOrEqual(most(marks.slice(105, 135), 'buyers'));
		expect(lines).toBe(365 * LINES_A_DAY);
	}, 60_000);
});
