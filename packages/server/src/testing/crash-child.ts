import { startDeployment } from './deployment.ts';
import type { Place } from './place.ts';

// Runs a deployment whose backend takes a change and never answers, and says so to its parent, which then kills it.
const place = JSON.parse(process.argv[2] ?? '') as Omit<Place, 'remove'>;
const deployment = await startDeployment({ place: { ...place, remove: async () => undefined } });
deployment.backend.answer = () => void process.send?.('forwarded');
const token = await deployment.token('zhang');
await deployment.call('POST', '/portal/notes', { token, body: { text: '转账前' } }).catch(() => undefined);
