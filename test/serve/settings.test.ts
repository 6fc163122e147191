/** Settings: what nests, what contradicts, and that no message quotes a secret. */
import { expect, test } from 'vitest';
import { readSettings } from '../../src/serve/settings.js';

const verification = { url: 'https://registry.example/papers', secret: 'whsec_x' };

test('where papers are verified is a document in itself, in the environment as JSON', async () => {
	expect((await readSettings(undefined, {}, {})).verification).toBeUndefined();
	const set = { SURETY_VERIFICATION: JSON.stringify(verification) };
	expect((await readSettings(undefined, set, {})).verification).toEqual({ ...verification, timeout_ms: 3000 });
});

test.each([
	['no JSON', '{"secret": "whsec_x"', /verification \(SURETY_VERIFICATION\): expected a JSON object/],
	['no address', '{"url": "registry", "secret": "whsec_x"}', /verification.*Invalid URL/],
	['another protocol', '{"url": "ftp://r.example/", "secret": "whsec_x"}', /verification.*Invalid URL/],
	['a word too many', '{"url": "https://r.example/", "secret": "whsec_x", "colour": "red"}', /colour/],
	['a time that is none', '{"url": "https://r.example/", "secret": "whsec_x", "timeout_ms": 0}', />=1/],
])('%s', async (_, text, message) => {
	const failed = await readSettings(undefined, { SURETY_VERIFICATION: text }, {}).catch((error: unknown) => error);
	expect(failed).toMatchObject({ code: 'bad_settings', message: expect.stringMatching(message) });
	expect(String(failed)).not.toContain('whsec_x');
});

test.each<[object, object]>([
	[{ SURETY_POLICY: 'p.json', SURETY_MODE: 'observe' }, {}],
	[{ SURETY_POLICY: 'p.json' }, { mode: 'enforce' }],
	[{}, { mode: 'enforce', policy: 'p.json' }],
])('a policy says itself which gates enforce: %o %o', async (environment, given) => {
	const failed = readSettings(undefined, { ...environment }, { ...given });
	await expect(failed).rejects.toMatchObject({
		code: 'bad_settings',
		message: expect.stringMatching(/mode and policy/),
	});
});

test('either by itself is fine', async () => {
	expect(await readSettings(undefined, { SURETY_POLICY: 'p.json' }, {})).toMatchObject({ policy: 'p.json' });
	expect(await readSettings(undefined, {}, { mode: 'observe' })).toMatchObject({ mode: 'observe' });
});

test('what is asked of an identity provider has openid in it', async () => {
	expect((await readSettings(undefined, {}, {})).oidc_scope).toBe('openid profile');
	const scoped = { SURETY_OIDC_SCOPE: 'profile openid groups' };
	expect((await readSettings(undefined, scoped, {})).oidc_scope).toBe(scoped.SURETY_OIDC_SCOPE);
	const failed = readSettings(undefined, { SURETY_OIDC_SCOPE: 'profile openid-ish' }, {});
	await expect(failed).rejects.toMatchObject({ message: expect.stringMatching(/oidc_scope.*expected openid/) });
});
