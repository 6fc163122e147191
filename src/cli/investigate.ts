/** `surety investigate`. */
import { defaultPolicy } from '../core/policy.js';
import { SuretyError } from '../core/words/error.js';
import { currency } from '../core/words/money.js';
import { readMap } from '../intake/index.js';
import { type InvestigateOptions, type Investigation, investigate } from '../report/investigate.js';
import type { ExitCode } from './main.js';
import { readOptions, readProgramme } from './options.js';
import { ProgressLine } from './progress.js';
import { paintFor, summarise } from './summary.js';

export async function runInvestigate(args: string[]): Promise<ExitCode> {
	const { values, positionals } = readOptions({
		args,
		allowPositionals: true,
		options: {
			out: { type: 'string' },
			programme: { type: 'string', default: 'default' },
			currency: { type: 'string', default: 'CNY' },
			map: { type: 'string' },
			strict: { type: 'boolean', default: false },
			json: { type: 'boolean', default: false },
		},
	});
	const [dir, ...more] = positionals;
	if (dir === undefined || more.length > 0)
		throw new SuretyError('usage', 'investigate takes one folder: surety investigate DIR --out OUT');
	if (values.out === undefined)
		throw new SuretyError('usage', 'investigate needs --out OUT, the folder to write the report to');
	const code = currency(values.currency);
	const found = await withProgress({
		dir,
		out: values.out,
		strict: values.strict,
		currency: code,
		programme: await readProgramme(values.programme),
		policy: defaultPolicy(code),
		map: values.map === undefined ? undefined : await readMap(values.map),
	});
	process.stdout.write(values.json ? asJson(found) : `\n${summarise(found, paintFor(process.stdout))}\n`);
	return 0;
}

/** Investigates with a progress line on the terminal. */
export async function withProgress(options: InvestigateOptions): Promise<Investigation> {
	const progress = new ProgressLine(process.stderr);
	try {
		return await investigate({ ...options, onProgress: progress.show });
	} finally {
		progress.end();
	}
}

function asJson({ report, jsonPath, htmlPath }: Investigation): string {
	const flagged = report.stores.filter((store) => store.flagged).map((store) => store.store_id);
	const rings = report.rings.map(({ ring_id, stores, buyers }) => ({
		ring_id,
		stores: stores.length,
		buyers: buyers.length,
	}));
	return `${JSON.stringify({ totals: report.totals, flagged, rings, report_json: jsonPath, report_html: htmlPath })}\n`;
}
