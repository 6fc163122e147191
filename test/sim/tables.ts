/** Reads simulated tables back as plainly as possible, sharing no code with the simulator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Row = Readonly<Record<string, string>>;

export function table(dir: string, name: string): Row[] {
	const [header, ...lines] = readFileSync(join(dir, `${name}.csv`), 'utf8')
		.trimEnd()
		.split('\n');
	const columns = (header ?? '').split(',');
	return lines.map((line) => {
		const values = line.split(',');
		return Object.fromEntries(columns.map((column, i) => [column, values[i] ?? '']));
	});
}

export const at = (row: Row, column: string): number => Date.parse(row[column] ?? '');
export const fen = (row: Row, column: string): number => Math.round(Number(row[column] ?? '') * 100);
export const yuan = (amountFen: number): string => (amountFen / 100).toFixed(2);

export function groupBy(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
	const groups = new Map<string, Row[]>();
	for (const row of rows) {
		const group = groups.get(key(row));
		if (group === undefined) groups.set(key(row), [row]);
		else group.push(row);
	}
	return groups;
}
