/** A thread of the crew: plays the games it is sent, in one setting. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../core/words/error.js';
import { rate } from './game.js';
import { readSetting, type SettingDocument } from './setting.js';
import type { Strategy } from './strategy.js';

assert(parentPort !== null, 'this file is a thread');
const port = parentPort;
const setting = readSetting(workerData as SettingDocument); // given by the crew

port.on('message', (strategies: readonly Strategy[]) => {
	port.postMessage(strategies.map((strategy) => rate(strategy, setting)));
});
