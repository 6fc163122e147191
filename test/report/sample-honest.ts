/** Honest stores of the sample: a festival cut, claims by some shoppers, all of it recovered. */
import { reason } from '../../src/core/words/reason.js';
import type { StoreFinding, Timeline } from '../../src/report/model.js';
import { DAY, HOUR, MINUTE, numbered, time, yuan } from './sample-dice.js';
import type { Roll } from './sample-dice.js';

/** Two months of trade with a festival cut, claims by some shoppers, all recovered from the balance. */
export function honestStore(index: number, roll: Roll): { timeline: Timeline; finding: StoreFinding } {
	const store_id = numbered('S', 1200 + index * 53, 5);
	const start = Date.UTC(2023, 9, 20);
	const skus = [1, 2, 3, 4].map((n) => ({ sku_id: numbered(`${store_id}-`, n, 2), price: 60 + roll(400) }));
	const festival = Date.UTC(2023, 10, 10, 16);
	const prices = [
		...skus.map(({ sku_id, price }) => ({ at: time(start), sku_id, price: yuan(price) })),
		...skus.map(({ sku_id, price }) => ({ at: time(festival), sku_id, price: yuan(price * 0.75) })),
		...skus.map(({ sku_id, price }) => ({ at: time(festival + 3 * DAY), sku_id, price: yuan(price) })),
	];
	const sales: Timeline['sales'][number][] = [];
	for (let at = start + HOUR; at < festival + 9 * DAY; at += HOUR + roll(9 * HOUR)) {
		const sku = skus[roll(skus.length)];
		if (sku === undefined) continue;
		const low = at >= festival && at < festival + 3 * DAY;
		const price = low ? sku.price * 0.75 : sku.price;
		sales.push({
			at: time(at),
			sku_id: sku.sku_id,
			buyer_id: numbered('B', 20000 + roll(9000), 5),
			quantity: 1 + roll(2),
			unit_price: yuan(price),
			protected: roll(4) > 0,
		});
	}
	const due = sales.filter(
		({ at, protected: is }) => is && Date.parse(at) > festival - 7 * DAY && Date.parse(at) < festival,
	);
	const claims = due
		.filter(() => roll(3) === 0)
		.map((sale, i) => {
			const amount = yuan(Number(sale.unit_price) * 0.25 * sale.quantity);
			return { at: time(festival + (20 + 95 * i) * MINUTE), buyer_id: sale.buyer_id, amount, recovered: amount };
		});
	const money = 3000 + roll(9000);
	const funds = sales.map((sale, i) => ({
		at: sale.at,
		held: yuan(900 + (i % 9) * 140),
		balance: yuan(money + 35 * i),
		deposit: '5000.00',
		reserve: '0.00',
		claimable: '0.00',
	}));
	const sum = yuan(claims.reduce((total, { amount }) => total + Number(amount), 0));
	const timeline: Timeline = {
		store_id,
		opened_at: time(start - 400 * DAY),
		prices,
		sales,
		claims,
		withdrawals: [{ at: time(festival + DAY), amount: '4200.00' }],
		funds,
		cut_short: index % 4 === 0,
	};
	return {
		timeline,
		finding: {
			store_id,
			score: roll(34) / 100,
			flagged: false,
			flagged_at: null,
			advanced: sum,
			recovered: sum,
			shortfall: '0.00',
			refunds_owed: '0.00',
			ring_id: null,
			reasons:
				index % 3 === 0 ? [reason('out_of_line_cut', { sku: `${store_id}-01`, fall: 25, hours: 31, deepest: 12 })] : [],
			stops: [],
			first_claim_at: claims[0]?.at ?? null,
		},
	};
}
