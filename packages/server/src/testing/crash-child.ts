import { startDeployment } from './deployment.ts';

// Runs a deployment whose backend takes a change and never answers, and says so to its parent, which then kills it.
const deployment = await startDeployment({ folder: process.argv[2] ?? '' });
deployment.backend.answer = () => void process.send?.('forwarded');
const token = await deployment.token('zhang');
await deployment.call('POST', '/portal/notes', { token, body: { text: '转账前' } }).catch(() => undefined);
