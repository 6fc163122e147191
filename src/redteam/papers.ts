/** Papers: what a store shows at the door. All invented. */

/** What a store shows at the door; who shares one shares them all. */
export const papersOf = (owner: string): Readonly<Record<string, string>> => ({
	legal_person: `person ${owner}`,
	phone: `phone ${owner}`,
	device_id: `device ${owner}`,
	ip: `network ${owner}`,
	address: `address ${owner}`,
});
