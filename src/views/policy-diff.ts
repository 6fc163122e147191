/**
 * What differs between two policies, in words: one sentence for each setting, in English and Chinese, with whether it
 * is stricter or looser for stores. Every setting of the document has its sentence; a test sees to it. Rules and
 * programmes have theirs in files of their own.
 */
import type { PolicyDocument } from '../core/policy.js';
import { type ModelDocument, modelLabel } from '../core/model/schema.js';
import type { Programme } from '../core/programme/schema.js';
import type { Difference, Direction, Value } from './difference.js';
import { programmeDiff } from './programme-diff.js';
import { rulesDiff } from './rules-diff.js';

interface Setting {
	readonly en: string;
	readonly zh: string;
	/** Which way is stricter: more, less, or neither. */
	readonly strict: 'more' | 'less' | 'neither';
}

const say = (strict: Setting['strict'], en: string, zh: string): Setting => ({ strict, en, zh });

/** By field; `*` stands for the last part of the name, which the sentence may use as {name}. */
const SETTINGS: Readonly<Record<string, Setting>> = {
	'margin_percent.*': say(
		'more',
		'Stores of tier "{name}" keep {to} % of what open guarantees could cost, not {from} %',
		'“{name}”级店铺须留存未结价保敞口的 {to}%（原为 {from}%）',
	),
	'deposit_percent.*': say(
		'more',
		'Stores of tier "{name}" post a deposit of {to} % of their open guarantees, not {from} %',
		'“{name}”级店铺的保证金须达未结价保的 {to}%（原为 {from}%）',
	),
	'band_percent.*': say(
		'less',
		'Stores of tier "{name}" may cut a protected price by {to} % at once without a person, not {from} %',
		'“{name}”级店铺一次降价不超过 {to}% 无需人工（原为 {from}%）',
	),
	minimum_deposit: say(
		'more',
		'The least deposit of any store is {to}, not {from}',
		'任一店铺的最低保证金为 {to}（原为 {from}）',
	),
	'admission.unverified_deposit': say(
		'more',
		'Stores whose papers nobody has confirmed open with a deposit of at least {to}, not {from}',
		'证照未核验的店铺首笔保证金至少为 {to}（原为 {from}）',
	),
	'admission.most_new_stores': say(
		'less',
		'A person looks once {to} new stores share papers, an account or a device, not {from}',
		'同一证照、账户或设备下新店达 {to} 家即转人工（原为 {from} 家）',
	),
	'admission.burst_stores': say(
		'less',
		'Stores are limited once {to} have opened at one address or network, not {from}',
		'同一地址或网络新开店铺达 {to} 家即受限（原为 {from} 家）',
	),
	'admission.burst_days': say(
		'more',
		'Openings at one address are counted over {to} days, not {from}',
		'同一地址新开店铺按 {to} 天统计（原为 {from} 天）',
	),
	'probation.days': say('more', 'Probation lasts {to} days, not {from}', '试营业期为 {to} 天（原为 {from} 天）'),
	'probation.sales': say(
		'more',
		'Probation lasts until {to} protected sales, not {from}',
		'试营业期须满 {to} 笔受保成交（原为 {from} 笔）',
	),
	'probation.guarantee_cap': say(
		'less',
		'On probation, open guarantees may reach {to}, not {from}',
		'试营业期未结价保上限为 {to}（原为 {from}）',
	),
	'probation.unit_price_cap': say(
		'less',
		'On probation, goods of up to {to} carry the badge, not {from}',
		'试营业期可带价保标识的单价上限为 {to}（原为 {from}）',
	),
	'hold_hours.*': say(
		'less',
		'What the "{name}" gate holds waits {to} hours before it is refused, not {from}',
		'“{name}”闸口搁置的申请等待 {to} 小时后拒绝（原为 {from} 小时）',
	),
	unfunded_claim: say(
		'neither',
		'A claim that nobody funded in time: {to}, not {from}',
		'到期仍无资金的价保申请：{to}（原为 {from}）',
	),
	call_hours: say(
		'less',
		'A store has {to} hours to answer a call for deposit, not {from}',
		'店铺须在 {to} 小时内补足保证金（原为 {from} 小时）',
	),
	commission_basis_points: say(
		'neither',
		'The commission is {to} hundredths of a per cent, not {from}',
		'佣金为万分之 {to}（原为万分之 {from}）',
	),
	new_store_buyers: say(
		'more',
		'A store is new until {to} buyers have bought under guarantee, not {from}',
		'店铺受保买家满 {to} 名前视为新店（原为 {from} 名）',
	),
	new_store_days: say(
		'more',
		'A store is new for {to} days, not {from}',
		'店铺开业 {to} 天内视为新店（原为 {from} 天）',
	),
	watch_score: say(
		'less',
		'Stores are watched from a score of {to} %, not {from} %',
		'评分达 {to}% 起关注（原为 {from}%）',
	),
	flag_score: say(
		'less',
		'Stores are flagged from a score of {to} %, not {from} %',
		'评分达 {to}% 起标记（原为 {from}%）',
	),
	remember_days: say(
		'neither',
		'Settled order lines are remembered for {to} days, not {from}',
		'已了结订单行保留 {to} 天（原为 {from} 天）',
	),
	'gates.*': say('neither', 'The "{name}" gate: {to}, not {from}', '“{name}”闸口：{to}（原为 {from}）'),
};

