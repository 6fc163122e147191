/**
 * Models in files: one given by its path, and one that a policy's file names by a path relative to that file. Only here
 * is a path followed; a policy that comes any other way carries its model whole.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ModelDocument, parseModel } from '../core/model/schema.js';
import { SuretyError } from '../core/words/error.js';

/** @throws SuretyError `bad_model` where the file cannot be read or is no model. */
export async function readModel(path: string): Promise<ModelDocument> {
	const document = await readJson(path);
	try {
		return parseModel(document);
	} catch (error) {
		if (!(error instanceof SuretyError)) throw error;
		throw new SuretyError(error.code, `${path}: ${error.message}`, error.field);
	}
}

/** A policy's document with the model that it names by a path, if it does. @param path the policy's own file. */
export async function withModel(policy: unknown, path: string): Promise<unknown> {
	if (typeof policy !== 'object' || policy === null || !('model' in policy)) return policy;
	const { model } = policy;
	return typeof model === 'string' ? { ...policy, model: await readModel(resolve(dirname(path), model)) } : policy;
}

async function readJson(path: string): Promise<unknown> {
	try {
		return JSON.parse(await readFile(path, 'utf8'));
	} catch (error) {
		throw new SuretyError('bad_model', `${path}: ${(error as Error).message}`);
	}
}
