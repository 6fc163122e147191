/** Every class of which a desk's state is made; freezing says which one is missing here. */
import { Book } from '../core/book/book.js';
import { Buyers, Extra } from '../core/book/buyers.js';
import { Calendar } from '../core/book/calendar.js';
import { Fingerprint } from '../core/book/fingerprint.js';
import { ItemRows } from '../core/book/item-rows.js';
import { Ledger } from '../core/book/ledger.js';
import { LineDetail, LineSlab, Page } from '../core/book/line-slab.js';
import { Securing } from '../core/book/securing.js';
import { Item, Store } from '../core/book/store.js';
import { Segment, TextIndex } from '../core/book/text-index.js';
import { Core } from '../core/core.js';
import { Appeals } from '../core/desk/appeals.js';
import { Desk } from '../core/desk/desk.js';
import { Following } from '../core/desk/followed.js';
import { Holds } from '../core/desk/holds.js';
import { Payments } from '../core/desk/payments.js';
import { Caps, Used } from '../core/gates/caps.js';
import { Policies } from '../core/policies.js';
import { Programmes } from '../core/programme/programmes.js';
import { ShadowTally } from '../core/shadow.js';
import { Identifiers } from '../core/rings/identifiers.js';
import { Ring, Rings } from '../core/rings/rings.js';
import { Episode } from '../core/risk/episode.js';
import { PriceLevels } from '../core/risk/price-levels.js';
import { Ring8 } from '../core/risk/ring8.js';
import { Risk } from '../core/risk/risk.js';
import { ItemPasts } from '../core/risk/item-pasts.js';
import { StoreRisk } from '../core/risk/store-risk.js';
import { KnownIds } from './known-ids.js';

export const CLASSES = [
	Appeals,
	Book,
	Buyers,
	Calendar,
	Caps,
	Core,
	Desk,
	Episode,
	Extra,
	Fingerprint,
	Following,
	Holds,
	Identifiers,
	Item,
	ItemPasts,
	ItemRows,
	KnownIds,
	Ledger,
	LineDetail,
	LineSlab,
	Page,
	Payments,
	Policies,
	PriceLevels,
	Programmes,
	Ring,
	Ring8,
	Rings,
	Risk,
	Securing,
	Segment,
	ShadowTally,
	Store,
	StoreRisk,
	TextIndex,
	Used,
] as const;
