import { describe, expect, it } from 'vitest';
import { startActor } from '../actor.ts';
import { requireLoopback } from './loopback.ts';

describe('requireLoopback', () => {
  it.each([
    'http://127.0.0.1:8443',
    'http://localhost:8443/',
    'http://[::1]:8443',
    'http://127.8.9.10',
    'http://2130706433/',
    'http://0x7f.1/',
  ])('lets %s pass', (url) => {
    expect(requireLoopback(url)).toBeInstanceOf(URL);
  });

  it.each([
    'http://192.0.2.1:8443',
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1@192.0.2.1/',
    'http://[::ffff:192.0.2.1]/',
    'http://[::2]/',
    'http://0.0.0.0:8443',
    'https://127.0.0.1',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    '127.0.0.1:8443',
    '',
  ])('refuses %s', (url) => {
    expect(() => requireLoopback(url)).toThrow(TypeError);
  });
});

it('starts no actor against another machine', () => {
  const options = { clock: () => 0, random: (size: number) => new Uint8Array(size) };
  expect(() => startActor({ ...options, gatewayUrl: 'http://192.0.2.1:8443', emulatorUrl: 'http://127.0.0.1:8481' })).toThrow(
    TypeError,
  );
  expect(() => startActor({ ...options, gatewayUrl: 'http://127.0.0.1:8443', emulatorUrl: 'http://192.0.2.1:8481' })).toThrow(
    TypeError,
  );
});
