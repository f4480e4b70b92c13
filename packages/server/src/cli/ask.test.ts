import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createAsker } from './ask.ts';
import { UsageError } from './command.ts';

function person() {
  const input = new PassThrough();
  const output = new PassThrough();
  return { input, said: () => String(output.read() ?? ''), ...createAsker(input, output, false) };
}

it('puts its questions one after the other and takes a line for each', async () => {
  const { ask, input, said, close } = person();
  const first = ask('App id? ');
  input.write('shop\n');
  expect(await first).toBe('shop');
  const second = ask('Address? ');
  input.write('http://');
  input.write('127.0.0.1\n');
  expect(await second).toBe('http://127.0.0.1');
  expect(said()).toBe('App id? Address? ');
  close();
});

it('takes lines that were pasted ahead for the questions that follow', async () => {
  const { ask, input, close } = person();
  const first = ask('1 ');
  input.write('one\n\nthree\n');
  expect([await first, await ask('2 '), await ask('3 ')]).toEqual(['one', '', 'three']);
  close();
});

it('ends when the person ends the input, now and for what would be asked next', async () => {
  const { ask, input } = person();
  const first = ask('1 ');
  input.end();
  await expect(first).rejects.toThrow(UsageError);
  await expect(ask('2 ')).rejects.toThrow('Cancelled.');
});

it('asks nobody before the first question', () => {
  const { said, close } = person();
  close();
  expect(said()).toBe('');
});
