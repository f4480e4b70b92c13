export { bytesOf, partOf } from './cursor.ts';
export { type FileAction, type FileFeature, fileFeatures, notedPoints, refusingPoints } from './features.ts';
export { typeOfBytes } from './kind-of-bytes.ts';
export {
  defaultFileBounds,
  type FileBounds,
  type FileBytes,
  type FileFinding,
  type FileFindingKind,
  type FileReading,
  type FileType,
  fileFindingKinds,
} from './model.ts';
export { type FileOptions, readFile } from './read-file.ts';
export { filePosition, fileVerdictFindings, readRequestFiles, withFileFindings } from './request-files.ts';
