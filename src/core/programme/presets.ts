/**
 * Presets: programmes modelled on published rules. They are starting points for a marketplace's own document, not
 * copies of anybody's terms; what each follows is said in `source`. Policies in logs may name one, so a preset is never
 * changed [PR16]: other rules come under another name.
 */
import { parseProgramme, type Programme, type ProgrammeDocument } from './schema.js';

const schema = 'surety.programme/1' as const;

const documents: readonly ProgrammeDocument[] = [
	{
		schema,
		name: 'default',
		version: 1,
		source: 'Seven days (each line’s protect_days) from payment; paid price against the store’s current price',
		clock: { start: 'payment', days: 'line' },
	},
	{
		schema,
		name: 'jd-label',
		version: 1,
		source:
			'JD marketplace label 7/15/30/90 days: 168/360/720/2160 hours from order submission, by the merchant’s own price',
		clock: { start: 'order', days: 'line' },
		exclude: {
			traits: ['bundle', 'gift', 'fresh', 'cross_border', 'flash_sale'],
			at_claim: ['cancelled', 'after_sale_open', 'out_of_stock', 'flash_sale', 'purchase_limited'],
		},
	},
	{
		schema,
		name: 'jd-self',
		version: 1,
		source: 'JD self-operated: before delivery and 7 days after; category coupons and gift value deducted',
		clock: { start: 'delivery', days: 7, undelivered_days: 60 },
		parts: { platform_coupon: 'deduct', gift: 'deduct' },
		exclude: {
			traits: ['bundle', 'gift', 'fresh', 'cross_border', 'flash_sale'],
			at_claim: ['cancelled', 'after_sale_open', 'out_of_stock', 'flash_sale', 'purchase_limited'],
		},
	},
	{
		schema,
		name: 'tmall-15',
		version: 1,
		source: 'Tmall: to 15 days after the campaign ends; compares with today’s checkout, usable coupons included',
		clock: { start: 'campaign_end', days: 15 },
		reference: 'checkout',
		parts: { freight: 'ignore', tax: 'ignore', platform_coupon: 'ignore' },
		exclude: { traits: ['gift', 'flash_sale', 'unlabelled'], at_claim: ['cancelled', 'after_sale_open'] },
	},
	{
		schema,
		name: 'pinduoduo-15',
		version: 1,
		source:
			'Pinduoduo: 15 days from group formed, same item and spec; the coupon part of what was paid is not covered; merchant has 48 hours, then the platform',
		clock: { start: 'order', days: 15 },
		parts: { platform_coupon: 'deduct' },
		exclude: { traits: ['unlabelled', 'single_purchase'], at_claim: ['cancelled', 'after_sale_open'] },
		fund_within_hours: 48,
	},
	{
		schema,
		name: 'target-14',
		version: 1,
		source: 'Target: 14 days, identical item, advertised price, in stock; not clearance or marketplace sellers',
		clock: { start: 'payment', days: 14 },
		exclude: { traits: ['clearance', 'marketplace'], at_claim: ['out_of_stock', 'clearance'] },
		repeat: 'none',
	},
	{
		schema,
		name: 'best-buy',
		version: 1,
		source:
			'Best Buy: the return period (15 days, 60 for members: each line’s protect_days), own price, new items; not in the Thanksgiving window',
		clock: { start: 'payment', days: 'line' },
		exclude: { traits: ['marketplace', 'open_box', 'clearance'], at_claim: ['open_box', 'clearance', 'thanksgiving'] },
		repeat: 'none',
	},
];

/** By name. */
export const PRESETS: ReadonlyMap<string, Programme> = new Map(documents.map((d) => [d.name, parseProgramme(d)]));

export const DEFAULT_PROGRAMME: Programme = PRESETS.get('default') as Programme; // the first document above
