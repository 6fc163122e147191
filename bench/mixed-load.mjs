/**
 * A mixed load of records, made before the clock starts: sales with delivery and release, price changes, claims on the
 * falls, withdrawals. Seeded, so every run and every machine decides the same records.
 */
import { parseInstant } from '../dist/index.js';

const DAY = 86_400_000;

/** A small generator of numbers in [0, 1): Marsaglia's xorshift32. */
export function generator(seed) {
	let state = seed | 0 || 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 4_294_967_296;
	};
}

/** A string as a parser makes it: one flat piece of its own, not a rope of the pieces it was joined from. */
const flat = (text) => Buffer.from(text, 'latin1').latin1Slice();

/** Yields about `count` records in order of time; ids are fresh flat strings. */
export function* mixedLoad({
	count,
	stores = 2000,
	items = 20,
	buyers = 200_000,
	protectDays = 7,
	seed = 1,
	perDay = 100_000,
}) {
	const random = generator(seed);
	const pick = (n) => Math.floor(random() * n);
	let at = parseInstant('2024-01-01T00:00:00Z');
	let made = 0;
	const head = (type) => ({ type, id: flat(`r${made}`), at });
	for (let s = 0; s < stores; s++) {
		made++;
		yield { ...head('store.opened'), store_id: flat(`store-${s}`), deposit: 1_000_000 };
		for (let i = 0; i < items; i++, made++) {
			yield {
				type: 'price.changed',
				id: flat(`r${made}`),
				at,
				store_id: flat(`store-${s}`),
				sku_id: flat(`sku-${i}`),
				price: 10_000 + i * 500,
				coupon: undefined,
			};
		}
	}
	const step = DAY / perDay;
	/** Lines that will be delivered, released or claimed, by the order in which that comes. */
	const later = [];
	let first = 0;
	for (let n = 0; made < count; n++) {
		at = Math.floor(at + step);
		const store = pick(stores);
		const dice = random();
		if (dice < 0.3) {
			const item = pick(items);
			const line = `store-${store}-order-${n}`;
			later.push({ line, store, stage: 0 });
			yield {
				type: 'order.paid',
				id: flat(`r${made++}`),
				at,
				order_line_id: flat(line),
				order_id: undefined,
				store_id: flat(`store-${store}`),
				sku_id: flat(`sku-${item}`),
				buyer_id: flat(`buyer-${pick(buyers)}`),
				quantity: 1 + pick(2),
				unit_price: 10_000 + item * 500,
				protect_days: protectDays,
				category: undefined,
				device_id: undefined,
				ip: undefined,
				address: undefined,
				payment_account: undefined,
				ordered_at: undefined,
				campaign_ends_at: undefined,
				traits: undefined,
				parts: undefined,
			};
		} else if (dice < 0.9 && first < later.length) {
			const { line, store: of, stage } = later[first];
			if (stage === 0) later.push({ line, store: of, stage: 1 });
			later[first++] = undefined;
			if (stage === 0) yield { type: 'order.delivered', id: flat(`r${made++}`), at, order_line_id: flat(line) };
			else
				yield {
					type: 'order.released',
					id: flat(`r${made++}`),
					at,
					order_line_id: flat(line),
					amount: undefined,
					store_id: flat(`store-${of}`),
				};
			if (first > 100_000) first -= later.splice(0, first).length;
		} else if (dice < 0.96) {
			const item = pick(items);
			const price = Math.floor((10_000 + item * 500) * (0.85 + random() * 0.2));
			yield {
				type: 'price.changed',
				id: flat(`r${made++}`),
				at,
				store_id: flat(`store-${store}`),
				sku_id: flat(`sku-${item}`),
				price,
				coupon: undefined,
			};
		} else if (dice < 0.98 && later.length > first) {
			const { line, store: of } = later[first + pick(later.length - first)];
			yield {
				type: 'claim.paid',
				id: flat(`r${made++}`),
				at,
				claim_id: flat(`c${n}`),
				order_line_id: flat(line),
				amount: 100 + pick(500),
				recovered: undefined,
				store_id: flat(`store-${of}`),
				buyer_id: undefined,
			};
		} else {
			yield {
				type: 'withdrawal.paid',
				id: flat(`r${made++}`),
				at,
				withdrawal_id: flat(`w${n}`),
				store_id: flat(`store-${store}`),
				amount: 1000 + pick(10_000),
			};
		}
	}
}
