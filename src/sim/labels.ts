/** The table `labels` of a simulated market: what its people would know after the fact, to train a model on. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Truth } from './truth.js';

/** Abuse is every store of a gang on whose lines anything was claimed; the others' harm nobody, or nobody knows of. */
export async function writeLabels(dir: string, { gangs }: Truth): Promise<void> {
	const stores = gangs.flatMap((gang) => gang.stores.filter((store) => store.first_claim_at !== null));
	const rows = stores.map(({ store_id }) => `${store_id},abuse\n`);
	await writeFile(join(dir, 'labels.csv'), `store_id,label\n${rows.join('')}`);
}
