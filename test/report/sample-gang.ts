/** Stores of the gang as the sample plays them: what they did, and the money they had while they did it. */
import type { Timeline } from '../../src/report/model.js';
import { DAY, HOUR, MINUTE, numbered, time, yuan } from './sample-dice.js';
import type { Roll } from './sample-dice.js';

const OPENING_DAY = Date.UTC(2023, 9, 9);
export const DEPOSIT = 1000;

type Funds = Timeline['funds'][number];

/** The money of one store as the sample plays it. */
class Purse {
	readonly states: Funds[] = [];
	held = 0;
	balance = 0;
	deposit = DEPOSIT;
	claimable = 0;

	note(at: number): void {
		const { held, balance, deposit, claimable } = this;
		const reserve = Math.min(claimable, balance);
		this.states.push({
			at: time(at),
			held: yuan(held),
			balance: yuan(balance - reserve),
			deposit: yuan(deposit),
			reserve: yuan(reserve),
			claimable: yuan(claimable),
		});
	}
}

export interface Gang {
	readonly timeline: Timeline;
	readonly advanced: number;
	readonly recovered: number;
	readonly flaggedAt: number;
	readonly withdrawAt: number;
	readonly cutAt: number;
	readonly buyers: readonly string[];
}

interface Line {
	readonly at: number;
	readonly sku_id: string;
	readonly buyer_id: string;
	readonly price: number;
}

/** Sold dear to own buyers in an evening, received at once, withdrawn; cut and claimed the next morning. */
export function gangStore(index: number, roll: Roll): Gang {
	const store_id = numbered('S', 90310 + index * 37, 5);
	const opened = OPENING_DAY + index * 6 * DAY + roll(5 * DAY);
	const evening = Math.floor((opened + (2 + roll(4)) * DAY) / DAY) * DAY + 11 * HOUR + roll(2 * HOUR);
	const skus = [1, 2, 3].map((n) => ({
		sku_id: numbered(`${store_id}-`, n, 2),
		price: 9680 + 100 * roll(7),
		low: 280 + 10 * roll(20),
	}));
	const prices = skus.map(({ sku_id, price }, i) => ({
		at: time(opened + (20 + i) * MINUTE),
		sku_id,
		price: yuan(price),
	}));
	const lines: Line[] = [];
	const family = (index % 3) * 20;
	for (let i = 0; i < 7 + roll(3); i++) {
		const sku = skus[roll(skus.length)] ?? skus[0];
		if (sku === undefined) continue;
		const buyer_id = numbered('B', 4000 + ((family + roll(30)) % 70), 4);
		lines.push({ at: evening + i * (6 + roll(9)) * MINUTE, sku_id: sku.sku_id, buyer_id, price: sku.price });
	}
	return played(
		store_id,
		opened,
		skus,
		prices,
		lines.toSorted((a, b) => a.at - b.at),
		roll,
	);
}

function played(
	store_id: string,
	opened: number,
	skus: readonly { sku_id: string; price: number; low: number }[],
	prices: Timeline['prices'],
	lines: readonly Line[],
	roll: Roll,
): Gang {
	const purse = new Purse();
	purse.note(opened);
	for (const line of lines) {
		purse.held += line.price;
		purse.note(line.at);
	}
	const last = lines.at(-1)?.at ?? opened;
	for (const [i, line] of lines.entries()) {
		purse.held -= line.price;
		purse.balance += line.price;
		purse.note(last + (8 + i) * MINUTE);
	}
	const withdrawAt = last + 40 * MINUTE + roll(2 * HOUR);
	const taken = purse.balance;
	purse.balance = 0;
	purse.note(withdrawAt);
	const cutAt = Math.floor(last / DAY) * DAY + DAY + HOUR + roll(90) * MINUTE;
	const lows = new Map(skus.map(({ sku_id, low }) => [sku_id, low]));
	const cuts = skus.map(({ sku_id, low }, i) => ({ at: time(cutAt + i * MINUTE), sku_id, price: yuan(low) }));
	const due = lines.map((line) => ({ ...line, gone: line.price - (lows.get(line.sku_id) ?? 0) }));
	purse.claimable = due.reduce((sum, { gone }) => sum + gone, 0);
	purse.note(cutAt + 2 * MINUTE);
	let [recovered, advanced] = [0, 0];
	const claims = due.map(({ buyer_id, gone }, i) => {
		const at = cutAt + (5 + i * 5 + roll(4)) * MINUTE;
		const got = Math.min(gone, purse.deposit);
		purse.deposit -= got;
		purse.claimable -= gone;
		recovered += got;
		advanced += gone;
		purse.note(at);
		return { at: time(at), buyer_id, amount: yuan(gone), recovered: yuan(got) };
	});
	const sales = lines.map(({ at, sku_id, buyer_id, price }) => ({
		at: time(at),
		sku_id,
		buyer_id,
		quantity: 1,
		unit_price: yuan(price),
		protected: true,
	}));
	const timeline: Timeline = {
		store_id,
		opened_at: time(opened),
		prices: [...prices, ...cuts],
		sales,
		claims,
		withdrawals: [{ at: time(withdrawAt), amount: yuan(taken) }],
		funds: purse.states,
		cut_short: false,
	};
	const flaggedAt = lines[Math.min(lines.length - 1, 2 + roll(4))]?.at ?? last;
	return {
		timeline,
		advanced,
		recovered,
		flaggedAt,
		withdrawAt,
		cutAt,
		buyers: [...new Set(lines.map(({ buyer_id }) => buyer_id))],
	};
}
