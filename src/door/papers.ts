/**
 * Whether a store's papers can be what they claim to be: structure and check digits of the Chinese kinds. This says
 * nothing about whether such a paper was issued, or to whom; only a registry knows. A paper of another country's kind
 * is `unknown_kind`, never bad: what to think of it is the policy's business.
 */
import { HOUR, type Instant } from '../core/words/time.js';
import {
	CREDIT_ALPHABET,
	cardCheck,
	creditCheck,
	identityCheck,
	organisationCheck,
	registrationCheck,
} from './check-digits.js';
import { normalForm } from './normal-form.js';

export const PAPER_FINDINGS = ['valid', 'bad_structure', 'bad_check_digit', 'unknown_kind'] as const;
export type PaperFinding = (typeof PAPER_FINDINGS)[number];

/** The papers that can be checked; `at` is when they were shown. */
export const PAPER_CHECKS = {
	licence_no: licence,
	legal_person: identity,
	bank_account: bankCard,
	phone: mobile,
} as const;
export type PaperKind = keyof typeof PAPER_CHECKS;

/** First two digits of regions (GB/T 2260), Hong Kong, Macau and Taiwan included. */
const PROVINCE = '(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])';
/** 100000 is the national registry. */
const REGION = `(?:${PROVINCE}\\d{4}|100000)`;
/** Departments of GB 32100-2015 and later additions; categories differ by department and grow, so any digit will do. */
const CREDIT_CODE = new RegExp(`^[1-9ANY][1-9]${REGION}[${CREDIT_ALPHABET}]{8}[0-9X][${CREDIT_ALPHABET}]$`);
/** One character too few or too many, or a letter that is not used, is still meant to be one. */
const MEANT_AS_CREDIT_CODE = /^(?:[0-9A-Z]{18}|[0-9A-Z]{2}\d{6}[0-9A-Z]{9,11})$/;
const REGISTRATION = new RegExp(`^${REGION}\\d{9}$`);

/** A business licence: the unified social credit code, or the registration number that came before it. */
export function licence(raw: string): PaperFinding {
	const value = normalForm('licence_no', raw);
	if (/^\d{15}$/.test(value)) return registration(value);
	if (!MEANT_AS_CREDIT_CODE.test(value)) return 'unknown_kind';
	if (!CREDIT_CODE.test(value)) return 'bad_structure';
	const organisation = organisationCheck(value.slice(8, 16)) === value.charAt(16);
	return found(organisation && creditCheck(value.slice(0, 17)) === value.charAt(17));
}

function registration(value: string): PaperFinding {
	if (!REGISTRATION.test(value)) return 'bad_structure';
	return found(registrationCheck(value.slice(0, 14)) === value.charAt(14));
}

/** 9 and a province begin the number of a foreigner's permanent residence, of the same make since 2023. */
const IDENTITY = new RegExp(`^(?:${PROVINCE}\\d{4}|9${PROVINCE}\\d{3})(\\d{4})(\\d\\d)(\\d\\d)\\d{3}[0-9X]$`);
/** Digits of about the right number were meant as one; the 15-digit numbers of before 1999 are void since 2013. */
const MEANT_AS_IDENTITY = /^\d{15,19}$|^\d{16,18}X$/;

/** A citizen identity number. A name, a passport or a travel permit is of unknown kind. */
export function identity(raw: string, at?: Instant): PaperFinding {
	const value = normalForm('legal_person', raw);
	if (!MEANT_AS_IDENTITY.test(value)) return 'unknown_kind';
	const [, year, month, day] = (IDENTITY.exec(value) ?? []).map(Number);
	if (year === undefined || !isBirthday(year, month ?? 0, day ?? 0, at)) return 'bad_structure';
	return found(identityCheck(value.slice(0, 17)) === value.charAt(17));
}

/** A day that exists, from 1900, and that has begun in China. */
function isBirthday(year: number, month: number, day: number, at = Number.POSITIVE_INFINITY): boolean {
	const midnight = Date.UTC(year, month - 1, day);
	// Days and months that do not exist run over into others.
	const exists = new Date(midnight).getUTCMonth() === month - 1 && new Date(midnight).getUTCDate() === day;
	return exists && year >= 1900 && midnight - 8 * HOUR <= at;
}

/** Beginnings and lengths of the networks' cards: UnionPay, Visa, Mastercard, American Express, JCB, Diners, Discover. */
const CARD = /^(?:62\d{14,17}|4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|35\d{14}|3[068]\d{12}|6[045]\d{14})$/;

/**
 * A bank card. Accounts of companies (9 to 25 digits, each bank its own way) and wallets have no public check digit:
 * they are of unknown kind, for calling them bad would hold up every honest company.
 */
export function bankCard(raw: string): PaperFinding {
	const value = normalForm('bank_account', raw);
	if (CARD.test(value)) return found(cardCheck(value.slice(0, -1)) === value.slice(-1));
	return /^62\d{11,18}$/.test(value) ? 'bad_structure' : 'unknown_kind';
}

/** A Chinese mobile number; it has no check digit. Fixed lines and other countries' numbers are of unknown kind. */
export function mobile(raw: string): PaperFinding {
	const value = normalForm('phone', raw);
	if (/^1[3-9]\d{9}$/.test(value)) return 'valid';
	return /^(?:\+86)?1\d{9,11}$/.test(value) ? 'bad_structure' : 'unknown_kind';
}

const found = (checks: boolean): PaperFinding => (checks ? 'valid' : 'bad_check_digit');
