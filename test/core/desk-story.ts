/**
 * A story told to a desk: as Story, and what followed from the last message stands in `followed`, in plain words. A
 * second desk replays every message from what the first one took, and must agree with it after each.
 */
import { expect } from 'vitest';
import type { Desk } from '../../src/core/desk/desk.js';
import { deskHash } from '../../src/core/desk/desk-hash.js';
import type { Event, EventType } from '../../src/core/desk/events.js';
import { SuretyError } from '../../src/core/words/error.js';
import type { Outcome } from '../../src/core/words/outcome.js';
import type { Message, NoticeType } from '../../src/core/words/record.js';
import { DAY } from '../../src/core/words/time.js';
import { BEGIN, newDesk, type Setting, Story, type Told, yuan } from './story.js';

export class DeskStory extends Story {
	readonly desk: Desk;
	/** What followed from the last message, e.g. `hold.decided cut: approve by funds`. */
	followed: readonly string[] = [];
	/** Reasons of the last event of each type. */
	readonly because = new Map<string, readonly string[]>();
	private readonly twin: Desk;

	constructor(setting: Setting = {}) {
		const desk = newDesk(setting);
		super(setting, desk.core);
		this.desk = desk;
		this.twin = newDesk(setting);
	}

	notes(type: NoticeType, fields: Readonly<Record<string, unknown>>): Told {
		return this.say(type, fields);
	}

	/** Time passes to a day, and nothing else happens. */
	passes(day: number): this {
		this.on(day).notes('time.passed', {});
		return this;
	}

	applies(store_id: string, more: Readonly<Record<string, unknown>> = {}): Told {
		return this.tell('store.apply', { store_id, deposit: '0', ...more });
	}

	/** A person's word on what waits. */
	settles(decision_id: string, verdict: 'approve' | 'refuse'): Told {
		return this.notes('hold.settled', { decision_id, verdict, by: 'ann' });
	}

	label(store_id: string, label: 'abuse' | 'honest'): Told {
		return this.tell('store.labelled', { store_id, label });
	}

	/** What waits, oldest first. */
	get waiting(): string[] {
		return [...this.desk.holds.all()].map(({ id }) => id);
	}

	protected override take(message: Message): Outcome {
		const taken = this.desk.take(message);
		this.twin.replay(message, taken);
		if (deskHash(this.twin) !== deskHash(this.desk)) throw new Error(`the replay differs after ${message.id}`);
		this.followed = taken.events.map(inWords);
		for (const event of taken.events) if ('reasons' in event) this.because.set(event.type, codes(event));
		return taken.outcome;
	}
}

/** The code of the error that something ends in, or what it ends in otherwise. */
export function errorOf(act: () => unknown): unknown {
	try {
		return act();
	} catch (error) {
		if (error instanceof SuretyError) return error.code;
		throw error;
	}
}

const codes = (event: Extract<Event, { readonly reasons: unknown }>): string[] => event.reasons.map(({ code }) => code);

/** Events that say more than which store they are about. */
const WORDS = {
	'hold.decided': ({ decision_id, verdict, amount, how }) =>
		`${decision_id}: ${verdict}${amount === undefined ? '' : ` ${yuan(amount)}`} by ${how}`,
	'deposit.called': ({ store_id, missing, until }) => `${store_id}: ${yuan(missing)} by day ${(until - BEGIN) / DAY}`,
	'advance.due': ({ claim_id, amount }) => `${claim_id}: ${yuan(amount)}`,
	'withdrawal.allowed': ({ withdrawal_id, amount }) => `${withdrawal_id}: ${yuan(amount)}`,
	'ring.found': ({ store_id, stores }) => `${store_id}: ${stores.join(' ')}`,
} satisfies { readonly [T in EventType]?: (event: Extract<Event, { readonly type: T }>) => string };

function inWords(event: Event): string {
	const words = (WORDS as Partial<Record<EventType, (event: Event) => string>>)[event.type]; // each takes its own type
	return `${event.type} ${words?.(event) ?? event.store_id}`;
}

export const HOURS = 1 / 24;
export const SECONDS = HOURS / 3600;
const NOTHING = { new: 0, normal: 0, watch: 0, abnormal: 0 };
/** Whatever a store scores, it owes neither margin nor deposit; where they matter a test says so. */
const EASY = { margin_percent: NOTHING, deposit_percent: NOTHING };

export const enforcing = ({ policy = {}, ...more }: Setting = {}): DeskStory =>
	new DeskStory({ gates: 'enforce', policy: { ...EASY, ...policy }, ...more });

/** Sold twice at 100, released and withdrawn: two open guarantees and no money. */
export function emptied(setting: Setting = {}): DeskStory {
	const story = enforcing(setting);
	story.opens('S');
	story.prices('100');
	for (const line of ['a', 'b']) {
		story.sells(line, '100');
		story.releases(line);
	}
	story.asksFor('200');
	return story;
}

/** The same, and a cut to 80 that waits since the first day. */
export function cutHeld(setting: Setting = {}): DeskStory {
	const story = emptied(setting);
	expect(story.on(1).proposes('80', { id: 'cut' })).toMatchObject({ verdict: 'hold', top_up: '40.00' });
	return story;
}
