/** What `investigate` and `backtest` share: a folder of tables, how it is to be read, and where the findings go. */
import type { Programme } from '../core/programme/schema.js';
import { SuretyError } from '../core/words/error.js';
import { type Currency, currency } from '../core/words/money.js';
import { readMap, type TableMap } from '../intake/index.js';
import { readProgramme } from './options.js';

export const TABLE_OPTIONS = {
	out: { type: 'string' },
	programme: { type: 'string', default: 'default' },
	currency: { type: 'string', default: 'CNY' },
	map: { type: 'string' },
	strict: { type: 'boolean', default: false },
	json: { type: 'boolean', default: false },
} as const;

interface Given {
	readonly out?: string | undefined;
	readonly programme: string;
	readonly currency: string;
	readonly map?: string | undefined;
	readonly strict: boolean;
}

export interface TablesAsked {
	readonly dir: string;
	readonly out: string;
	readonly strict: boolean;
	readonly currency: Currency;
	readonly programme: Programme;
	readonly map: TableMap | undefined;
}

/**
 * @param usage how the command is called, and `writes` what goes to its `--out`.
 * @throws SuretyError `usage`, `bad_programme`, `bad_currency`.
 */
export async function readTables(
	values: Given,
	positionals: readonly string[],
	{ usage, writes }: { readonly usage: string; readonly writes: string },
): Promise<TablesAsked> {
	const command = usage.split(' ')[1] ?? '';
	const [dir, ...more] = positionals;
	if (dir === undefined || more.length > 0) throw new SuretyError('usage', `${command} takes one folder: ${usage}`);
	if (values.out === undefined)
		throw new SuretyError('usage', `${command} needs --out OUT, the folder to write ${writes} to`);
	return {
		dir,
		out: values.out,
		strict: values.strict,
		currency: currency(values.currency),
		programme: await readProgramme(values.programme),
		map: values.map === undefined ? undefined : await readMap(values.map),
	};
}
