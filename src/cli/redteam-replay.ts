/** `surety redteam --replay FILE`: plays a strategy again and prints its steps. */
import { readFile } from 'node:fs/promises';
import { SuretyError } from '../core/words/error.js';
import { formatMoney, type Minor } from '../core/words/money.js';
import { play } from '../redteam/game.js';
import { readSetting, type SettingDocument } from '../redteam/setting.js';
import { gameInWords, shown, timeInWords } from '../redteam/steps-in-words.js';
import { readStrategyFile } from '../redteam/strategy-file.js';
import type { ExitCode } from './exit-code.js';

/** @param policy plays it under another policy than its own; `null`: its own. */
export async function runReplay(path: string, policy: unknown, json: boolean): Promise<ExitCode> {
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		throw new SuretyError('usage', `--replay "${path}": ${(error as Error).message}`);
	}
	const file = readStrategyFile(text, path);
	const document: SettingDocument = policy === null ? file.setting : { ...file.setting, policy };
	const setting = readSetting(document);
	const played = play(file.strategy, setting);
	const money = (amount: number): string => shown(amount as Minor, setting.currency); // games count in minor units
	if (json) {
		const decimal = (amount: number): string => formatMoney(amount as Minor, setting.currency); // as above
		const { profit, platformCost, bookCost } = played;
		const sums = { profit: decimal(profit), platform_cost: decimal(platformCost), book_shortfall: decimal(bookCost) };
		process.stdout.write(`${JSON.stringify(sums)}\n`);
		return 0;
	}
	for (const { hour, what, answers } of gameInWords(played, setting.currency)) {
		const said = answers.map(({ en }) => `  (${en})`);
		process.stdout.write(`${timeInWords(hour).en.padEnd(14)} ${what.en}${said.join('')}\n`);
	}
	process.stdout.write(
		`\nattacker’s profit ${money(played.profit)}, platform’s cost ${money(played.platformCost)}, book’s shortfall ${money(played.bookCost)}\n`,
	);
	return 0;
}
