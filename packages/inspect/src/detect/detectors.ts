import { codeDetector } from './code/detector.ts';
import { crlfDetector } from './crlf/detector.ts';
import { directoryQueryDetector } from './directory-query/detector.ts';
import { htmlDetector } from './html/detector.ts';
import type { Detector } from './model.ts';
import { nosqlDetector } from './nosql/detector.ts';
import { pathDetector } from './path/detector.ts';
import { prototypeDetector } from './prototype/detector.ts';
import { scannerDetector } from './scanner/detector.ts';
import { scriptDetector } from './script/detector.ts';
import { serialisedDetector } from './serialised/detector.ts';
import { shellDetector } from './shell/detector.ts';
import { sqlDetector } from './sql/detector.ts';
import { ssiDetector } from './ssi/detector.ts';
import { templateDetector } from './template/detector.ts';
import { urlDetector } from './url/detector.ts';
import { xmlDetector } from './xml/detector.ts';

/** All detectors that the product runs, in the order of the reference page. */
export const detectors: readonly Detector[] = [
  sqlDetector,
  htmlDetector,
  scriptDetector,
  shellDetector,
  codeDetector,
  templateDetector,
  pathDetector,
  urlDetector,
  nosqlDetector,
  xmlDetector,
  directoryQueryDetector,
  crlfDetector,
  ssiDetector,
  prototypeDetector,
  serialisedDetector,
  scannerDetector,
];
