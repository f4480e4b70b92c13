import type { TrainingTarget } from '@menshen/contract';
import type { DirectorySnapshot } from '../directory/snapshot.ts';

/** A target in words; empty for everybody, whom the page names itself. */
export function whomOf(target: TrainingTarget, directory: DirectorySnapshot): string {
  switch (target.kind) {
    case 'everyone':
      return '';
    case 'department':
      return directory.path(target.department).join(' / ') || target.department;
    case 'role':
      return target.role;
    case 'people':
      return String(target.uids.length);
  }
}
