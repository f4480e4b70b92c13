import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mostlyLinear } from '../testing/growth.ts';
import { fileFeatures } from './features.ts';
import { readFile } from './read-file.ts';
import { compound, office, pdf, png, relationships, rulesOf, source, tar, zip } from './testing/build.ts';

const seeds: readonly (readonly [string, Buffer])[] = [
  [
    'svg',
    Buffer.from(
      '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><a href="&#106;&a;">x</a></svg>',
    ),
  ],
  ['csv', Buffer.from('a,=cmd|\'/C calc\'!A0,"=SUM(A1)"\n')],
  ['pdf', pdf('<</OpenAction [1 0 R]>>', '1 0 <</S /URI>>')],
  [
    'zip',
    zip([
      { name: 'a.txt', data: '说明'.repeat(50) },
      { name: 'b.zip', data: zip([{ name: 'c', data: 'x' }]) },
    ]),
  ],
  ['docx', office('word/document.xml', [{ name: 'word/_rels/a.rels', data: relationships('hyperlink', 'https://a.example/') }])],
  ['ole', compound({ Workbook: Buffer.from('09080200000085000800000000000000', 'hex'), x: Buffer.alloc(9) })],
  ['tar', tar([{ name: 'a', data: 'x' }, { name: 'b', type: 'x', data: '9 path=x\n' }, { name: 'c' }])],
  ['gz', gzipSync(tar([{ name: 'a', data: 'x' }]))],
  ['png', png('Software')],
  ['rtf', Buffer.from('{\\rtf1{\\*\\fldinst PAGE}}', 'latin1')],
];

const generator = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
};

describe('whatever the bytes are', () => {
  it.each(seeds)(
    '%s that is cut or changed anywhere is read without a throw, and tells only rules that are known',
    async (_name, seed) => {
      const random = generator(seed.length);
      const step = Math.max(1, Math.floor(seed.length / 150));
      const variants: Buffer[] = [];
      for (let cut = 0; cut < seed.length; cut += step) variants.push(seed.subarray(0, cut), seed.subarray(cut));
      for (let run = 0; run < 250; run += 1) {
        const changed = Buffer.from(seed);
        for (let times = 0; times < 1 + random(6); times += 1)
          changed[random(changed.length)] = random(3) === 0 ? 0xff : random(256);
        variants.push(changed);
      }
      for (const bytes of variants) {
        const { findings } = await readFile(source(bytes), { filename: 'a.bin' });
        for (const { rule, at } of findings) {
          expect(fileFeatures).toHaveProperty([rule]);
          if (at !== null) expect(at).toBeGreaterThanOrEqual(0);
        }
      }
    },
  );

  it('noise behind every mark is read without a throw', async () => {
    const random = generator(5);
    const marks = seeds.map(([, seed]) => seed.subarray(0, 12));
    for (let run = 0; run < 300; run += 1) {
      const noise = Buffer.from(Array.from({ length: random(3_000) }, () => random(256)));
      await readFile(source(Buffer.concat([marks[run % marks.length] ?? noise, noise])), { filename: null });
    }
  });

  it('no more is unpacked than may be, however it is nested', async () => {
    let unpackedAtMost = 0;
    // Packs to about half: too little for a bomb.
    const text = Array.from({ length: 20_000 }, (_, at) => (Math.imul(at, 2_654_435_761) >>> 16).toString(16)).join(' ');
    const big = zip(Array.from({ length: 40 }, (_, at) => ({ name: `${at}.txt`, data: text, stored: false })));
    for (const readBytes of [10_000, 100_000, 1_000_000]) {
      const before = process.memoryUsage().arrayBuffers;
      const rules = await rulesOf(zip([{ name: 'a.zip', data: big }]), null, { bounds: { readBytes } });
      unpackedAtMost = Math.max(unpackedAtMost, process.memoryUsage().arrayBuffers - before);
      expect(rules).toContain('upload.too_much');
    }
    expect(unpackedAtMost).toBeLessThan(64_000_000);
  });

  it('lets others have their turn', async () => {
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
    };
    await readFile(source(Buffer.alloc(8_000_000, 0x41)), { filename: null, pause });
    expect(pauses).toBeGreaterThan(7);
  });
});

