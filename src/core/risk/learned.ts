/**
 * [SC7] The learned score: what a model makes of a store's features, as a score in whole per cent and as reasons. What
 * the features of a signal contribute is told as that signal, with its figures; the rest under two reasons of its own.
 */
import { FEATURE_NAMES } from '../model/feature-names.js';
import type { CompiledModel, Row } from '../model/compiled.js';
import { formatMoney } from '../words/money.js';
import type { ReasonCode } from '../words/reason.js';
import { DAY } from '../words/time.js';
import { burst, FEATURE_LIST, missing, priceMultiple, type Seen, unitPrice } from './features.js';
import type { Judged } from './score.js';
import type { Signal } from './signals.js';

/** @param row the features of what is seen. */
export function learnedScore(model: CompiledModel, seen: Seen, row: Row, flagScore: number): Judged {
	const contributions = new Float64Array(FEATURE_NAMES.length);
	const reached = model.score(model.logOdds(row, contributions));
	const isHeard = missing(seen.episode) > 0 && bothSpeak(contributions);
	const score = isHeard ? reached : Math.min(reached, flagScore - 1);
	const signals = [...seen.signals, outOfScale(seen), likeLabelled(seen, model.label)];
	return { score, signals, points: pointsOf(signals, contributions, score) };
}

/** [SC8] Whether what money contributes speaks for abuse, and what all else contributes does too. */
export function bothSpeak(contributions: Float64Array): boolean {
	let [money, conduct] = [0, 0];
	for (const [i, { kind }] of FEATURE_LIST.entries()) {
		if (kind === 'money') money += contributions[i] ?? 0;
		else conduct += contributions[i] ?? 0;
	}
	return money > 0 && conduct > 0;
}

/** [SC9] The score, shared out among what speaks for abuse; parts of a point are dropped. */
function pointsOf(signals: readonly Signal[], contributions: Float64Array, score: number): number[] {
	const sums = new Map<ReasonCode, number>(signals.map(({ code }) => [code, 0]));
	for (const [i, { reason }] of FEATURE_LIST.entries()) {
		const code = sums.has(reason) ? reason : 'like_labelled';
		sums.set(code, (sums.get(code) ?? 0) + (contributions[i] ?? 0));
	}
	let total = 0;
	for (const sum of sums.values()) total += Math.max(0, sum);
	return signals.map(({ code }) => (total === 0 ? 0 : Math.floor((Math.max(0, sums.get(code) ?? 0) * score) / total)));
}

/** [SG17] Dearer goods than the store ever sold, and much at once against all it ever sold. */
function outOfScale({ view, episode }: Seen): Signal {
	return {
		code: 'out_of_scale',
		kind: 'conduct',
		strength: 1,
		values: {
			price: formatMoney(unitPrice(episode.total), view.currency),
			multiple: priceMultiple(view, episode),
			share: Math.round(burst(view, episode) / 10),
		},
	};
}

/** [SG18] What the store is otherwise. */
function likeLabelled({ view: { at, risk, store } }: Seen, model: string): Signal {
	return {
		code: 'like_labelled',
		kind: 'conduct',
		strength: 1,
		values: {
			model,
			days: Math.floor((at - store.openedAt) / DAY),
			buyers: risk.buyers,
			lines: risk.protectedLines,
			withdrawals: risk.withdrawalCount,
		},
	};
}
