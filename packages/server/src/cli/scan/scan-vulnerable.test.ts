import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue, defaultScanLimits, scanProject } from '@menshen/scan';
import { describe, expect, it } from 'vitest';
import { folderTree } from '../../scans/folder-tree.ts';

const root = fileURLToPath(new URL('../../../../demo/vulnerable-miniprogram', import.meta.url));
const { findings, project, problems } = scanProject(folderTree(root, defaultScanLimits.maxTextBytes));

/** `RULE file:line` for each annotation: in comments, and in expected.json for files that take none. */
function annotated(): Set<string> {
  const wanted = new Set<string>();
  for (const { path, text } of project.files)
    for (const [at, line] of text.split('\n').entries()) {
      const match = /VULN(-NEXT)? ((?:MP-[A-Z]{3}-\d{3} ?)+)/.exec(line);
      for (const rule of match?.[2]?.trim().split(' ') ?? [])
        wanted.add(`${rule} ${path}:${at + (match?.[1] === undefined ? 1 : 2)}`);
    }
  const beside = JSON.parse(readFileSync(`${root}/expected.json`, 'utf8')) as Record<string, Record<string, string[]>>;
  for (const [path, lines] of Object.entries(beside))
    for (const [line, rules] of Object.entries(lines)) for (const rule of rules) wanted.add(`${rule} ${path}:${line}`);
  return wanted;
}

describe('the deliberately vulnerable mini program', () => {
  const wanted = annotated();
  const name = ({ rule, file, line }: (typeof findings)[number]): string => `${rule} ${file}:${line}`;

  it('is found fault with at every annotated line, and nowhere else', () => {
    // What is only shown when asked for counts where it is annotated.
    const found = new Set(findings.filter((finding) => finding.confidence !== 'low' || wanted.has(name(finding))).map(name));
    expect([...found].sort()).toEqual([...wanted].sort());
  });

  it('documents every rule of the catalogue', () => {
    const documented = new Set([...wanted].map((entry) => entry.split(' ')[0]));
    expect([...catalogue.keys()].filter((id) => !documented.has(id))).toEqual([]);
  });

  it('is read whole', () => expect(problems.filter(({ code }) => code !== 'not-reached')).toEqual([]));
});