/** Processor time of this thread for sixteen times as much, over that of one; the smaller of some tries. */
async function growthOf(make: (size: number) => Buffer, name: string | null): Promise<number> {
  const size = 60_000;
  const time = async (bytes: Buffer, times: number): Promise<number> => {
    const before = process.threadCpuUsage();
    for (let run = 0; run < times; run += 1) await readFile(source(bytes), { filename: name });
    const { user, system } = process.threadCpuUsage(before);
    return user + system;
  };
  const small = make(size);
  const large = make(size * 16);
  await time(small, 2);
  let rounds = 16;
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5 && least > mostlyLinear / 2; attempt += 1) {
    let base = await time(small, rounds);
    while (base < 60_000) {
      rounds *= 2;
      base = await time(small, rounds);
    }
    least = Math.min(least, ((await time(large, rounds / 16)) / base) * 16);
  }
  return least;
}

const repeated = (piece: string, head = ''): ((size: number) => Buffer) => {
  return (size) => Buffer.from(`${head}${piece.repeat(Math.ceil(size / piece.length))}`, 'latin1');
};

describe('the time that a file takes grows with its size', () => {
  it.each([
    ['marks of PHP', repeated('<?=a'), null],
    ['marks of ASP', repeated('<% request '), null],
    ['begun tags', repeated('<a '), null],
    ['tags within values', repeated('<a b="<c d=\'', '<svg>'), null],
    ['quotes without an end', repeated('<a b="'), null],
    ['attributes', repeated('a=1 ', '<svg '), null],
    ['comments without an end', repeated('<!--', '<svg>'), null],
    ['comments that end early', repeated('<!-- --!>', '<svg>'), null],
    ['entities', repeated('<!ENTITY a "&a;">', '<svg>'), null],
    ['prolog', repeated('<?x?>'), null],
    ['spaces', repeated(' '), null],
    ['styles', repeated('expression         x', '<svg>'), null],
    ['settings', repeated('Options \t'), null],
    ['cells', repeated('=a(,'), 'a.csv'],
    ['exchanges', repeated("=a'|"), 'a.csv'],
    ['calls', repeated('=HYPERLINK(\n'), 'a.csv'],
    ['streams of a PDF', repeated('stream\n', '%PDF-1.7\n'), null],
    ['object streams of a PDF', repeated('/ObjStm/Filter stream\n', '%PDF-1.7\n'), null],
    ['names of a PDF', repeated('/XFA #41', '%PDF-1.7\n'), null],
    ['fields of rich text', repeated('\\*\\fldinst ', '{\\rt'), null],
    ['ends of archives', repeated('PK\x05\x06'), null],
    [
      'entries',
      (size: number) =>
        zip(Array.from({ length: size / 600 }, (_, at) => ({ name: `${at}`, data: 'x'.repeat(500), stored: true }))),
      null,
    ],
    [
      'fields of a document',
      (size: number) =>
        office('word/document.xml', [{ name: 'word/document.xml', data: '<w:instrText>DDE<'.repeat(size / 17), stored: true }]),
      null,
    ],
    [
      'formulas of a sheet',
      (size: number) =>
        office('xl/workbook.xml', [{ name: 'xl/worksheets/a.xml', data: '<f>(|HYPERLINK(<'.repeat(size / 16), stored: true }]),
      null,
    ],
    [
      'formulas without an end',
      (size: number) => office('xl/workbook.xml', [{ name: 'xl/worksheets/a.xml', data: '<f '.repeat(size / 3), stored: true }]),
      null,
    ],
  ] as const)('%s', async (_name, make, name) => {
    expect(await growthOf(make, name)).toBeLessThan(mostlyLinear);
  });
});
