/** PostgreSQL and its front. Arguments: the port, connections, and how many single records go in one commit at most. */
import { serveOpponent } from '../postgres/opponent.mjs';

const [port, connections, coalesce] = process.argv.slice(2).map(Number);
const { stop } = await serveOpponent({ port, connections, coalesce });
process.once('SIGTERM', async () => {
	await stop();
	process.exit(0);
});
