/**
 * The one form in which a personal identifier is checked and made a token, so that two ways of writing one thing are
 * taken for one. What only looks (full-width digits, invisible characters, case) is removed everywhere; separators go
 * only where they mean nothing, because `room 1-23` and `room 12-3` are two rooms.
 */
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { StoreKind } from '../core/rings/identifiers.js';

/** Printable ASCII and the common Chinese characters: nothing to fold, which spares most values the slow way. */
const PLAIN = /^[ -~\u4E00-\u9FFF]*$/;

const FORMS: Readonly<Record<StoreKind, (plain: string) => string>> = {
	licence_no: document,
	legal_person: document,
	bank_account: account,
	phone,
	device_id: device,
	ip,
	address,
};

/** A value as it is compared; empty where it says nothing. */
export function normalForm(kind: StoreKind, raw: string): string {
	return FORMS[kind]((PLAIN.test(raw) ? raw : plain(raw)).trim());
}

/** Compatibility forms folded (`１` is 1), invisible characters gone, every dash a hyphen. */
function plain(raw: string): string {
	return raw
		.normalize('NFKC')
		.replace(/\p{Cf}/gu, '')
		.replace(/\p{Cc}/gu, ' ')
		.replace(/[\p{Pd}\u2212]/gu, '-');
}

function document(text: string): string {
	return text.replace(/[\s-]/g, '').toUpperCase();
}

/** Hyphens group the digits of a card or an account; in a wallet's id they may tell two ids apart. */
function account(text: string): string {
	const tight = text.replace(/\s/g, '');
	return /^[\d-]+$/.test(tight) ? tight.replace(/-/g, '') : tight.toUpperCase();
}

/** A Chinese mobile number is its eleven digits, however it was dialled; others keep `+` and their country. */
function phone(text: string): string {
	const dialled = text.replace(/[\s().-]/g, '').replace(/^00/, '+');
	return dialled.replace(/^(?:\+?86|0)(?=1[3-9]\d{9}$)/, '').toUpperCase();
}

/** Of a UUID or a hardware address only the hexadecimal digits count. */
function device(text: string): string {
	const tight = text.replace(/\s/g, '').toUpperCase();
	if (!/^[0-9A-F]+(?:[:-][0-9A-F]+)+$/.test(tight)) return tight;
	const digits = tight.replace(/[:-]/g, '');
	return digits.length === 12 || digits.length === 32 ? digits : tight;
}

/** IPv6 by RFC 5952; an IPv4 address inside one is that IPv4 address. */
function ip(text: string): string {
	if (isIPv4(text)) return text;
	const bare = text.replace(/%.*$/, '');
	if (!isIPv6(bare)) return text.toLowerCase();
	const { address: canonical } = new SocketAddress({ address: bare, family: 'ipv6' });
	const inside = canonical.startsWith('::ffff:') ? canonical.slice(7) : '';
	return isIPv4(inside) ? inside : canonical;
}

/** Blanks part words, but say nothing beside a Chinese character. */
function address(text: string): string {
	const lower = text.toLowerCase();
	if (!lower.includes(' ')) return lower;
	return lower.replace(/ +(?=[\u3400-\u9FFF])|(?<=[\u3400-\u9FFF]) +/g, '').replace(/ {2,}/g, ' ');
}
