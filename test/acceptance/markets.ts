/** Markets on disk for whole investigations, each made once a run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPolicy } from '../../src/core/policy.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import type { CoreOptions } from '../../src/core/state.js';
import { currency } from '../../src/core/words/money.js';
import type { TableMap } from '../../src/intake/index.js';
import { type Investigation, investigate } from '../../src/report/investigate.js';

export function options(code = 'CNY'): CoreOptions {
	const money = currency(code);
	return { currency: money, programme: DEFAULT_PROGRAMME, policy: defaultPolicy(money) };
}

/** A temporary folder, and how to remove it. */
export function folder(): { readonly dir: string; readonly remove: () => void } {
	const dir = mkdtempSync(join(tmpdir(), 'surety-acceptance-'));
	return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export function look(dir: string, out: string, map?: TableMap): Promise<Investigation> {
	return investigate({ ...options(), dir, out, strict: false, map });
}
