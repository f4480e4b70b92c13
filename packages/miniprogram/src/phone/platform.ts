/** What a failing call of the platform hands to `fail`. */
export interface WxFailure {
  readonly errMsg: string;
}

export interface WxResponse {
  readonly statusCode: number;
  readonly data: unknown;
  readonly header: Readonly<Record<string, unknown>>;
}

export interface WxRequestOptions {
  readonly url: string;
  readonly method: HttpMethod;
  readonly header: Record<string, string>;
  readonly data?: string | ArrayBuffer;
  readonly dataType: string;
  readonly responseType: 'text' | 'arraybuffer';
  readonly timeout: number;
  readonly redirect: 'manual';
  readonly success: (response: WxResponse) => void;
  readonly fail: (failure: WxFailure) => void;
}

export interface WxRequestTask {
  abort(): void;
  onHeadersReceived?(
    listener: (head: { readonly statusCode: number; readonly header: Readonly<Record<string, unknown>> }) => void,
  ): void;
}

export interface WxLoginOptions {
  readonly timeout: number;
  readonly success: (result: { readonly code: string }) => void;
  readonly fail: (failure: WxFailure) => void;
}

export interface WxStorageOptions {
  readonly key: string;
  readonly encrypt: boolean;
  readonly fail: (failure: WxFailure) => void;
}

export interface WxSystemInfo {
  /** `wxwork` in WeCom, absent in WeChat. */
  readonly environment?: string;
  readonly SDKVersion?: string;
  readonly language?: string;
  readonly model?: string;
  readonly system?: string;
  readonly version?: string;
}

export interface WxUploadOptions {
  readonly url: string;
  readonly filePath: string;
  readonly name: string;
  readonly formData: Record<string, string>;
  readonly header: Record<string, string>;
  readonly timeout: number;
  readonly success: (response: { readonly statusCode: number; readonly data: string }) => void;
  readonly fail: (failure: WxFailure) => void;
}

export interface WxUploadTask {
  abort(): void;
  onHeadersReceived?(listener: (head: { readonly header: Readonly<Record<string, unknown>> }) => void): void;
}

export interface WxSocketOptions {
  readonly url: string;
  readonly header: Record<string, string>;
  readonly protocols?: string[];
  readonly timeout: number;
  readonly fail: (failure: WxFailure) => void;
}

/** A socket of the platform, as far as every version has it. */
export interface WxSocketTask {
  send(options: { readonly data: string | ArrayBuffer }): void;
  close(options: { readonly code?: number; readonly reason?: string }): void;
  onOpen(listener: (result: { readonly header: Readonly<Record<string, unknown>> }) => void): void;
  onMessage(listener: (message: { readonly data: string | ArrayBuffer }) => void): void;
  onError(listener: (failure: WxFailure) => void): void;
  onClose(listener: (end: { readonly code: number; readonly reason: string }) => void): void;
}

/** The part of `wx.getFileSystemManager()` that uploads need. */
export interface WxFileSystem {
  getFileInfo(options: {
    readonly filePath: string;
    readonly digestAlgorithm: 'sha256';
    readonly success: (result: { readonly size: number; readonly digest?: string }) => void;
    readonly fail: (failure: WxFailure) => void;
  }): void;
  readFile(options: {
    readonly filePath: string;
    readonly position: number;
    readonly length: number;
    readonly success: (result: { readonly data: string | ArrayBuffer }) => void;
    readonly fail: (failure: WxFailure) => void;
  }): void;
}

/** The methods that `wx.request` knows; PATCH is none of them. */
export type HttpMethod = 'OPTIONS' | 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

/** The part of `wx` that the SDK uses. The real `wx` fits, in WeChat and in WeCom; so does a fake in tests. */
export interface WxPlatform {
  request(options: WxRequestOptions): WxRequestTask;
  login(options: WxLoginOptions): void;
  /** WeCom only. */
  readonly qy?: { login(options: WxLoginOptions): void };
  getStorage(options: WxStorageOptions & { readonly success: (result: { readonly data: unknown }) => void }): void;
  setStorage(options: WxStorageOptions & { readonly data: string; readonly success: () => void }): void;
  removeStorage(options: {
    readonly key: string;
    readonly success: () => void;
    readonly fail: (failure: WxFailure) => void;
  }): void;
  getSystemInfoSync(): WxSystemInfo;
  /** `version` is there for what WeChat has released, from base library 2.10.2 on. */
  getAccountInfoSync(): { readonly miniProgram?: { readonly version?: string } };
  /** Base library 2.15.0; without it there are no signed requests. */
  getRandomValues?(options: {
    readonly length: number;
    readonly success: (result: { readonly randomValues: ArrayBuffer }) => void;
    readonly fail: (failure: WxFailure) => void;
  }): void;
  /** Base library 2.17.3; needed where an app demands WeChat's key of the user. */
  getUserCryptoManager?(): {
    getLatestUserKey(options: {
      readonly success: (result: { readonly encryptKey: string; readonly version: number }) => void;
      readonly fail: (failure: WxFailure) => void;
    }): void;
  };
  base64ToArrayBuffer?(text: string): ArrayBuffer;
  /** WeChat only. */
  startSoterAuthentication?(options: {
    readonly requestAuthModes: ('fingerPrint' | 'facial')[];
    readonly challenge: string;
    readonly authContent: string;
    readonly success: (result: { readonly resultJSON: string; readonly resultJSONSignature: string }) => void;
    readonly fail: (failure: WxFailure) => void;
  }): void;
  uploadFile?(options: WxUploadOptions): WxUploadTask;
  connectSocket?(options: WxSocketOptions): WxSocketTask;
  getFileSystemManager?(): WxFileSystem;
}
