/** How the log says what is wrong: where, what was expected, and what to do. */
import { SuretyError } from '../core/words/error.js';

/** `what` says what was expected and found. */
export function corrupt(file: string, offset: number, what: string): SuretyError {
	return new SuretyError(
		'log_corrupt',
		`${file}, byte ${offset}: ${what}. The log has changed since it was written; restore its folder from a backup.`,
	);
}

const CAUSES: Readonly<Record<string, string>> = {
	ENOSPC: 'the disk is full',
	EDQUOT: 'the disk quota is used up',
	EROFS: 'the disk is read-only',
	EACCES: 'access is denied',
	EPERM: 'access is denied',
	EMFILE: 'too many files are open',
	ENFILE: 'too many files are open',
	ENOENT: 'it is gone',
	EEXIST: 'it is not a folder',
	ENOTDIR: 'it is not in a folder',
	EOPNOTSUPP: 'it can hold no socket, and the lock is one',
};

/** The disk's own failure as one of ours; what did not come from the disk stays as it is. */
export function unavailable(file: string, error: unknown): Error {
	if (!(error instanceof Error)) return new Error(String(error));
	if (!('code' in error) || typeof error.code !== 'string' || error instanceof SuretyError) return error;
	const cause = CAUSES[error.code] ?? 'the disk is failing';
	return new SuretyError('log_unavailable', `${file}: ${cause} (${error.code}).`);
}
