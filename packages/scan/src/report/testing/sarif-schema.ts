import { Ajv } from 'ajv';

const string = { type: 'string' };
const array = (items: object, more: object = {}) => ({ type: 'array', items, ...more });
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const bag = { type: 'object', properties: { tags: array(string, { uniqueItems: true }) } };
const uri = { type: 'string', pattern: "^[A-Za-z0-9\\-._~:/?#\\[\\]@!$&'()*+,;=%]*$" };
const level = { enum: ['none', 'note', 'warning', 'error'] };

const message = {
  ...object({ text: string, markdown: string, id: string, arguments: array(string), properties: bag }),
  anyOf: [{ required: ['text'] }, { required: ['id'] }],
};
const multiformat = object({ text: string, markdown: string, properties: bag }, ['text']);
const region = object({
  startLine: { type: 'integer', minimum: 1 },
  startColumn: { type: 'integer', minimum: 1 },
  endLine: { type: 'integer', minimum: 1 },
  endColumn: { type: 'integer', minimum: 1 },
  snippet: object({ text: string }),
});
const artifactLocation = object({ uri, uriBaseId: string, index: { type: 'integer', minimum: -1 }, description: message });
const location = object({
  id: { type: 'integer', minimum: -1 },
  physicalLocation: object({ artifactLocation, region }, ['artifactLocation']),
  message,
});
const componentReference = object({ name: string, index: { type: 'integer', minimum: -1 }, guid: string });
const descriptorReference = object({ id: string, index: { type: 'integer', minimum: -1 }, toolComponent: componentReference });
const descriptor = object(
  {
    id: string,
    name: string,
    shortDescription: multiformat,
    fullDescription: multiformat,
    help: multiformat,
    helpUri: uri,
    defaultConfiguration: object({ level, rank: { type: 'number', minimum: -1, maximum: 100 }, enabled: { type: 'boolean' } }),
    relationships: array(
      object({ target: descriptorReference, kinds: array(string, { uniqueItems: true }), description: message }, ['target']),
      { uniqueItems: true },
    ),
    properties: bag,
  },
  ['id'],
);
const component = object(
  {
    name: string,
    version: string,
    semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
    organization: string,
    informationUri: uri,
    language: { type: 'string', pattern: '^[a-zA-Z]{2}(-[a-zA-Z]{2})?$' },
    shortDescription: multiformat,
    isComprehensive: { type: 'boolean' },
    supportedTaxonomies: array(componentReference, { uniqueItems: true }),
    rules: array(descriptor, { uniqueItems: true }),
    taxa: array(descriptor, { uniqueItems: true }),
    properties: bag,
  },
  ['name'],
);
const threadFlow = object(
  {
    locations: array(
      object({
        location,
        executionOrder: { type: 'integer', minimum: -1 },
        importance: { enum: ['important', 'essential', 'unimportant'] },
      }),
      { minItems: 1 },
    ),
  },
  ['locations'],
);
const result = object(
  {
    ruleId: string,
    ruleIndex: { type: 'integer', minimum: -1 },
    level,
    message,
    locations: array(location),
    relatedLocations: array(location, { uniqueItems: true }),
    partialFingerprints: { type: 'object', additionalProperties: string },
    baselineState: { enum: ['new', 'unchanged', 'updated', 'absent'] },
    codeFlows: array(object({ threadFlows: array(threadFlow, { minItems: 1 }), message }, ['threadFlows'])),
    suppressions: array(
      object(
        {
          kind: { enum: ['inSource', 'external'] },
          status: { enum: ['accepted', 'underReview', 'rejected'] },
          justification: string,
        },
        ['kind'],
      ),
      { uniqueItems: true },
    ),
    properties: bag,
  },
  ['message'],
);
const notification = object(
  { level, message, descriptor: descriptorReference, locations: array(location, { uniqueItems: true }) },
  ['message'],
);
const run = object(
  {
    tool: object({ driver: component }, ['driver']),
    taxonomies: array(component, { uniqueItems: true }),
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    originalUriBaseIds: { type: 'object', additionalProperties: artifactLocation },
    invocations: array(
      object({ executionSuccessful: { type: 'boolean' }, toolExecutionNotifications: array(notification) }, [
        'executionSuccessful',
      ]),
    ),
    results: array(result),
  },
  ['tool'],
);

/**
 * The part of the SARIF 2.1.0 schema (OASIS, errata 01) that the reports use, written here by hand from the standard: closed objects, required
 * members, enumerations, bounds and URI characters as there.
 */
const schema = object({ $schema: uri, version: { enum: ['2.1.0'] }, runs: array(run) }, ['version', 'runs']);
const check = new Ajv({ allErrors: true, strict: false }).compile(schema);

/** What is wrong with a log; empty when it keeps to the schema. */
export function sarifProblems(log: unknown): string[] {
  check(log);
  return (check.errors ?? []).map(({ instancePath, message: text }) => `${instancePath} ${text ?? ''}`);
}
