/** The door: personal identifiers become keyed tokens, and papers are checked, before a record goes anywhere. */
export { Door, type DoorOptions } from './door.js';
export { PAPER_FINDINGS, type PaperFinding, type PaperKind } from './papers.js';
export { SUFFIXES, type Suffixes, type PersonalKind, type TokenKey, Tokens, withoutSuffix } from './tokens.js';
export {
	SAID,
	type Said,
	type Shown,
	Verification,
	type VerificationOptions,
	type Verified,
	type Verifier,
} from './verification.js';
