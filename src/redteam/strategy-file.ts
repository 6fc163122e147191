/** A strategy in a file, with what it was found under, so that anybody can play it again. */
import { SuretyError } from '../core/words/error.js';
import { DEFAULT_SETTING, type SettingDocument } from './setting.js';
import { parseStrategy, type Strategy } from './strategy.js';

export interface StrategyFile {
	readonly name: string;
	readonly setting: SettingDocument;
	readonly strategy: Strategy;
}

/** @throws SuretyError `bad_field` where the text is not a strategy. */
export function readStrategyFile(text: string, path: string): StrategyFile {
	let raw: unknown;
	try {
		raw = JSON.parse(text);
	} catch (error) {
		throw new SuretyError('bad_field', `${path}: ${(error as Error).message}`, 'strategy');
	}
	const file = raw as Partial<Record<keyof StrategyFile | 'schema', unknown>> | null;
	if (typeof file !== 'object' || file?.schema !== 'surety.strategy/1')
		throw new SuretyError('bad_field', `${path}: expected the schema "surety.strategy/1"`, 'schema');
	const setting = { ...DEFAULT_SETTING, ...(file.setting as Partial<SettingDocument> | undefined) };
	return { name: typeof file.name === 'string' ? file.name : path, setting, strategy: parseStrategy(file.strategy) };
}
