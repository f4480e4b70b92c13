import { createServer } from 'node:http';

// The backend of every candidate: reads the request and answers a small JSON body.
const answer = Buffer.from(JSON.stringify({ ok: true, data: { id: 1, name: '测试', items: [1, 2, 3] } }));
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
});
// A proxy's idle connection outlives the rounds of the others: one that is closed as a request comes would fail it.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const place = server.address();
  process.send?.({ port: typeof place === 'object' && place !== null ? place.port : 0 });
});
