import { openCoordination } from './coordination.ts';

// Takes from one bucket as often as its parent says, all at once, and says how often it got something.
const [url = '', key = '', times = '0', capacity = '1'] = process.argv.slice(2);
const coordination = await openCoordination({ url, clock: Date.now });
const rate = { capacity: Number(capacity), refillPerSecond: 0.001, cost: 1 };
process.on('message', () => {
  const takes = Array.from({ length: Number(times) }, () => coordination.tokenBucket.take(key, rate));
  void Promise.all(takes).then(async (answers) => {
    process.send?.(answers.filter(({ allowed }) => allowed).length);
    await coordination.close();
    process.disconnect();
  });
});
process.send?.('ready');
