/**
 * How times are written: to the minute, in one zone named at the head of the page. Yuan reports are read in China,
 * which has one zone without summer time, so they show its time; all others show UTC as `report.json` does.
 */
import { DAY, HOUR, MINUTE, formatInstant, later, parseInstant } from '../../core/words/time.js';
import type { Instant } from '../../core/words/time.js';
import type { Time } from '../model.js';
import type { Text } from './markup.js';

export interface Clock {
	readonly offsetMs: number;
	readonly name: Text;
}

const BEIJING: Clock = { offsetMs: 8 * HOUR, name: { en: 'Beijing time (UTC+8)', zh: '北京时间（UTC+8）' } };
const UTC: Clock = { offsetMs: 0, name: { en: 'UTC', zh: '协调世界时（UTC）' } };

export const clockOf = (currencyCode: string): Clock => (currencyCode === 'CNY' ? BEIJING : UTC);

export function instantOf(time: Time): Instant {
	const at = parseInstant(time);
	if (typeof at === 'string') throw new Error(`time "${time}" in a report: ${at}`);
	return at;
}

const wall = (at: number, clock: Clock): string => formatInstant(later(at as Instant, clock.offsetMs));

/** `2023-11-03 14:02` */
export const minuteOf = (at: number, clock: Clock): string => wall(at, clock).slice(0, 16).replace('T', ' ');
/** `2023-11-03` */
export const dayOf = (at: number, clock: Clock): string => wall(at, clock).slice(0, 10);
/** `14:02` */
export const hourOf = (at: number, clock: Clock): string => wall(at, clock).slice(11, 16);

export const shownTime = (time: Time, clock: Clock): string => minuteOf(instantOf(time), clock);

/** From one moment to another, the day said once where it is the same: `2023-11-03 14:02–15:40`. */
export function stretchOf(from: number, to: number, clock: Clock): string {
	const [start, end] = [minuteOf(from, clock), minuteOf(to, clock)];
	if (start === end) return start;
	if (start.slice(0, 10) === end.slice(0, 10)) return `${start}–${end.slice(11)}`;
	return `${start} – ${start.slice(0, 4) === end.slice(0, 4) ? end.slice(5) : end}`;
}

/** `12 min`, `14 h`, `3 d`: the largest unit that says it within a few per cent. */
export function lengthOf(millis: number): Text {
	const span = Math.abs(millis);
	if (span < MINUTE) return { en: 'under a minute', zh: '不到 1 分钟' };
	if (span < 2 * HOUR) return inUnit(span, MINUTE, 'min', '分钟');
	if (span < 2 * DAY) return inUnit(span, HOUR, 'h', '小时');
	return inUnit(span, DAY, 'd', '天');
}

function inUnit(span: number, unit: number, en: string, zh: string): Text {
	const n = Math.round(span / unit);
	return { en: `${n} ${en}`, zh: `${n} ${zh}` };
}