/** What makes a document this one and no other is no difference in substance. */
const LABELS: ReadonlySet<string> = new Set(['schema', 'name', 'version']);

/**
 * @param own the book's own programme, which a policy has that carries none.
 * @returns the settings that differ, in the order of the document.
 */
export function policyDiff(from: PolicyDocument, to: PolicyDocument, own: Programme): Difference[] {
	const { programme: before = own, rules: fromRules = [], model: scoredBy, ...earlier } = from;
	const { programme: after = own, rules: toRules = [], model, ...later } = to;
	const was = new Map(leavesOf(earlier));
	const settings = leavesOf(later).flatMap(([field, value]) => {
		const old = was.get(field);
		return old === undefined || old === value ? [] : [difference(field, old, value)];
	});
	return [
		...settings,
		...rulesDiff(fromRules, toRules),
		...modelDiff(scoredBy, model),
		...programmeDiff(before, after),
	];
}

/** [SC7] What scores stores, in one sentence: what differs inside a model is nothing that people could compare. */
function modelDiff(from: ModelDocument | undefined, to: ModelDocument | undefined): Difference[] {
	if (JSON.stringify(from) === JSON.stringify(to)) return [];
	const [before, after] = [from, to].map((one) => (one === undefined ? TRANSPARENT : namesOf(one)));
	return [
		{
			field: 'model',
			from: from === undefined ? 'transparent' : modelLabel(from),
			to: to === undefined ? 'transparent' : modelLabel(to),
			effect: 'other',
			en: `Stores are scored by ${after?.en}, not by ${before?.en}`,
			zh: `店铺评分改用${after?.zh}（原为${before?.zh}）`,
		},
	];
}

const TRANSPARENT = { en: 'the transparent score alone', zh: '仅透明评分' };
const namesOf = (model: ModelDocument): typeof TRANSPARENT => ({
	en: `the transparent score and model ${modelLabel(model)} of ${model.trees.length} trees`,
	zh: `透明评分及模型 ${modelLabel(model)}（${model.trees.length} 棵树）`,
});

/** Every setting by its path; all documents have the same ones, their programmes and models apart. */
export function leavesOf(document: object, prefix = ''): [field: string, value: Value][] {
	return Object.entries(document).flatMap(([name, value]: [string, unknown]): [string, Value][] => {
		const field = `${prefix}${name}`;
		if (typeof value === 'object' && value !== null) return leavesOf(value, `${field}.`);
		return LABELS.has(field) ? [] : [[field, value as Value]]; // a policy holds texts, numbers and objects of them
	});
}

function difference(field: string, from: Value, to: Value): Difference {
	const [setting, name] = settingOf(field);
	const fill = (text: string): string =>
		text.replaceAll(/\{(\w+)\}/g, (_, key: string) => String({ name, from, to }[key]));
	return { field, from, to, effect: effectOf(field, setting, from, to), en: fill(setting.en), zh: fill(setting.zh) };
}

/** @throws TypeError for a setting without a sentence. */
export function settingOf(field: string): [Setting, name: string] {
	const dot = field.lastIndexOf('.');
	const setting = SETTINGS[field] ?? SETTINGS[`${field.slice(0, dot)}.*`];
	if (setting === undefined) throw new TypeError(`the setting ${field} has no sentence`);
	return [setting, field.slice(dot + 1)];
}

function effectOf(field: string, { strict }: Setting, from: Value, to: Value): Direction {
	if (field.startsWith('gates.')) return to === 'enforce' ? 'stricter' : 'looser';
	if (field === 'unfunded_claim') return 'other';
	if (strict === 'neither') return 'other';
	const isMore = Number(to) > Number(from);
	return isMore === (strict === 'more') ? 'stricter' : 'looser';
}
