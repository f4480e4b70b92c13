import type { ScannerConfig } from '@menshen/contract';
import { chunksOf } from './byte-source.ts';
import { openExchange, type ScannerAddress } from './exchange.ts';
import type { Scanner, ScanVerdict } from './scanner.ts';
import { signatureName } from './scanner.ts';

type ClamdConfig = Extract<ScannerConfig, { readonly kind: 'clamd' }>;

function addressOf(text: string): ScannerAddress {
  if (text.startsWith('unix:')) return { path: text.slice('unix:'.length) };
  const { hostname, port } = new URL(text.replace(/^tcp:/, 'http:'));
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/**
 * Speaks clamd's INSTREAM (clamd(8)): the file in chunks, each behind its length in four bytes, a length of zero at the end; the answer is one
 * line `stream: OK`, `stream: NAME FOUND` or an error. Anything else is no verdict.
 */
export function createClamdScanner({ address, timeoutMs }: ClamdConfig): Scanner {
  const target = addressOf(address);
  const ask = async (command: string, send: (write: (bytes: Buffer) => Promise<void>) => Promise<void>): Promise<string> => {
    const exchange = await openExchange(target, timeoutMs);
    try {
      await exchange.write(`z${command}\0`);
      await send((bytes) => exchange.write(bytes));
      const answer = await exchange.read((received) => received.includes(0));
      const end = answer.indexOf(0);
      return end < 0 ? '' : answer.toString('latin1', 0, end);
    } finally {
      exchange.close();
    }
  };
  return {
    async scan(source): Promise<ScanVerdict> {
      let answer: string;
      try {
        answer = await ask('INSTREAM', async (write) => {
          for await (const chunk of chunksOf(source)) {
            const length = Buffer.alloc(4);
            length.writeUInt32BE(chunk.length);
            await write(Buffer.concat([length, chunk]));
          }
          await write(Buffer.alloc(4));
        });
      } catch (error) {
        return { kind: 'unscanned', why: error instanceof Error && error.message === 'timeout' ? 'timeout' : 'connection' };
      }
      if (answer === 'stream: OK') return { kind: 'clean' };
      const found = /^stream: (.{1,300}) FOUND$/.exec(answer);
      if (found !== null) return { kind: 'infected', signature: signatureName(found[1] ?? '') };
      return {
        kind: 'unscanned',
        why: answer.includes('size limit') ? 'larger than the scanner takes' : 'answer not understood',
      };
    },
    ping: () =>
      ask('PING', async () => {}).then(
        (answer) => answer === 'PONG',
        () => false,
      ),
  };
}
