/**
 * The core: `decide` answers a record from the state, `evolve` applies the fact that follows, if one does; `take` is
 * both. Pure: time and ids come in the record, and nothing else comes in. Only facts change the state; a request
 * becomes one when its gate lets it through.
 */
import { admit } from './admit.js';
import { decide } from './decide.js';
import { evolve } from './evolve.js';
import { State } from './state.js';
import type { Outcome } from './words/outcome.js';
import type { SuretyRecord } from './words/record.js';

export class Core extends State {
	/**
	 * Decides a record and applies what follows. Records are decided in the order they arrive; one from the past is
	 * judged by its own time but moves no clock (docs/SPEC.md, TM).
	 * @throws SuretyError where the record cannot be taken at all; then nothing has changed.
	 */
	take(record: SuretyRecord): Outcome {
		admit(this, record);
		this.book.advance(record.at);
		const { outcome, fact } = decide(this, record);
		if (fact !== undefined) evolve(this, fact);
		this.seq++;
		return outcome;
	}
}
