import { createDetection } from '../engine.ts';
import type { Detector, Place } from '../model.ts';
import type { Verdict } from '../verdict.ts';

/** Where a test puts its text. */
export interface ValueAt {
  readonly place?: Exclude<Place, 'multipart' | 'form' | 'text'>;
  readonly name?: string;
}

/** Looks at one value in an otherwise empty request, with the given detectors. */
export function createValueInspector(detectors: readonly Detector[]): (text: string, at?: ValueAt) => Verdict {
  const detection = createDetection({ detectors });
  return (text, { place = 'json', name = 'content' } = {}) => {
    const request = { decodedPath: '/', query: {}, headers: [] as string[] };
    switch (place) {
      case 'path':
        return detection.inspect({ ...request, decodedPath: text });
      case 'query':
        return detection.inspect({ ...request, query: { [name]: text } });
      case 'header':
        return detection.inspect({ ...request, headers: [name, text] });
      case 'cookie':
        return detection.inspect({ ...request, headers: ['cookie', `${name}=${text}`] });
      case 'file':
        return detection.inspect({
          ...request,
          body: { kind: 'multipart', mediaType: 'multipart/form-data', value: {}, files: [fileOf(name, text)] },
        });
      case 'xml':
        return detection.inspect({ ...request, body: { kind: 'xml', mediaType: 'application/xml', value: text, files: [] } });
      case 'key':
        return detection.inspect({ ...request, body: jsonBody(Object.fromEntries([[text, 1]])) });
      case 'json':
        return detection.inspect({ ...request, body: jsonBody({ [name]: text }) });
    }
  };
}

function jsonBody(value: unknown) {
  return { kind: 'json' as const, mediaType: 'application/json', value, files: [] };
}

function fileOf(name: string, filename: string) {
  return { name, filename, mediaType: 'application/octet-stream', offset: 0, size: 0 };
}
