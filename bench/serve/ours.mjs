/** The service itself, as `surety serve` starts it. Arguments: the data folder and the port. */
import { main } from '../../dist/cli/main.js';

const [data, port] = process.argv.slice(2);
process.env['SURETY_LOG_LEVEL'] = 'silent';
process.exitCode = await main(['serve', '--data', data, '--port', port, '--insecure-no-auth', '--clock', 'records']);
