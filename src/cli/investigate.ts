/** `surety investigate`. */
import { defaultPolicy, parsePolicy, type Policy } from '../core/policy.js';
import type { Currency } from '../core/words/money.js';
import { type Investigation, investigate } from '../report/investigate.js';
import { readModel } from '../train/model-file.js';
import type { ExitCode } from './exit-code.js';
import { readOptions } from './options.js';
import { withProgress } from './progress.js';
import { paintFor, summarise } from './summary.js';
import { readTables, TABLE_OPTIONS } from './tables.js';

export async function runInvestigate(args: string[]): Promise<ExitCode> {
	const { values, positionals } = readOptions({
		args,
		allowPositionals: true,
		options: { ...TABLE_OPTIONS, model: { type: 'string' } },
	});
	const tables = await readTables(values, positionals, {
		usage: 'surety investigate DIR --out OUT',
		writes: 'the report',
	});
	const policy = await policyWith(values.model, tables.currency);
	const found = await withProgress((onProgress) => investigate({ ...tables, policy, onProgress }));
	process.stdout.write(values.json ? asJson(found) : `\n${summarise(found, paintFor(process.stdout))}\n`);
	return 0;
}

/** The default policy, observing; with a model from a file, if one is given. */
async function policyWith(path: string | undefined, currency: Currency): Promise<Policy> {
	const policy = defaultPolicy(currency);
	if (path === undefined) return policy;
	return parsePolicy({ ...policy.document, name: 'default-with-model', model: await readModel(path) }, currency);
}

function asJson({ report, jsonPath, htmlPath }: Investigation): string {
	const flagged = report.stores.filter((store) => store.flagged).map((store) => store.store_id);
	const rings = report.rings.map(({ ring_id, stores, buyers }) => ({
		ring_id,
		stores: stores.length,
		buyers: buyers.length,
	}));
	const { totals, model } = report;
	return `${JSON.stringify({ totals, model, flagged, rings, report_json: jsonPath, report_html: htmlPath })}\n`;
}
