import { MenshenError } from '@menshen/contract';
import type { FastifyInstance } from 'fastify';
import { holdsMoreValues } from './json-values.ts';

/** Reads bodies of a media type as JSON of `most` values at most. Members that would change an object's prototype are refused. */
export function readJsonBodies(app: FastifyInstance, type: string, most: number): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(type);
  app.addContentTypeParser(type, { parseAs: 'string' }, (request, body: string, done) => {
    // A value takes a byte at least.
    if (body.length > most && holdsMoreValues(body, most)) return done(new MenshenError('body_too_large'));
    return parse(request, body, done);
  });
}
