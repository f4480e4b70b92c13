/** What WeCom says to a `wx.qy.login` code. */
export interface WecomSession {
  readonly corpid: string;
  readonly userid: string;
  /** Base64 text of 16 bytes. Never leaves the server. */
  readonly sessionKey: string;
}

export interface WecomDepartmentId {
  readonly id: number;
  /** 0 for the root, whose id is 1. */
  readonly parentId: number;
  /** Position among siblings; larger comes first. */
  readonly order: number;
}

export interface WecomDepartment extends WecomDepartmentId {
  readonly name: string;
  readonly nameEn?: string;
  /** Userids. */
  readonly leaders: readonly string[];
}

export interface WecomSimpleUser {
  readonly userid: string;
  readonly name: string;
  readonly departments: readonly number[];
}

export type WecomUserStatus = 'active' | 'disabled' | 'inactive' | 'left';

/**
 * A member of the company. Applications made since 2022-06-20 do not get mobile, email, bizMail and gender: their absence
 * says nothing about the person.
 */
export interface WecomUser extends WecomSimpleUser {
  readonly status: WecomUserStatus;
  readonly mainDepartment?: number;
  /** Departments in which the user is a leader. */
  readonly leaderOf: readonly number[];
  /** Userids. */
  readonly directLeaders: readonly string[];
  readonly position?: string;
  readonly alias?: string;
  readonly mobile?: string;
  readonly email?: string;
  readonly bizMail?: string;
  /** 1 male, 2 female, 0 unknown. */
  readonly gender?: number;
}

export interface WecomUserId {
  readonly userid: string;
  readonly departmentId: number;
}

export type WecomReceivers =
  /** Everyone who may see the application. */
  | { readonly everyone: true }
  | { readonly users?: readonly string[]; readonly departments?: readonly number[]; readonly tags?: readonly number[] };

export type WecomMessageContent =
  | { readonly type: 'text'; readonly content: string }
  | { readonly type: 'markdown'; readonly content: string }
  | {
      readonly type: 'textcard';
      readonly title: string;
      readonly description: string;
      readonly url: string;
      readonly buttonText?: string;
    }
  | {
      readonly type: 'miniprogram_notice';
      readonly appid: string;
      readonly page?: string;
      readonly title: string;
      readonly description?: string;
      readonly items?: readonly { readonly key: string; readonly value: string }[];
    }
  /** `card` in the platform's own form (path/90236). */
  | { readonly type: 'template_card'; readonly card: Readonly<Record<string, unknown>> };

export interface WecomMessage {
  readonly to: WecomReceivers;
  readonly content: WecomMessageContent;
  /** Forbids forwarding and marks the text with the reader's name. */
  readonly confidential?: boolean;
  /** Drops an equal message within this many seconds. */
  readonly duplicateCheckSeconds?: number;
}

/** Sent, at least to some: receivers that WeCom could not reach are listed (ids in lower case). */
export interface WecomSendResult {
  readonly msgid?: string;
  readonly responseCode?: string;
  readonly invalidUsers: readonly string[];
  readonly invalidDepartments: readonly string[];
  readonly invalidTags: readonly string[];
  readonly unlicensedUsers: readonly string[];
}

/** A card of the kind `button_interaction` after somebody has decided. */
export interface WecomClosedCard {
  readonly userids: readonly string[];
  readonly responseCode: string;
  /** What stands in place of the buttons. */
  readonly word: string;
}

/** Who scanned the code of a web login. Only a member of the company has a userid. */
export interface WecomWebUser {
  readonly userid: string | null;
}
