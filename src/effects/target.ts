/**
 * Where webhooks may go. An endpoint's address is typed in by somebody, and this service stands inside the marketplace's
 * network: without a guard it would knock on any internal door it is pointed at (server-side request forgery). So only
 * public addresses are connected to, and it is the address that is judged, at the moment of connecting: a name may lead
 * elsewhere tomorrow. For IPv6 only what is known to be public passes, so that no way of writing an IPv4 address inside
 * an IPv6 one (mapped, NAT64, 6to4, Teredo) gets around the list.
 */
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { badField } from '../core/words/field.js';

/** IPv4 that is not the public internet, by the IANA registry of special-purpose addresses. */
const NOT_PUBLIC_4 = [
	'0.0.0.0/8',
	'10.0.0.0/8',
	'100.64.0.0/10',
	'127.0.0.0/8',
	'169.254.0.0/16',
	'172.16.0.0/12',
	'192.0.0.0/24',
	'192.0.2.0/24',
	'192.88.99.0/24',
	'192.168.0.0/16',
	'198.18.0.0/15',
	'198.51.100.0/24',
	'203.0.113.0/24',
	'224.0.0.0/4',
	'240.0.0.0/4',
];
/** Inside 2000::/3, and yet not public, or another address in disguise. */
const NOT_PUBLIC_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

function listOf(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
	const list = new BlockList();
	for (const subnet of subnets) {
		const [address, bits] = subnet.split('/');
		list.addSubnet(address as string, Number(bits), family); // both are there in the lists above
	}
	return list;
}
const notPublic4 = listOf(NOT_PUBLIC_4, 'ipv4');
const global6 = listOf(['2000::/3'], 'ipv6');
const notPublic6 = listOf(NOT_PUBLIC_6, 'ipv6');

/** Whether an IP address belongs to the public internet. */
export function isPublic(address: string): boolean {
	switch (isIP(address)) {
		case 4:
			return !notPublic4.check(address, 'ipv4');
		case 6:
			return global6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6');
		default:
			return false;
	}
}

/**
 * Reads an endpoint's address.
 * @throws SuretyError `bad_field` where it is not http(s), carries a password, or names a place that is not public.
 */
export function parseTarget(raw: unknown, allowPrivate: boolean): URL {
	if (typeof raw !== 'string' || raw.length > 2000 || !URL.canParse(raw)) throw badField('url', raw, 'expected a URL');
	const url = new URL(raw);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') throw badField('url', raw, 'expected http or https');
	if (url.username !== '' || url.password !== '') throw badField('url', '***', 'must not carry a user or password');
	if (!allowPrivate && isForbidden(url)) throw badField('url', raw, 'is not a public address');
	return url;
}

/** Whether the host is, as written, no public address. Other names are judged by what they lead to, when connecting. */
export function isForbidden({ hostname }: URL): boolean {
	const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
	if (isIP(host) !== 0) return !isPublic(host);
	return host === 'localhost' || host.endsWith('.localhost');
}

/** Looks names up for a connection, and knows public addresses only. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
	lookup(hostname, { ...options, all: true }, (error, addresses) => {
		if (error !== null) return callback(error, '');
		const found = addresses.filter(({ address }) => isPublic(address));
		const [first] = found;
		if (first === undefined) return callback(new Error(`${hostname} does not lead to a public address`), '');
		return options.all === true ? callback(null, found) : callback(null, first.address, first.family);
	});
};
