/** `npm run bench`: every benchmark, one after the other. Arguments are passed on (`--quick`, `--ten`). */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareCheckout } from '../scripts/prepare-checkout.mjs';

prepareCheckout();
for (const name of ['core.mjs', 'investigate.mjs', 'backtest.mjs', 'serve.mjs']) {
	const script = join(dirname(fileURLToPath(import.meta.url)), name);
	spawnSync(process.execPath, ['--expose-gc', '--max-old-space-size=8192', script, ...process.argv.slice(2)], {
		stdio: 'inherit',
	});
}
