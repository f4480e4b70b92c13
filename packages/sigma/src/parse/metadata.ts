import type { Level, LogSource, Metadata } from '../model.ts';
import { refuse } from '../problem.ts';
import { asList, asMap, type YamlMap, YamlNumber, type YamlValue } from '../yaml.ts';

const maxTitle = 256;
const maxText = 65_535;
const levels: readonly string[] = ['informational', 'low', 'medium', 'high', 'critical'];
const known = new Set(
  (
    'title id name related taxonomy status description license references author date modified logsource detection fields falsepositives level tags ' +
    'scope correlation generate filter'
  ).split(' '),
);

/** A text attribute; a number is taken as it is written. */
export function textOf(map: YamlMap, key: string, path = key): string | null {
  const value = map.get(key);
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (value instanceof YamlNumber) return value.source;
  return refuse('attribute_invalid', path, '必须是文字。', 'It must be a text.');
}

/** A list of texts; one text is a list of one. */
export function textsOf(map: YamlMap, key: string, path = key): readonly string[] {
  const value = map.get(key);
  if (value === undefined || value === null) return [];
  return (asList(value) ?? [value]).map((item: YamlValue) => {
    if (typeof item === 'string') return item;
    if (item instanceof YamlNumber) return item.source;
    return refuse('attribute_invalid', path, '必须是文字的列表。', 'It must be a list of texts.');
  });
}

/** What a document says about itself. `strict` asks for the title that Sigma demands; without it a rule without one is taken all the same. */
export function parseMetadata(map: YamlMap, strict: boolean): Metadata {
  const title = textOf(map, 'title');
  if (strict && (title === null || title.trim() === ''))
    refuse('attribute_missing', 'title', '缺少标题。', 'The title is missing.');
  if (title !== null && title.length > maxTitle)
    refuse('attribute_invalid', 'title', '标题超过 256 个字符。', 'The title is longer than 256 characters.');
  const description = textOf(map, 'description');
  if (description !== null && description.length > maxText)
    refuse('attribute_invalid', 'description', '说明超过 65535 个字符。', 'The description is longer than 65,535 characters.');
  const level = textOf(map, 'level');
  if (strict && level !== null && !levels.includes(level))
    refuse('attribute_invalid', 'level', '没有这个级别。', 'There is no such level.');
  const id = textOf(map, 'id');
  const name = textOf(map, 'name');
  return {
    id,
    name,
    title: title ?? name ?? id ?? '',
    description,
    status: textOf(map, 'status'),
    level: level !== null && levels.includes(level) ? (level as Level) : null,
    author: textOf(map, 'author'),
    date: textOf(map, 'date'),
    modified: textOf(map, 'modified'),
    references: textsOf(map, 'references'),
    tags: textsOf(map, 'tags'),
    falsePositives: textsOf(map, 'falsepositives'),
    fields: textsOf(map, 'fields'),
    taxonomy: textOf(map, 'taxonomy') ?? 'sigma',
    custom: new Map([...map].filter(([key]) => !known.has(key))),
  };
}

export function parseLogSource(map: YamlMap, strict: boolean): LogSource {
  const section = asMap(map.get('logsource'));
  if (section === null) {
    if (strict || map.has('logsource')) refuse('attribute_missing', 'logsource', '缺少日志来源。', 'The log source is missing.');
    return { category: null, product: null, service: null };
  }
  const source = {
    category: textOf(section, 'category', 'logsource.category'),
    product: textOf(section, 'product', 'logsource.product'),
    service: textOf(section, 'service', 'logsource.service'),
  };
  if (strict && source.category === null && source.product === null && source.service === null)
    refuse(
      'attribute_missing',
      'logsource',
      '日志来源没有 category、product 或 service。',
      'The log source names no category, product or service.',
    );
  return source;
}
