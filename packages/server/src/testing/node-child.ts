import { type ConfigInput, configSchema } from '@menshen/contract';
import { startPlatform } from '../platform.ts';
import type { NodeAnswer, NodeAsk, NodeReady, NodeServices } from './node.ts';

// Runs one node of a cluster in a process of its own. Its parent asks its services by name, and gets what they answer.
const { config, folder } = JSON.parse(process.argv[2] ?? '') as { config: ConfigInput; folder: string };
const platform = await startPlatform({
  config: configSchema.parse(config),
  folder,
  file: null,
  version: '0.0.0-test',
  demo: false,
  consoleFolder: null,
  // What a test does in a second looks like an attack, and the answer would end the sessions it works with.
  detection: false,
});
const all: NodeServices = { ...platform, sessions: platform.identity.sessions, codes: platform.guard.codes };
const services = all as unknown as Record<string, Record<string, (...args: unknown[]) => unknown>>;

const answer = async ({ id, service, method, args }: NodeAsk): Promise<NodeAnswer> => {
  try {
    return { id, value: await services[service]?.[method]?.(...args) };
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : 'unknown' };
  }
};
process.on('message', (ask: NodeAsk) => void answer(ask).then((value) => process.send?.(value)));
process.on('disconnect', () => void platform.close().finally(() => process.exit()));
process.send?.({ gatewayUrl: platform.gateway.url, apiUrl: platform.api.url } satisfies NodeReady);
