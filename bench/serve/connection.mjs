/** One keep-alive connection, one request at a time, with as little work as can be: requests are bytes made before. */
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const ERROR = Buffer.from('"error":{');

export class Connection {
	#socket;
	#done = undefined;
	#head = undefined;
	#left = 0;
	#status = 0;
	#bytes = 0;
	#errors = 0;

	static open(port) {
		return new Promise((resolve, reject) => {
			const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(new Connection(socket)));
			socket.once('error', reject);
		});
	}

	constructor(socket) {
		this.#socket = socket;
		socket.removeAllListeners('error');
		socket.on('data', (chunk) => this.#take(chunk));
		socket.on('error', () => undefined);
		socket.on('close', () => this.#finish(0));
	}

	/** `done` gets the status (0 where the connection ended), the answer's bytes and how many records got errors. */
	ask(request, done) {
		this.#done = done;
		this.#left = -1;
		this.#bytes = 0;
		this.#errors = 0;
		this.#socket.write(request);
	}

	close() {
		this.#socket.destroy();
	}

	#take(chunk) {
		let piece = chunk;
		if (this.#left < 0) {
			if (this.#head !== undefined) piece = Buffer.concat([this.#head, piece]);
			const end = piece.indexOf(HEAD_END);
			this.#head = end < 0 ? piece : undefined;
			if (end < 0) return;
			const head = piece.latin1Slice(0, end).toLowerCase();
			this.#status = Number(head.slice(9, 12));
			const length = /\r\ncontent-length: (\d+)/.exec(head);
			if (length === null) throw new Error(`an answer without its length:\n${head}`);
			this.#left = Number(length[1]);
			this.#bytes = this.#left;
			piece = piece.subarray(end + 4);
		}
		for (let at = piece.indexOf(ERROR); at >= 0; at = piece.indexOf(ERROR, at + 9)) this.#errors++;
		this.#left -= piece.length;
		if (this.#left === 0) this.#finish(this.#status);
	}

	#finish(status) {
		const done = this.#done;
		this.#done = undefined;
		done?.(status, this.#bytes, this.#errors);
	}
}
