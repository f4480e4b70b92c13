import type { Audience } from '@menshen/contract';

export interface Department {
  readonly id: string;
  /** The id itself where no source has ever told a name. */
  readonly name: string;
  readonly parent: string | null;
  readonly order: number;
  /** The source that it comes from. */
  readonly source: string;
}

export type PersonStatus = 'active' | 'disabled' | 'left';

/** A member of the company or of a partner, as the directory knows them: what its sources say, by precedence. */
export interface Person {
  readonly uid: string;
  readonly name: string;
  readonly kind: Audience;
  /** Departments of membership, main department first. */
  readonly departments: readonly string[];
  /** Departments that this person leads. */
  readonly leads: readonly string[];
  readonly position: string | null;
  /** National number or E.164, as the source gives it; personal, never in an event. */
  readonly phone: string | null;
  /** Personal, never in an event. */
  readonly email: string | null;
  /** Number of the employee in the company's own books. */
  readonly number: string | null;
  /** Company-wide roles: those given here, and those of `sourceRoles`. */
  readonly roles: readonly string[];
  /** Roles that a source gives, such as SCIM groups that stand for roles. */
  readonly sourceRoles: readonly string[];
  /** What holds: the sources' word, or `disabled` where an administrator has blocked the person. */
  readonly status: PersonStatus;
  /** The source's word alone. */
  readonly sourceStatus: PersonStatus;
  /** Whether an administrator has blocked the person; no source undoes it. */
  readonly blocked: boolean;
  /** Source of record: it owns the person, and who leaves there has left. */
  readonly source: string;
}

/** A department as a source gives it. */
export interface SourceDepartment {
  readonly id: string;
  /** Null where the source may not show it: an earlier name stays. */
  readonly name: string | null;
  readonly parent: string | null;
  readonly order: number;
}

/**
 * A person as a source gives them. Null says nothing about a field, and what the source said before stays; an empty text or list says that
 * there is none.
 */
export interface SourcePerson {
  /** Lasting identity at the source: userid, objectGUID, SCIM id. */
  readonly key: string;
  /** The uid that a new person gets. */
  readonly uid: string;
  readonly kind: Audience;
  readonly name: string | null;
  readonly departments: readonly string[] | null;
  readonly leads: readonly string[] | null;
  readonly position: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly number: string | null;
  readonly roles: readonly string[];
  /** Null where the source lists a member without saying more: an earlier status stays, else `active`. */
  readonly status: PersonStatus | null;
}

/** A whole company as one source gives it. */
export interface SourceImage {
  readonly departments: readonly SourceDepartment[];
  readonly people: readonly SourcePerson[];
}

/** What a source said last about one person. */
export interface SourceRecord {
  readonly source: string;
  readonly key: string;
  /** The person of the directory that this is. */
  readonly uid: string;
  readonly person: SourcePerson;
  /** Whether the source no longer lists them. */
  readonly gone: boolean;
}

/** People that an administrator enters by hand. */
export const localSource = 'local';
/** People and departments of WeCom. */
export const wecomSource = 'wecom';
/** People and departments from files. */
export const csvSource = 'csv';
/** People and departments that an identity provider writes. */
export const scimSource = 'scim';

/** WeCom's rule for a userid, which every source must fit: it stands in policies, events and addresses. */
export const uidForm = /^[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}$/;
/** Uids that the platform makes for customers: no source may name a person so. */
export const customerForm = /^c_[A-Za-z0-9_-]{16}$/;

/** A phone number in the form in which two are compared: without spaces, hyphens and the country code of the mainland. */
export function plainPhone(phone: string): string {
  return phone.replace(/[\s()-]/g, '').replace(/^(?:\+|00)86(?=\d{11}$)/, '');
}
