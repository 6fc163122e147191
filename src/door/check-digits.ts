/**
 * Check digits of Chinese papers. Each function gives the character that belongs after a body already known to be of
 * the right characters. What each catches is proved exhaustively in test/door.
 */

/** GB 32100-2015: digits and capitals without I, O, S, V, Z, which are easily misread. */
export const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** 3^i mod 31; all different, so every wrong character is caught, and every swap of two but the first and the last. */
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Unified social credit code (GB 32100-2015, after ISO 7064): 17 characters. */
export function creditCheck(body: string): string {
	const sum = CREDIT_WEIGHTS.reduce((total, weight, i) => total + weight * CREDIT_ALPHABET.indexOf(body.charAt(i)), 0);
	return CREDIT_ALPHABET.charAt((31 - (sum % 31)) % 31);
}

const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/**
 * Organisation code (GB 11714-1997): 8 characters. Modulo 11 cannot tell A from L, 0 from B; the code around it can.
 */
export function organisationCheck(body: string): string {
	const sum = ORGANISATION_WEIGHTS.reduce(
		(total, weight, i) => total + weight * Number.parseInt(body.charAt(i), 36),
		0,
	);
	return elevenAsX((11 - (sum % 11)) % 11);
}

/** Citizen identity number (GB 11643-1999, ISO 7064 MOD 11-2): 17 digits. Every wrong digit, every neighbours' swap. */
export function identityCheck(body: string): string {
	let running = 0;
	for (const digit of body) running = ((running + Number(digit)) * 2) % 11;
	return elevenAsX((12 - running) % 11);
}

/** Registration number (GS 15-2006, ISO 7064 MOD 11,10): 14 digits. Every wrong digit, nearly every neighbours' swap. */
export function registrationCheck(body: string): string {
	let running = 10;
	for (const digit of body) running = (((running + Number(digit)) % 10 || 10) * 2) % 11;
	return String((11 - running) % 10);
}

/** Card number (ISO/IEC 7812-1, Luhn). Every wrong digit, every neighbours' swap but that of 0 and 9. */
export function cardCheck(body: string): string {
	let sum = 0;
	for (let i = 0; i < body.length; i++) {
		const digit = Number(body.charAt(body.length - 1 - i));
		sum += i % 2 === 0 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit;
	}
	return String((10 - (sum % 10)) % 10);
}

const elevenAsX = (value: number): string => (value === 10 ? 'X' : String(value));
