/** Submitting to the service on behalf of a caller: traced, counted, and in the caller's name. */
import type { Said } from '../../runtime/answer.js';
import type { Lane } from '../../runtime/service.js';
import type { Call, Edge } from '../route.js';
import { traced } from '../traces.js';
import type { Submit } from './slices.js';

export function submitter({ service, metrics }: Edge, { caller, request }: Call): Submit {
	// What comes later in a request is decided later, whatever has to be asked about what comes before.
	const lane: Lane = {};
	const submit = async (raws: readonly unknown[]): Promise<readonly Said[]> => {
		const answers = await service.decide(raws, caller.name, lane);
		metrics.answered(answers);
		return answers;
	};
	return (raws) => traced(request, 'surety.submit', { 'surety.records': raws.length }, () => submit(raws));
}
