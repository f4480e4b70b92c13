import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';

// The peer: a proxy with no security at all.
const app = Fastify({ logger: false });
await app.register(proxy, { upstream: process.argv[2] ?? '', http2: false });
await app.listen({ host: '127.0.0.1', port: 0 });
const place = app.server.address();
process.send?.({ port: typeof place === 'object' && place !== null ? place.port : 0 });
