import { endpoints, errorCatalogue } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly unknown[];
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
}

const document = JSON.parse(JSON.stringify(openApiDocument(endpoints, '1.2.3'))) as {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
};
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

/** Every value of a key, anywhere in a document. */
const valuesOf = (node: unknown, key: string): unknown[] =>
  typeof node === 'object' && node !== null
    ? Object.entries(node).flatMap(([name, value]) => [...(name === key ? [value as unknown] : []), ...valuesOf(value, key)])
    : [];
const resolvePointer = (pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (at, part) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? (at as Record<string, unknown>)[part] : undefined,
      document,
    );

describe('the OpenAPI document', () => {
  it('says what it is', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
    expect(document.info.title).not.toBe('');
  });
  it('has every operation of the contract, and no other', () => {
    expect(endpoints.length).toBeGreaterThan(20);
    expect(operations.map(({ method, path, operation }) => `${method} ${path} ${operation.operationId}`).sort()).toEqual(
      endpoints.map(({ method, path, id }) => `${method.toLowerCase()} ${path} ${id}`).sort(),
    );
  });
  it('names operations once', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });
  it('refers only to what it holds', () => {
    const references = valuesOf(document, '$ref');
    expect(references).toContain('#/components/schemas/Refusal');
    for (const reference of new Set(references)) {
      expect(reference).toMatch(/^#\//);
      expect(resolvePointer(String(reference)), String(reference)).toBeTypeOf('object');
    }
  });
  it('has no dialect inside a schema', () => {
    expect(valuesOf(document, '$schema')).toEqual([]);
  });
});

describe.each(operations.map(({ method, path, operation }) => [`${method} ${path}`, path, operation] as const))(
  '%s',
  (_name, path, operation) => {
    const endpoint = endpoints.find(({ id }) => id === operation.operationId);
    it('declares exactly the parameters of its path, all required', () => {
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name).sort()).toEqual([...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]).sort());
      expect(inPath.every(({ required }) => required)).toBe(true);
      expect(path).not.toMatch(/\/:/);
    });
    it('declares each parameter once, with a schema', () => {
      expect(new Set(operation.parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).size).toBe(
        operation.parameters.length,
      );
      for (const parameter of operation.parameters) expect(parameter.schema).toBeTypeOf('object');
    });
    it('asks for a console session where a power may call, and for a token where a scope may', () => {
      const schemes = operation.security.flatMap((each) => Object.keys(each as object));
      const expected = [
        ...((endpoint?.powers.length ?? 0) > 0 ? ['console'] : []),
        ...(endpoint?.scopes === undefined ? [] : ['token']),
      ];
      expect(schemes).toEqual(expected);
      for (const scheme of schemes) expect(document.components.securitySchemes).toHaveProperty(scheme);
    });
    it('answers with its status, and with each of its errors', () => {
      expect(operation.responses).toHaveProperty(String(endpoint?.status ?? 200));
      for (const code of endpoint?.errors ?? []) {
        expect(operation.responses[String(errorCatalogue[code].status)]?.description.split(', '), code).toContain(code);
      }
      expect(operation.responses['500']?.description).toContain('internal_error');
      for (const response of Object.values(operation.responses)) expect(response.description).not.toBe('');
    });
    it('has a body only where the contract has one, and not with GET', () => {
      expect(operation.requestBody !== undefined).toBe(endpoint?.body !== undefined);
      if (endpoint?.method === 'GET') expect(operation.requestBody).toBeUndefined();
    });
  },
);
