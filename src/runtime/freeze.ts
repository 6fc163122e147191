/**
 * Freezing: a graph of live objects as one array of bytes, and back. Every field of every object is kept without any
 * class having to say so; a class that is new here fails loudly instead of being lost in silence. What is given from
 * outside (rules, model) is not kept: the fresh graph that is thawed into has it.
 *
 * Bytes are Node's structured serialization over a table of plain nodes. They are a cache: a version of Surety that
 * cannot read them starts from the log instead.
 */
import { deserialize, serialize } from 'node:v8';

/** Fields of classes that are given to a graph from outside. Plain objects keep theirs: an outcome names its policy. */
const GIVEN: ReadonlySet<string> = new Set(['rules', 'currency', 'model']);

type Class = abstract new (...args: never[]) => object;

/** A reference to a node is an array of one; arrays themselves are nodes, so nothing else looks like it. */
type Ref = readonly [number];
type Cell = string | number | boolean | bigint | null | undefined | Ref;
type Node =
	| { readonly is: 'object'; readonly of: string; readonly names: readonly string[]; readonly cells: readonly Cell[] }
	| { readonly is: 'array' | 'set'; readonly cells: readonly Cell[] }
	| { readonly is: 'map'; readonly keys: readonly Cell[]; readonly cells: readonly Cell[] }
	| { readonly is: 'buffer'; readonly bytes: Uint8Array }
	| {
			readonly is: 'view';
			readonly of: string;
			readonly buffer: Ref;
			readonly offset: number;
			readonly length: number;
	  };

const VIEWS = { Uint8Array, Uint32Array, Int32Array, Float64Array } as const;

/** @param classes every class that may occur in the graph. */
export function freeze(root: object, classes: readonly Class[]): Uint8Array {
	const known = new Set(classes.map(({ name }) => name));
	const numbers = new Map<object, number>();
	const queue: object[] = [];
	const refer = (object: object): Ref => {
		let number = numbers.get(object);
		if (number === undefined) {
			number = queue.push(object) - 1;
			numbers.set(object, number);
		}
		return [number];
	};
	const cell = (value: unknown): Cell => (typeof value === 'object' && value !== null ? refer(value) : (value as Cell));
	refer(root);
	const nodes: Node[] = [];
	for (let i = 0; i < queue.length; i++) nodes.push(nodeOf(queue[i] as object, cell, refer, known));
	return serialize(nodes);
}

function nodeOf(
	object: object,
	cell: (value: unknown) => Cell,
	refer: (object: object) => Ref,
	known: ReadonlySet<string>,
): Node {
	if (Array.isArray(object)) return { is: 'array', cells: object.map(cell) };
	if (object instanceof Set) return { is: 'set', cells: [...object].map(cell) };
	if (object instanceof Map)
		return { is: 'map', keys: [...object.keys()].map(cell), cells: [...object.values()].map(cell) };
	if (object instanceof ArrayBuffer) return { is: 'buffer', bytes: new Uint8Array(object) };
	if (ArrayBuffer.isView(object)) {
		const { buffer, byteOffset, length } = object as Uint8Array; // every kind of view has these
		return { is: 'view', of: object.constructor.name, buffer: refer(buffer), offset: byteOffset, length };
	}
	const of = object.constructor === Object ? '' : object.constructor.name;
	if (of !== '' && !known.has(of)) throw new TypeError(`a snapshot does not know the class ${of}`);
	const isGiven = (name: string): boolean => of !== '' && GIVEN.has(name);
	const fields = Object.entries(object).filter(([name, value]) => typeof value !== 'function' && !isGiven(name));
	return { is: 'object', of, names: fields.map(([name]) => name), cells: fields.map(([, value]) => cell(value)) };
}

/**
 * Fills a fresh graph with what was frozen. Instances that the fresh graph already has in the same place stay the same
 * objects, so whatever refers to them from outside goes on to do so. Plain objects are values and made anew: the one in
 * the same place may be another, such as the policy of then, and stand in more places than one.
 * @throws Error of some kind where the bytes are not what `freeze` made of such a graph.
 */
export function thaw(bytes: Uint8Array, fresh: object, classes: readonly Class[]): void {
	const nodes = deserialize(bytes) as Node[]; // checked by the caller's checksum
	const byName = new Map(classes.map((one) => [one.name, one]));
	const made: (object | undefined)[] = [];
	const value = (cell: Cell, there: unknown): unknown => (Array.isArray(cell) ? make(cell[0] as number, there) : cell);
	const make = (number: number, there: unknown): object => {
		const known = made[number];
		if (known !== undefined) return known;
		const node = nodes[number];
		if (node === undefined) throw new TypeError('a snapshot refers to nothing');
		return fill(node, there, (object) => (made[number] = object));
	};
	const pending: (() => void)[] = [];
	function fill(node: Node, there: unknown, keep: (object: object) => object): object {
		switch (node.is) {
			case 'buffer':
				return keep(new Uint8Array(node.bytes).buffer);
			case 'view': {
				const buffer = make(node.buffer[0], undefined) as ArrayBuffer;
				const Maker = VIEWS[node.of as keyof typeof VIEWS];
				return keep(new Maker(buffer, node.offset, node.length));
			}
			case 'array': {
				const array = Array.isArray(there) ? there : [];
				array.length = 0;
				pending.push(() => node.cells.forEach((cell, i) => (array[i] = value(cell, undefined))));
				return keep(array);
			}
			case 'set': {
				const set = there instanceof Set ? there : new Set();
				set.clear();
				pending.push(() => node.cells.forEach((cell) => set.add(value(cell, undefined))));
				return keep(set);
			}
			case 'map': {
				const map = there instanceof Map ? there : new Map();
				const before = new Map(map);
				map.clear();
				pending.push(() =>
					node.cells.forEach((cell, i) => {
						const key = value(node.keys[i], undefined);
						map.set(key, value(cell, before.get(key)));
					}),
				);
				return keep(map);
			}
			case 'object': {
				const isRoot = there === fresh;
				const object = keep(isRoot ? fresh : shell(node.of, there, byName)) as Record<string, unknown>;
				pending.push(() => node.names.forEach((name, i) => (object[name] = value(node.cells[i], object[name]))));
				return object;
			}
		}
	}
	make(0, fresh);
	for (let next = pending.pop(); next !== undefined; next = pending.pop()) next();
}

function shell(of: string, there: unknown, byName: ReadonlyMap<string, Class>): object {
	if (of === '') return {};
	if (typeof there === 'object' && there?.constructor.name === of) return there;
	const known = byName.get(of);
	if (known === undefined) throw new TypeError(`a snapshot has an unknown class ${of}`);
	return Object.create(known.prototype as object) as object;
}
