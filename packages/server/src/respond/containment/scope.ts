import type { TargetOf } from '@menshen/contract';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import type { Session } from '../../identity/model.ts';

type Who = Pick<Session, 'app' | 'device' | 'build'> & { readonly person: Pick<Session['person'], 'uid'> };

/** Whom a measure means. */
export interface Members {
  /** Everybody in a department or below it. */
  of(department: string): ReadonlySet<string>;
  covers(target: TargetOf<'force_step_up'>, session: Who): boolean;
  /** `version`: what the request says of the mini program that sends it; null where it says nothing. */
  ends(target: TargetOf<'end_sessions'>, session: Who, version: string | null): boolean;
}

/** Departments are read out once for each state of the directory. */
export function createMembers(directory: () => DirectorySnapshot): Members {
  let version = -1;
  const known = new Map<string, ReadonlySet<string>>();
  const of = (department: string): ReadonlySet<string> => {
    const snapshot = directory();
    if (snapshot.version !== version) {
      known.clear();
      version = snapshot.version;
    }
    let members = known.get(department);
    if (members === undefined) {
      members = new Set(
        [...snapshot.people.values()]
          .filter((person) => person.departments.some((own) => snapshot.chain(own).includes(department)))
          .map(({ uid }) => uid),
      );
      known.set(department, members);
    }
    return members;
  };
  const covers: Members['covers'] = (target, session) => {
    switch (target.scope) {
      case 'person':
        return target.person === session.person.uid;
      case 'department':
        return of(target.department).has(session.person.uid);
      case 'app':
        return target.app === session.app;
      case 'everyone':
        return true;
    }
  };
  return {
    of,
    covers,
    ends(target, session, seen) {
      if (target.scope === 'device')
        return target.device === session.device && (target.person === undefined || target.person === session.person.uid);
      if (target.scope === 'version')
        return target.app === session.app && (target.version === seen || target.version === session.build);
      return covers(target, session);
    },
  };
}
