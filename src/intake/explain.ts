/** Looks again at the rows that are bad and says why: file, line, field, value and reason. */
import type { Currency } from '../core/words/money.js';
import { faultOf, type Cells } from './cells.js';
import { cellText } from './check-sql.js';
import { CsvRows } from './csv-rows.js';
import type { Database } from './database.js';
import { FAULTS } from './faults.js';
import type { CsvOrigin, Loaded, ParquetOrigin } from './load.js';
import { eachLine } from './physical-lines.js';
import type { Rejection, Rejects } from './rejects.js';
import type { TableName } from './tables.js';

/** DuckDB and the second look cut a CSV file into different rows; it must be salvaged and read again. */
export class Disagreement extends Error {
	readonly table: TableName;

	constructor(table: TableName) {
		super(`${table}: the two readers disagree`);
		this.table = table;
	}
}

/**
 * Writes down every bad row of a table.
 * @throws Disagreement
 */
export async function explainFaults(
	database: Database,
	loaded: Loaded,
	rows: number,
	currency: Currency,
	rejects: Rejects,
): Promise<void> {
	const { origin } = loaded;
	const explain = (line: number, cells: Cells, fault: number): void =>
		rejects.add({
			table: loaded.table.name,
			file: loaded.file.file,
			line,
			...reasonFor(loaded, cells, fault, currency),
		});
	if (origin.kind === 'csv') await explainCsv(database, loaded, origin, rows, explain);
	else await explainParquet(database, loaded, origin, explain);
}

type Explain = (line: number, cells: Cells, fault: number) => void;

function reasonFor(
	{ table }: Loaded,
	cells: Cells,
	fault: number,
	currency: Currency,
): Pick<Rejection, 'field' | 'value' | 'reason'> {
	const about = (field: string, reason: string) => ({ field, value: cells[field] ?? null, reason });
	switch (fault) {
		case FAULTS.unknownStore:
			return about('store_id', 'unknown store: no good row of stores has this id');
		case FAULTS.unknownLine:
			return about('order_line_id', 'unknown order line: no good row of order_lines has this id');
		case FAULTS.otherContent:
			return about(table.id ?? '', 'an earlier row has this id and other content');
		default: {
			const found = faultOf(table, cells, currency);
			if (found === undefined) return { field: null, value: null, reason: 'the row cannot be read' };
			return about(found.field, found.reason);
		}
	}
}

interface SeenRow {
	readonly line: number;
	readonly cells: string[];
}

/** Rows are numbered as DuckDB numbers them, a block of the file at a time. */
async function explainCsv(
	database: Database,
	loaded: Loaded,
	origin: CsvOrigin,
	rows: number,
	explain: Explain,
): Promise<void> {
	const { name } = loaded.table;
	let first = -1; // the header is a row to the reader
	let seen: SeenRow[] = [];
	const reader = new CsvRows(origin.header.delimiter, origin.header.names.length, {
		row: (line, cells) => seen.push({ line, cells }),
		broken: () => {
			throw new Disagreement(name);
		},
	});
	const settle = async (): Promise<void> => {
		const faults = await faultsBetween(database, name, first, first + seen.length);
		for (const { row, fault } of faults) {
			const { line, cells } = seen[row - first] as SeenRow; // between the two bounds
			const realLine = origin.salvaged ? Number(cells.at(-1)) : line;
			explain(
				realLine,
				cellsByName(loaded, (at) => cells[at], origin.places),
				fault,
			);
		}
		first += seen.length;
		seen = [];
	};
	await eachLine(origin.path, loaded.file.file, origin.gzip, (bytes) => reader.line(bytes), settle);
	reader.end();
	await settle();
	if (first !== rows) throw new Disagreement(name);
}

async function faultsBetween(
	database: Database,
	name: string,
	from: number,
	to: number,
): Promise<{ row: number; fault: number }[]> {
	const sql = `select row, fault from faults_${name}
		where row >= ${from} and row < ${to} and fault <> ${FAULTS.sameContent} order by row`;
	return (await database.rows(sql)).map(([row, fault]) => ({ row: Number(row), fault: Number(fault) }));
}

function cellsByName(
	loaded: Loaded,
	cellAt: (at: number) => string | null | undefined,
	places: ReadonlyMap<string, number>,
): Cells {
	const cells: Record<string, string | undefined> = { ...loaded.constants };
	for (const [column, at] of places) cells[column] = cellAt(at) || undefined; // an empty cell is no cell
	return cells;
}

async function explainParquet(
	database: Database,
	loaded: Loaded,
	{ scan }: ParquetOrigin,
	explain: Explain,
): Promise<void> {
	const { name } = loaded.table;
	const columns = [...loaded.columns];
	const places = new Map(columns.map(([column], at) => [column, at + 2]));
	const list = columns.map(([, cell]) => cellText(cell)).join(', ');
	const result = await database.stream(
		`select f.row, f.fault, ${list} from ${scan} p join faults_${name} f on p.file_row_number = f.row
		where f.fault <> ${FAULTS.sameContent} order by f.row`,
	);
	for await (const rows of result.yieldRowsJson()) {
		for (const row of rows) {
			const cellAt = (at: number): string | null => (typeof row[at] === 'string' ? row[at] : null);
			explain(Number(row[0]) + 1, cellsByName(loaded, cellAt, places), Number(row[1]));
		}
	}
}
