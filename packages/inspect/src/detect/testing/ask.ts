import { createDetection, type Detection } from '../engine.ts';
import type { Detector } from '../model.ts';
import type { Verdict } from '../verdict.ts';

/** Asks about one value as the member `content` of a JSON body. */
export function askAbout(detection: Detection, value: unknown): Verdict {
  return detection.inspect({
    decodedPath: '/api/notes',
    query: {},
    headers: [],
    body: { kind: 'json', mediaType: 'application/json', value: { content: value }, files: [] },
  });
}

/** A function that names the action for a value, by some detectors. */
export function judge(detectors: readonly Detector[]): (value: unknown) => string {
  const detection = createDetection({ detectors });
  return (value) => {
    const { action, findings } = askAbout(detection, value);
    return action === 'block' ? 'block' : findings.length === 0 ? 'clean' : 'pass';
  };
}
